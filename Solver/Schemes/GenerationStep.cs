using PdeDiffusion.Processes;

namespace PdeDiffusion.Schemes;

/// <summary>
/// The input of one generation step, from level n + 1 (old) to level n (new). The arrays hold cell averages on the whole grid.
/// </summary>
/// <param name="UOld">u^{n+1}.</param>
/// <param name="UNew">u^n.</param>
/// <param name="V">v^{n+1}; overwritten by v^n.</param>
/// <param name="One">Workspace for P 1; null if it is not needed.</param>
/// <param name="TimeOld">t_{n+1}.</param>
/// <param name="TimeStep">Δt = t_{n+1} − t_n.</param>
/// <param name="FirstAxis">The axis that the forward step from u^n to u^{n+1} swept first; generation sweeps it last.</param>
public readonly record struct GenerationStep(
    double[] UOld, double[] UNew, double[] V, double[]? One, double TimeOld, double TimeStep, int FirstAxis)
{
    /// <summary>ε of the step: the mean of ε(t) over it in t.</summary>
    public double Noise(TimeFunction epsilon) => epsilon.Mean(TimeOld - TimeStep, TimeOld);

    /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
    internal static void RequireNoise(TimeFunction epsilon)
    {
        ArgumentNullException.ThrowIfNull(epsilon);
        if (!(epsilon.Least >= 0 && double.IsFinite(epsilon.Greatest)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"epsilon must be at least 0 and finite, but is {epsilon}");
    }
}
