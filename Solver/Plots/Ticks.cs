using System.Globalization;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>Ticks that depend on the range and the length of an axis only.</summary>
internal abstract class Ticks : ITickGenerator
{
    public Tick[] Positions { get; private set; } = [];

    Tick[] ITickGenerator.Ticks => Positions;

    public int MaxTickCount { get; set; } = 200;

    public void Regenerate(CoordinateRange range, Edge edge, PixelLength size, Paint paint, LabelStyle labelStyle)
    {
        // An axis that nobody has given a range yet has an infinite one.
        if (!double.IsFinite(range.Length))
            range = new CoordinateRange(0, 1);
        double wanted = size.Length / (edge is Edge.Left or Edge.Right ? 42 : 58);
        Positions = Within(range, Math.Clamp(wanted, 2, 12)).Take(MaxTickCount).ToArray();
    }

    /// <summary>The ticks of a part of an axis.</summary>
    public IEnumerable<Tick> Within(CoordinateRange range, double wanted) => Generate(range, wanted)
        .Where(tick => range.Contains(tick.Position));

    /// <param name="wanted">About how many labelled ticks have room.</param>
    protected abstract IEnumerable<Tick> Generate(CoordinateRange range, double wanted);

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    protected static double NiceStep(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double digit = least / power;
        return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
    }
}

/// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten.</summary>
/// <param name="leastStep">Least distance of two ticks: 1 for counts.</param>
internal sealed class LinearTicks(double leastStep = 0) : Ticks
{
    protected override IEnumerable<Tick> Generate(CoordinateRange range, double wanted)
    {
        double step = NiceStep(Math.Max(leastStep, range.Length / wanted));
        if (!(step > 0) || !double.IsFinite(step))
            yield break;
        double first = Math.Ceiling(range.Min / step - 1e-9), largest = Math.Max(Math.Abs(range.Min), Math.Abs(range.Max));
        for (int k = 0; k <= 50 && (first + k) * step <= range.Max + 1e-9 * step; k++)
            yield return Tick.Major((first + k) * step, Label((first + k) * step, step, largest));
    }

    /// <summary>A number with as many digits as tell it from its neighbours, however far the axis is from 0.</summary>
    private static string Label(double value, double step, double largest)
    {
        const int digitsOfNumber = 4, mostDigits = 12;
        int unit = (int)Math.Floor(Math.Log10(step) + 1e-9), needed = (int)Math.Floor(Math.Log10(largest)) - unit + 1;
        return needed is <= digitsOfNumber or > mostDigits || largest >= 1e9 || unit < -9 ? Style.Number(value)
            : value.ToString("F" + Math.Max(0, -unit).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                .Replace('-', '−');
    }
}

/// <summary>Ticks of an axis that shows the decimal logarithm: labelled powers of ten, and 2 and 5 times these on short ranges.</summary>
internal sealed class LogTicks : Ticks
{
    protected override IEnumerable<Tick> Generate(CoordinateRange range, double wanted)
    {
        int step = Math.Max(1, (int)NiceStep(Math.Max(1, range.Length / wanted)));
        int first = (int)Math.Floor(range.Min), last = (int)Math.Ceiling(range.Max);
        if (Math.Floor(range.Max / step) <= Math.Ceiling(range.Min / step))
            step = 1;
        if (range.Length < 0.8)
        {
            double linear = NiceStep((Math.Pow(10, range.Max) - Math.Pow(10, range.Min)) / Math.Clamp(wanted, 5, 6));
            double start = Math.Ceiling(Math.Pow(10, range.Min) / linear);
            for (int k = 0; k < 20; k++)
                yield return Tick.Major(Math.Log10((start + k) * linear), Style.Number((start + k) * linear));
            yield break;
        }

        // A power of ten alone does not tell the scale; otherwise three labels per decade need room.
        double powers = Math.Floor(range.Max) - Math.Ceiling(range.Min) + 1;
        bool labelBetween = powers < 2 || (range.Length < 2.2 && 2 * range.Length <= wanted);
        for (int exponent = first; exponent <= last; exponent++)
        {
            bool labelled = exponent % step == 0;
            if (labelled)
                yield return Tick.Major(exponent, Style.Power(exponent));
            else if (step <= 10)
                yield return Tick.Minor(exponent);
            for (int digit = 2; digit <= 9 && range.Length <= 6; digit++)
            {
                double position = exponent + Math.Log10(digit);
                yield return labelBetween && (digit is 2 or 5)
                    ? Tick.Major(position, Style.Number(digit * Math.Pow(10, exponent)))
                    : Tick.Minor(position);
            }
        }
    }
}

/// <summary>Ticks of an axis that shows <see cref="SignedLog"/> of a quantity: 0 and powers of ten of both signs.</summary>
internal sealed class SignedLogTicks(SignedLog scale) : Ticks
{
    protected override IEnumerable<Tick> Generate(CoordinateRange range, double wanted)
    {
        int step = Math.Max(1, (int)NiceStep(Math.Max(1, range.Length / wanted)));
        int last = (int)Math.Ceiling(Math.Max(Math.Abs(range.Min), Math.Abs(range.Max)));
        yield return Tick.Major(0, "0");
        for (int decades = 1; decades <= last; decades++)
        {
            double size = scale.Unit * Math.Pow(10, decades);
            string label = decades % step == 0 ? Style.Power((int)Math.Round(Math.Log10(size))) : string.Empty;
            double position = scale.Of(size);
            yield return label.Length > 0 ? Tick.Major(position, label) : Tick.Minor(position);
            yield return label.Length > 0 ? Tick.Major(-position, "−" + label) : Tick.Minor(-position);
        }
    }
}

/// <summary>sign(y) log10(1 + |y|/unit): linear near 0, logarithmic far from it, for quantities of both signs.</summary>
/// <param name="Unit">A power of ten, the size at which one behaviour becomes the other.</param>
internal readonly record struct SignedLog(double Unit)
{
    /// <summary>A scale on which the values spread over at most <paramref name="decades"/> decades per sign.</summary>
    public static SignedLog For(IEnumerable<double> values, int decades)
    {
        double greatest = 0, least = double.PositiveInfinity;
        foreach (double value in values)
        {
            double size = Math.Abs(value);
            if (!double.IsFinite(size) || size == 0)
                continue;
            greatest = Math.Max(greatest, size);
            least = Math.Min(least, size);
        }

        if (greatest == 0)
            return new SignedLog(1);
        double exponent = Math.Max(Math.Floor(Math.Log10(least)), Math.Ceiling(Math.Log10(greatest)) - decades);
        return new SignedLog(Math.Pow(10, Math.Max(exponent, -300)));
    }

    public double Of(double value) => Math.CopySign(Math.Log10(1 + Math.Abs(value) / Unit), value);

    public double[] Of(ReadOnlySpan<double> values)
    {
        var shown = new double[values.Length];
        for (int index = 0; index < shown.Length; index++)
            shown[index] = Of(values[index]);
        return shown;
    }
}
