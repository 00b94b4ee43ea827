namespace PdeDiffusion.Monitors.Measuring;

/// <summary>
/// Σ |i| (v/scale)^p over part of the cells, for each exponent p. The scale is the part's largest value, or a power of two next to it that
/// neighbouring segments mostly share, so that no power overflows or underflows.
/// </summary>
internal sealed class PowerSums(double[] exponents)
{
    private readonly CompensatedSum[] sums = new CompensatedSum[exponents.Length];

    /// <summary>True if powers of 2 by an exponent may leave the range of a double.</summary>
    public bool AreLarge { get; } = exponents.Any(p => p > 512);

    /// <summary>Number of exponents.</summary>
    public int Count => sums.Length;

    public double Scale { get; private set; }

    public double Sum(int exponent) => sums[exponent].Value;

    public void Clear()
    {
        Scale = 0;
        Array.Clear(sums);
    }

    /// <summary>Makes room for a part of this scale: sums are relative to the larger of the two.</summary>
    public void Raise(double scale)
    {
        if (!(scale > Scale))
            return;
        for (int index = 0; index < sums.Length && Scale > 0; index++)
        {
            double value = sums[index].Value * Math.Pow(Scale / scale, exponents[index]);
            sums[index] = default;
            sums[index].Add(value);
        }

        Scale = scale;
    }

    /// <summary>Adds Σ |i| (v/scale)^p of a part; <see cref="Raise"/> has been called with its scale.</summary>
    public void Add(int exponent, double sum, double scale) =>
        sums[exponent].Add(scale == Scale ? sum : sum * Math.Pow(scale / Scale, exponents[exponent]));

    public void Add(PowerSums part)
    {
        Raise(part.Scale);
        for (int index = 0; index < sums.Length && part.Scale > 0; index++)
            Add(index, part.sums[index].Value, part.Scale);
    }
}
