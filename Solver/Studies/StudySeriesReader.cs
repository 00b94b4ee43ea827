using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>The runs of sweeps and grids: copies of the tree of the base with values set.</summary>
internal sealed class StudySeriesReader(SourceValue tree, InputReport report)
{
    /// <summary>Largest number of runs of a study.</summary>
    public const int MaxRuns = 1000;

    /// <summary>About what a value of a run takes: in the tree, in the config and in the data built from it.</summary>
    private const int BytesOfValue = 150;

    private static readonly string[] ShortNames = ["cells", "steps", "warmup"];

    private int runs;
    private long valuesOfRun;

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
            if (cell == 0 && !Fits(value, "grid", count))
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
            if (index == 0 && !Fits(value, path, count))
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

    /// <summary>False if the memory is too small: all runs of a study are resolved before the first one starts.</summary>
    private bool Fits(SourceValue value, string path, double count)
    {
        double bytes = count * valuesOfRun * BytesOfValue, available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes <= available)
            return true;
        Refuse(value, path, string.Create(
            CultureInfo.InvariantCulture,
            $"{count:R} runs of {valuesOfRun} values each would need about {MeshRules.Bytes(bytes)} of memory "
            + $"({BytesOfValue} bytes per value), but this machine has {MeshRules.Bytes(available)}: "
            + $"take fewer runs, or data of fewer points"));
        return false;
    }

    /// <summary>The run with the values set; null if something is wrong with it, which is reported.</summary>
    private StudyLevel? ReadLevel(string path, IReadOnlyList<(string Key, SourceValue Value)> settings, string[] keys)
    {
        SourceValue copy = tree.Copy();
        var origin = new SourceOrigin(report.Root!.Origin.Name, report.Root.Origin.Folder, OriginKind.Sweep);
        bool good = true;
        foreach ((string key, SourceValue value) in settings)
        {
            if (Set(copy, key, value.Copy(origin)) is not { } fault)
                continue;
            Refuse(value, $"{path}.{key}", fault);
            good = false;
        }

        if (!good)
            return null;
        try
        {
            RunConfig config = ConfigFile.ReadRun(copy, [], new InputReport { Root = copy }, out ConfigSource source);
            valuesOfRun = CountOf(copy);
            string[] values = [.. keys.Select(key => StudyJson.TextOf(settings.First(setting => setting.Key == key).Value))];
            return new StudyLevel(string.Join(", ", keys.Zip(values, (key, value) => $"{key} = {value}")), values, config, source);
        }
        catch (InputException fault)
        {
            foreach (InputProblem problem in fault.Problems)
                Add(problem);
            return null;
        }
    }

    private static long CountOf(SourceValue value) => value.Kind switch
    {
        JsonValueKind.Array => 1 + value.Items.Sum(CountOf),
        JsonValueKind.Object => 1 + value.Members.Values.Sum(CountOf),
        _ => 1,
    };

    /// <summary>Sets a key, by its short name or its path. Returns the error, or null.</summary>
    private static string? Set(SourceValue run, string key, SourceValue value)
    {
        if (SourcePath.Parse(key) is not { } steps)
            return "is not a key such as steps or generation.epsilon";
        if (steps is [{ Name: "cells" }] || (steps.Count > 1 && steps[0].Name == "mesh"))
        {
            // A mesh given as a path is read first, so that a key inside it can be set.
            var inner = new InputReport { Root = run };
            if (run.Members["mesh"].Kind == JsonValueKind.String)
                FileSplicer.SpliceJson(run, "mesh", "mesh", inner);
            inner.ThrowIfAny();
        }

        if (steps is [{ Name: "cells" }])
        {
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

        if (steps is [{ Name: "steps" or "warmup" }])
            steps = [new PathStep("time", -1), .. steps];
        string[] known = [.. ConfigKeys.Of(typeof(RunConfig)).Select(member => member.Name)];
        if (!known.Contains(steps[0].Name))
        {
            return $"unknown key{ConfigKeys.Suggest(steps[0].Name!, known.Concat(ShortNames))} "
                + $"(short names: {string.Join(", ", ShortNames)}; else a run's key such as generation.epsilon)";
        }

        return ConfigOverrides.Set(run, steps, value);
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
