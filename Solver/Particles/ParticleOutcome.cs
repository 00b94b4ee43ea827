namespace PdeDiffusion.Particles;

/// <summary>The particles at the end of a run.</summary>
/// <param name="End">All particles at the stopping time, or at σ = 0 after a last step to there.</param>
/// <param name="Trajectories">The paths of the first few of them; none unless requested.</param>
public sealed record ParticleOutcome(ParticleEnsemble End, Trajectories Trajectories)
{
    /// <summary>All particles at the stopping time.</summary>
    public ParticleEnsemble AtStop { get; init; } = End;

    /// <summary>Calls of the score per particle; 0 where they were read from a file.</summary>
    public long Calls { get; init; }
}
