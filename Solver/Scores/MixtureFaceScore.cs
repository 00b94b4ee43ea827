using System.Runtime.CompilerServices;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Scores;

/// <summary>
/// The closed-form score of a mixture's heat flow on the box (docs/numerics.md, 2.8), images included: exact if the mixture is u0,
/// empirical if it is a sample. With kernels X_k(x), Y_k(y), s_x = Σ_k X_k' Y_k / Σ_k X_k Y_k: tables of the axes' kernels and a product of
/// matrices, each row scaled by its largest kernel. Where no component is large on both axes the sums nearly underflow; there the
/// logarithms are added first.
/// </summary>
/// <remarks>
/// Memory: about ten doubles per component and line of the longer axis, on either axis. Blocks of lines are shared among the team.
/// </remarks>
public sealed class MixtureFaceScore : IFaceScore
{
    /// <summary>Number of partial sums over the components, so that registers of four and of eight give the same bits.</summary>
    private const int Places = 8;

    /// <summary>Below this value underflowed terms may matter; above it they are negligible, since each is below 1e-308.</summary>
    private const double LeastSum = 1e-200;

    private readonly Grid grid;
    private readonly Mixture mixture;
    private readonly WorkerTeam team;
    private readonly KernelTable[] faces;
    private readonly KernelTable[] centres;
    private readonly FillWork fill;
    private readonly ProductWork product;

    /// <param name="team">The threads; the bits do not depend on their number.</param>
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
    public Mixture ClosedForm => mixture;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">t &lt; 0, or t = 0 and the mixture has Diracs.</exception>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        mixture.RequireDensity(time);
        fill.Set(faces[axis], time);
        team.Run(fill, faces[axis].Rows);
        fill.Set(centres[axis], time);
        team.Run(fill, centres[axis].Rows);
        product.Set(faces[axis], centres[axis], grid.Stride(axis), grid.Stride(1 - axis));
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
    private sealed unsafe class ProductWork(int cells) : IBlockWork
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
            {
                if (RegisterWidth.IsEight)
                    Tile<Lanes8>(first, second, line, Math.Min(line + 1, across.Rows - 1));
                else
                    Tile<Lanes4>(first, second, line, Math.Min(line + 1, across.Rows - 1));
            }
        }

        [MethodImpl(KernelMethod.Own)]
        private void Tile<TRegister>(int i, int j, int p, int q)
            where TRegister : struct, IRegister<TRegister>
        {
            int width = along.Width, count = along.Count;
            double totalIP = 0, totalIQ = 0, totalJP = 0, totalJQ = 0;
            double slopeIP = 0, slopeIQ = 0, slopeJP = 0, slopeJQ = 0;
            fixed (double* kernelI = &along.Kernel[i * width], kernelSlopeI = &along.KernelSlope[i * width])
            fixed (double* kernelJ = &along.Kernel[j * width], kernelSlopeJ = &along.KernelSlope[j * width])
            fixed (double* kernelP = &across.Kernel[p * width], kernelQ = &across.Kernel[q * width])
            {
                for (int place = 0; place < Places; place += TRegister.Count)
                {
                    TRegister zero = TRegister.Create(0), sumIP = zero, sumIQ = zero, sumJP = zero, sumJQ = zero;
                    TRegister derivativeIP = zero, derivativeIQ = zero, derivativeJP = zero, derivativeJQ = zero;
                    for (int k = place; k < count; k += Places)
                    {
                        TRegister atP = TRegister.Load(kernelP + k), atQ = TRegister.Load(kernelQ + k);
                        TRegister at = TRegister.Load(kernelI + k), slope = TRegister.Load(kernelSlopeI + k);
                        sumIP = TRegister.Fused(at, atP, sumIP);
                        sumIQ = TRegister.Fused(at, atQ, sumIQ);
                        derivativeIP = TRegister.Fused(slope, atP, derivativeIP);
                        derivativeIQ = TRegister.Fused(slope, atQ, derivativeIQ);
                        at = TRegister.Load(kernelJ + k);
                        slope = TRegister.Load(kernelSlopeJ + k);
                        sumJP = TRegister.Fused(at, atP, sumJP);
                        sumJQ = TRegister.Fused(at, atQ, sumJQ);
                        derivativeJP = TRegister.Fused(slope, atP, derivativeJP);
                        derivativeJQ = TRegister.Fused(slope, atQ, derivativeJQ);
                    }

                    totalIP += TRegister.Sum(sumIP);
                    totalIQ += TRegister.Sum(sumIQ);
                    totalJP += TRegister.Sum(sumJP);
                    totalJQ += TRegister.Sum(sumJQ);
                    slopeIP += TRegister.Sum(derivativeIP);
                    slopeIQ += TRegister.Sum(derivativeIQ);
                    slopeJP += TRegister.Sum(derivativeJP);
                    slopeJQ += TRegister.Sum(derivativeJQ);
                }
            }

            Put<TRegister>(i, p, totalIP, slopeIP);
            Put<TRegister>(i, q, totalIQ, slopeIQ);
            Put<TRegister>(j, p, totalJP, slopeJP);
            Put<TRegister>(j, q, totalJQ, slopeJQ);
        }

        private void Put<TRegister>(int row, int line, double total, double slope)
            where TRegister : struct, IRegister<TRegister> =>
            Result[row * strideAlong + line * strideAcross] = total > LeastSum ? slope / total : ByLogarithms<TRegister>(row, line);

        [MethodImpl(KernelMethod.Own)]
        private double ByLogarithms<TRegister>(int row, int line)
            where TRegister : struct, IRegister<TRegister>
        {
            int width = along.Width, count = along.Count;
            fixed (double* alongHigh = &along.High[row * width], alongLow = &along.Low[row * width], slopes = &along.Slope[row * width])
            fixed (double* acrossHigh = &across.High[line * width], acrossLow = &across.Low[line * width])
            {
                TRegister most = TRegister.Create(double.MinValue);
                for (int k = 0; k < count; k += TRegister.Count)
                    most = TRegister.Max(most, TRegister.Load(alongHigh + k) + TRegister.Load(acrossHigh + k));
                double greatest = TRegister.Greatest(most), total = 0, slope = 0;
                TRegister largest = TRegister.Create(greatest), least = TRegister.Create(greatest - 2 * BoxImages.Reach);
                for (int place = 0; place < Places; place += TRegister.Count)
                {
                    TRegister zero = TRegister.Create(0), sum = zero, derivative = zero;
                    for (int k = place; k < count; k += Places)
                    {
                        (TRegister high, TRegister low) = Compensated.Sum(
                            TRegister.Load(alongHigh + k), TRegister.Load(acrossHigh + k));
                        TRegister margin = high - least;
                        if (!TRegister.AnyPositive(margin))
                            continue;
                        low += TRegister.Load(alongLow + k) + TRegister.Load(acrossLow + k);
                        TRegister weight = VectorMath.Exp(TRegister.Max(high - largest + low, TRegister.Create(-800.0)));

                        // A component that counts must not take its neighbours in the register along, of which there are four or eight.
                        weight = TRegister.IfPositive(margin, weight, zero);
                        sum += weight;
                        derivative = TRegister.Fused(weight, TRegister.Load(slopes + k), derivative);
                    }

                    total += TRegister.Sum(sum);
                    slope += TRegister.Sum(derivative);
                }

                return slope / total;
            }
        }
    }
}
