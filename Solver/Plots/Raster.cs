using PdeDiffusion.Grids;
using ScottPlot;
using Axis = PdeDiffusion.Grids.Axis;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>
/// Values of a two-axis grid on equal cells, as images need them: graded axes and large grids are averaged over the overlap of the cells
/// (which keeps a density's mass), small grids are repeated so that their cells stay sharp.
/// </summary>
internal sealed class Raster
{
    private const int Largest = 512;
    private const int Smallest = 200;

    private Raster(double[,] values, Axis x, Axis y)
    {
        Values = values;
        Box = new CoordinateRect(x.From, x.To, y.From, y.To);
    }

    /// <summary>Row 0 is the lowest y.</summary>
    public double[,] Values { get; }

    public CoordinateRect Box { get; }

    private int Rows => Values.GetLength(0);

    private int Columns => Values.GetLength(1);

    /// <param name="repeat">True to repeat the cells of a small grid.</param>
    /// <param name="largest">Most cells along an axis.</param>
    public static Raster Of(Grid grid, ReadOnlySpan<double> values, bool repeat = true, int largest = Largest)
    {
        Axis x = grid.Axes[0], y = grid.Axes[1];
        var pixels = new Grid(Pixels(x, repeat, largest), Pixels(y, repeat, largest));
        var raster = new double[pixels.Rows, pixels.Columns];
        Buffer.BlockCopy(CellOverlap.Average(grid, values, pixels), 0, raster, 0, sizeof(double) * raster.Length);
        return new Raster(raster, x, y);
    }

    /// <summary>Applies a function to every value.</summary>
    public Raster Select(Func<double, double> function)
    {
        for (int j = 0; j < Rows; j++)
        {
            for (int i = 0; i < Columns; i++)
                Values[j, i] = function(Values[j, i]);
        }

        return this;
    }

    /// <summary>Level lines, interpolated between cell centres; values that are not finite count as lowest.</summary>
    public List<ContourLine> Contours(double[] levels)
    {
        double lowest = Values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).Min();
        var nodes = new Coordinates3d[Rows, Columns];
        double width = Box.Width / Columns, height = Box.Height / Rows;
        for (int j = 0; j < Rows; j++)
        {
            for (int i = 0; i < Columns; i++)
            {
                double value = Values[j, i];
                nodes[j, i] = new Coordinates3d(Box.Left + (i + 0.5) * width, Box.Bottom + (j + 0.5) * height, double.IsFinite(value)
                    ? value : lowest);
            }
        }

        return ScottPlot.Triangulation.RectangularGrid.GetContourLines(nodes, levels, fixContourDirections: false);
    }

    private static Axis Pixels(Axis axis, bool repeat, int largest)
    {
        int pixels = axis.Cells;
        if (!axis.IsUniform || pixels > largest)
            pixels = largest;
        else if (repeat && pixels < Smallest)
            pixels *= (Smallest + pixels - 1) / pixels;
        return Axis.Uniform(axis.From, axis.To, pixels, axis.Boundary);
    }
}
