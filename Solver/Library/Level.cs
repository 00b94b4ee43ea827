using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Library;

/// <summary>A level of a generation. Its arrays have a value per cell, x fastest, and belong to the caller.</summary>
public sealed class Level
{
    private readonly Lazy<Snapshot> fields;
    private readonly Lazy<double> divergence;
    private readonly List<Reading> readings = [];

    internal Level(FlowLevel level, IFaceScore? score)
    {
        (Grid, Index, Time) = (level.Grid, level.Index, level.Time);

        // A copy: the flow overwrites its arrays in the next step. A score other than the grid's may be gone by then too.
        var kept = new FlowLevel(level.Grid, level.Times) { Index = level.Index, U = [.. level.U], V = [.. level.V!] };
        fields = score is null ? new(() => Snapshot.Take(kept, null, 0)) : new(Snapshot.Take(kept, score, 0));
        (U, V) = (kept.U, kept.V);
        divergence = new(() => Density.KullbackLeibler(Grid, V, U));
    }

    /// <summary>The grid of the arrays.</summary>
    public Grid Grid { get; }

    /// <summary>Level k: the number of steps at T, 0 at t_min.</summary>
    public int Index { get; }

    /// <summary>Forward time t_k.</summary>
    public double Time { get; }

    /// <summary>σ = √(2t), the standard deviation of the noise.</summary>
    public double Sigma => Math.Sqrt(2 * Time);

    /// <summary>u, the density of the noised data, cell averages.</summary>
    public double[] U { get; }

    /// <summary>v, the density that is generated, cell averages.</summary>
    public double[] V { get; }

    /// <summary>w = v/u, NaN where u is at its floor.</summary>
    public double[] W => fields.Value.W!;

    /// <summary>KL(v|u) = ∫ v log(v/u) ≥ 0.</summary>
    public double Kl => divergence.Value;

    /// <summary>The driving score ŝ, an array per axis; NaN where u is at its floor.</summary>
    public IReadOnlyList<double[]> Score => fields.Value.Score;

    /// <summary>div ŝ, NaN where u is at its floor.</summary>
    public double[] DivScore => fields.Value.DivScore;

    /// <summary>∇ log u, an array per axis; NaN where u is at its floor.</summary>
    public IReadOnlyList<double[]> GradLogU => fields.Value.GradLogU;

    /// <summary>Δ log u, NaN where u is at its floor.</summary>
    public double[] LapLogU => fields.Value.LapLogU;

    /// <summary>What the monitors read at this level, the program's first.</summary>
    public IReadOnlyList<Reading> Readings => readings;

    /// <summary>The guarantees that are violated at this level, one line each; none in a run as the theorems require.</summary>
    public IEnumerable<string> Violations => readings.Where(reading => Violation.Is(reading))
        .Select(reading => Violation.Describe(reading, Grid));

    /// <summary>∫ f v, by the centres of the cells.</summary>
    /// <param name="function">f(x, y); y is 0 on a line.</param>
    public double Mean(Func<double, double, double> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        double sum = 0;
        for (int cell = 0; cell < V.Length; cell++)
        {
            double y = Grid.Dimension == 2 ? Grid.Centre(cell, 1) : 0;
            sum += Grid.Volume(cell) * V[cell] * function(Grid.Centre(cell, 0), y);
        }

        return sum;
    }

    internal void Add(IEnumerable<Reading> more) => readings.AddRange(more);

    internal void Read(MonitorSet monitors, FlowLevel level) => monitors.Read(level, readings);
}
