using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Problems;

/// <summary>
/// Defaults that depend on other keys. The memory for forward states has no default here, because it depends on the machine and not on the
/// run.
/// </summary>
internal static class ConfigDefaults
{
    /// <summary>
    /// A closed form costs its components times the cells at every step; with more than these the lattice flow is faster.
    /// </summary>
    private const int MostInClosedForm = 64;

    /// <summary>Quadrature in each cell: a thousand times the cost of an isotropic component.</summary>
    private const int MostWithCovariances = 8;

    public static RunConfig Fill(RunConfig config)
    {
        SchemeConfig? scheme = config.Scheme ?? (config.Generation is null ? null : new RemapSchemeConfig());
        return config with
        {
            Scheme = scheme,
            Generation = config.Generation is { } generation ? generation with { Score = MixedScores.Plain(generation.Score) } : null,
            Forward = config.Forward ?? new ForwardConfig { Kind = Forward(config, scheme) },
            Particles = config.Particles is { } particles ? particles with { Steps = particles.Steps ?? config.Time.Steps } : null,
            Output = config.Output with { Snapshots = config.Output.Snapshots ?? [config.Time.End, config.Time.Stop] },
        };
    }

    /// <summary>True if u has a closed form: a mixture, on axes with walls if it has covariances.</summary>
    public static bool HasClosedForm(RunConfig config) => config.Data.HasClosedForm
        && !(config.Data.HasCovariances && config.Mesh.Axes.Any(axis => axis.Boundary == Boundary.Periodic));

    private static ForwardKind Forward(RunConfig config, SchemeConfig? scheme) =>
        scheme is not RemapSchemeConfig || config.Generation is null ? ForwardKind.ImplicitEuler
        : HasClosedForm(config) && config.Data.Components <= (config.Data.HasCovariances ? MostWithCovariances : MostInClosedForm)
            ? ForwardKind.ClosedForm
        : config.Mesh.IsUniform ? ForwardKind.LatticeExact : ForwardKind.ImplicitEuler;
}
