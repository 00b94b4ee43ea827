using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Scores;

/// <summary>
/// q(t) = Π_k u_k(t)^{w_k(t)}/Z on the box, u_k the heat flows of mixtures: at every t the mixed score is ∇ log q, but q is no heat flow,
/// so that generation with this score does not end in it (docs/guidance.md). Logarithms at the cells' centres, images in the walls
/// included; Z is the sum over the cells.
/// </summary>
public sealed class TiltedLaw
{
    private readonly Grid grid;
    private readonly WorkerTeam team;
    private readonly MixedTerm[] terms;
    private readonly (KernelTable X, KernelTable Y)[] kernels;
    private readonly double[] logarithm;
    private readonly FillWork fillX;
    private readonly FillWork fillY;
    private readonly SumWork sum;

    /// <param name="terms">At least one, each of components without covariance.</param>
    /// <param name="team">The threads; the bits do not depend on their number.</param>
    /// <exception cref="ArgumentException">No terms, a term with covariances, of another dimension or with a mean outside the
    /// box.</exception>
    public TiltedLaw(Grid grid, IReadOnlyList<MixedTerm> terms, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(terms);
        if (terms.Count == 0 || terms.Any(term => !term.Data.IsIsotropic))
            throw new ArgumentException("a tilted law requires terms without covariances", nameof(terms));
        (this.grid, this.terms, this.team) = (grid, [.. terms], team);
        double[] x = grid.X.Centres.ToArray(), y = grid.Dimension == 1 ? [0] : grid.Axes[1].Centres.ToArray();
        kernels = new (KernelTable, KernelTable)[terms.Count];
        for (int term = 0; term < kernels.Length; term++)
        {
            Mixture data = terms[term].Data;
            data.RequireInside(grid);
            kernels[term] = (
                new KernelTable(grid.X, x, data.X, data), new KernelTable(grid.Dimension == 1 ? null : grid.Axes[1], y, data.Y, data));
        }

        logarithm = CellValues.Zeros(grid);
        (fillX, fillY) = (new FillWork(grid.Columns), new FillWork(grid.Rows));
        sum = new SumWork(fillX, fillY, logarithm);
    }

    /// <summary>True if every term that counts at a time has a density there.</summary>
    public bool HasDensity(double time)
    {
        foreach (MixedTerm term in terms)
        {
            if (!(time > 0 || term.Data.HasDensity || term.Weight.At(time) == 0))
                return false;
        }

        return true;
    }

    /// <summary>log q at the cells' centres.</summary>
    /// <param name="time">Forward time; positive if there are Diracs.</param>
    /// <returns>CellCount values, overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">A term has no density at this time.</exception>
    public ReadOnlySpan<double> LogDensity(double time)
    {
        Array.Clear(logarithm);
        for (int term = 0; term < kernels.Length; term++)
        {
            double weight = terms[term].Weight.At(time);
            if (weight == 0)
                continue;
            terms[term].Data.RequireDensity(time);
            (KernelTable x, KernelTable y) = kernels[term];
            fillX.Set(x, time);
            team.Run(fillX, x.Rows);
            fillY.Set(y, time);
            team.Run(fillY, y.Rows);
            sum.Set(x, y, weight);
            team.Run(sum, y.Rows);
        }

        var total = new LogSumExp();
        for (int cell = 0; cell < logarithm.Length; cell++)
            total.Add(logarithm[cell] + Math.Log(grid.Volume(cell)));
        for (int cell = 0; cell < logarithm.Length; cell++)
            logarithm[cell] -= total.Value;
        return logarithm;
    }

    /// <summary>KL(v|q) = Σ |i| v_i log(v_i/q_i).</summary>
    /// <param name="v">Cell averages.</param>
    /// <inheritdoc cref="LogDensity"/>
    public double KullbackLeibler(double time, ReadOnlySpan<double> v)
    {
        ReadOnlySpan<double> logs = LogDensity(time);
        double total = 0;
        for (int row = 0; row < grid.Rows; row++)
        {
            double ofRow = 0;
            for (int cell = row * grid.Columns; cell < (row + 1) * grid.Columns; cell++)
                ofRow += v[cell] > 0 ? grid.Volume(cell) * v[cell] * (Math.Log(v[cell]) - logs[cell]) : 0;
            total += ofRow;
        }

        return total;
    }

    /// <summary>Fills a table and finds the largest logarithm of each of its rows; a block is a row.</summary>
    private sealed class FillWork(int rows) : IBlockWork
    {
        private KernelTable table = null!;
        private double time;

        public double[] Largest { get; } = new double[rows];

        public void Set(KernelTable of, double at) => (table, time) = (of, at);

        public void Run(int block, int worker)
        {
            table.Fill(block, time);
            double largest = double.MinValue;
            foreach (double logarithm in table.High.AsSpan(block * table.Width, table.Count))
                largest = Math.Max(largest, logarithm);
            Largest[block] = largest;
        }
    }

    /// <summary>
    /// Adds w log u to the cells, u a sum of products of the axes' kernels over the largest of their rows, as in
    /// <see cref="MixtureFaceScore"/>; a block is a row of the grid.
    /// </summary>
    private sealed class SumWork(FillWork fillX, FillWork fillY, double[] logarithm) : IBlockWork
    {
        private const int Lanes = 8;

        /// <summary>Below this value products that underflow may matter: the logarithms are added first.</summary>
        private const double LeastSum = 1e-200;

        private KernelTable along = null!;
        private KernelTable across = null!;
        private double weight;

        public void Set(KernelTable x, KernelTable y, double of) => (along, across, weight) = (x, y, of);

        public void Run(int block, int worker)
        {
            int columns = fillX.Largest.Length;
            for (int column = 0; column < columns; column++)
            {
                double total = Product(column, block);
                logarithm[block * columns + column] += weight * (total > LeastSum
                    ? fillX.Largest[column] + fillY.Largest[block] + Math.Log(total) : ByLogarithms(column, block));
            }
        }

        [MethodImpl(KernelMethod.Own)]
        private double Product(int column, int row)
        {
            int width = along.Width;
            ReadOnlySpan<double> x = along.Kernel.AsSpan(column * width, width), y = across.Kernel.AsSpan(row * width, width);
            Vector512<double> sums = Vector512<double>.Zero;
            for (int k = 0; k < width; k += Lanes)
                sums = Vector512.FusedMultiplyAdd(Vector512.Create(x[k..]), Vector512.Create(y[k..]), sums);
            double total = 0;
            for (int lane = 0; lane < Lanes; lane++)
                total += sums[lane];
            return total;
        }

        private double ByLogarithms(int column, int row)
        {
            int count = along.Count, x = column * along.Width, y = row * along.Width;
            double largest = double.NegativeInfinity, total = 0;
            for (int k = 0; k < count; k++)
                largest = Math.Max(largest, along.High[x + k] + across.High[y + k]);
            for (int k = 0; k < count; k++)
            {
                double exponent = along.High[x + k] + across.High[y + k] - largest;
                if (exponent > -BoxImages.Reach)
                    total += Math.Exp(exponent + (along.Low[x + k] + across.Low[y + k]));
            }

            return largest + Math.Log(total);
        }
    }
}
