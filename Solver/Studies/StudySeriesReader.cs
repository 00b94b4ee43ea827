using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>The runs of sweeps and grids: the base with values set.</summary>
/// <param name="trees">The trees of the runs; the base has been read.</param>
internal sealed class StudySeriesReader(LevelTrees trees, InputReport report)
{
    /// <summary>Largest number of runs of a study.</summary>
    public const int MaxRuns = 1000;

    private static readonly string[] ShortNames = ["cells", "steps", "warmup"];

    private readonly HashSet<Grid> grids = [];
    private int runs;
    private int held;
    private double bytesHeld;

    /// <summary>The sweeps of a list, or the one that is given without a list.</summary>
    public IReadOnlyList<StudySeries> ReadSweeps(SourceValue value)
    {
        List<SourceValue> sweeps = value.Kind == JsonValueKind.Array ? value.Items : [value];
        if (sweeps.Count == 0)
            Refuse(value, "sweep", "must have at least 1 item");
        var series = new List<StudySeries>();
        for (int index = 0; index < sweeps.Count && !report.Full; index++)
        {
            string path = value.Kind == JsonValueKind.Array
                ? string.Create(CultureInfo.InvariantCulture, $"sweep[{index}]") : "sweep";
            string standard = sweeps.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"sweep {index + 1}");
            if (ReadSweep(sweeps[index], path, standard) is not { } read)
                continue;
            if (series.Exists(other => other.Label.Length > 0 && other.Label == read.Label && sweeps[index].Members.ContainsKey("name")))
                Refuse(sweeps[index].Members["name"], path + ".name", $"another sweep has the name {SourceValue.Quote(read.Label)}");
            series.Add(read);
        }

        return series;
    }

    /// <summary>A run for each combination of values, the last key's values fastest.</summary>
    public IReadOnlyList<StudySeries> ReadGrid(SourceValue value)
    {
        if (!IsObject(value, "grid"))
            return [];
        double count = 1;
        foreach ((string key, SourceValue values) in value.Members)
        {
            if (values.Kind != JsonValueKind.Array || values.Items.Count == 0)
                Refuse(values, $"grid.{key}", $"must be an array of at least 1 value, but is {Shown(values)}");
            else
                count *= values.Items.Count;
        }

        if (count > MaxRuns)
            Refuse(value, "grid", $"gives {count:R} runs; at most {MaxRuns} are allowed");
        if (report.Problems.Count > 0)
            return [];
        string[] keys = [.. value.Members.Keys];
        var levels = new List<StudyLevel>();
        for (int cell = 0; cell < (int)count && !report.Full; cell++)
        {
            var settings = new (string Key, SourceValue Value)[keys.Length];
            for (int key = keys.Length - 1, rest = cell; key >= 0; key--)
            {
                List<SourceValue> values = value.Members[keys[key]].Items;
                settings[key] = (keys[key], values[rest % values.Count]);
                rest /= values.Count;
            }

            if (ReadLevel("grid", settings, keys) is { } level)
                levels.Add(level);
            if (!Holds(value, "grid", levels))
                return [];
            if (cell == 0 && !Fits(value, "grid", count, part => keys.Where(key => IsIn(key, part))
                .Aggregate(1.0, (product, key) => product * value.Members[key].Items.Count)))
                return [];
        }

        return [new StudySeries("grid", "", keys, levels)];
    }

    private StudySeries? ReadSweep(SourceValue value, string path, string standard)
    {
        if (!IsObject(value, path) || !TryReadName(value, path, out string? name))
            return null;
        KeyValuePair<string, SourceValue>[] members = [.. value.Members.Where(member => member.Key != "name")];
        string[] keys = [.. members.Where(member => member.Value.Kind == JsonValueKind.Array).Select(member => member.Key)];
        if (keys.Length == 0)
        {
            Refuse(value, path, "requires a key with a list of values, one per level, such as \"cells\": [100, 200, 400]");
            return null;
        }

        int count = value.Members[keys[0]].Items.Count;
        foreach (string key in keys)
        {
            SourceValue values = value.Members[key];
            if (values.Items.Count != count)
            {
                Refuse(values, $"{path}.{key}",
                    $"has {values.Items.Count} values, but {keys[0]} has {count}: the lists of a sweep must be of equal length");
                return null;
            }
        }

        runs += count;
        if (count < 2 || runs > MaxRuns)
        {
            Refuse(value, path, count < 2
                ? $"has {count} level{(count == 1 ? "" : "s")}, but requires at least 2" : $"a study has at most {MaxRuns} runs");
            return null;
        }

        var levels = new List<StudyLevel>();
        for (int index = 0; index < count && !report.Full; index++)
        {
            int here = index;
            IEnumerable<(string Key, SourceValue Value)> settings = members.Select(
                member => (member.Key, member.Value.Kind == JsonValueKind.Array ? member.Value.Items[here] : member.Value));
            if (ReadLevel(path, [.. settings], keys) is { } level)
                levels.Add(level);
            if (!Holds(value, path, levels))
                return null;
            if (index == 0 && !Fits(value, path, count, part => keys.Any(key => IsIn(key, part)) ? count : 1))
                return null;
        }

        if (levels.Count < count)
            return null;
        string shared = name ?? string.Join(", ", members.Where(member => member.Value.Kind != JsonValueKind.Array)
            .Select(member => $"{member.Key} = {StudyJson.TextOf(member.Value)}"));
        return new StudySeries(path, shared.Length > 0 ? shared : standard, keys, levels);
    }

    /// <summary>The name of a sweep, for tables and legends; null if it has none. False if it is not a name.</summary>
    private bool TryReadName(SourceValue sweep, string path, out string? name)
    {
        const int Longest = 100;
        name = null;
        if (!sweep.Members.TryGetValue("name", out SourceValue? value))
            return true;
        if (value.Kind == JsonValueKind.String && value.Text.Length is > 0 and <= Longest && !value.Text.Any(char.IsControl))
        {
            name = value.Text;
            return true;
        }

        Refuse(value, path + ".name", $"must be a line of 1 to {Longest} characters, but is {value.Shown()}");
        return false;
    }

    /// <summary>
    /// False if the values of all runs will not fit the memory: they are resolved before the first run starts. Asked after the first run,
    /// so that a study that does not fit is refused before it fills the memory.
    /// </summary>
    /// <param name="variants">How many different values the runs have for a part, each read once.</param>
    private bool Fits(SourceValue value, string path, double count, Func<string, double> variants)
    {
        double values = trees.Newest.Sum(part => part.Value * variants(part.Key));
        double bytes = values * StudySize.BytesOfValue, available = MachineMemory.Total;
        if (bytes <= available)
            return true;
        Refuse(value, path, string.Create(
            CultureInfo.InvariantCulture,
            $"{count:R} runs would need about {MeshRules.Bytes(bytes)} of memory for {values:R} values "
            + $"({StudySize.BytesOfValue} bytes per value), but this machine has {MeshRules.Bytes(available)}: "
            + $"take fewer runs, or data of fewer points"));
        return false;
    }

    /// <summary>
    /// False if the runs read so far need more memory than there is for their grids, which are built to check them, and for the densities
    /// that they will end with.
    /// </summary>
    private bool Holds(SourceValue value, string path, List<StudyLevel> levels)
    {
        if (levels.Count == 0)
            return true;
        Grid grid = levels[^1].Problem.Grid;
        held++;
        bytesHeld += StudySize.BytesAtStop(grid) + (grids.Add(grid) ? StudySize.BytesOfAxes(grid) : 0);
        double available = MachineMemory.Total;
        if (bytesHeld <= available)
            return true;
        Refuse(value, path, string.Create(
            CultureInfo.InvariantCulture,
            $"its first {held} runs would need about {MeshRules.Bytes(bytesHeld)} of memory for grids and densities at stop, but this "
            + $"machine has {MeshRules.Bytes(available)}: take fewer runs, or smaller ones"));
        return false;
    }

    /// <summary>True if a key lies in a part of the base.</summary>
    private static bool IsIn(string key, string part) => Parse(key, out _)?[0].Name == part;

    /// <summary>The run with the values set; null if something is wrong with it, which is reported.</summary>
    private StudyLevel? ReadLevel(string path, (string Key, SourceValue Value)[] settings, string[] keys)
    {
        var steps = new List<PathStep>?[settings.Length];
        bool good = true;
        for (int setting = 0; setting < settings.Length; setting++)
        {
            steps[setting] = Parse(settings[setting].Key, out string? fault);
            if (fault is not null)
                Fault(setting, fault);
        }

        if (!good)
            return null;
        var origin = new SourceOrigin(report.Root!.Origin.Name, report.Root.Origin.Folder, OriginKind.Sweep);
        (string Part, SourceValue Value)[] placed = [.. settings.Select((setting, number) => (steps[number]![0].Name!, setting.Value))];
        (SourceValue run, List<string> made) = trees.Build(placed, (tree, setting) =>
        {
            if (Set(tree, settings[setting].Key, steps[setting]!, settings[setting].Value.Copy(origin)) is { } fault)
                Fault(setting, fault);
        });
        if (!good)
            return null;
        try
        {
            RunConfig config = ConfigFile.ReadRun(run, [], new InputReport { Root = run }, out ConfigSource source, trees.Bound);
            trees.Keep(run, made, placed);
            string[] values = [.. keys.Select(key => StudyJson.TextOf(settings.First(setting => setting.Key == key).Value))];
            return new StudyLevel(string.Join(", ", keys.Zip(values, (key, value) => $"{key} = {value}")), values, config, source);
        }
        catch (InputException fault)
        {
            foreach (InputProblem problem in fault.Problems)
                Add(problem);
            return null;
        }

        void Fault(int setting, string message)
        {
            Refuse(settings[setting].Value, $"{path}.{settings[setting].Key}", message);
            good = false;
        }
    }

    /// <summary>The path of a key or of its short name.</summary>
    private static List<PathStep>? Parse(string key, out string? fault)
    {
        fault = null;
        if (SourcePath.Parse(key) is not { } steps)
        {
            fault = "is not a key such as steps or generation.epsilon";
            return null;
        }

        if (steps is [{ Name: "cells" }])
            return [new PathStep("mesh", -1), .. steps];
        if (steps is [{ Name: "steps" or "warmup" }])
            return [new PathStep("time", -1), .. steps];
        string[] known = [.. ConfigKeys.Of(typeof(RunConfig)).Select(member => member.Name)];
        if (!known.Contains(steps[0].Name))
        {
            fault = $"unknown key{ConfigKeys.Suggest(steps[0].Name!, known.Concat(ShortNames))} "
                + $"(short names: {string.Join(", ", ShortNames)}; else a run's key such as generation.epsilon)";
        }

        return steps;
    }

    /// <summary>Sets a key, by its short name or its path. Returns the error, or null.</summary>
    private static string? Set(SourceValue run, string key, List<PathStep> steps, SourceValue value)
    {
        if (steps.Count > 1 && steps[0].Name == "mesh" && run.Members["mesh"].Kind == JsonValueKind.String)
        {
            // A mesh given as a path is read first, so that a key inside it can be set.
            var inner = new InputReport { Root = run };
            FileSplicer.SpliceJson(run, "mesh", "mesh", inner);
            inner.ThrowIfAny();
        }

        if (key != "cells")
            return ConfigOverrides.Set(run, steps, value);
        if (run.Members["mesh"] is not { Kind: JsonValueKind.Object } mesh
            || mesh.Members.GetValueOrDefault("axes") is not { Kind: JsonValueKind.Array } axes)
            return "there are no axes whose cells can be set";
        for (int axis = 0; axis < axes.Items.Count; axis++)
        {
            if (axes.Items[axis] is not { Kind: JsonValueKind.Object } members || members.Members.ContainsKey("faces"))
                return "an axis given by its faces cannot be refined: give from, to and cells";
            members.Members["cells"] = value;
        }

        return null;
    }

    private bool IsObject(SourceValue value, string path)
    {
        if (value.Kind == JsonValueKind.Object && value.Members.Count > 0)
            return true;
        Refuse(value, path, $"must be an object of keys and their values, but is {Shown(value)}");
        return false;
    }

    private void Refuse(SourceValue value, string path, string message) =>
        Add(new InputProblem(value.Origin.Name, path, value.Line, message));

    /// <summary>Reported once: several levels may have the same error.</summary>
    private void Add(InputProblem problem)
    {
        if (!report.Full && !report.Problems.Contains(problem))
            report.Problems.Add(problem);
    }

    private static string Shown(SourceValue value) => value.Kind switch
    {
        JsonValueKind.Array when value.Items.Count == 0 => "an empty array",
        JsonValueKind.Object when value.Members.Count == 0 => "an empty object",
        _ => value.Shown(),
    };
}
