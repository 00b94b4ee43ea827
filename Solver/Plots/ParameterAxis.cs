using System.Globalization;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>
/// An axis of the values of one key of a parameter study, each of them a tick: numbers on the scale that <see cref="ValueAxis.Spanning"/>
/// chooses, other values equally spaced in the order of the study.
/// </summary>
internal sealed class ParameterAxis
{
    private readonly Dictionary<string, double> places = new(StringComparer.Ordinal);

    /// <param name="values">The values as texts, with repetitions.</param>
    public ParameterAxis(IEnumerable<string> values)
    {
        string[] distinct = [.. values.Distinct(StringComparer.Ordinal)];
        double[] numbers = [.. distinct.Select(Number)];
        bool areNumbers = numbers.All(double.IsFinite);
        ValueAxis scale = ValueAxis.Spanning(areNumbers ? numbers : []);
        Note = scale.Note;
        for (int index = 0; index < distinct.Length; index++)
            places[distinct[index]] = areNumbers ? scale.Of(numbers[index]) : index;
        Range = Interval.Covering(places.Values).Padded(0.06);
        Ticks = new Labels([.. places.Select(place => (place.Value, Text(place.Key))).OrderBy(place => place.Value)]);
    }

    public Interval Range { get; }

    public ITickGenerator Ticks { get; }

    /// <summary>What the axis label adds about the scale.</summary>
    public string Note { get; }

    public double Of(string value) => places[value];

    /// <summary>A value as figures show it: a number short, any other text as it is.</summary>
    public static string Text(string value)
    {
        const int Longest = 24;
        double number = Number(value);
        return double.IsFinite(number) ? Style.Number(number)
            : value.Length <= Longest ? value : string.Concat(value.AsSpan(0, Longest - 1), "…");
    }

    private static double Number(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    /// <summary>A tick at every value; labels that would overlap the one before are left out.</summary>
    private sealed class Labels((double Place, string Text)[] all) : Plots.Ticks
    {
        private const double PixelsPerCharacter = 7;

        protected override IEnumerable<Tick> Generate(CoordinateRange range, double wanted)
        {
            double pixels = 58 * wanted, free = double.NegativeInfinity;
            foreach ((double place, string text) in all)
            {
                double middle = (place - range.Min) / range.Length * pixels, half = 0.5 * PixelsPerCharacter * text.Length + 2;
                bool fits = middle - half >= free;
                yield return fits ? Tick.Major(place, text) : Tick.Minor(place);
                free = fits ? middle + half : free;
            }
        }
    }
}
