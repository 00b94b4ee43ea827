using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>mixed-potential</c>, for a mixed score of finite sets: E_v Φ, Φ = Σ_k w_k d_k² at the cells' centres, against the least over the
/// earlier levels t' of E_v Φ(t') + 4t' C + ∫ ε (2d W + R²/r) dr (<see cref="MixedPotential"/>). A statement about R^d and a scheme without
/// error: observed. No bound at the first level, nor over a step in which a weight changes.
/// </summary>
/// <remarks>
/// Tolerance: Φ at the centre of a cell differs from its mean over the cell by about Σ_k |w_k| Σ_axes h²/12, at either level.
/// </remarks>
internal sealed class MixedPotentialMonitor(MonitorSetup setup, MixedPotential potential) : IMonitor
{
    public static readonly MonitorDescriptor Descriptor = new(
        "mixed-potential", "the mean of Φ = Σ w d² over v falls, up to O(t)", "mean of Φ, of v", "earlier Φ, with O(t)", "length²",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("potential of a mixed score", "numerics 5.6"),
        Help = new MonitorHelp(
            "v moves away from the limit points of the mixed score",
            "too few steps, or mass that reaches the boundary",
            "limits in summary.json; the same run with twice the steps, or on a wider box"),
    };

    public static MonitorKind Kind { get; } = new([Descriptor], setup =>
        setup.Epsilon is not null && MixedPotential.Of(setup.Mixed) is { } potential ? new MixedPotentialMonitor(setup, potential) : null)
    {
        IsExtended = true,
    };

    private readonly Grid grid = setup.Grid;
    private readonly TimeFunction epsilon = setup.Epsilon!;
    private readonly double[][] squares = [.. potential.Terms.Select(term =>
        DataSupport.ToPoints(term.Data, setup.Grid, setup.Team))];

    private readonly double widthSquares = setup.Grid.Axes.Sum(axis => Math.Pow(Widest(axis), 2));
    private double timeBefore = double.NaN;
    private double bound = double.NaN;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        double measured = Mean(level);
        if (double.IsNaN(timeBefore) || !potential.HasSameWeights(level.Time, timeBefore))
        {
            bound = double.PositiveInfinity;
            readings.Add(Judge.NotApplicable(level, Descriptor, measured, guaranteed: false));
        }
        else
        {
            bound += potential.RiseByNoise(level.Time, timeBefore, epsilon.Mean(level.Time, timeBefore));
            double absolute = widthSquares / 6 * potential.SizeOfWeights(level.Time);
            readings.Add(double.IsFinite(bound)
                ? Judge.Read(level, Descriptor, measured, bound, absolute / Judge.Scale(bound) + Rounding.Sum, guaranteed: false)
                : Judge.NotApplicable(level, Descriptor, measured, guaranteed: false));
        }

        bound = Math.Min(bound, measured + 4 * level.Time * potential.Rise(level.Time));
        timeBefore = level.Time;
    }

    public void Save(BinaryWriter state)
    {
        state.Write(timeBefore);
        state.Write(bound);
    }

    public void Restore(BinaryReader state) => (timeBefore, bound) = (state.ReadDouble(), state.ReadDouble());

    private double Mean(LevelStatistics level)
    {
        ReadOnlySpan<double> v = level.V;
        CompensatedSum sum = default;
        for (int term = 0; term < squares.Length; term++)
        {
            double weight = potential.Terms[term].Weight.At(level.Time);
            double[] own = squares[term];
            for (int row = 0; row < grid.Rows && weight != 0; row++)
            {
                double ofRow = 0;
                for (int cell = row * grid.Columns; cell < (row + 1) * grid.Columns; cell++)
                    ofRow += grid.Volume(cell) * v[cell] * own[cell];
                sum.Add(weight * ofRow);
            }
        }

        return sum.Value;
    }

    private static double Widest(Axis axis)
    {
        double widest = 0;
        foreach (double width in axis.Widths)
            widest = Math.Max(widest, width);
        return widest;
    }
}
