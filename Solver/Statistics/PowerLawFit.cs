using MathNet.Numerics.Distributions;

namespace PdeDiffusion.Statistics;

/// <summary>
/// y ≈ C x^p by ordinary least squares of log y on log x, with the standard error and the 95 % confidence interval of p for independent
/// normal errors of log y (Student's t with n − 2 degrees of freedom).
/// </summary>
/// <param name="Exponent">p; NaN with fewer than two different x.</param>
/// <param name="StandardError">Standard error of p, √(Σ r²/(n − 2)/Σ (log x − mean)²); NaN with fewer than three points.</param>
/// <param name="HalfWidth">Half the width of the interval; NaN with fewer than three points.</param>
/// <param name="LogFactor">log C.</param>
public sealed record PowerLawFit(double Exponent, double StandardError, double HalfWidth, double LogFactor)
{
    private const double Confidence = 0.95;

    /// <summary>Fits points with x, y &gt; 0; as many y as x.</summary>
    public static PowerLawFit Of(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
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
            return new PowerLawFit(double.NaN, double.NaN, double.NaN, double.NaN);
        double exponent = product / spread, residual = 0;
        for (int k = 0; k < count; k++)
        {
            double off = Math.Log(y[k]) - meanY - exponent * (Math.Log(x[k]) - meanX);
            residual += off * off;
        }

        double error = count < 3 ? double.NaN : Math.Sqrt(residual / (count - 2) / spread);
        double half = count < 3 ? double.NaN : StudentT.InvCDF(0, 1, count - 2, 0.5 * (1 + Confidence)) * error;
        return new PowerLawFit(exponent, error, half, meanY - exponent * meanX);
    }

    /// <summary>C x^p.</summary>
    public double At(double x) => Math.Exp(LogFactor + Exponent * Math.Log(x));
}
