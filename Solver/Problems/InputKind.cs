using System.Text.Json;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>The kind of an input file, recognised by keys that only this kind has.</summary>
/// <param name="Noun">As messages call it.</param>
/// <param name="Verb">The verb that reads it; null if it is read only as part of another file.</param>
/// <param name="Marks">Keys of a file of this kind; the first one distinguishes it from the others.</param>
public sealed record InputKind(string Noun, string? Verb, params IReadOnlyList<string> Marks)
{
    public static readonly InputKind Figure = new("a figure", "figures", "figure");
    public static readonly InputKind Tradeoff = new("a trade-off", "study", "tradeoff", "base");
    public static readonly InputKind Samplers = new("a study of samplers", "study", "samplers", "base");
    public static readonly InputKind Study = new("a study", "study", "base");
    public static readonly InputKind Audit = new("an audit", "audit", "audit", "mesh");
    public static readonly InputKind Run = new("a run", "run", "mesh");
    public static readonly InputKind Mesh = new("a mesh", null, "axes");

    /// <summary>All kinds, in the order in which they are tried.</summary>
    private static readonly InputKind[] All = [Figure, Tradeoff, Samplers, Study, Audit, Run, Mesh];

    /// <summary>The kind of a file by its tree; null if it is not recognised.</summary>
    internal static InputKind? Of(SourceValue root) => root.Kind != JsonValueKind.Object ? null
        : Array.Find(All, kind => kind.Marks.All(root.Members.ContainsKey));
}
