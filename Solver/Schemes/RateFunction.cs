using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Schemes;

/// <summary>
/// The rate function of the finite-volume flux for any noise level ε ≥ 0 (docs/numerics.md, 3.1). On the face from cell i to its neighbour
/// j, with ρ = u_j/u_i, mass leaves cell i at the rate (A/(δ|i|)) r(ρ), and w = v/u obeys dw_i/dτ = (1/|i|) Σ_j (A/δ) q(ρ) (w_j − w_i),
/// with
/// <code>
/// r(ρ) = ½ [max(ε(1 + ρ), |ρ − 1|) + (ρ − 1)] = ½ max((1+ε)ρ − (1−ε), 2(ρ − 1), 0)
/// q(ρ) = ½ [max(ε(1 + ρ), |ρ − 1|) − (ρ − 1)] = ½ max((1+ε) − (1−ε)ρ, 2(1 − ρ), 0) = ρ r(1/ρ)
/// </code>
/// The flux is central for ε ≥ 1, upwind for ε = 0, and in between has the least numerical diffusion that keeps both rates non-negative.
/// The methods return 2r and u_i 2q: the factor ½ belongs to the step Δt/2δ.
/// </summary>
/// <remarks>
/// The right-hand forms are evaluated. Only 1 + ε, 1 − ε, one product per term and one difference are rounded, so the absolute error of 2r
/// is at most 4 (1 + ε)(1 + ρ) 2⁻⁵³ and that of u_i 2q at most 4 (1 + ε)(u_i + u_j) 2⁻⁵³. For ε = 0 and ε ≥ 1 nothing cancels: relative
/// errors are at most 4 · 2⁻⁵³ (one rounding for ε = 0).
/// </remarks>
/// <param name="epsilon">Noise level ε ≥ 0.</param>
internal readonly struct RateFunction(double epsilon)
{
    private readonly double sum = 1 + epsilon;
    private readonly double difference = 1 - epsilon;

    /// <summary>2 r(ρ) in both directions of a face.</summary>
    /// <param name="ratio">ρ.</param>
    /// <param name="inverse">1/ρ.</param>
    /// <param name="up">2 r(ρ), from the lower to the upper cell.</param>
    /// <param name="down">2 r(1/ρ), from the upper to the lower cell.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OfRatio<TLanes>(TLanes ratio, TLanes inverse, out TLanes up, out TLanes down)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0), unit = TLanes.Create(1), two = TLanes.Create(2), plus = TLanes.Create(sum),
            minus = TLanes.Create(difference);
        up = TLanes.Max(TLanes.Max(plus * ratio - minus, two * (ratio - unit)), zero);
        down = TLanes.Max(TLanes.Max(plus * inverse - minus, two * (inverse - unit)), zero);
    }

    /// <summary>
    /// u_i 2 q(u_j/u_i) in both directions of a face, without the quotient, so that neither comes from the difference of two large numbers
    /// when u changes by orders of magnitude from cell to cell.
    /// </summary>
    /// <param name="lower">u in the lower cell.</param>
    /// <param name="upper">u in the upper cell.</param>
    /// <param name="up">2 q(upper/lower) lower.</param>
    /// <param name="down">2 q(lower/upper) upper.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OfDensities<TLanes>(TLanes lower, TLanes upper, out TLanes up, out TLanes down)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0), plus = TLanes.Create(sum), minus = TLanes.Create(difference);
        TLanes rise = upper - lower;
        rise += rise;
        up = TLanes.Max(TLanes.Max(plus * lower - minus * upper, zero - rise), zero);
        down = TLanes.Max(TLanes.Max(plus * upper - minus * lower, rise), zero);
    }
}
