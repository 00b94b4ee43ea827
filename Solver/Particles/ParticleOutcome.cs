namespace PdeDiffusion.Particles;

/// <summary>The particles at the end of a run.</summary>
/// <param name="End">All particles at the stopping time.</param>
/// <param name="Trajectories">The paths of the first few of them; none unless requested.</param>
public sealed record ParticleOutcome(ParticleEnsemble End, Trajectories Trajectories);
