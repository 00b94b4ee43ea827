using PdeDiffusion.Configs;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Problems;

/// <summary>
/// Defaults that depend on other keys. The memory for forward states stays open: it belongs to the machine, not to the run.
/// </summary>
internal static class ConfigDefaults
{
    /// <summary>A closed form costs its components times the cells at every step; with more than these the lattice flow is faster.</summary>
    private const int MostInClosedForm = 64;

    public static RunConfig Fill(RunConfig config)
    {
        SchemeConfig? scheme = config.Scheme ?? (config.Generation is null ? null : new RemapSchemeConfig());
        return config with
        {
            Scheme = scheme,
            Forward = config.Forward ?? new ForwardConfig { Kind = Forward(config, scheme) },
            Particles = config.Particles is { } particles ? particles with { Steps = particles.Steps ?? config.Time.Steps } : null,
            Output = config.Output with { Snapshots = config.Output.Snapshots ?? [config.Time.End, config.Time.Stop] },
        };
    }

    private static ForwardKind Forward(RunConfig config, SchemeConfig? scheme) =>
        scheme is not RemapSchemeConfig || config.Generation is null || !config.Mesh.IsUniform ? ForwardKind.ImplicitEuler
        : config.Data.Components <= MostInClosedForm ? ForwardKind.ClosedForm
        : ForwardKind.LatticeExact;
}
