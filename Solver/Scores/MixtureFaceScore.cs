using System.Runtime.Intrinsics;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Scores;

/// <summary>
/// The closed-form score of a mixture's heat flow on the box (docs/numerics.md, 2.8), images included: exact if the mixture is u0,
/// empirical if it is a sample. With kernels X_k(x), Y_k(y), s_x = Σ_k X_k' Y_k / Σ_k X_k Y_k: tables of the axes' kernels and a product
/// of matrices, each row
/// scaled by its largest kernel. Where no component is large on both axes the sums nearly underflow; there the logarithms are
/// added first.
/// </summary>
/// <remarks>
/// Memory: ten doubles a component and line of the longer axis, on either axis, or so. Blocks of lines are shared among the team.
/// </remarks>
public sealed class MixtureFaceScore : IFaceScore
{
    private const int Lanes = 8;

    /// <summary>Below this a sum may lack terms that underflowed; a term lost is below 1e-308, so above it they are nothing.</summary>
    private const double LeastSum = 1e-200;

    private readonly Grid grid;
    private readonly Mixture mixture;
    private readonly WorkerTeam team;
    private readonly KernelTable[] faces;
    private readonly KernelTable[] centres;
    private readonly FillWork fill;
    private readonly ProductWork product;

    /// <param name="team">Threads that evaluate; the bits do not depend on their number.</param>
    /// <exception cref="ArgumentException">Another dimension than the grid's, or a mean outside the box.</exception>
    public MixtureFaceScore(Grid grid, Mixture mixture, WorkerTeam team)
    {
        mixture.RequireInside(grid);
        this.grid = grid;
        this.mixture = mixture;
        this.team = team;
        faces = new KernelTable[grid.Dimension];
        centres = new KernelTable[grid.Dimension];
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            faces[axis] = new KernelTable(along, along.Faces.Slice(1, along.Links).ToArray(), axis == 0 ? mixture.X : mixture.Y, mixture);
            Axis? across = grid.Dimension == 1 ? null : grid.Axes[1 - axis];
            double[] positions = across is null ? [0] : across.Centres.ToArray();
            centres[axis] = new KernelTable(across, positions, axis == 0 ? mixture.Y : mixture.X, mixture);
        }

        fill = new FillWork();
        product = new ProductWork(grid.CellCount);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">t &lt; 0, or t = 0 and the mixture has Diracs.</exception>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        mixture.RequireDensity(time);
        fill.Set(faces[axis], time);
        team.Run(fill, faces[axis].Rows);
        fill.Set(centres[axis], time);
        team.Run(fill, centres[axis].Rows);
        product.Set(faces[axis], centres[axis], axis == 0 ? 1 : grid.Columns, axis == 0 ? grid.Columns : 1);
        team.Run(product, (faces[axis].Rows + 1) / 2);
        product.Result.CopyTo(normal);
    }

    private sealed class FillWork : IBlockWork
    {
        private KernelTable table = null!;
        private double time;

        public void Set(KernelTable of, double at) => (table, time) = (of, at);

        public void Run(int block, int worker) => table.Fill(block, time);
    }

    /// <summary>A block is two rows of faces; tiles of 2 × 2 sums keep the kernels in registers.</summary>
    private sealed class ProductWork(int cells) : IBlockWork
    {
        private KernelTable along = null!;
        private KernelTable across = null!;
        private int strideAlong;
        private int strideAcross;

        public double[] Result { get; } = new double[cells];

        public void Set(KernelTable faces, KernelTable centres, int alongStride, int acrossStride)
        {
            (along, across, strideAlong, strideAcross) = (faces, centres, alongStride, acrossStride);
            Array.Clear(Result);
        }

        public void Run(int block, int worker)
        {
            int first = 2 * block, second = Math.Min(first + 1, along.Rows - 1);
            for (int line = 0; line < across.Rows; line += 2)
                Tile(first, second, line, Math.Min(line + 1, across.Rows - 1));
        }

        private void Tile(int i, int j, int p, int q)
        {
            int width = along.Width;
            ref double kernelI = ref along.Kernel[i * width], slopeI = ref along.KernelSlope[i * width];
            ref double kernelJ = ref along.Kernel[j * width], slopeJ = ref along.KernelSlope[j * width];
            ref double kernelP = ref across.Kernel[p * width], kernelQ = ref across.Kernel[q * width];
            Vector512<double> sumIP = default, sumIQ = default, sumJP = default, sumJQ = default;
            Vector512<double> derivativeIP = default, derivativeIQ = default, derivativeJP = default, derivativeJQ = default;
            for (nuint k = 0; k < (nuint)width; k += Lanes)
            {
                Vector512<double> atP = Vector512.LoadUnsafe(ref kernelP, k), atQ = Vector512.LoadUnsafe(ref kernelQ, k);
                Vector512<double> at = Vector512.LoadUnsafe(ref kernelI, k), slope = Vector512.LoadUnsafe(ref slopeI, k);
                sumIP = Vector512.FusedMultiplyAdd(at, atP, sumIP);
                sumIQ = Vector512.FusedMultiplyAdd(at, atQ, sumIQ);
                derivativeIP = Vector512.FusedMultiplyAdd(slope, atP, derivativeIP);
                derivativeIQ = Vector512.FusedMultiplyAdd(slope, atQ, derivativeIQ);
                at = Vector512.LoadUnsafe(ref kernelJ, k);
                slope = Vector512.LoadUnsafe(ref slopeJ, k);
                sumJP = Vector512.FusedMultiplyAdd(at, atP, sumJP);
                sumJQ = Vector512.FusedMultiplyAdd(at, atQ, sumJQ);
                derivativeJP = Vector512.FusedMultiplyAdd(slope, atP, derivativeJP);
                derivativeJQ = Vector512.FusedMultiplyAdd(slope, atQ, derivativeJQ);
            }

            Put(i, p, sumIP, derivativeIP);
            Put(i, q, sumIQ, derivativeIQ);
            Put(j, p, sumJP, derivativeJP);
            Put(j, q, sumJQ, derivativeJQ);
        }

        private void Put(int row, int line, Vector512<double> sum, Vector512<double> derivative)
        {
            double total = Vector512.Sum(sum);
            double score = total > LeastSum ? Vector512.Sum(derivative) / total : ByLogarithms(row, line);
            Result[row * strideAlong + line * strideAcross] = score;
        }

        private double ByLogarithms(int row, int line)
        {
            int width = along.Width;
            ref double alongHigh = ref along.High[row * width], alongLow = ref along.Low[row * width];
            ref double slopes = ref along.Slope[row * width];
            ref double acrossHigh = ref across.High[line * width], acrossLow = ref across.Low[line * width];
            Vector512<double> most = Vector512.Create(double.MinValue);
            for (nuint k = 0; k < (nuint)width; k += Lanes)
                most = Vector512.Max(most, Vector512.LoadUnsafe(ref alongHigh, k) + Vector512.LoadUnsafe(ref acrossHigh, k));
            double largest = most[0];
            for (int lane = 1; lane < Lanes; lane++)
                largest = Math.Max(largest, most[lane]);

            Vector512<double> sum = default, derivative = default, least = Vector512.Create(largest - 2 * BoxImages.Reach);
            for (nuint k = 0; k < (nuint)width; k += Lanes)
            {
                Vector512<double> first = Vector512.LoadUnsafe(ref alongHigh, k), second = Vector512.LoadUnsafe(ref acrossHigh, k);
                (Vector512<double> high, Vector512<double> low) = SpecialFunctions.Compensated.Sum(first, second);
                if (!Vector512.GreaterThanAny(high, least))
                    continue;
                low += Vector512.LoadUnsafe(ref alongLow, k) + Vector512.LoadUnsafe(ref acrossLow, k);
                Vector512<double> exponent = high - Vector512.Create(largest) + low;
                Vector512<double> weight = VectorMath.Exp(Vector512.Max(exponent, Vector512.Create(-800.0)));
                sum += weight;
                derivative = Vector512.FusedMultiplyAdd(weight, Vector512.LoadUnsafe(ref slopes, k), derivative);
            }

            return Vector512.Sum(derivative) / Vector512.Sum(sum);
        }
    }
}
