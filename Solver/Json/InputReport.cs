using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Files;

namespace PdeDiffusion.Json;

/// <summary>Collects the errors of an input with their positions, so that all can be reported at once.</summary>
internal sealed class InputReport
{
    private const int MaxProblems = 50;

    private readonly List<InputProblem> problems = [];
    private readonly List<string> unread = [];

    /// <summary>The tree that paths are looked up in.</summary>
    public SourceValue? Root { get; set; }

    public List<InputProblem> Problems => problems;

    /// <summary>Notes on input that is valid, one line each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>True if the limit on reported errors is reached.</summary>
    public bool Full => problems.Count >= MaxProblems;

    /// <summary>Adds a problem at a path; file and line are those of the value there, or of the nearest one around it.</summary>
    public void Add(string path, string message)
    {
        if (!Full)
            problems.Add(Locate(path, message));
    }

    /// <summary>Adds a problem at a path whose value could not be read, so that rules about it are skipped.</summary>
    public void AddUnread(string path, string message)
    {
        MarkUnread(path);
        Add(path, message);
    }

    /// <summary>Marks the value at a path as unreadable, for a reason already reported.</summary>
    public void MarkUnread(string path) => unread.Add(path);

    /// <summary>True if everything at and below a path was read.</summary>
    public bool Sound(string path) => !unread.Exists(bad => Within(bad, path) || Within(path, bad));

    /// <exception cref="InputException">Anything was added.</exception>
    public void ThrowIfAny()
    {
        if (problems.Count > 0)
            throw new InputException([.. problems.Take(MaxProblems)]);
    }

    /// <summary>A problem at a path, with the file and line of the value there.</summary>
    public InputProblem Locate(string path, string message)
    {
        SourceValue at = Root!;
        string within = "";
        foreach (PathStep step in SourcePath.Parse(path) ?? [])
        {
            SourceValue? next = step.Name is { } name
                ? at.Kind == JsonValueKind.Object ? at.Members.GetValueOrDefault(name) : null
                : at.Kind == JsonValueKind.Array && step.Index < at.Items.Count ? at.Items[step.Index] : null;
            if (next is null)
            {
                within = Join(within, step);
                continue;
            }

            // A mesh file's keys are named from the mesh file's own root; what --set or a sweep gives keeps its full path.
            within = next.Origin != at.Origin && next.Origin.Kind is not (OriginKind.CommandLine or OriginKind.Sweep)
                && step.Name is not null ? "" : Join(within, step);
            at = next;
        }

        bool fromCommandLine = at.Origin.Kind == OriginKind.CommandLine;
        string? shown = at.Origin.Kind == OriginKind.Table ? null
            : fromCommandLine || at.Origin.Kind == OriginKind.Sweep ? path : within;
        return new InputProblem(at.Origin.Name,
            string.IsNullOrEmpty(shown) ? null : shown, at.Line > 0 && !fromCommandLine ? at.Line : null, message);
    }

    private static string Join(string path, PathStep step) => step.Name is { } name
        ? path.Length == 0 ? name : $"{path}.{name}"
        : string.Create(CultureInfo.InvariantCulture, $"{path}[{step.Index}]");

    private static bool Within(string path, string outer) =>
        outer.Length == 0 || (path.StartsWith(outer, StringComparison.Ordinal)
            && (path.Length == outer.Length || path[outer.Length] is '.' or '['));
}
