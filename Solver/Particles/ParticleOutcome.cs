namespace PdeDiffusion.Particles;

/// <summary>Where the particles of a run came to.</summary>
/// <param name="End">All particles at the stopping time.</param>
/// <param name="Trajectories">The paths of the first few of them; none unless requested.</param>
public sealed record ParticleOutcome(ParticleEnsemble End, Trajectories Trajectories);
