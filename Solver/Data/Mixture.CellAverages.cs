using System.Buffers;
using System.Globalization;
using System.Runtime.Intrinsics;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Data;

/// <content>Exact cell averages on a box: outer products of the components' cell masses along the axes.</content>
public sealed partial class Mixture
{
    /// <summary>Components whose masses are held at a time: a few rows of each axis stay in cache.</summary>
    private const int ChunkSize = 32;

    /// <inheritdoc/>
    public override void CellAverages(Grid grid, Span<double> averages) => CellAverages(grid, 0, averages);

    /// <summary>
    /// Cell averages of the exact heat flow u(t) on the box, <paramref name="extraVariance"/> = 2t: positive, and with full relative
    /// accuracy wherever the component's cell masses and their product are normal doubles.
    /// </summary>
    /// <inheritdoc cref="InitialData.CellAverages(Grid, Span{double})"/>
    public void CellAverages(Grid grid, double extraVariance, Span<double> averages) =>
        CellAverages(grid, extraVariance, extraVariance, averages);

    /// <summary>Cell averages of a half-sweep of the heat flow: the variances grow by their own amount on each axis.</summary>
    /// <inheritdoc cref="InitialData.CellAverages(Grid, Span{double})"/>
    public void CellAverages(Grid grid, double extraVarianceX, double extraVarianceY, Span<double> averages)
    {
        RequireInside(grid);
        ArgumentOutOfRangeException.ThrowIfNegative(extraVarianceX);
        ArgumentOutOfRangeException.ThrowIfNegative(extraVarianceY);
        averages.Clear();
        int columns = grid.Columns, rows = grid.Rows;
        double[] alongX = ArrayPool<double>.Shared.Rent(ChunkSize * columns);
        double[] alongY = ArrayPool<double>.Shared.Rent(ChunkSize * rows);
        Span<(int From, int To)> ranges = stackalloc (int, int)[ChunkSize];
        for (int first = 0; first < Count; first += ChunkSize)
        {
            int size = Math.Min(ChunkSize, Count - first);
            for (int k = 0; k < size; k++)
            {
                // The square root of the weight goes to each axis, so that a transposed grid has transposed bits.
                double share = Math.Sqrt(weights[first + k]);
                Span<double> masses = alongX.AsSpan(k * columns, columns);
                BoxImages.CellMasses(grid.X, x[first + k], variances[first + k] + extraVarianceX, masses);
                Scale(masses, share);
                ranges[k] = (masses.IndexOfAnyExcept(0), masses.LastIndexOfAnyExcept(0) + 1);
                masses = alongY.AsSpan(k * rows, rows);
                if (Dimension == 2)
                    BoxImages.CellMasses(grid.Axes[1], y[first + k], variances[first + k] + extraVarianceY, masses);
                else
                    masses.Fill(1);
                Scale(masses, share);
            }

            for (int row = 0; row < rows; row++)
            {
                for (int k = 0; k < size; k++)
                {
                    double factor = alongY[k * rows + row];
                    (int from, int to) = ranges[k];
                    if (factor != 0)
                        AddMultiple(factor, alongX.AsSpan(k * columns + from, to - from), averages.Slice(row * columns + from, to - from));
                }
            }
        }

        ArrayPool<double>.Shared.Return(alongX);
        ArrayPool<double>.Shared.Return(alongY);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                averages[row * columns + column] /= grid.X.Widths[column] * grid.RowHeight(row);
        }
    }

    /// <inheritdoc/>
    public override void RequireInside(Grid grid)
    {
        if (grid.Dimension != Dimension)
            throw new ArgumentException($"the data have {Dimension} dimension(s), the grid has {grid.Dimension}", nameof(grid));
        for (int k = 0; k < Count; k++)
        {
            if (!Inside(grid.X, x[k]) || (Dimension == 2 && !Inside(grid.Axes[1], y[k])))
            {
                string point = Dimension == 2 ? Text(x[k]) + ", " + Text(y[k]) : Text(x[k]);
                string box = string.Join(" x ", grid.Axes.Select(axis => $"[{Text(axis.From)}, {Text(axis.To)}]"));
                throw new ArgumentException(
                    $"the {(variances[k] == 0 ? "point" : "mean")} ({point}) lies outside the box {box}", nameof(grid));
            }
        }
    }

    private static bool Inside(Axis axis, double position) => position >= axis.From && position <= axis.To;

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Scale(Span<double> values, double factor)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] *= factor;
    }

    /// <summary>sum += factor · values, each with one rounding.</summary>
    private static void AddMultiple(double factor, ReadOnlySpan<double> values, Span<double> sum)
    {
        Vector512<double> factors = Vector512.Create(factor);
        int vectors = values.Length / Lanes * Lanes;
        for (int i = 0; i < vectors; i += Lanes)
        {
            Vector512<double> term = Vector512.FusedMultiplyAdd(factors, Vector512.Create(values[i..]), Vector512.Create<double>(sum[i..]));
            term.CopyTo(sum[i..]);
        }

        for (int i = vectors; i < values.Length; i++)
            sum[i] = Math.FusedMultiplyAdd(factor, values[i], sum[i]);
    }
}
