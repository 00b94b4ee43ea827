using MathNet.Numerics.Distributions;

namespace PdeDiffusion.Studies;

/// <summary>y ≈ C x^p by least squares of log y on log x, with the 95 % interval of p for independent normal errors of log y.</summary>
/// <param name="Exponent">p; NaN with fewer than two different x.</param>
/// <param name="HalfWidth">Half the interval's width, by Student's t; NaN with fewer than three points.</param>
/// <param name="LogFactor">log C.</param>
public sealed record PowerLaw(double Exponent, double HalfWidth, double LogFactor)
{
    /// <summary>Fits positive values.</summary>
    public static PowerLaw Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        int count = x.Length;
        double meanX = 0, meanY = 0;
        for (int k = 0; k < count; k++)
            (meanX, meanY) = (meanX + Math.Log(x[k]) / count, meanY + Math.Log(y[k]) / count);
        double spread = 0, product = 0;
        for (int k = 0; k < count; k++)
        {
            double offset = Math.Log(x[k]) - meanX;
            spread += offset * offset;
            product += offset * (Math.Log(y[k]) - meanY);
        }

        if (!(spread > 1e-20))
            return new PowerLaw(double.NaN, double.NaN, double.NaN);
        double exponent = product / spread, residual = 0;
        for (int k = 0; k < count; k++)
        {
            double off = Math.Log(y[k]) - meanY - exponent * (Math.Log(x[k]) - meanX);
            residual += off * off;
        }

        double half = count < 3 ? double.NaN
            : StudentT.InvCDF(0, 1, count - 2, 0.975) * Math.Sqrt(residual / (count - 2) / spread);
        return new PowerLaw(exponent, half, meanY - exponent * meanX);
    }

    /// <summary>C x^p.</summary>
    public double At(double x) => Math.Exp(LogFactor + Exponent * Math.Log(x));
}
