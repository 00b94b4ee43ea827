using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Monitors;

/// <summary>The problem that is monitored: everything from which a monitor is built.</summary>
/// <param name="Forward">How u is computed, which decides the sharp Li–Yau bound.</param>
/// <param name="Epsilon">Noise level ε(t) of the generation; null without one.</param>
public sealed record MonitorSetup(Grid Grid, TimeLevels Times, ForwardKind Forward, TimeFunction? Epsilon, WorkerTeam Team)
{
    /// <summary>Exponents p of the L^p monitors.</summary>
    public IReadOnlyList<double> Exponents { get; init; } = [];

    /// <summary>Smallest variance of the data's components, which bounds a closed-form u.</summary>
    public double DataVariance { get; init; }

    /// <summary>The data's support K; null if no distance to the data is monitored.</summary>
    public DataSupport? Support { get; init; }

    /// <summary>The score that drives generation; null for the grid's own.</summary>
    public IFaceScore? Score { get; init; }

    /// <summary>The terms of a mixed score, all in closed form; empty for another score.</summary>
    public IReadOnlyList<MixedTerm> Mixed { get; init; } = [];

    /// <summary>The smallest ball around the data; null where they have none, or where it is not asked for.</summary>
    public DataBall? Ball { get; init; }

    /// <summary>Whether the budget of the score's error is also measured with its gradient part.</summary>
    public bool GradientBudget { get; init; }

    /// <summary>
    /// False leaves out the monitors of lattice directions, of counts and of information with what they measure: for callers that read
    /// none of them, and to measure what they cost.
    /// </summary>
    public bool Extended { get; init; } = true;

    /// <summary>Names of observed monitors that are read only on request.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    private Rounding? rounding;
    private Lazy<SharpCurvature>? curvature;

    /// <summary>The sharp Li–Yau bounds along each axis.</summary>
    internal SharpCurvature Curvature => (curvature ?? new Lazy<SharpCurvature>(() => new SharpCurvature(this))).Value;

    /// <summary>The rounding tolerances that the monitors of one set share; <see cref="MonitorSet"/> advances them.</summary>
    /// <exception cref="InvalidOperationException">Not of a set: <see cref="WithOwnRounding"/> was not called.</exception>
    internal Rounding Rounding => rounding ?? throw new InvalidOperationException("tolerances belong to a set of monitors");

    /// <summary>The same problem for one set of monitors: the tolerances sum what each step moved, so no two sets share them.</summary>
    internal MonitorSetup WithOwnRounding() => this with
    {
        rounding = new Rounding(Grid, Times, Epsilon?.Greatest ?? 0),
        curvature = new Lazy<SharpCurvature>(() => new SharpCurvature(this)),
    };
}
