namespace PdeDiffusion.Particles;

/// <summary>A method that moves particles from one noise level to the next.</summary>
public interface IParticleSteps
{
    /// <summary>Calls of the score per particle since the first step.</summary>
    long Calls { get; }

    /// <summary>One step, from forward time <paramref name="from"/> down to <paramref name="to"/>.</summary>
    /// <param name="step">Number of the step, at least 0: it chooses the noise.</param>
    /// <exception cref="ArgumentException">Not from &gt; to ≥ 0, a time at which the score has no value, or particles of another
    /// dimension.</exception>
    void Step(ParticleEnsemble particles, int step, double from, double to);
}
