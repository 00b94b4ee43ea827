namespace PdeDiffusion.Schemes;

/// <summary>The input of one generation step, from level n + 1 to level n. The arrays hold cell averages on the whole grid.</summary>
/// <param name="UOld">u^{n+1}, where the step starts.</param>
/// <param name="UNew">u^n, where it ends.</param>
/// <param name="V">v^{n+1}; becomes v^n.</param>
/// <param name="One">Room for P 1 while it is computed; null where nobody asked for it.</param>
/// <param name="TimeOld">t_{n+1}.</param>
/// <param name="TimeStep">Δt = t_{n+1} − t_n.</param>
/// <param name="FirstAxis">The axis that the forward step from u^n to u^{n+1} took first; generation takes it last.</param>
public readonly record struct GenerationStep(
    double[] UOld, double[] UNew, double[] V, double[]? One, double TimeOld, double TimeStep, int FirstAxis);
