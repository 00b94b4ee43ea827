using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Scores;

/// <summary>
/// A score tabulated at cell centres and some times (docs/numerics.md, 3.7). Between two positive times 2t ŝ is linear in log t, which is
/// exact for one Dirac; from a time 0 to the next ŝ is linear in t. At a face: the cubic through four cells on a uniform axis (beside a
/// wall the parabola through three), on other axes a straight line between its two cells.
/// </summary>
public sealed class TabulatedFaceScore : IFaceScore
{
    private readonly Grid grid;
    private readonly double[] times;
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
        if (times.Length < 2)
            throw new ArgumentException($"the table has {times.Length} time(s); a score that varies in time requires at least two");
        for (int level = 0; level < times.Length; level++)
        {
            if (!(times[level] >= 0 && double.IsFinite(times[level])) || (level > 0 && !(times[level] > times[level - 1])))
                throw new ArgumentException(
                    $"the times must be finite, not negative and increasing, but time {level} is {times[level]:R}", nameof(times));
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
        this.times = times;
        this.scores = scores;
    }

    /// <summary>True if the table covers every time from <paramref name="stop"/> to <paramref name="end"/>.</summary>
    public bool Covers(double stop, double end) => Position(stop) >= 0 && Position(end) >= 0;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A time outside the table; see <see cref="Covers"/>.</exception>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        double position = Position(time);
        if (position < 0)
            throw new ArgumentException($"{NoiseLevel.Text(time)} lies outside the table's [{times[0]:R}, {times[^1]:R}]", nameof(time));
        int level = Math.Min((int)position, times.Length - 2);
        double share = position - level, early = 1 - share, late = share;
        if (times[level] > 0 && share is > 0 and < 1)
            (early, late) = (early * (times[level] / time), late * (times[level + 1] / time));
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

    /// <summary>
    /// Index of the table's time before <paramref name="time"/> plus the fraction of the way to the next; −1 outside the table.
    /// </summary>
    private double Position(double time)
    {
        double slack = 1e-12 * times[^1];
        if (!(time >= times[0] - slack && time <= times[^1] + slack))
            return -1;
        int found = Array.BinarySearch(times, time);
        if (found >= 0)
            return found;
        int level = Math.Clamp(~found - 1, 0, times.Length - 2);
        double from = times[level], to = times[level + 1];
        double share = from > 0 ? Math.Log(time / from) / Math.Log(to / from) : (time - from) / (to - from);
        return level + Math.Clamp(share, 0, 1);
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
