using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Problems;

/// <summary>
/// Defaults that depend on other keys. The memory for forward states stays open: it belongs to the machine, not to the run.
/// </summary>
internal static class ConfigDefaults
{
    /// <summary>A closed form costs its components times the cells at every step; with more than these the lattice flow is faster.</summary>
    private const int MostInClosedForm = 64;

    /// <summary>Quadrature in each cell: a thousand times the cost of an isotropic component.</summary>
    private const int MostWithCovariances = 8;

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

    /// <summary>True if every axis has cells of equal width by construction.</summary>
    public static bool IsUniform(MeshConfig mesh) => mesh.Axes.All(axis => axis.Faces is null && axis.Grading is null);

    /// <summary>True if the heat flow of the data is a mixture of Gaussians.</summary>
    public static bool IsMixture(DataConfig data) => data is PointsData or GaussiansData or CurveData or CurveSampleData;

    /// <summary>True if components have covariances of their own.</summary>
    public static bool HasCovariances(DataConfig data) => data is GaussiansData { Covariances: not null };

    /// <summary>True if u can be had in closed form: a mixture, on axes with walls if it has covariances.</summary>
    public static bool HasClosedForm(RunConfig config) => IsMixture(config.Data)
        && !(HasCovariances(config.Data) && config.Mesh.Axes.Any(axis => axis.Boundary == Boundary.Periodic));

    private static long Components(DataConfig data) => data switch
    {
        PointsData points => Positive(points.Weights, points.Points?.Count ?? 0),
        GaussiansData gaussians => Positive(gaussians.Weights, gaussians.Means.Count),
        CurveData curve => curve.Nodes,
        CurveSampleData sample => sample.Samples,
        _ => long.MaxValue,
    };

    /// <summary>Components of weight 0 cost nothing: the mixture drops them.</summary>
    private static int Positive(IReadOnlyList<double>? weights, int count) => weights?.Count(weight => weight > 0) ?? count;

    /// <summary>True if the data have a Dirac part.</summary>
    public static bool HasDiracs(DataConfig data) =>
        IsMixture(data) && (data is not GaussiansData gaussians || gaussians.Variances?.Any(variance => variance == 0) == true);

    private static ForwardKind Forward(RunConfig config, SchemeConfig? scheme) =>
        scheme is not RemapSchemeConfig || config.Generation is null ? ForwardKind.ImplicitEuler
        : HasClosedForm(config) && Components(config.Data) <= (HasCovariances(config.Data) ? MostWithCovariances : MostInClosedForm)
            ? ForwardKind.ClosedForm
        : IsUniform(config.Mesh) ? ForwardKind.LatticeExact : ForwardKind.ImplicitEuler;
}
