using PdeDiffusion.Schemes.Remap;

namespace PdeDiffusion.Schemes;

/// <summary>What one generation step is given, from level n + 1 to level n. The arrays hold cell averages on the whole grid.</summary>
/// <param name="UOld">u^{n+1}, where the step starts.</param>
/// <param name="UNew">u^n, where it ends.</param>
/// <param name="V">v^{n+1}; becomes v^n.</param>
/// <param name="One">Room for P 1 while it is computed; null where nobody asked for it.</param>
/// <param name="TimeOld">t_{n+1}.</param>
/// <param name="TimeStep">Δt = t_{n+1} − t_n.</param>
/// <param name="FirstAxis">The axis that the forward step from u^n to u^{n+1} took first; generation takes it last.</param>
public readonly record struct GenerationStep(
    double[] UOld, double[] UNew, double[] V, double[]? One, double TimeOld, double TimeStep, int FirstAxis);

/// <summary>One generation step for v on the whole grid.</summary>
public interface IScheme
{
    /// <summary>What the scheme keeps for any step size.</summary>
    Guarantees Guarantees { get; }

    /// <summary>What a guard did since the beginning; nothing where a scheme needs none.</summary>
    RemapGuard Guard { get; }

    /// <summary>Does one step; allocates nothing.</summary>
    /// <returns>max P 1, P the step as a linear map, where it was asked for and the scheme has one; else NaN.</returns>
    double Step(in GenerationStep step);

    /// <summary>Writes what the scheme keeps from step to step, for a checkpoint; most keep nothing.</summary>
    void Save(BinaryWriter state)
    {
    }

    /// <summary>Takes back what <see cref="Save"/> wrote.</summary>
    void Restore(BinaryReader state)
    {
    }
}
