using System.Text.Json;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>
/// An audit without data: the flow needs a u of the box, for which the noised start stands in, and no truth is read from it.
/// </summary>
internal static class AuditRules
{
    /// <summary>Inserts the Gaussian start as data, and <c>truth</c> = false, into the tree of an audit that has no data.</summary>
    public static void StandIn(SourceValue root, InputReport report)
    {
        if (root.Members.ContainsKey("data") || !root.Members.TryGetValue("audit", out SourceValue? audit)
            || audit.Kind != JsonValueKind.Object)
            return;
        if (Member(Member(root, "generation"), "start") is not { } start
            || Member(start, "kind") is not { Kind: JsonValueKind.String, Text: "gaussian" }
            || Member(start, "mean") is not { } mean || Member(start, "variance") is not { } variance)
        {
            report.AddUnread("data", "an audit without data requires a start of kind gaussian with mean and variance");
            return;
        }

        SourceValue data = SourceValue.ObjectAt(start.Origin, start.Line);
        data.Members["kind"] = SourceValue.TextAt("gaussians", start.Origin, start.Line);
        data.Members["means"] = SourceValue.ArrayAt([mean.Copy()], start.Origin, start.Line);
        data.Members["variances"] = SourceValue.ArrayAt([variance.Copy()], start.Origin, start.Line);
        root.Members["data"] = data;
        audit.Members["truth"] = new SourceValue(JsonValueKind.False, null, 0, audit.Origin, audit.Line);
    }

    private static SourceValue? Member(SourceValue? value, string name) =>
        value is { Kind: JsonValueKind.Object } && value.Members.TryGetValue(name, out SourceValue? member) ? member : null;
}
