using System.Text.Json;
using PdeDiffusion.Configs;
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

    /// <summary>What is required must be measured.</summary>
    public static void Check(RunConfig config, InputReport report)
    {
        if (config.Audit is not { } audit || !report.Sound("audit"))
            return;
        if (report.Sound("time") && config.Time.Stop == 0)
            report.Add(config.Time.StopKey, "must be > 0: an audit ends where there is noise");
        if (audit.Require is not { } limits)
            return;
        bool hasBudget = report.Sound("generation") && config.Generation is { } generation && !generation.Epsilon.Is(0);
        foreach ((string key, double? limit, bool isMeasured, string reason) in ((string, double?, bool, string)[])
        [
            ("KL", limits.Divergence, audit.Truth, "requires data"),
            ("budget", limits.Budget, audit.Truth && hasBudget, "requires data and epsilon > 0"),
            ("gradientBudget", limits.GradientBudget, audit.Truth && hasBudget, "requires data and epsilon > 0"),
            ("W2", limits.Transport, audit.Truth, "requires data"),
            ("memorised", limits.Memorised, audit.TrainingPoints is not null, "requires audit.trainingPoints"),
        ])
        {
            if (limit is not null && !isMeasured)
                report.Add($"audit.require.{key}", $"{reason}: it is not measured without");
        }
    }

    private static SourceValue? Member(SourceValue? value, string name) =>
        value is { Kind: JsonValueKind.Object } && value.Members.TryGetValue(name, out SourceValue? member) ? member : null;
}
