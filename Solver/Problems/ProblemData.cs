using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Problems;

/// <summary>Distributions from their description: one case per kind.</summary>
public static class ProblemData
{
    /// <summary>The distribution u0, or the data of a score.</summary>
    /// <exception cref="ArgumentException">The description is not a distribution.</exception>
    /// <exception cref="InputException">A snapshot that it names cannot be read.</exception>
    public static InitialData Of(DataConfig data, Grid grid) => data switch
    {
        DensityData density => new GridDensity(grid, SnapshotReader.ReadDensity(density.File, density.Column, grid)),
        BoxData box => new UniformBox([.. box.From], [.. box.To]),
        _ => Mixture(data),
    };

    /// <summary>Data that are a mixture of Gaussians and Diracs.</summary>
    /// <exception cref="ArgumentException">The data are not a mixture.</exception>
    public static Mixture Mixture(DataConfig data) => data switch
    {
        PointsData { Points: { } points } given => Mixture(points, null, given.Weights),
        GaussiansData { Covariances: { } covariances } gaussians => Data.Mixture.Gaussians(
            [.. gaussians.Means.Select(mean => mean[0])], [.. gaussians.Means.Select(mean => mean[1])],
            [.. covariances.Select(CovarianceRules.Of)], gaussians.Weights is null ? [] : [.. gaussians.Weights]),
        GaussiansData gaussians => Mixture(gaussians.Means, gaussians.Variances, gaussians.Weights),
        CurveData curve => Curve(curve.Curve, curve.Scale, curve.Vertices).Nodes(checked((int)curve.Nodes)),
        CurveSampleData sample =>
            Curve(sample.Curve, sample.Scale, sample.Vertices).Sample(checked((int)sample.Samples), (ulong)sample.Seed),
        _ => throw new ArgumentException($"data of this kind are not a mixture: {DataConfig.ClosedForms} are"),
    };

    /// <summary>v_T; null for v_T = u_T.</summary>
    /// <exception cref="ArgumentException">The description is not a distribution.</exception>
    /// <exception cref="InputException">A snapshot that it names cannot be read.</exception>
    public static InitialData? Of(StartConfig start, Grid grid) => start switch
    {
        ForwardStart => null,
        GaussianStart gaussian => Gaussian(gaussian),
        DensityStart density => new GridDensity(grid, SnapshotReader.ReadDensity(density.File, density.Column, grid)),
        _ => throw new ArgumentException("unknown kind of start"),
    };

    /// <summary>v_T of kind gaussian.</summary>
    /// <exception cref="ArgumentException">The description is not a distribution.</exception>
    public static Mixture Gaussian(GaussianStart start) => start switch
    {
        { Covariance: { } covariance } => Data.Mixture.Gaussian([.. start.Mean], CovarianceRules.Of(covariance)),
        { Variance: { } variance } => Data.Mixture.Gaussian([.. start.Mean], variance),
        _ => throw new ArgumentException("a gaussian start requires a variance or a covariance"),
    };

    private static Mixture Mixture(
        IReadOnlyList<IReadOnlyList<double>> places, IReadOnlyList<double>? variances, IReadOnlyList<double>? weights)
    {
        double[] x = [.. places.Select(place => place[0])];
        double[] spread = variances is null ? new double[x.Length] : [.. variances];
        return places[0].Count == 1
            ? Data.Mixture.Gaussians(x, spread, weights is null ? [] : [.. weights])
            : Data.Mixture.Gaussians(x, [.. places.Select(place => place[1])], spread, weights is null ? [] : [.. weights]);
    }

    private static Curve Curve(CurveName curve, double scale, IReadOnlyList<IReadOnlyList<double>>? vertices) => curve switch
    {
        CurveName.Lemniscate => Data.Curve.Lemniscate(scale),
        CurveName.Circle => Data.Curve.Circle(scale),
        CurveName.Segment => Data.Curve.Segment(scale),
        CurveName.TwoMoons => Data.Curve.TwoMoons(scale),
        CurveName.Spiral => Data.Curve.Spiral(scale),
        CurveName.Polyline when vertices is not null =>
            Data.Curve.Polyline([.. vertices.Select(vertex => scale * vertex[0])], [.. vertices.Select(vertex => scale * vertex[1])]),
        _ => throw new ArgumentException("a polyline requires vertices"),
    };
}
