using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>
/// Reads study files: a base run and the values that vary it. Every run is resolved and checked; all errors are reported.
/// </summary>
public static class StudyFile
{
    /// <summary>Keys that some kinds of study have and others do not.</summary>
    private static readonly string[] KeysOfKinds = ["sweep", "grid", "tradeoff", "samplers", "norms", "against", "expectedOrder"];

    /// <inheritdoc cref="Read(ConfigDocument, IReadOnlyList{string})"/>
    public static Study Read(string path) => Read(ConfigDocument.Read(path), []);

    /// <summary>The study in a file.</summary>
    /// <param name="overrides"><c>KEY=VALUE</c> pairs for the study or its base (<see cref="StudyOverrides"/>).</param>
    /// <exception cref="InputException">The file is not a study, or it or its runs have errors.</exception>
    public static Study Read(ConfigDocument document, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(document);
        StudyKeys keys = ReadKeys(document, InputKind.Study, overrides, out string name, out InputReport report);
        CheckKeys(keys, report);
        RunConfig run = ReadBase(document.Root, report, out LevelTrees trees, out _);
        var series = new StudySeriesReader(trees, report);
        bool isGrid = keys.Grid is not null;
        IReadOnlyList<StudySeries> all = isGrid ? series.ReadGrid(keys.Grid!) : series.ReadSweeps(keys.Sweep!);
        report.ThrowIfAny();
        if (all.SelectMany(one => one.Levels).FirstOrDefault(level => level.Config.Accuracy is not null) is { } chooses)
            throw chooses.Source.Wrong("accuracy", WrongAccuracy);
        CheckMemory([.. all.SelectMany(one => one.Levels)], isGrid, trees.Values, report);
        StudyTarget? against = Against(keys, isGrid, run, [.. all.SelectMany(one => one.Levels)], report);
        report.ThrowIfAny();
        var config = new StudyConfig(name, keys.Norms, against, keys.ExpectedOrder, keys.Output);
        return new Study(config, all, isGrid, new ConfigSource(report), StudyJson.Write(config, run, keys.Sweep, keys.Grid));
    }

    /// <summary>The keys of a study that has a base and one key of its own; keys that other kinds of study have are reported.</summary>
    /// <param name="own">The key of this kind, which is required.</param>
    internal static StudyKeys ReadKeys(
        ConfigDocument document, InputKind kind, string own, IReadOnlyList<string> overrides, out string name, out InputReport report)
    {
        StudyKeys keys = ReadKeys(document, kind, overrides, out name, out report);
        foreach (string key in KeysOfKinds.Where(key => key != own && document.Root.Members.ContainsKey(key)))
            report.Add(key, $"does not belong to {kind.Noun}: omit it");
        if (!document.Root.Members.TryGetValue(own, out SourceValue? value) || value.Kind == JsonValueKind.Null)
            report.Add(own, "required, but missing");
        return keys;
    }

    private static StudyKeys ReadKeys(
        ConfigDocument document, InputKind kind, IReadOnlyList<string> overrides, out string name, out InputReport report)
    {
        document.Require(kind);
        report = document.Report();
        StudyOverrides.Apply(overrides, report);
        StudyKeys? keys = new ConfigBinder(report).Read<StudyKeys>(document.Root);
        report.ThrowIfAny();
        name = NameOf(keys!, document, report);
        return keys!;
    }

    /// <summary>The run that is varied. It must be valid by itself, so that its errors are reported once and not once per level.</summary>
    /// <param name="trees">The trees of the runs, which share what the base has read.</param>
    internal static RunConfig ReadBase(SourceValue root, InputReport report, out LevelTrees trees, out ConfigSource source)
    {
        SourceValue? read = ReadBase(root, report);
        report.ThrowIfAny();
        trees = new LevelTrees(read!);
        (SourceValue tree, List<string> made) = trees.Build([], (_, _) => { });
        RunConfig run = ConfigFile.ReadRun(tree, [], new InputReport { Root = tree }, out source, trees.Bound);
        trees.Keep(tree, made, []);
        return run.Accuracy is null ? run : throw source.Wrong("accuracy", WrongAccuracy);
    }

    /// <summary>The name of the study; by default that of its file.</summary>
    private static string NameOf(StudyKeys keys, ConfigDocument document, InputReport report)
    {
        string name = keys.Name ?? Path.GetFileNameWithoutExtension(document.Name);
        if (keys.Name is not null)
            RunRules.CheckName(name, report);
        else if (!PortableName.Is(name))
            report.Add("name", $"required, because the file name {SourceValue.Quote(name)} is not a valid name");
        return name;
    }

    /// <summary>The runs of a study have the cells and steps that it gives them.</summary>
    private const string WrongAccuracy = "belongs to a run: a study gives its runs their cells and steps";

    private static void CheckKeys(StudyKeys keys, InputReport report)
    {
        if (keys.Sweep is null == keys.Grid is null)
            report.Add(keys.Sweep is null ? "" : "grid", "a study requires exactly one of sweep, grid, tradeoff and samplers");
        for (int index = 0; index < keys.Norms.Count; index++)
        {
            if (keys.Norms.Take(index).Contains(keys.Norms[index]))
                report.Add($"norms[{index}]", "the norm is listed twice");
        }

        if (keys.ExpectedOrder is not { } expected)
            return;
        if (keys.Sweep is null)
            report.Add("expectedOrder", "a grid of parameters has no order: omit expectedOrder, or use sweep");
        else if (!keys.Norms.Contains(expected.Norm))
            report.Add("expectedOrder.norm", $"must be one of norms: {string.Join(", ", keys.Norms)}, but is {expected.Norm}");
    }

    /// <summary>The tree of the base, its mesh included; null if it cannot be read, which is reported.</summary>
    private static SourceValue? ReadBase(SourceValue root, InputReport report)
    {
        SourceValue? tree = root.Members["base"];
        if (tree.Kind == JsonValueKind.String)
        {
            if ((tree = FileSplicer.SpliceJson(root, "base", "base", report)) is null)
                return null;
        }

        if (tree.Kind != JsonValueKind.Object)
            report.Add("base", $"must be a run or the path of a run file, but is {tree.Shown()}");
        else if (tree.Members.ContainsKey("base"))
            report.Add("base", "is itself a study, but must be a run");
        else
            return tree;
        return null;
    }

    /// <summary>Each run fits the memory: so must all of them together.</summary>
    private static void CheckMemory(List<StudyLevel> levels, bool isGrid, long values, InputReport report)
    {
        IReadOnlyList<SizePart> parts = StudySize.Memory(levels, isGrid, values);
        double available = MachineMemory.Total;
        if (parts.Sum(part => part.Bytes) > available)
        {
            report.Add(isGrid ? "grid" : "sweep",
                $"the whole study of {levels.Count} runs would need about {RunSize.Sum(parts, "memory")}, "
                + $"but this machine has {MeshRules.Bytes(available)}: take fewer runs, or smaller ones");
        }
    }

    private static StudyTarget? Against(StudyKeys keys, bool isGrid, RunConfig run, List<StudyLevel> levels, InputReport report)
    {
        bool everywhere = levels.TrueForAll(level => level.Config.Reference is not null);
        if (isGrid && keys.Against == StudyTarget.Finest)
            report.Add("against", "a grid of parameters has no finest level: add a reference to base, or use sweep");
        if (keys.Against == StudyTarget.Reference && !everywhere)
        {
            string[] kinds = new ReferenceRule(run, report).Applicable();
            report.Add("against", "the runs have no reference: " + (kinds.Length == 0
                ? "no exact solution is known; use \"finest\""
                : $"add a reference to base (for this run: {string.Join(", ", kinds)}), or use \"finest\""));
        }

        return keys.Against ?? (everywhere ? StudyTarget.Reference : isGrid ? null : StudyTarget.Finest);
    }
}
