using System.Globalization;
using PdeDiffusion.Files;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Commands;

/// <summary>Times and ranges as the options of <c>plot</c> give them.</summary>
internal static class PlotArguments
{
    /// <summary>The word for the whole box.</summary>
    public const string WholeBox = "box";

    private const string Sigma = "sigma=";

    /// <summary>Forward times t: numbers, or noise levels <c>sigma=0.2</c>.</summary>
    /// <exception cref="InputException">One is neither.</exception>
    public static IReadOnlyList<double> Times(IReadOnlyList<string> values) => [.. values.Select(value =>
        value.StartsWith(Sigma, StringComparison.Ordinal) && TryRead(value[Sigma.Length..], out double sigma) && sigma >= 0
            ? NoiseLevel.Time(sigma)
            : TryRead(value, out double time) && time >= 0 ? time
            : throw Wrong("--times", $"must be times t >= 0 or noise levels sigma=0.2, but is {Printable.Quote(value)}"))];

    /// <summary><c>FROM:TO</c> of each axis, separated by a comma; none for the whole box or if the option is absent.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public static IReadOnlyList<(double From, double To)> Range(string? value) =>
        value is null or WholeBox ? [] : [.. value.Split(',').Select(side => Side(side, value))];

    private static (double From, double To) Side(string side, string value)
    {
        string[] ends = side.Split(':');
        return ends.Length == 2 && TryRead(ends[0], out double from) && TryRead(ends[1], out double to) ? (from, to)
            : throw Wrong("--range", $"must be FROM:TO, in the plane FROM:TO,FROM:TO, or {WholeBox}, but is {Printable.Quote(value)}");
    }

    private static bool TryRead(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static InputException Wrong(string option, string message) => new(new InputProblem(option, null, null, message));
}
