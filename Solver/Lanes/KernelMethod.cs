using System.Runtime.CompilerServices;

namespace PdeDiffusion.Lanes;

/// <summary>
/// How kernels over registers are compiled. In code that has not been optimised each operation of a register is a call. The program's
/// kernels are compiled ahead of time, which AggressiveOptimization would prevent; those of the library, and of builds that compile nothing
/// ahead, are optimised from their first call.
/// </summary>
internal static class KernelMethod
{
#if COMPILED_AHEAD
    /// <summary>Optimised before a short run is over.</summary>
    public const MethodImplOptions Optimised = 0;
#else
    /// <summary>Optimised before a short run is over.</summary>
    public const MethodImplOptions Optimised = MethodImplOptions.AggressiveOptimization;
#endif

    /// <summary>A method of its own as well: the compiler's budget for inlining is then the kernel's alone.</summary>
    public const MethodImplOptions Own = MethodImplOptions.NoInlining | Optimised;
}
