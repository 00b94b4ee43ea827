using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Data;

/// <summary>
/// The data as the monitors see them: dist(x, K)² at every cell centre, K the support, and dist(x, conv K). On periodic axes the distance
/// is that of the circle, the least over the data's translates. Computed once; shared among the team.
/// </summary>
public sealed class DataSupport
{
    private readonly Lazy<double[]?> hullDistances;

    private DataSupport(double[]? squaredDistances, Func<double[]?> hullDistances, Mixture? points)
    {
        SquaredDistances = squaredDistances;
        this.hullDistances = new Lazy<double[]?>(hullDistances);
        Points = points;
    }

    /// <summary>dist(x, K)² at the cells' centres; null for data whose support is the whole space.</summary>
    public double[]? SquaredDistances { get; }

    /// <summary>
    /// dist(x, conv K) at the cell centres, computed on first use by the team, which must be idle then; null where it is not defined:
    /// Gaussians, densities on the grid, periodic axes.
    /// </summary>
    public double[]? HullDistances => hullDistances.Value;

    /// <summary>The data, if they are Diracs.</summary>
    public Mixture? Points { get; }

    /// <summary>
    /// Width of the widest cell at the data, along any axis: among those whose centres are within three of their own widths of K. Farther
    /// cells are narrow compared with their distance. 0 for data whose support is the whole space.
    /// </summary>
    /// <param name="grid">The grid of <see cref="SquaredDistances"/>.</param>
    public double WidestCell(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        double widest = 0;
        for (int cell = 0; cell < (SquaredDistances?.Length ?? 0); cell++)
        {
            double width = grid.X.Widths[cell % grid.Columns];
            if (grid.Dimension == 2)
                width = Math.Max(width, grid.Axes[1].Widths[cell / grid.Columns]);
            if (width > widest && SquaredDistances![cell] <= 9 * width * width)
                widest = width;
        }

        return widest;
    }

    /// <summary>
    /// The support of any data: the points of a mixture of Diracs, the polyline through a curve's nodes, the box of a box, the cells of a
    /// density with mass.
    /// </summary>
    public static DataSupport Of(InitialData data, Grid grid, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Support == Support.WholeSpace
            ? new DataSupport(null, () => null, null)
            : new DataSupport(Field(grid, team, SquaredDistance(data)), () => Hull(data, grid, team), data.ClosedForm);
    }

    /// <summary>The squared distance of each cell's centre to the nearest of the means of a mixture of Diracs.</summary>
    public static double[] ToPoints(Mixture points, Grid grid, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(points);
        return Field(grid, team, points.SquaredDistance);
    }

    /// <summary>
    /// dist(x, K)². A curve is the polyline through its nodes: neighbours are joined where they are no farther apart than the arc length
    /// from node to node, since a chord is never longer than its arc, so that nothing joins two pieces of a curve.
    /// </summary>
    private static Func<double, double, double> SquaredDistance(InitialData data) => data.ClosedForm is { ArcLength: { } arc } nodes
        ? new Segments(nodes.X, nodes.Y, arc * (1 + 1e-9)).SquaredDistance : data.SquaredDistance;

    private static double[]? Hull(InitialData data, Grid grid, WorkerTeam team) => data switch
    {
        _ when grid.Axes.Any(axis => axis.IsPeriodic) => null,
        Mixture mixture => Field(grid, team, (x, y) => Math.Sqrt(mixture.SquaredDistanceToHull(x, y))),
        UniformBox box => Field(grid, team, (x, y) => Math.Sqrt(box.SquaredDistance(x, y))),
        _ => null,
    };

    private static double[] Field(Grid grid, WorkerTeam team, Func<double, double, double> squaredDistance)
    {
        var work = new FieldWork(grid, squaredDistance);
        team.Run(work, grid.Rows * FieldWork.PartsPerRow);
        return work.Values;
    }

    /// <summary>A block is a part of a row.</summary>
    private sealed class FieldWork(Grid grid, Func<double, double, double> squaredDistance) : IBlockWork
    {
        public const int PartsPerRow = 4;

        public double[] Values { get; } = CellValues.Zeros(grid);

        public void Run(int block, int worker)
        {
            int row = block / PartsPerRow, part = block % PartsPerRow;
            double y = grid.Dimension == 2 ? grid.Axes[1].Centres[row] : 0;
            int end = (int)((long)grid.Columns * (part + 1) / PartsPerRow);
            for (int column = (int)((long)grid.Columns * part / PartsPerRow); column < end; column++)
                Values[row * grid.Columns + column] = Least(grid.X.Centres[column], y);
        }

        private double Least(double x, double y)
        {
            double least = double.PositiveInfinity;
            int alongX = grid.X.IsPeriodic ? 1 : 0, alongY = grid.Dimension == 2 && grid.Axes[1].IsPeriodic ? 1 : 0;
            for (int j = -alongY; j <= alongY; j++)
            {
                double translatedY = j == 0 ? y : grid.Axes[1].Walls.Translate(y, j);
                for (int i = -alongX; i <= alongX; i++)
                    least = Math.Min(least, squaredDistance(grid.X.Walls.Translate(x, i), translatedY));
            }

            return least;
        }
    }

    /// <summary>Straight segments in the plane, a register at a time; a node without a neighbour is a segment of no length.</summary>
    private sealed unsafe class Segments
    {
        private const int Lanes = 8;

        private readonly double[] fromX;
        private readonly double[] fromY;
        private readonly double[] alongX;
        private readonly double[] alongY;
        private readonly double[] inverseSquare;

        public Segments(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double longest)
        {
            int padded = (x.Length + Lanes - 1) / Lanes * Lanes;
            (fromX, fromY, alongX, alongY, inverseSquare) =
                (new double[padded], new double[padded], new double[padded], new double[padded], new double[padded]);
            for (int node = 0; node < padded; node++)
            {
                int own = Math.Min(node, x.Length - 1), next = (own + 1) % x.Length;
                (fromX[node], fromY[node]) = (x[own], y[own]);
                double dx = x[next] - x[own], dy = y[next] - y[own], square = dx * dx + dy * dy;
                if (square > 0 && square <= longest * longest)
                    (alongX[node], alongY[node], inverseSquare[node]) = (dx, dy, 1 / square);
            }
        }

        public double SquaredDistance(double x, double y) =>
            RegisterWidth.IsEight ? SquaredDistance<Lanes8>(x, y) : SquaredDistance<Lanes4>(x, y);

        [MethodImpl(KernelMethod.Own)]
        private double SquaredDistance<TRegister>(double x, double y)
            where TRegister : struct, IRegister<TRegister>
        {
            TRegister atX = TRegister.Create(x), atY = TRegister.Create(y), zero = TRegister.Create(0), one = TRegister.Create(1);
            TRegister least = TRegister.Create(double.PositiveInfinity);
            fixed (double* fromX = this.fromX, fromY = this.fromY, alongX = this.alongX, alongY = this.alongY, inverse = inverseSquare)
            {
                for (int k = 0; k < this.fromX.Length; k += TRegister.Count)
                {
                    TRegister dx = atX - TRegister.Load(fromX + k), dy = atY - TRegister.Load(fromY + k);
                    TRegister ax = TRegister.Load(alongX + k), ay = TRegister.Load(alongY + k);
                    TRegister share = TRegister.Min(one, TRegister.Max(zero, (dx * ax + dy * ay) * TRegister.Load(inverse + k)));
                    dx -= share * ax;
                    dy -= share * ay;
                    least = TRegister.Min(least, dx * dx + dy * dy);
                }
            }

            return TRegister.Least(least);
        }
    }
}
