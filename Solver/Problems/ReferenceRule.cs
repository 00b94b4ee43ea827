using PdeDiffusion.Configs;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Whether an exact solution exists for a run (docs/numerics.md, exact solutions), and which ones do.</summary>
internal sealed class ReferenceRule(RunConfig config, InputReport report)
{
    /// <summary>Reports a reference that does not apply: why, and which ones do.</summary>
    public void Check(ReferenceKind kind)
    {
        if (WhyNot(kind) is not { } reason)
            return;
        string[] others = Applicable();
        string remedy = others.Length == 0
            ? "no exact solution is known for this run, leave reference out" : "for this run: " + string.Join(", ", others);
        report.Add("reference.kind", $"{ConfigKeys.WordOf(kind)} {reason} ({remedy})");
    }

    /// <summary>The kinds of reference that exist for the run.</summary>
    public string[] Applicable() =>
        [.. Enum.GetValues<ReferenceKind>().Where(kind => WhyNot(kind) is null).Select(kind => ConfigKeys.WordOf(kind))];

    private string? WhyNot(ReferenceKind kind)
    {
        if (kind == ReferenceKind.Gaussian)
        {
            bool single = config.Data is { Components: 1 };
            return !single ? "needs data of one Gaussian or one point"
                : config.Generation is { Start: DensityStart } ? "needs a start of kind gaussian or forward" : null;
        }

        if (config.Generation is not { } generation)
            return "needs generation, which is missing";
        if (kind == ReferenceKind.HeatRatio && generation.Epsilon != 1)
            return $"needs epsilon = 1, but it is {generation.Epsilon:R}";
        if (kind != ReferenceKind.HeatRatio && generation.Epsilon != 0)
            return $"needs epsilon = 0, but it is {generation.Epsilon:R}";
        if (kind == ReferenceKind.MassTransport && config.Mesh.Axes.Count != 1)
            return "needs a mesh of one axis, but it has 2";
        if (!config.Data.HasClosedForm)
            return $"needs {DataConfig.ClosedForms} as data";
        return generation.Start is DensityStart ? "needs a start of kind gaussian or forward" : null;
    }
}
