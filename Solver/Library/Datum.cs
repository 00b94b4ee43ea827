using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Library;

/// <summary>A probability distribution in one or two dimensions, for u0 or v_T; it is normalised to mass 1.</summary>
public sealed class Datum
{
    /// <summary>Points of the quadrature along each axis of a cell, exact to degree 15.</summary>
    private const int QuadraturePoints = 8;

    private readonly Func<Grid, InitialData>? onGrid;

    private Datum(DataConfig config) => Config = config;

    private Datum(Func<Grid, InitialData>? onGrid) => this.onGrid = onGrid;

    /// <summary>u_T itself, as <see cref="GenerationOptions.Start"/>; then v = u at every level.</summary>
    public static Datum OfNoise { get; } = new(onGrid: null);

    /// <summary>The distribution as a config names it; null if no config does.</summary>
    internal DataConfig? Config { get; }

    /// <summary>Equally weighted points on a line.</summary>
    public static Datum Points(params IReadOnlyList<double> points) => Points(points, null);

    /// <summary>Weighted points on a line.</summary>
    /// <param name="weights">One per point, at least 0; equal if null.</param>
    public static Datum Points(IReadOnlyList<double> points, IReadOnlyList<double>? weights) =>
        new(new PointsData { Points = Places(points), Weights = weights });

    /// <summary>Weighted points in the plane.</summary>
    /// <param name="weights">One per point, at least 0; equal if null.</param>
    public static Datum Points(IReadOnlyList<(double X, double Y)> points, IReadOnlyList<double>? weights = null) =>
        new(new PointsData { Points = Places(points), Weights = weights });

    /// <summary>Σ a_k N(m_k, variance_k) on a line.</summary>
    /// <param name="variances">One per mean; 0 is a point.</param>
    /// <param name="weights">One per mean, at least 0; equal if null.</param>
    public static Datum Gaussians(IReadOnlyList<double> means, IReadOnlyList<double> variances, IReadOnlyList<double>? weights = null) =>
        new(new GaussiansData { Means = Places(means), Variances = variances, Weights = weights });

    /// <summary>Σ a_k N(m_k, variance_k I) in the plane.</summary>
    /// <inheritdoc cref="Gaussians(IReadOnlyList{double}, IReadOnlyList{double}, IReadOnlyList{double}?)"/>
    public static Datum Gaussians(
        IReadOnlyList<(double X, double Y)> means, IReadOnlyList<double> variances, IReadOnlyList<double>? weights = null) =>
        new(new GaussiansData { Means = Places(means), Variances = variances, Weights = weights });

    /// <summary>The lemniscate (x² + y²)² = scale² (x² − y²), uniform in arc length.</summary>
    /// <param name="nodes">Points of the quadrature along the curve.</param>
    public static Datum Lemniscate(double scale = 1, int nodes = 400) =>
        new(new CurveData { Curve = CurveName.Lemniscate, Scale = scale, Nodes = nodes });

    /// <summary>The circle of radius scale, uniform in arc length.</summary>
    /// <inheritdoc cref="Lemniscate"/>
    public static Datum Circle(double scale = 1, int nodes = 400) =>
        new(new CurveData { Curve = CurveName.Circle, Scale = scale, Nodes = nodes });

    /// <summary>The two half circles known as two moons, uniform in arc length.</summary>
    /// <inheritdoc cref="Lemniscate"/>
    public static Datum TwoMoons(double scale = 1, int nodes = 400) =>
        new(new CurveData { Curve = CurveName.TwoMoons, Scale = scale, Nodes = nodes });

    /// <summary>A density f(x) ≥ 0 on a line, averaged over each cell by Gauss–Legendre quadrature of 8 points.</summary>
    public static Datum Density(Func<double, double> density)
    {
        ArgumentNullException.ThrowIfNull(density);
        return new Datum(grid => new GridDensity(Dimension(grid, 1), Averages(grid, (x, _) => density(x))));
    }

    /// <summary>A density f(x, y) ≥ 0 in the plane, averaged over each cell by Gauss–Legendre quadrature of 8 × 8 points.</summary>
    public static Datum Density(Func<double, double, double> density)
    {
        ArgumentNullException.ThrowIfNull(density);
        return new Datum(grid => new GridDensity(Dimension(grid, 2), Averages(grid, density)));
    }

    /// <summary>Cell averages, CellCount values at least 0, x fastest.</summary>
    public static Datum Cells(IReadOnlyList<double> averages)
    {
        double[] copy = [.. averages];
        return new Datum(grid => new GridDensity(grid, copy));
    }

    /// <summary>The distribution on a grid; null for <see cref="OfNoise"/>.</summary>
    /// <exception cref="ArgumentException">It is none on this grid.</exception>
    internal InitialData? On(Grid grid) => Config is not null ? Problems.ProblemData.Of(Config, grid) : onGrid?.Invoke(grid);

    private static IReadOnlyList<IReadOnlyList<double>> Places(IReadOnlyList<double> points) =>
        [.. points.Select(x => (IReadOnlyList<double>)[x])];

    private static IReadOnlyList<IReadOnlyList<double>> Places(IReadOnlyList<(double X, double Y)> points) =>
        [.. points.Select(point => (IReadOnlyList<double>)[point.X, point.Y])];

    private static Grid Dimension(Grid grid, int dimension) => grid.Dimension == dimension ? grid
        : throw new ArgumentException($"the density has {dimension} coordinate(s), the grid {grid.Dimension}");

    private static double[] Averages(Grid grid, Func<double, double, double> density)
    {
        (double[] nodes, double[] weights) = GaussLegendre.Points(QuadraturePoints);
        (double[] across, double[] acrossWeights) = grid.Dimension == 2 ? (nodes, weights) : ([0], [1]);
        double[] averages = new double[grid.CellCount];
        for (int cell = 0; cell < averages.Length; cell++)
        {
            int column = grid.Position(cell, 0), row = grid.Position(cell, 1);
            double left = grid.X.Faces[column], width = grid.X.Widths[column];
            double below = grid.Dimension == 2 ? grid.Axes[1].Faces[row] : 0, height = grid.RowHeight(row);
            for (int i = 0; i < nodes.Length; i++)
            {
                for (int j = 0; j < across.Length; j++)
                    averages[cell] += weights[i] * acrossWeights[j] * density(left + width * nodes[i], below + height * across[j]);
            }
        }

        return averages;
    }
}
