using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Figures;

/// <summary>A run's data, particles and paths as points of the plane.</summary>
internal static class FigureData
{
    /// <summary>The data of the score that drives a run: points, or nodes along a curve; none if they are a density.</summary>
    public static (PlanePoints Points, bool IsCurve) DataOf(RunConfig config)
    {
        DataConfig data = config.Generation?.Score is MixtureScore score ? score.Data : config.Data;
        if (!data.HasClosedForm)
            return (new PlanePoints([], []), false);
        Mixture mixture = ProblemData.Mixture(data);
        return (new PlanePoints([.. mixture.X], [.. mixture.Y]), mixture.Support == Support.Curve);
    }

    public static PlanePoints Points(ParticleEnsemble particles) => new([.. particles.X], [.. particles.Y]);

    /// <summary>One path per particle.</summary>
    public static IReadOnlyList<PlanePoints> Paths(Trajectories trajectories)
    {
        int levels = trajectories.Times.Length;
        var paths = new PlanePoints[trajectories.Particles];
        for (int p = 0; p < paths.Length; p++)
        {
            paths[p] = new PlanePoints(new double[levels], new double[levels]);
            for (int level = 0; level < levels; level++)
                (paths[p].X[level], paths[p].Y[level]) = (trajectories.X(level)[p], trajectories.Y(level)[p]);
        }

        return paths;
    }
}
