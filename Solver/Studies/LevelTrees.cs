using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>
/// The trees of the runs of a study. Runs with the same values in a part of the base (data, mesh, …), or without any, share that part once
/// it has been read: its files are read, and its records built, once.
/// </summary>
internal sealed class LevelTrees(SourceValue tree)
{
    private readonly Dictionary<string, List<Part>> parts = [];

    /// <summary>Records of shared parts.</summary>
    public BoundParts Bound { get; } = new();

    /// <summary>JSON values of all parts that have been kept.</summary>
    public long Values { get; private set; }

    /// <summary>JSON values of each part of the run that was kept last; of a shared part, when it was kept.</summary>
    public IEnumerable<KeyValuePair<string, long>> Newest =>
        parts.Select(part => KeyValuePair.Create(part.Key, part.Value[^1].Value?.Count ?? 0));

    /// <summary>The tree of a run.</summary>
    /// <param name="settings">Values and where they are set.</param>
    /// <param name="set">Sets one of them in the tree of a run.</param>
    /// <returns>The tree, and the parts that are new in it.</returns>
    public (SourceValue Tree, List<string> New) Build(
        IReadOnlyList<(string Part, SourceValue Value)> settings, Action<SourceValue, int> set)
    {
        SourceValue run = SourceValue.ObjectAt(tree.Origin, tree.Line);
        List<string> made = [];
        foreach (string name in tree.Members.Keys.Concat(settings.Select(setting => setting.Part)).Distinct())
        {
            if (Find(name, ValuesOf(name, settings)) is { } shared)
            {
                if (shared.Value is { } known)
                    run.Members[name] = known;
                continue;
            }

            made.Add(name);
            if (tree.Members.TryGetValue(name, out SourceValue? own))
                run.Members[name] = own.Copy();
            for (int setting = 0; setting < settings.Count; setting++)
            {
                if (settings[setting].Part == name)
                    set(run, setting);
            }
        }

        return (run, made);
    }

    /// <summary>Keeps the new parts of a run that has been read, for the runs after it.</summary>
    public void Keep(SourceValue run, IEnumerable<string> made, IReadOnlyList<(string Part, SourceValue Value)> settings)
    {
        foreach (string name in made)
        {
            SourceValue? part = run.Members.GetValueOrDefault(name);
            if (!parts.TryGetValue(name, out List<Part>? kept))
                parts.Add(name, kept = []);
            kept.Add(new Part(ValuesOf(name, settings), part));
            Values += part?.Count ?? 0;
        }
    }

    private Part? Find(string name, SourceValue[] values) =>
        parts.GetValueOrDefault(name)?.Find(part => part.Settings.SequenceEqual(values, ReferenceEqualityComparer.Instance));

    private static SourceValue[] ValuesOf(string name, IReadOnlyList<(string Part, SourceValue Value)> settings) =>
        [.. settings.Where(setting => setting.Part == name).Select(setting => setting.Value)];

    /// <param name="Settings">The values that the study sets in it.</param>
    /// <param name="Value">Null if they remove it.</param>
    private sealed record Part(SourceValue[] Settings, SourceValue? Value);
}
