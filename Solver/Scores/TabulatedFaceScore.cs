using PdeDiffusion.Data;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Scores;

/// <summary>
/// A score tabulated at cell centres and some times, interpolated linearly in log t between two positive times (in t from t = 0); at a face
/// the mean of its two cells.
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
            throw new ArgumentException($"time {time:R} lies outside the table's [{times[0]:R}, {times[^1]:R}]", nameof(time));
        int level = Math.Min((int)position, times.Length - 2);
        double share = position - level;
        double[] early = scores[level][axis], late = scores[level + 1][axis];

        Axis along = grid.Axes[axis];
        for (int cell = 0; cell < normal.Length; cell++)
        {
            int index = grid.Position(cell, axis);
            if (index >= along.Links)
            {
                normal[cell] = 0;
                continue;
            }

            int upper = cell + grid.ToUpper(index, axis);
            normal[cell] = 0.5 * ((1 - share) * (early[cell] + early[upper]) + share * (late[cell] + late[upper]));
        }
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
}
