using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>A run that is ready to begin: all that it can be refused for is found here, before its folder is touched.</summary>
public sealed class PreparedRun
{
    private ForwardFlow? forward;

    /// <exception cref="InputException">A part of the run cannot be built.</exception>
    public PreparedRun(Problem problem, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Team = team;
        Method = new Discretisation(problem, team);
        Particles = problem.Config.Particles is null ? null : problem.At("particles", () => new ParticleRun(problem, Method.ScoreMixture));
    }

    /// <summary>What is solved.</summary>
    public Problem Problem => Method.Problem;

    /// <summary>Score, forward flow, scheme and monitors.</summary>
    public Discretisation Method { get; }

    /// <summary>The particle view; null if the config asks for none.</summary>
    public ParticleRun? Particles { get; }

    /// <summary>The threads that compute.</summary>
    public WorkerTeam Team { get; }

    /// <summary>The forward flow, which takes most of the memory of the run when it is first asked for.</summary>
    /// <exception cref="InputException">The memory does not hold the levels that generation needs.</exception>
    public ForwardFlow Forward => forward ??= Method.Forward();
}
