namespace PdeDiffusion.Schemes;

/// <summary>
/// Discretisation of the heat equation: a step from u^n to u^{n+1} sweeps along one axis after the other, and each sweep conserves the mass
/// of every line. Generation requires the state between the two sweeps; the remap scheme requires the mass that crosses a face.
/// </summary>
public interface IForwardSweeps
{
    ForwardKind Kind { get; }

    /// <summary>u(time + timeStep) from u(time), cell averages on the whole grid; the two arrays may be the same.</summary>
    void Step(double[] u, double[] next, double time, double timeStep, int firstAxis);

    /// <summary>
    /// Prepares one generation step; called once, by one thread, before <see cref="Between"/> and <see cref="Crossing"/>.
    /// </summary>
    void Prepare(in GenerationStep step);

    /// <summary>Computes u*, the state between the two sweeps of the forward step; two axes only.</summary>
    /// <param name="between">Receives u*, CellCount values.</param>
    void Between(in GenerationStep step, double[] between);

    /// <summary>
    /// Φ = M^n − M^{n+1}, where M is the mass of the line below a face (∫ u along the line): the increment from the old cumulative mass to
    /// the new one. Called by several threads at once, at a few faces per line where u has a minimum.
    /// </summary>
    /// <param name="axis">The axis that the line follows.</param>
    /// <param name="line">Index of the line: row for axis 0, column for axis 1.</param>
    /// <param name="face">The lower face of this cell; 0 on periodic axes only.</param>
    /// <param name="uOld">u^{n+1} along this axis, where the generation sweep starts.</param>
    /// <param name="uNew">u^n along this axis, where it ends.</param>
    /// <returns>Φ, or NaN if no accurate value is available and the caller should march without it (no-flux axes only).</returns>
    double Crossing(int axis, int line, int face, double[] uOld, double[] uNew, in GenerationStep step);
}
