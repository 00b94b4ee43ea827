using System.Text.Json;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>What an input file is, told by keys that only files of its kind have.</summary>
/// <param name="Noun">As messages call it.</param>
/// <param name="Verb">What it is given to; null if a verb takes it only within another file.</param>
/// <param name="Marks">Keys that a file of this kind has; the first one tells it from the others.</param>
public sealed record InputKind(string Noun, string? Verb, params IReadOnlyList<string> Marks)
{
    public static readonly InputKind Figure = new("a figure", "figures", "figure");
    public static readonly InputKind Tradeoff = new("a trade-off", "study", "tradeoff", "base");
    public static readonly InputKind Study = new("a study", "study", "base");
    public static readonly InputKind Run = new("a run", "run", "mesh");
    public static readonly InputKind Mesh = new("a mesh", null, "axes");

    /// <summary>All kinds; the first whose marks a file has is its kind.</summary>
    private static readonly InputKind[] All = [Figure, Tradeoff, Study, Run, Mesh];

    /// <summary>The kind of a file's tree; null if it has the marks of none.</summary>
    internal static InputKind? Of(SourceValue root) => root.Kind != JsonValueKind.Object ? null
        : Array.Find(All, kind => kind.Marks.All(root.Members.ContainsKey));
}
