namespace PdeDiffusion.Data;

/// <summary>A symmetric matrix [[XX, XY], [XY, YY]]: the covariance of a Gaussian in the plane.</summary>
public readonly record struct Covariance(double XX, double XY, double YY)
{
    /// <summary>XX·YY − XY² to about one rounding error (Kahan's difference of products).</summary>
    public double Determinant
    {
        get
        {
            double square = XY * XY, error = Math.FusedMultiplyAdd(-XY, XY, square);
            return Math.FusedMultiplyAdd(XX, YY, -square) + error;
        }
    }

    /// <summary>The larger eigenvalue.</summary>
    public double Greatest => 0.5 * (XX + YY + double.Hypot(XX - YY, 2 * XY));

    /// <summary>The smaller eigenvalue, without cancellation.</summary>
    public double Least => Determinant / Greatest;

    /// <summary>True if finite, with two positive eigenvalues.</summary>
    public bool IsPositiveDefinite => XX > 0 && YY > 0 && Determinant > 0 && double.IsFinite(Determinant);

    /// <summary>True if it is a multiple of the identity.</summary>
    public bool IsIsotropic => XY == 0 && XX == YY;

    /// <summary>1 − ρ², ρ the correlation of x and y: 1 along the axes, 0 if singular.</summary>
    public double Independence => Determinant / XX / YY;

    /// <summary>Slope of the mean of y given x: XY/XX.</summary>
    public double Slope => XY / XX;

    /// <summary>Variance of y given x: Determinant/XX.</summary>
    public double ConditionalY => Determinant / XX;

    /// <summary>Variance of x given y: Determinant/YY.</summary>
    public double ConditionalX => Determinant / YY;

    /// <summary>
    /// The covariance after a sweep along each axis: x by <paramref name="x"/>, y by <paramref name="y"/>; 2t of the heat flow.
    /// </summary>
    public Covariance Plus(double x, double y) => new(XX + x, XY, YY + y);

    /// <summary>The covariance of the reflection in one axis.</summary>
    public Covariance Reflected() => new(XX, -XY, YY);

    /// <summary>The covariance of the Gaussian turned by an angle: R C Rᵀ.</summary>
    public Covariance Turned(double angle)
    {
        (double sine, double cosine) = Math.SinCos(angle);
        double mixed = 2 * sine * cosine * XY;
        return new(
            cosine * cosine * XX - mixed + sine * sine * YY,
            sine * cosine * (XX - YY) + (cosine - sine) * (cosine + sine) * XY,
            sine * sine * XX + mixed + cosine * cosine * YY);
    }

    /// <summary>(x, y) · C⁻¹ (x, y): a sum of two squares.</summary>
    public double SquaredNorm(double x, double y)
    {
        double rest = y - Slope * x;
        return x * x / XX + rest * rest / ConditionalY;
    }

    /// <summary>C⁻¹ (x, y).</summary>
    public (double X, double Y) Solve(double x, double y)
    {
        double alongY = (y - Slope * x) / ConditionalY;
        return (x / XX - Slope * alongY, alongY);
    }

    /// <summary>A vector of this covariance from two independent standard normal numbers (Cholesky).</summary>
    public (double X, double Y) Apply(double first, double second)
    {
        double x = Math.Sqrt(XX) * first;
        return (x, Slope * x + Math.Sqrt(ConditionalY) * second);
    }
}
