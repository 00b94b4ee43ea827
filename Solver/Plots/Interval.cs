namespace PdeDiffusion.Plots;

/// <summary>A range of an axis, never empty and always finite, whatever the data.</summary>
internal readonly record struct Interval
{
    private Interval(double low, double high) => (Low, High) = (low, high);

    public double Low { get; }

    public double High { get; }

    public double Span => High - Low;

    /// <summary>From low to high; an empty, reversed or infinite range becomes one of positive length around what is finite of
    /// it.</summary>
    public static Interval Of(double low, double high)
    {
        if (!double.IsFinite(low))
            low = double.IsFinite(high) ? high : 0;
        if (!double.IsFinite(high))
            high = low;
        low = Math.Clamp(low, -1e300, 1e300);
        high = Math.Clamp(high, -1e300, 1e300);
        double least = 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high));
        if (high - low > least)
            return new Interval(low, high);
        double half = Math.Max(0.5 * Math.Abs(low), low == 0 ? 0.5 : 1e-300);
        return new Interval(low - half, low + half);
    }

    /// <summary>The range of the finite values.</summary>
    public static Interval Covering(IEnumerable<double> values)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return Of(low, high);
    }

    /// <summary>Widened by a share of its length at each end.</summary>
    public Interval Padded(double share) => Of(Low - share * Span, High + share * Span);
}
