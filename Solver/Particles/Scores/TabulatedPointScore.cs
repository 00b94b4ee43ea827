using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// A score tabulated at cell centres: in time as <see cref="TabulatedFaceScore"/>, in space (bi)linear between the centres. Beyond the
/// outermost centres of an axis with walls the denoiser x + 2t ŝ keeps its value there, as it does far from the data; a periodic axis is
/// wrapped.
/// </summary>
public sealed class TabulatedPointScore : IPointScore
{
    private readonly Grid grid;
    private readonly TableTimes times;
    private readonly double[][][] scores;
    private readonly double[][] now;
    private readonly double[][] centres;
    private double inverse;

    /// <param name="times">The times of the table.</param>
    /// <param name="scores">scores[time][axis][cell] at cell centres; lent for good.</param>
    public TabulatedPointScore(Grid grid, TableTimes times, double[][][] scores)
    {
        (this.grid, this.times, this.scores) = (grid, times, scores);
        now = [.. grid.Axes.Select(_ => new double[grid.CellCount])];
        centres = [.. grid.Axes.Select(axis => axis.Centres.ToArray())];
    }

    /// <inheritdoc/>
    public int Dimension => grid.Dimension;

    /// <inheritdoc/>
    public void SetTime(double time)
    {
        (int level, double early, double late) = times.At(time);
        for (int axis = 0; axis < now.Length; axis++)
        {
            double[] before = scores[level][axis], after = scores[level + 1][axis], values = now[axis];
            for (int cell = 0; cell < values.Length; cell++)
                values[cell] = early * before[cell] + late * after[cell];
        }

        inverse = time > 0 ? 1 / (2 * time) : 0;
    }

    /// <inheritdoc/>
    public void Evaluate(double x, double y, out double scoreX, out double scoreY)
    {
        Place column = Find(0, x), row = Dimension == 2 ? Find(1, y) : default;
        scoreX = Between(now[0], column, row) - inverse * column.Beyond;
        scoreY = Dimension == 2 ? Between(now[1], column, row) - inverse * row.Beyond : 0;
    }

    private double Between(double[] values, in Place column, in Place row)
    {
        double lower = OnRow(values, row.Lower * grid.Columns, column);
        return row.Share == 0 ? lower : (1 - row.Share) * lower + row.Share * OnRow(values, row.Upper * grid.Columns, column);
    }

    private static double OnRow(double[] values, int first, in Place column) =>
        (1 - column.Share) * values[first + column.Lower] + column.Share * values[first + column.Upper];

    /// <summary>The two centres around a position.</summary>
    private Place Find(int axis, double position)
    {
        Axis along = grid.Axes[axis];
        double[] places = centres[axis];
        int last = places.Length - 1;
        if (along.IsPeriodic)
        {
            double wrapped = position - along.Length * Math.Floor((position - places[0]) / along.Length);
            if (wrapped >= places[last])
                return new Place(last, 0, Math.Min(1, (wrapped - places[last]) / (along.Length - (places[last] - places[0]))), 0);
            position = wrapped;
        }

        double clamped = Math.Clamp(position, places[0], places[last]);
        if (last == 0)
            return new Place(0, 0, 0, position - clamped);
        int found = Array.BinarySearch(places, clamped);
        int lower = Math.Min(found >= 0 ? found : ~found - 1, last - 1);
        return new Place(lower, lower + 1, (clamped - places[lower]) / (places[lower + 1] - places[lower]), position - clamped);
    }

    /// <param name="Share">Fraction of the way from the lower centre to the upper.</param>
    /// <param name="Beyond">How far the position lies beyond the outermost centre, with its sign.</param>
    private readonly record struct Place(int Lower, int Upper, double Share, double Beyond);
}
