using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Studies;

/// <summary>Reads study files: a base run and the values that vary it. Every run is resolved and checked, or every problem said.</summary>
public static class StudyFile
{
    /// <summary>The study in a file.</summary>
    /// <exception cref="InputException">The file is no study, or everything that is wrong with it and its runs.</exception>
    public static Study Read(string path)
    {
        SourceValue root = ReadTree(path, out List<InputProblem> duplicates);
        var report = new InputReport { Root = root };
        report.Problems.AddRange(duplicates);
        StudyKeys? keys = new ConfigBinder(report).Read<StudyKeys>(root);
        report.ThrowIfAny();
        string name = keys!.Name ?? Path.GetFileNameWithoutExtension(path);
        CheckKeys(keys, name, report);
        RunConfig run = ReadBase(root, report, out SourceValue tree, out _);
        var series = new StudySeriesReader(tree, report);
        bool isGrid = keys.Grid is not null;
        IReadOnlyList<StudySeries> all = isGrid ? series.ReadGrid(keys.Grid!) : series.ReadSweeps(keys.Sweep!);
        report.ThrowIfAny();
        StudyTarget? against = Against(keys, isGrid, run, [.. all.SelectMany(one => one.Levels)], report);
        report.ThrowIfAny();
        var config = new StudyConfig(name, keys.Norms, against, keys.ExpectedOrder, keys.Output);
        return new Study(config, all, isGrid, new ConfigSource(report), StudyJson.Write(config, run, keys.Sweep, keys.Grid));
    }

    /// <summary>True if a file is a trade-off (it has <c>"tradeoff"</c>), false if it is meant as a study of another kind.</summary>
    /// <exception cref="InputException">The file cannot be read, or a syntax error.</exception>
    public static bool IsTradeoff(string path)
    {
        SourceValue root = ConfigFile.ReadTree(path, out _);
        return root.Kind == JsonValueKind.Object && root.Members.ContainsKey("tradeoff") && root.Members.ContainsKey("base");
    }

    /// <summary>The trade-off in a file, defaults filled in.</summary>
    /// <exception cref="InputException">The file is no trade-off, or everything that is wrong with it.</exception>
    public static Tradeoff ReadTradeoff(string path)
    {
        SourceValue root = ReadTree(path, out List<InputProblem> duplicates);
        var report = new InputReport { Root = root };
        report.Problems.AddRange(duplicates);
        StudyKeys? keys = new ConfigBinder(report).Read<StudyKeys>(root);
        report.ThrowIfAny();
        string name = keys!.Name ?? Path.GetFileNameWithoutExtension(path);
        CheckName(keys, name, report);
        foreach (string key in (string[])["sweep", "grid", "norms", "against", "expectedOrder"])
        {
            if (root.Members.ContainsKey(key))
                report.Add(key, "does not belong to a trade-off: leave it out");
        }

        RunConfig run = ReadBase(root, report, out _, out ConfigSource source);
        new TradeoffRules(new Problem(run, source), keys.Tradeoff!, report).Check();
        report.ThrowIfAny();
        TradeoffConfig config = keys.Tradeoff! with
        {
            Epsilons = keys.Tradeoff.Epsilons ?? [run.Generation!.Epsilon],
            Starts = keys.Tradeoff.Starts ?? [run.Generation!.Start],
        };
        return new Tradeoff(
            name, run, config, keys.Output, new ConfigSource(report) { Checked = source.Checked }, StudyJson.Write(name, run, config));
    }

    private static SourceValue ReadTree(string path, out List<InputProblem> duplicates)
    {
        SourceValue root = ConfigFile.ReadTree(path, out duplicates);
        if (root.Kind == JsonValueKind.Object && !root.Members.ContainsKey("base"))
        {
            if (root.Members.ContainsKey("mesh"))
                throw InputText.Wrong(root.Origin.Name, "this is a run: use the verb run");
            if (root.Members.ContainsKey("figure"))
                throw InputText.Wrong(root.Origin.Name, "this is a figure: use the verb figures");
        }

        return root;
    }

    /// <summary>The run that is varied. It must stand on its own: what is wrong with it is said once, not once a level.</summary>
    private static RunConfig ReadBase(SourceValue root, InputReport report, out SourceValue tree, out ConfigSource source)
    {
        SourceValue? read = ReadBase(root, report);
        report.ThrowIfAny();
        tree = read!;
        return ConfigFile.ReadRun(tree.Copy(), [], [], out source);
    }

    private static void CheckName(StudyKeys keys, string name, InputReport report)
    {
        if (keys.Name is not null)
            RunRules.CheckName(name, report);
        else if (!RunRules.IsName(name))
            report.Add("name", $"required here: {SourceValue.Quote(name)}, the file's name, does not serve as one");
    }

    private static void CheckKeys(StudyKeys keys, string name, InputReport report)
    {
        CheckName(keys, name, report);
        if (keys.Sweep is null == keys.Grid is null)
            report.Add(keys.Sweep is null ? "" : "grid", "a study needs either sweep or grid, or tradeoff");
        for (int index = 0; index < keys.Norms.Count; index++)
        {
            if (keys.Norms.Take(index).Contains(keys.Norms[index]))
                report.Add($"norms[{index}]", "the norm is listed twice");
        }

        if (keys.ExpectedOrder is not { } expected)
            return;
        if (keys.Sweep is null)
            report.Add("expectedOrder", "a grid of parameters has no order: leave it out, or use sweep");
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

    private static StudyTarget? Against(StudyKeys keys, bool isGrid, RunConfig run, List<StudyLevel> levels, InputReport report)
    {
        bool everywhere = levels.TrueForAll(level => level.Config.Reference is not null);
        if (isGrid && keys.Against == StudyTarget.Finest)
            report.Add("against", "a grid of parameters has no finest level: give the base a reference, or use sweep");
        if (keys.Against == StudyTarget.Reference && !everywhere)
        {
            string[] kinds = new ReferenceRule(run, report).Applicable();
            report.Add("against", "the runs have no reference: " + (kinds.Length == 0
                ? "no exact solution is known for them, use \"finest\""
                : $"give the base one (for this run: {string.Join(", ", kinds)}), or use \"finest\""));
        }

        return keys.Against ?? (everywhere ? StudyTarget.Reference : isGrid ? null : StudyTarget.Finest);
    }
}
