using System.Text;
using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Puts <c>KEY=VALUE</c> from the command line into a config's tree, before it is read.</summary>
internal static class ConfigOverrides
{
    /// <summary>Applies overrides in their order. VALUE is JSON, or a string without quotes; <c>null</c> removes a key.</summary>
    public static void Apply(IReadOnlyList<string> overrides, InputReport report)
    {
        foreach (string text in overrides)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string key = KeyOf(text);
            if (equals < 0 || SourcePath.Parse(key) is not { } steps)
            {
                Refuse(report, null, $"{SourceValue.Quote(text)} is not KEY=VALUE, as in time.steps=40 or mesh.axes[0].cells=50");
                continue;
            }

            // A mesh given as a path is read first, so that a key inside it can be set.
            if (steps.Count > 1 && steps[0].Name == "mesh"
                && report.Root!.Members.GetValueOrDefault("mesh") is { Kind: JsonValueKind.String }
                && FileSplicer.SpliceJson(report.Root, "mesh", "mesh", report) is null)
            {
                return;
            }

            if (Value(text[(equals + 1)..], out string? duplicate) is var value && duplicate is not null)
                Refuse(report, key, duplicate);
            else if (Set(report.Root!, steps, value) is { } fault)
                Refuse(report, key, fault);
        }
    }

    /// <summary>KEY of <c>KEY=VALUE</c>; the whole text if it has no equals sign.</summary>
    public static string KeyOf(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? text[..equals].Trim() : text;

    /// <summary>VALUE of <c>KEY=VALUE</c>.</summary>
    /// <param name="duplicate">The error if it gives a key twice.</param>
    public static SourceValue ValueOf(string text, out string? duplicate) =>
        Value(text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..], out duplicate);

    private static SourceValue Value(string text, out string? duplicate)
    {
        duplicate = null;
        try
        {
            var duplicates = new List<InputProblem>();
            SourceValue value = SourceParser.Parse(Encoding.UTF8.GetBytes(text), SourceOrigin.CommandLine, duplicates);
            if (duplicates.Count > 0)
                duplicate = $"the key {duplicates[0].Path} is given twice in {SourceValue.Quote(text)}";
            return value;
        }
        catch (InputException)
        {
            return SourceValue.TextAt(text, SourceOrigin.CommandLine, 0);
        }
    }

    /// <summary>Sets a value; missing parents are created. Returns the error, or null.</summary>
    public static string? Set(SourceValue root, List<PathStep> steps, SourceValue value)
    {
        SourceValue at = root;
        for (int position = 0; position < steps.Count; position++)
        {
            PathStep step = steps[position];
            bool last = position == steps.Count - 1;
            SourceValue next = last ? value : SourceValue.ObjectAt(value.Origin, value.Line);
            if (step.Name is { } name)
            {
                if (at.Kind != JsonValueKind.Object)
                    return $"{name} has no parent object";
                if (last && value.Kind == JsonValueKind.Null)
                    at.Members.Remove(name);
                else if (last || !at.Members.ContainsKey(name))
                    at.Members[name] = next;
                at = last ? at : at.Members[name];
            }
            else
            {
                if (at.Kind != JsonValueKind.Array || step.Index > at.Items.Count)
                    return $"there is no item {step.Index} (counting from 0)";
                if (step.Index == at.Items.Count)
                    at.Items.Add(next);
                else if (last)
                    at.Items[step.Index] = next;
                at = at.Items[step.Index];
            }
        }

        return null;
    }

    /// <summary>Reports an error of an override.</summary>
    public static void Refuse(InputReport report, string? key, string message) =>
        report.Problems.Add(new InputProblem(SourceOrigin.CommandLine.Name, key, null, message));
}
