using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Samplers;

/// <summary>What one thread needs to move the particles of a study: a team of its own, and the score.</summary>
public sealed class ParticleMover
{
    private readonly Mixture? driving;
    private readonly Func<IPointScore>? given;

    /// <exception cref="InputException">The score cannot be built, or has no values at points.</exception>
    public ParticleMover(Problem problem, WorkerTeam team)
    {
        (Problem, Team) = (problem, team);
        var method = new Discretisation(problem, team);
        (driving, given) = (method.ScoreMixture, method.PointScore);
    }

    /// <summary>The problem of the base.</summary>
    public Problem Problem { get; }

    public WorkerTeam Team { get; }

    /// <summary>The least variance of the data whose score moves the particles; null for a score without closed form.</summary>
    public double? LeastVariance => driving?.LeastVariance;

    /// <summary>The particles of a config of the base.</summary>
    /// <param name="start">Where they start; null for draws of v_T.</param>
    /// <exception cref="ArgumentException">The score has no value at a level, or v_T is no law that can be drawn from.</exception>
    public ParticleRun Particles(RunConfig config, ParticleEnsemble? start = null) =>
        new(Problem.With(config), driving, given) { Start = start };
}
