using System.Runtime.CompilerServices;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Scores;

/// <summary>
/// One axis of a mixture's heat flow on a box, at some positions: for position i and component k the logarithm of
/// √w_k Σ_images a_k^{−1/2} exp(−(x_i − m_k)²/2a_k) as a sum of two doubles, its derivative, and the kernel itself over the largest at i.
/// One row per position, padded to whole vectors with components of weight 0. u(t) is the product over the axes, summed over k.
/// </summary>
internal sealed unsafe class KernelTable
{
    private const int Lanes = 8;
    private const double HalfLogTwoPi = 0.91893853320467274178;

    private readonly Axis axis;
    private readonly double[] positions;
    private readonly double[] means;
    private readonly double[] variances;
    private readonly double[] halfLogWeights;

    /// <param name="axis">The axis; null for the absent second axis of a grid of one: every kernel is then √w_k, at one position.</param>
    /// <param name="means">Coordinates of the means on this axis.</param>
    public KernelTable(Axis? axis, double[] positions, ReadOnlySpan<double> means, Mixture mixture)
    {
        this.axis = axis ?? Axis.Uniform(0, 1, 1, Boundary.NoFlux);
        IsFlat = axis is null;
        this.positions = positions;
        Count = means.Length;
        Width = (means.Length + Lanes - 1) / Lanes * Lanes;
        this.means = new double[Width];
        variances = new double[Width];
        halfLogWeights = new double[Width];
        this.means.AsSpan().Fill(means[0]);
        means.CopyTo(this.means);
        variances.AsSpan().Fill(mixture.Variances[0]);
        mixture.Variances.CopyTo(variances);
        halfLogWeights.AsSpan().Fill(-1e300);
        for (int k = 0; k < means.Length; k++)
            halfLogWeights[k] = 0.5 * Math.Log(mixture.Weights[k]);

        int size = checked(Width * positions.Length);
        High = new double[size];
        Low = new double[size];
        Slope = new double[size];
        Kernel = new double[size];
        KernelSlope = new double[size];
    }

    /// <summary>Number of components; the rest of a row is padding.</summary>
    public int Count { get; }

    /// <summary>Length of a row.</summary>
    public int Width { get; }

    public int Rows => positions.Length;

    /// <summary>Leading part of the logarithm.</summary>
    public double[] High { get; }

    /// <summary>The remainder: the logarithm is High + Low.</summary>
    public double[] Low { get; }

    /// <summary>Derivative of the logarithm.</summary>
    public double[] Slope { get; }

    /// <summary>The kernel over the largest of its row.</summary>
    public double[] Kernel { get; }

    /// <summary>Kernel times slope.</summary>
    public double[] KernelSlope { get; }

    private bool IsFlat { get; }

    /// <summary>Fills row <paramref name="row"/> for forward time <paramref name="time"/>.</summary>
    public void Fill(int row, double time)
    {
        if (RegisterWidth.IsEight)
            Fill<Lanes8>(row, time);
        else
            Fill<Lanes4>(row, time);
    }

    private void Fill<TRegister>(int row, double time)
        where TRegister : struct, IRegister<TRegister>
    {
        if (IsFlat)
            halfLogWeights.CopyTo(High, row * Width);
        else
            FillLogarithms<TRegister>(row, 2 * time);
        FillKernels<TRegister>(row);
    }

    [MethodImpl(KernelMethod.Own)]
    private void FillLogarithms<TRegister>(int row, double twiceTime)
        where TRegister : struct, IRegister<TRegister>
    {
        double length = axis.Length;
        Walls walls = axis.Walls;
        TRegister zero = TRegister.Create(0), half = TRegister.Create(0.5), at = TRegister.Create(positions[row]);
        TRegister uniformFrom = TRegister.Create(BoxImages.UniformFrom(axis.IsPeriodic) * length * length);
        fixed (double* highs = &High[row * Width], lows = &Low[row * Width], slopes = &Slope[row * Width])
        fixed (double* allMeans = means, allVariances = variances, allWeights = halfLogWeights)
        {
            for (int k = 0; k < Width; k += TRegister.Count)
            {
                TRegister mean = TRegister.Load(allMeans + k), variance = TRegister.Load(allVariances + k);
                TRegister halfLogWeight = TRegister.Load(allWeights + k), a = variance + TRegister.Create(twiceTime);
                if (axis.IsPeriodic)
                {
                    // Begin with the translate nearest to the position, so that no other image has more weight.
                    TRegister period = TRegister.Create(length), shift = TRegister.Create(VectorMath.IntegerShift);
                    mean += period * ((at - mean) / period + shift - shift);
                }

                (TRegister exponent, TRegister exponentError) = Compensated.Product(
                    Compensated.SquaredDifference(at, mean), Compensated.InverseOfSum(variance, TRegister.Create(twiceTime)));
                (TRegister high, TRegister low) = Compensated.Sum(halfLogWeight - half * VectorMath.Log(a), zero - half * exponent);
                low -= half * exponentError;

                // Where the kernel is uniform no image counts.
                TRegister reach = TRegister.IfGreater(
                    a, uniformFrom, TRegister.Create(double.NegativeInfinity), TRegister.Create(BoxImages.Reach));
                TRegister own = mean - at, total = TRegister.Create(1), moment = own, lower = mean, upper = mean;
                bool matters = true;
                while (matters)
                {
                    (lower, upper) = walls.Next(lower, upper);
                    matters = false;
                    TRegister image = lower;
                    for (int side = 0; side < 2; side++, image = upper)
                    {
                        TRegister offset = image - at, drop = half * (offset - own) * (offset + own) / a, margin = reach - drop;
                        if (!TRegister.AnyPositive(margin))
                            continue;
                        matters = true;
                        TRegister weight = VectorMath.Exp(zero - TRegister.Min(drop, TRegister.Create(BoxImages.Reach)));
                        weight = TRegister.IfPositive(margin, weight, zero);
                        total += weight;
                        moment += weight * offset;
                    }
                }

                TRegister flat = halfLogWeight + TRegister.Create(HalfLogTwoPi - Math.Log(length));
                TRegister.IfGreater(a, uniformFrom, flat, high).Store(highs + k);
                TRegister.IfGreater(a, uniformFrom, zero, low + VectorMath.Log(total)).Store(lows + k);
                TRegister.IfGreater(a, uniformFrom, zero, moment / (total * a)).Store(slopes + k);
            }
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private void FillKernels<TRegister>(int row)
        where TRegister : struct, IRegister<TRegister>
    {
        fixed (double* highs = &High[row * Width], lows = &Low[row * Width], slopes = &Slope[row * Width])
        fixed (double* kernels = &Kernel[row * Width], kernelSlopes = &KernelSlope[row * Width])
        {
            TRegister most = TRegister.Create(double.MinValue);
            for (int k = 0; k < Width; k += TRegister.Count)
                most = TRegister.Max(most, TRegister.Load(highs + k));
            TRegister largest = TRegister.Create(TRegister.Greatest(most));
            for (int k = 0; k < Width; k += TRegister.Count)
            {
                TRegister exponent = TRegister.Load(highs + k) - largest + TRegister.Load(lows + k);
                TRegister kernel = VectorMath.Exp(TRegister.Max(exponent, TRegister.Create(-800.0)));
                kernel.Store(kernels + k);
                (kernel * TRegister.Load(slopes + k)).Store(kernelSlopes + k);
            }
        }
    }
}
