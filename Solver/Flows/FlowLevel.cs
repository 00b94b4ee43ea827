using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Flows;

/// <summary>
/// The current level of a run. The arrays belong to the flow and are valid until its next step. Levels run from 0 to n without generation,
/// and from n down to 0 with it.
/// </summary>
public sealed class FlowLevel(Grid grid, TimeLevels times)
{
    public Grid Grid { get; } = grid;

    public TimeLevels Times { get; } = times;

    /// <summary>Level k.</summary>
    public int Index { get; set; }

    /// <summary>Forward time t_k.</summary>
    public double Time => Times[Index];

    /// <summary>Number of forward steps taken to reach u, the warm-up included.</summary>
    public int ForwardSteps => Times.Warmup + Index;

    /// <summary>u at t_k, cell averages, CellCount values.</summary>
    public double[] U { get; set; } = [];

    /// <summary>v at t_k, cell averages; null in a run without generation.</summary>
    public double[]? V { get; set; }

    /// <summary>
    /// R = max P 1, P the step from level k + 1 to level k; NaN at the first level, without generation, and where it is not requested.
    /// </summary>
    public double GreatestPropagatedOne { get; set; } = double.NaN;

    /// <summary>What the scheme guarantees of v.</summary>
    public Guarantees Guarantees { get; set; }

    /// <summary>How u was computed.</summary>
    public ForwardKind Forward { get; set; }

    /// <summary>How often the scheme's limiter acted from level n to this one.</summary>
    public SchemeCounts Counts { get; set; } = SchemeCounts.None;
}
