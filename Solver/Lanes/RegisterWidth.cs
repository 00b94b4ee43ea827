using System.Runtime.Intrinsics;

namespace PdeDiffusion.Lanes;

/// <summary>Whether kernels work on registers of eight numbers or of four. Results do not depend on it, bit for bit.</summary>
internal static class RegisterWidth
{
    /// <summary>The environment variable that overrides the choice, with 8 or 4: to compare both on one machine.</summary>
    public const string Variable = "PDE_DIFFUSION_LANES";

    /// <summary>True for eight: by default where the processor has such registers (AVX-512).</summary>
    public static bool IsEight { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        "8" => true,
        "4" => false,
        _ => Vector512.IsHardwareAccelerated,
    };

    /// <summary>
    /// Columns that a heat sweep along y takes side by side. Rows of 512 bytes are prefetched by the hardware; rows of 256 bytes are not,
    /// and the kernel prefetches them, which is faster where registers hold four numbers (docs/performance.md).
    /// </summary>
    public static int HeatColumns => IsEight ? 64 : 32;

    /// <summary>Columns that a remap along y gathers at once: every row is on another page, and several cache lines are read.</summary>
    public static int RemapColumns => IsEight ? 32 : 16;
}
