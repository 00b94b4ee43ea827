using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// ∂τ v = ε (Δv − ∂x(ŝ v)) along a few lines, ŝ frozen: mass goes from cell i to its neighbour j at the rate ε r(ρ)/(δ|i|), r(ρ) = ½ (1 +
/// ρ), ρ = exp(ŝ·n δ). It is reversible (r(ρ)/r(1/ρ) = ρ: no flux where v_j = ρ v_i) and second order in h; it is the form of
/// docs/remap.md, 3, for u_j/u_i = ρ with the arithmetic mean at faces. Implicit Euler is Markov; Crank–Nicolson is second order and
/// conserves mass, and steep faces take implicit Euler within the same solve.
/// </summary>
internal sealed unsafe class RemapScoreDiffusion
{
    private const double LargestExponent = 700, LargestRate = 1e150;

    // |log ρ| above which a face is steep: Crank–Nicolson needs a resolved score.
    private const double Steep = 1.1;

    private readonly Axis axis;
    private readonly int cells;
    private readonly bool periodic;

    public RemapScoreDiffusion(Axis axis)
    {
        this.axis = axis;
        cells = axis.Cells;
        periodic = axis.IsPeriodic && cells > 1;
    }

    /// <summary>Panels that <see cref="Step"/> needs as scratch.</summary>
    public const int ScratchPanels = 5;

    /// <summary>Replaces v by its value after a time <paramref name="duration"/> = ε Δt.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Step<TLanes>(double* v, double* score, double duration, bool second, double* scratch, nint panel)
        where TLanes : struct, ILanes<TLanes>
    {
        if (cells == 1 || duration == 0)
            return;
        nint lanes = TLanes.Count;
        double* ups = scratch, downs = scratch + panel, pivots = scratch + 2 * panel, sides = scratch + 3 * panel,
            wraps = scratch + 4 * panel;
        int top = cells - 1;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1);
        TLanes here = TLanes.Load(v) * TLanes.Create(axis.Widths[0]), last = TLanes.Load(v + top * lanes) * TLanes.Create(axis.Widths[top]);
        TLanes toLast = zero, fromLast = zero, wrapFlux = zero;
        if (periodic)
            wrapFlux = Couple<TLanes>(score + top * lanes, top, 0, last, here, duration, second, out fromLast, out toLast);
        TLanes flux = wrapFlux, rest = one, side = zero, share = zero, lastRest = one, lastSide = zero;
        for (int cell = 0; cell < top; cell++)
        {
            TLanes next = TLanes.Load(v + (cell + 1) * lanes) * TLanes.Create(axis.Widths[cell + 1]);
            TLanes fluxUp =
                Couple<TLanes>(score + cell * lanes, cell, cell + 1, here, next, duration, second, out TLanes up, out TLanes down);
            side = TLanes.Fused(share, side, here + (flux - fluxUp));
            bool meets = cell == top - 1;
            if (periodic && meets)
            {
                // The last cell's two links meet: the direct one and what is left of the wrap.
                up += toLast;
                down += fromLast;
                toLast = zero;
                fromLast = zero;
            }

            TLanes inverse = one / (rest + toLast + up);
            inverse.Store(pivots + cell * lanes);
            side.Store(sides + cell * lanes);
            up.Store(ups + cell * lanes);
            down.Store(downs + cell * lanes);
            if (periodic)
            {
                fromLast.Store(wraps + cell * lanes);
                lastSide = TLanes.Fused(toLast * inverse, side, lastSide);
                lastRest = TLanes.Fused(fromLast * inverse, rest, lastRest);
                if (!meets)
                {
                    toLast *= down * inverse;
                    fromLast *= up * inverse;
                }
            }

            share = up * inverse;
            rest = meets ? rest * (down * inverse) : TLanes.Fused(down * inverse, rest, one);
            flux = fluxUp;
            here = next;
        }

        TLanes topSide = TLanes.Fused(share, side, last + (flux - wrapFlux)) + lastSide;
        TLanes x = topSide / (rest + lastRest), end = x;
        (x / TLanes.Create(axis.Widths[top])).Store(v + top * lanes);
        for (int cell = top - 1; cell >= 0; cell--)
        {
            TLanes known = TLanes.Load(sides + cell * lanes);
            if (periodic)
                known = TLanes.Fused(TLanes.Load(wraps + cell * lanes), end, known);
            x = TLanes.Fused(TLanes.Load(downs + cell * lanes), x, known) * TLanes.Load(pivots + cell * lanes);
            (x / TLanes.Create(axis.Widths[cell])).Store(v + cell * lanes);
        }
    }

    /// <summary>
    /// Fills negative values of one line from the neighbour with the larger v, cell by cell towards the bulk: a flux, so mass is conserved.
    /// </summary>
    /// <returns>False if a cell is still negative.</returns>
    public bool Repair(double* v, nint stride)
    {
        for (int cell = 0; cell < cells - 1; cell++)
        {
            if (v[(cell + 1) * stride] >= v[cell * stride])
                PassOn(v, stride, cell, cell + 1);
        }

        for (int cell = cells - 1; cell > 0; cell--)
        {
            if (v[(cell - 1) * stride] > v[cell * stride])
                PassOn(v, stride, cell, cell - 1);
        }

        for (int cell = 0; cell < cells; cell++)
        {
            if (v[cell * stride] < 0)
                return false;
        }

        return true;
    }

    private void PassOn(double* v, nint stride, int from, int to)
    {
        double lack = Math.Min(v[from * stride], 0);
        v[to * stride] += lack * (axis.Widths[from] / axis.Widths[to]);
        v[from * stride] -= lack;
    }

    /// <summary>The implicit rates times Δt from the lower to the upper cell and back.</summary>
    /// <returns>The flux of the explicit part from the lower to the upper cell.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Couple<TLanes>(
        double* score, int lower, int upper, TLanes massBelow, TLanes massAbove, double duration, bool second, out TLanes up,
            out TLanes down)
        where TLanes : struct, ILanes<TLanes>
    {
        double gap = axis.Distances[lower];
        TLanes exponent = TLanes.Max(
            TLanes.Create(-LargestExponent), TLanes.Min(TLanes.Create(LargestExponent), TLanes.Load(score) * TLanes.Create(gap)));
        TLanes one = TLanes.Create(1), half = TLanes.Create(0.5), zero = TLanes.Create(0), most = TLanes.Create(LargestRate);
        TLanes ratio = TLanes.Exp(exponent), inverse = TLanes.Exp(zero - exponent);
        up = TLanes.Min(TLanes.Create(0.5 * duration / (gap * axis.Widths[lower])) * (one + ratio), most);
        down = TLanes.Min(TLanes.Create(0.5 * duration / (gap * axis.Widths[upper])) * (one + inverse), most);
        if (!second)
            return zero;
        TLanes steep = TLanes.Abs(exponent) - TLanes.Create(Steep);
        TLanes explicitPart = TLanes.IfPositive(steep, zero, half);
        TLanes implicitPart = one - explicitPart;
        TLanes flux = explicitPart * (up * massBelow - down * massAbove);
        up *= implicitPart;
        down *= implicitPart;
        return flux;
    }
}
