using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>support-concentration</c>, ε = 0: q(t) ≤ √(t/T) q(T), q the distance from conv K within which all but 1e-6 of v's mass lies. Along
/// X' = −s every distance to conv K shrinks at least like √t on R^d (docs/numerics.md, 2.6), so every quantile of it does; on a box images
/// pull outward and it can fail: observed, never guaranteed.
/// </summary>
/// <remarks>Tolerance: a cell's centre represents its points, half a diagonal at t and half at T.</remarks>
internal sealed class SupportMonitor : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "support-concentration", "all but 1e-6 of v approaches the data's convex hull as √t", "distance from hull", "√(t/T) × that at T",
        "length", Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("concentration of support", "numerics 2.6"),
        Help = new MonitorHelp(
            "some mass of v stays farther from the data than every path of the ODE on R^d",
            "mass that reaches the boundary, where images of the data attract it; with markov, numerical diffusion",
            "a wider box; scheme remap"),
    };

    // ε first: asking for the distances computes them.
    public static MonitorKind Kind { get; } = new([Descriptor], setup =>
        setup.Epsilon is { } epsilon && epsilon.Is(0) && setup.Support?.HullDistances is { } distances
            ? new SupportMonitor(setup.Grid, setup.Times, distances)
            : null);

    private const double Outside = 1e-6;

    private readonly double end;
    private readonly double halfDiagonal;
    private readonly double[] hullDistances;
    private readonly double[] volumes;
    private readonly int[] fromFarthest;
    private double atEnd = double.NaN;

    public SupportMonitor(Grid grid, TimeLevels times, double[] hullDistances)
    {
        end = times[times.Last];
        this.hullDistances = hullDistances;
        halfDiagonal = 0.5 * Math.Sqrt(grid.Axes.Sum(axis => Math.Pow(axis.Widths.ToArray().Max(), 2)));
        fromFarthest = [.. Enumerable.Range(0, grid.CellCount)];
        Array.Sort([.. hullDistances.Select(distance => -distance)], fromFarthest);
        volumes = [.. fromFarthest.Select(grid.Volume)];
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        ReadOnlySpan<double> v = level.V;
        double allowed = Outside * level.MassV, sum = 0;
        int place = -1;
        while (place + 1 < fromFarthest.Length && sum <= allowed)
        {
            place++;
            sum += volumes[place] * v[fromFarthest[place]];
        }

        int cell = fromFarthest[place];
        double distance = hullDistances[cell];
        if (double.IsNaN(atEnd))
            atEnd = distance;
        double shrunk = Math.Sqrt(level.Time / end), bound = shrunk * atEnd;
        readings.Add(Judge.Read(
            level, Descriptor, distance, bound, halfDiagonal * (1 + shrunk) / Judge.Scale(bound), guaranteed: false, cell: cell));
    }

    public void Save(BinaryWriter state) => state.Write(atEnd);

    public void Restore(BinaryReader state) => atEnd = state.ReadDouble();
}
