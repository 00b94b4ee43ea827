using PdeDiffusion.Data;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Scores;

/// <summary>
/// A score tabulated at cell centres and some times, between which it is interpolated as <see cref="TableTimes"/> says. At a face: the
/// cubic through four cells on a uniform axis (beside a wall the parabola through three), on other axes a straight line between its two
/// cells (docs/numerics.md, 3.7).
/// </summary>
public sealed class TabulatedFaceScore : IFaceScore
{
    private readonly Grid grid;
    private readonly TableTimes times;
    private readonly double[][][] scores;

    /// <param name="grid">The run's grid.</param>
    /// <param name="tableGrid">The grid the table was made for; it must be the same.</param>
    /// <param name="times">Forward times, strictly increasing.</param>
    /// <param name="scores">scores[time][axis][cell] at cell centres; lent for good.</param>
    /// <exception cref="ArgumentException">Another grid, fewer than two times, times not increasing, or a table of another shape or with
    /// values that are not finite.</exception>
    public TabulatedFaceScore(Grid grid, Grid tableGrid, double[] times, double[][][] scores)
    {
        GridDensity.RequireSame(tableGrid, grid, "the tabulated score");
        if (scores.Length != times.Length)
            throw new ArgumentException($"{scores.Length} tables for {times.Length} times; there must be one per time");
        this.times = new TableTimes(times);
        for (int level = 0; level < times.Length; level++)
        {
            if (scores[level].Length != grid.Dimension)
                throw new ArgumentException(
                    $"the score at time {times[level]:R} has {scores[level].Length} components on a grid of {grid.Dimension} axes");
            foreach (double[] component in scores[level])
            {
                if (component.Length != grid.CellCount)
                    throw new ArgumentException(
                        $"the score at time {times[level]:R} has {component.Length} values, the grid {grid.CellCount} cells");
                int bad = Array.FindIndex(component, value => !double.IsFinite(value));
                if (bad >= 0)
                    throw new ArgumentException($"the score at time {times[level]:R} is {component[bad]:R} in cell {bad}");
            }
        }

        this.grid = grid;
        this.scores = scores;
    }

    /// <summary>True if the table covers every time from <paramref name="stop"/> to <paramref name="end"/>.</summary>
    public bool Covers(double stop, double end) => times.Covers(stop, end);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A time outside the table; see <see cref="Covers"/>.</exception>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        (int level, double early, double late) = times.At(time);
        var table = new Blend(scores[level][axis], early, scores[level + 1][axis], late);
        Axis along = grid.Axes[axis];
        for (int cell = 0; cell < normal.Length; cell++)
        {
            int index = grid.Position(cell, axis);
            normal[cell] = index >= along.Links ? 0 : AtFace(along, index, cell, grid.Stride(axis), table);
        }
    }

    /// <summary>The score at the face above a cell.</summary>
    /// <param name="index">The cell's place on its line.</param>
    private static double AtFace(Axis along, int index, int cell, int stride, in Blend table)
    {
        var line = new Line(table, cell - index * stride, stride, along.Cells);
        double lower = line[index], upper = line[index + 1];
        if (!along.IsUniform)
        {
            double below = along.Widths[index], above = along.Widths[(index + 1) % along.Cells];
            return (above * lower + below * upper) / (below + above);
        }

        bool hasBelow = along.IsPeriodic || index > 0, hasAbove = along.IsPeriodic || index + 2 < along.Cells;
        return (hasBelow, hasAbove) switch
        {
            (true, true) => (9 * (lower + upper) - (line[index - 1] + line[index + 2])) / 16,
            (true, false) => (3 * upper + 6 * lower - line[index - 1]) / 8,
            (false, true) => (3 * lower + 6 * upper - line[index + 2]) / 8,
            _ => 0.5 * (lower + upper),
        };
    }

    /// <summary>A weighted sum of two tables.</summary>
    private readonly struct Blend(double[] before, double early, double[] after, double late)
    {
        public double this[int cell] => early * before[cell] + late * after[cell];
    }

    /// <summary>The values of one line; places one or two beyond its ends are those of a circle.</summary>
    private readonly struct Line(Blend table, int start, int stride, int cells)
    {
        public double this[int place] => table[start + (place + cells) % cells * stride];
    }
}
