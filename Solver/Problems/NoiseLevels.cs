using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Problems;

/// <summary>
/// Times given as noise levels: <c>{ "sigma": 0.2 }</c> for t = σ²/2, <c>{ "sigma": [80, 5, 0.2] }</c> for a list, and such objects within
/// a list. They become numbers t while a config is read, so a resolved config contains forward times only.
/// </summary>
internal static class NoiseLevels
{
    private const string Key = "sigma";

    /// <summary>The value with every noise level replaced by its time; what is wrong is reported.</summary>
    public static SourceValue AsTimes(SourceValue value, string path, InputReport report) => value.Kind switch
    {
        JsonValueKind.Object => OfObject(value, path, report),
        JsonValueKind.Array when value.Items.Exists(item => item.Kind == JsonValueKind.Object) => SourceValue.ArrayAt(
            [.. value.Items.Select((item, index) => item.Kind == JsonValueKind.Object ? OfObject(item, At(path, index), report) : item)],
            value.Origin, value.Line),
        _ => value,
    };

    private static SourceValue OfObject(SourceValue value, string path, InputReport report)
    {
        if (value.Members.Count != 1 || !value.Members.TryGetValue(Key, out SourceValue? sigma))
        {
            report.AddUnread(path, "an object in place of a time must be { \"sigma\": … } and nothing else");
            return value;
        }

        string at = $"{path}.{Key}";
        return sigma.Kind == JsonValueKind.Array
            ? SourceValue.ArrayAt(
                [.. sigma.Items.Select((item, index) => OfNumber(item, path, At(at, index), report))], sigma.Origin, sigma.Line)
            : OfNumber(sigma, path, at, report);
    }

    /// <param name="outer">Path of the whole value: it is unread if σ is wrong.</param>
    private static SourceValue OfNumber(SourceValue sigma, string outer, string path, InputReport report)
    {
        if (sigma.Kind == JsonValueKind.Number && sigma.Number >= 0)
            return SourceValue.NumberAt(NoiseLevel.Time(sigma.Number), sigma.Origin, sigma.Line);
        report.Add(path, $"must be a noise level >= 0, but is {sigma.Shown()}");
        report.MarkUnread(outer);
        return sigma;
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
