namespace PdeDiffusion.Statistics;

/// <summary>The mean of independent values and its standard error, √(Σ (x − mean)²/(n − 1)/n).</summary>
/// <param name="Mean">NaN for no values.</param>
/// <param name="Error">Standard error of the mean; NaN for fewer than two values.</param>
public readonly record struct SampleMean(double Mean, double Error)
{
    /// <summary>Of the finite values among <paramref name="values"/>.</summary>
    public static SampleMean Of(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
            return new SampleMean(double.NaN, double.NaN);
        double mean = finite.Average();
        double variance = finite.Length < 2 ? double.NaN : finite.Sum(value => (value - mean) * (value - mean)) / (finite.Length - 1);
        return new SampleMean(mean, Math.Sqrt(variance / finite.Length));
    }
}
