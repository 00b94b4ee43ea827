using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>A run that has passed all checks; its output folder has not been touched.</summary>
public sealed class PreparedRun
{
    private ForwardFlow? forward;

    /// <exception cref="InputException">A part of the run cannot be built.</exception>
    public PreparedRun(Problem problem, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Team = team;
        Method = new Discretisation(problem, team);
        Particles = problem.Config.Particles is null ? null
            : problem.At("particles", () => new ParticleRun(problem, Method.ScoreMixture, Method.PointScore));
    }

    /// <summary>What is solved.</summary>
    public Problem Problem => Method.Problem;

    /// <summary>Score, forward flow, scheme and monitors.</summary>
    public Discretisation Method { get; }

    /// <summary>The particle view; null if the config has none.</summary>
    public ParticleRun? Particles { get; }

    /// <summary>The threads that compute.</summary>
    public WorkerTeam Team { get; }

    /// <summary>The forward flow; allocates most of the memory of the run on first access.</summary>
    /// <exception cref="InputException">The memory is too small for the levels that generation requires.</exception>
    public ForwardFlow Forward => forward ??= Method.Forward();
}
