using System.Runtime.Intrinsics;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Scores;

/// <summary>
/// One axis of a mixture's heat flow on a box, at some positions: for position i and component k the logarithm of
/// √w_k Σ_images a_k^{−1/2} exp(−(x_i − m_k)²/2a_k) as a sum of two doubles, its derivative, and the kernel itself over the largest at i.
/// A row a position, padded to whole vectors with components of no weight. u(t) is the product over the axes, summed over k.
/// </summary>
internal sealed class KernelTable
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

    /// <summary>Length of a row.</summary>
    public int Width { get; }

    public int Rows => positions.Length;

    /// <summary>Leading part of the logarithm.</summary>
    public double[] High { get; }

    /// <summary>What the leading part lacks.</summary>
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
        int start = row * Width;
        Vector512<double> most = Vector512.Create(double.MinValue);
        for (int k = 0; k < Width; k += Lanes)
        {
            FillLogarithm(start, k, positions[row], Vector512.Create(2 * time));
            most = Vector512.Max(most, Vector512.Create(High, start + k));
        }

        double largest = most[0];
        for (int lane = 1; lane < Lanes; lane++)
            largest = Math.Max(largest, most[lane]);
        for (int k = start; k < start + Width; k += Lanes)
        {
            Vector512<double> exponent = Vector512.Create(High, k) - Vector512.Create(largest) + Vector512.Create(Low, k);
            Vector512<double> kernel = VectorMath.Exp(Vector512.Max(exponent, Vector512.Create(-800.0)));
            kernel.CopyTo(Kernel, k);
            (kernel * Vector512.Create(Slope, k)).CopyTo(KernelSlope, k);
        }
    }

    private void FillLogarithm(int start, int k, double position, Vector512<double> twiceTime)
    {
        Vector512<double> halfLogWeight = Vector512.Create(halfLogWeights, k);
        if (IsFlat)
        {
            halfLogWeight.CopyTo(High, start + k);
            return;
        }

        Vector512<double> half = Vector512.Create(0.5), at = Vector512.Create(position), mean = Vector512.Create(means, k);
        Vector512<double> variance = Vector512.Create(variances, k), a = variance + twiceTime;
        if (axis.IsPeriodic)
        {
            // Begin with the translate nearest to the position, so that no other image has more weight.
            double period = axis.To - axis.From;
            mean += period * Vector512.Round((at - mean) / period);
        }

        (Vector512<double> exponent, Vector512<double> exponentError) = Compensated.Product(
            Compensated.SquaredDifference(at, mean), Compensated.InverseOfSum(variance, twiceTime));
        (Vector512<double> high, Vector512<double> low) = Compensated.Sum(halfLogWeight - half * VectorMath.Log(a), -half * exponent);
        low -= half * exponentError;

        Vector512<double> own = mean - at, total = Vector512<double>.One, moment = own;
        Vector512<double> isUniform = UniformLanes(a);
        Vector512<double> lower = mean, upper = mean;
        bool matters = true;
        while (matters)
        {
            (lower, upper) = Next(lower, upper);
            matters = AddImage(lower) | AddImage(upper);
        }

        low += VectorMath.Log(total);
        double length = axis.To - axis.From;
        Vector512<double> slope = moment / (total * a);
        Vector512<double> flat = halfLogWeight + Vector512.Create(HalfLogTwoPi - Math.Log(length));
        Vector512.ConditionalSelect(isUniform, flat, high).CopyTo(High, start + k);
        Vector512.AndNot(low, isUniform).CopyTo(Low, start + k);
        Vector512.AndNot(slope, isUniform).CopyTo(Slope, start + k);

        bool AddImage(Vector512<double> image)
        {
            Vector512<double> offset = image - at;
            Vector512<double> drop = half * (offset - own) * (offset + own) / a;
            Vector512<double> counts = Vector512.AndNot(Vector512.LessThan(drop, Vector512.Create(BoxImages.Reach)), isUniform);
            if (counts == Vector512<double>.Zero)
                return false;
            Vector512<double> weight = counts & VectorMath.Exp(-Vector512.Min(drop, Vector512.Create(BoxImages.Reach)));
            total += weight;
            moment += weight * offset;
            return true;
        }
    }

    /// <summary>All bits set in the lanes whose kernel is uniform on the box.</summary>
    private Vector512<double> UniformLanes(Vector512<double> variance)
    {
        double length = axis.To - axis.From;
        return Vector512.GreaterThan(variance, Vector512.Create(BoxImages.UniformFrom(axis.IsPeriodic) * length * length));
    }

    private (Vector512<double> Lower, Vector512<double> Upper) Next(Vector512<double> lower, Vector512<double> upper)
    {
        if (axis.IsPeriodic)
        {
            Vector512<double> period = Vector512.Create(axis.To - axis.From);
            return (lower - period, upper + period);
        }

        return (Vector512.Create(2 * axis.From) - upper, Vector512.Create(2 * axis.To) - lower);
    }
}
