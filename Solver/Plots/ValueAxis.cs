using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>
/// How a monitor's values are shown: on a log axis where all have one sign (negated if it is −), on a linear one where some are 0 and the
/// others of about one size, on a signed log axis otherwise. A bound of 0 has no place on a log axis and is left out there.
/// </summary>
internal sealed class ValueAxis
{
    /// <summary>Whole numbers up to this one are counts, on a linear axis.</summary>
    private const double MostOfCount = 50;

    private readonly Func<double, double> shown;

    private ValueAxis(Func<double, double> shown, ITickGenerator ticks, string note, bool negated = false) =>
        (this.shown, Ticks, Note, Negated) = (shown, ticks, note, negated);

    public ITickGenerator Ticks { get; }

    /// <summary>What the axis label adds about the scale.</summary>
    public string Note { get; }

    /// <summary>True if −value is shown.</summary>
    public bool Negated { get; }

    public static ValueAxis Of(double[] measured, double[] bound)
    {
        double[] own = measured.Where(double.IsFinite).ToArray();
        double[] nonzero = own.Concat(bound).Where(value => double.IsFinite(value) && value != 0).ToArray();
        if (nonzero.Length == 0)
            return new ValueAxis(value => value, new LinearTicks(), string.Empty);
        if (nonzero.All(value => value > 0 && value <= MostOfCount && value == Math.Floor(value)))
            return new ValueAxis(value => value, new LinearTicks(1), string.Empty);
        bool zeros = own.Any(value => value == 0);
        if (!zeros && nonzero.All(value => value > 0))
            return new ValueAxis(value => value > 0 ? Math.Log10(value) : double.NaN, new LogTicks(), "log axis");
        if (!zeros && nonzero.All(value => value < 0))
            return new ValueAxis(value => value < 0 ? Math.Log10(-value) : double.NaN, new LogTicks(), "log axis", negated: true);
        if (zeros && nonzero.Max(Math.Abs) < 1e3 * nonzero.Min(Math.Abs))
            return new ValueAxis(value => value, new LinearTicks(), string.Empty);
        SignedLog scale = SignedLog.For(nonzero, 6);
        return new ValueAxis(scale.Of, new SignedLogTicks(scale), "signed log axis");
    }

    /// <summary>
    /// The scale of values to compare: logarithmic where sizes span more than a factor of 30 (on a signed log axis if some are not
    /// positive), linear otherwise.
    /// </summary>
    public static ValueAxis Spanning(IEnumerable<double> values)
    {
        const double Decades = 30;
        double[] own = [.. values.Where(double.IsFinite)], sizes = [.. own.Where(value => value != 0).Select(Math.Abs)];
        if (sizes.Length == 0 || sizes.Max() < Decades * sizes.Min())
            return new ValueAxis(value => value, new LinearTicks(), string.Empty);
        if (own.All(value => value > 0))
            return new ValueAxis(Math.Log10, new LogTicks(), "log axis");
        SignedLog scale = SignedLog.For(sizes, 6);
        return new ValueAxis(scale.Of, new SignedLogTicks(scale), "signed log axis");
    }

    /// <summary>A linear axis.</summary>
    public static ValueAxis Linear => new(value => value, new LinearTicks(), string.Empty);

    /// <summary>An axis for values of both signs: linear where they are of about one size, else a signed log axis of four
    /// decades.</summary>
    public static ValueAxis Signed(IEnumerable<double> values)
    {
        const double OneSize = 30;
        double[] sizes = [.. values.Where(double.IsFinite).Select(Math.Abs).Order()];
        if (sizes.Length == 0 || sizes[^1] <= OneSize * sizes[sizes.Length / 2])
            return new ValueAxis(value => value, new LinearTicks(), string.Empty);
        SignedLog scale = SignedLog.For(sizes, 4);
        return new ValueAxis(scale.Of, new SignedLogTicks(scale), "signed log axis");
    }

    /// <summary>The label of the axis: a quantity with its units and the scale.</summary>
    public string Labelled(string quantity, string units)
    {
        string[] notes = [.. new[] { units, Note }.Where(note => note.Length > 0)];
        return notes.Length > 0 ? $"{quantity} ({string.Join(", ", notes)})" : quantity;
    }

    public double Of(double value) => shown(value);
}
