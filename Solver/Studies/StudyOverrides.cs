using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>
/// Puts <c>KEY=VALUE</c> from the command line into a study or trade-off. A key of the study file (<c>norms</c>, <c>output.plots</c>,
/// <c>tradeoff.seeds</c>, <c>grid.time.stop</c>, <c>sweep[0].cells</c>) overrides it there; any other is a key of the base
/// (<c>time.steps</c> or <c>base.time.steps</c>).
/// </summary>
internal static class StudyOverrides
{
    private const string Base = "base", Grid = "grid", Sweep = "sweep";

    /// <summary>Applies overrides in their order to the tree of the study.</summary>
    public static void Apply(IReadOnlyList<string> overrides, InputReport report)
    {
        SourceValue study = report.Root!;
        if (overrides.Count == 0 || study.Kind != JsonValueKind.Object)
            return;
        string[] own = [.. ConfigKeys.Of(typeof(StudyKeys)).Select(key => key.Name)];
        foreach (string text in overrides)
        {
            string key = ConfigOverrides.KeyOf(text);
            string? first = SourcePath.Parse(key)?[0].Name;
            if (first == Grid && key.Length > Grid.Length + 1)
                SetVaried(study.Members.GetValueOrDefault(Grid), key[(Grid.Length + 1)..], text, report);
            else if (first == Sweep && SweepOf(study, ref key) is { } sweep)
                SetVaried(sweep, key, text, report);
            else if (first is not null && first != key && first == Base)
                SetBase(study, text[(text.IndexOf('.', StringComparison.Ordinal) + 1)..], report);
            else if (first is null || own.Contains(first))
                ConfigOverrides.Apply([text], report);
            else
                SetBase(study, text, report);
        }
    }

    /// <summary>Sets a key of the base; a base given as a path is read first.</summary>
    private static void SetBase(SourceValue study, string text, InputReport report)
    {
        if (study.Members.GetValueOrDefault(Base) is { Kind: JsonValueKind.String }
            && FileSplicer.SpliceJson(study, Base, Base, report) is null)
        {
            return;
        }

        if (study.Members.GetValueOrDefault(Base) is not { Kind: JsonValueKind.Object } run)
            return;
        var inner = new InputReport { Root = run };
        ConfigOverrides.Apply([text], inner);
        report.Problems.AddRange(inner.Problems);
    }

    /// <summary>Sets the values of a varied key: its name contains dots, so it is no path within the study.</summary>
    private static void SetVaried(SourceValue? varied, string name, string text, InputReport report)
    {
        string key = ConfigOverrides.KeyOf(text);
        if (!text.Contains('=', StringComparison.Ordinal))
            ConfigOverrides.Refuse(report, null, $"{SourceValue.Quote(text)} is not KEY=VALUE, as in grid.generation.epsilon=[0,1]");
        else if (varied is not { Kind: JsonValueKind.Object })
            ConfigOverrides.Refuse(report, key, "there is no such grid or sweep to set a key of");
        else if (ConfigOverrides.ValueOf(text, out string? duplicate) is var value && duplicate is not null)
            ConfigOverrides.Refuse(report, key, duplicate);
        else if (value.Kind == JsonValueKind.Null)
            varied.Members.Remove(name);
        else
            varied.Members[name] = value;
    }

    /// <summary>The sweep that a key such as <c>sweep.cells</c> or <c>sweep[1].cells</c> names, and the key within it.</summary>
    private static SourceValue? SweepOf(SourceValue study, ref string key)
    {
        SourceValue? sweep = study.Members.GetValueOrDefault(Sweep);
        if (key.StartsWith(Sweep + ".", StringComparison.Ordinal))
        {
            key = key[(Sweep.Length + 1)..];
            return sweep;
        }

        int close = key.IndexOf("].", StringComparison.Ordinal);
        if (close < 0 || sweep is not { Kind: JsonValueKind.Array }
            || !int.TryParse(
                key.AsSpan(Sweep.Length + 1, close - Sweep.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            || index >= sweep.Items.Count)
        {
            return null;
        }

        key = key[(close + 2)..];
        return sweep.Items[index];
    }
}
