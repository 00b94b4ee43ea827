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
        Overlap[][] columns = Overlaps(x, repeat, largest), rows = Overlaps(y, repeat, largest);
        var narrow = new double[y.Cells, columns.Length];
        for (int j = 0; j < y.Cells; j++)
        {
            ReadOnlySpan<double> line = values.Slice(j * x.Cells, x.Cells);
            for (int i = 0; i < columns.Length; i++)
            {
                double sum = 0;
                foreach (Overlap overlap in columns[i])
                    sum += overlap.Share * line[overlap.Cell];
                narrow[j, i] = sum;
            }
        }

        var raster = new double[rows.Length, columns.Length];
        for (int j = 0; j < rows.Length; j++)
        {
            foreach (Overlap overlap in rows[j])
            {
                for (int i = 0; i < columns.Length; i++)
                    raster[j, i] += overlap.Share * narrow[overlap.Cell, i];
            }
        }

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

    /// <summary>
    /// The level c of the highest-density region {density ≥ c} that holds a share of the mass: cells are taken from the densest on
    /// until the share is reached. 0 for a density without mass.
    /// </summary>
    public static double HighestDensityLevel(Grid grid, ReadOnlySpan<double> density, double share)
    {
        double[] values = density.ToArray();
        int[] order = Enumerable.Range(0, values.Length).Where(cell => double.IsFinite(values[cell]))
            .OrderByDescending(cell => values[cell]).ToArray();
        double total = order.Sum(cell => values[cell] * grid.Volume(cell)), sum = 0;
        foreach (int cell in order)
        {
            sum += values[cell] * grid.Volume(cell);
            if (sum >= share * total)
                return total > 0 ? values[cell] : 0;
        }

        return 0;
    }

    private static Overlap[][] Overlaps(Axis axis, bool repeat, int largest)
    {
        int pixels = axis.Cells;
        if (!axis.IsUniform || pixels > largest)
            pixels = largest;
        else if (repeat && pixels < Smallest)
            pixels *= (Smallest + pixels - 1) / pixels;
        ReadOnlySpan<double> faces = axis.Faces;
        var overlaps = new Overlap[pixels][];
        double width = (axis.To - axis.From) / pixels;
        for (int pixel = 0, cell = 0; pixel < pixels; pixel++)
        {
            if (axis.IsUniform && pixels % axis.Cells == 0)
            {
                overlaps[pixel] = [new Overlap(pixel / (pixels / axis.Cells), 1)];
                continue;
            }

            double left = axis.From + pixel * width, right = left + width;
            var parts = new List<Overlap>();
            while (cell < axis.Cells - 1 && faces[cell + 1] <= left)
                cell++;
            for (int next = cell; next < axis.Cells && faces[next] < right; next++)
                parts.Add(new Overlap(next, (Math.Min(right, faces[next + 1]) - Math.Max(left, faces[next])) / width));
            overlaps[pixel] = parts.ToArray();
        }

        return overlaps;
    }

    private readonly record struct Overlap(int Cell, double Share);
}
