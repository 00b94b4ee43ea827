namespace PdeDiffusion.Schemes;

/// <summary>
/// How the heat equation is solved: a step from u^n to u^{n+1} goes along one axis after the other, and each sweep keeps the mass of every line.
/// Generation asks for the state between the two sweeps, and the remap for the mass that crossed a face.
/// </summary>
public interface IForwardSweeps
{
    ForwardKind Kind { get; }

    /// <summary>u at <paramref name="time"/> + <paramref name="timeStep"/> from u at <paramref name="time"/>; the two arrays may be the same.</summary>
    void Step(double[] u, double[] next, double time, double timeStep, int firstAxis);

    /// <summary>Called before anything else in a step, by one thread.</summary>
    void Prepare(in GenerationStep step);

    /// <summary>Writes u*, the state between the two sweeps of a forward step on a grid of two axes.</summary>
    void Between(in GenerationStep step, double[] between);

    /// <summary>
    /// Φ = M^n − M^{n+1}, M the mass of the line below a face (∫ u along the line): what must be added to the old cumulative mass to reach
    /// the new one. Called at a few faces a line, where u has a minimum, by several threads at once.
    /// </summary>
    /// <param name="axis">The axis that the line follows.</param>
    /// <param name="line">Number of the line: row for axis 0, column for axis 1.</param>
    /// <param name="face">The lower face of cell <paramref name="face"/>; 0 on periodic axes only.</param>
    /// <param name="uOld">u^{n+1} along this axis, where the generation sweep starts.</param>
    /// <param name="uNew">u^n along this axis, where it ends.</param>
    /// <returns>Φ, or NaN if the caller does better without (on no-flux axes only).</returns>
    double Crossing(int axis, int line, int face, double[] uOld, double[] uNew, in GenerationStep step);
}
