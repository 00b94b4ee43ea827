using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
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
            ? "no exact solution is known for this run: omit reference" : "for this run: " + string.Join(", ", others);
        report.Add("reference.kind", $"{ConfigKeys.WordOf(kind)} {reason} ({remedy})");
    }

    /// <summary>The kinds of reference that exist for the run.</summary>
    public string[] Applicable() =>
        [.. Enum.GetValues<ReferenceKind>().Where(kind => WhyNot(kind) is null).Select(kind => ConfigKeys.WordOf(kind))];

    private string? WhyNot(ReferenceKind kind)
    {
        if (config.Generation?.Start is GaussianStart && config.Mesh.Axes.Any(axis => axis.Boundary == Boundary.Periodic))
            return "is exact on R^d, but the mesh has a periodic axis";
        if (kind == ReferenceKind.Gaussian)
        {
            bool single = config.Data is { Components: 1 };
            return !single ? "requires data of one Gaussian or one point"
                : config.Generation is { Start: DensityStart } ? "requires a start of kind gaussian or forward" : null;
        }

        if (config.Generation is not { } generation)
            return "requires generation, which is missing";
        if (kind == ReferenceKind.HeatRatio && !generation.Epsilon.Is(1))
            return $"requires epsilon = 1, but it is {generation.Epsilon}";
        if (kind != ReferenceKind.HeatRatio && !generation.Epsilon.Is(0))
            return $"requires epsilon = 0, but it is {generation.Epsilon}";
        if (kind == ReferenceKind.HeatRatio
            && (config.Data.HasCovariances || generation.Start is GaussianStart { Covariance: not null }))
            return "requires variances, not covariances";
        if (kind == ReferenceKind.MassTransport && config.Mesh.Axes.Count != 1)
            return "requires a mesh of one axis, but it has 2";
        if (!config.Data.HasClosedForm)
            return $"requires {DataConfig.ClosedForms} as data";
        return generation.Start is DensityStart ? "requires a start of kind gaussian or forward" : null;
    }
}
