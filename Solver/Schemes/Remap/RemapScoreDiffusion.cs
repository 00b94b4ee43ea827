using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// ∂τ v = ε (Δv − ∂x(ŝ v)) along a few lines, ŝ frozen: mass goes from cell i to its neighbour j at the rate ε r(ρ)/(δ|i|), r(ρ) = ½ (1 +
/// ρ), ρ = exp(ŝ·n δ). It is reversible (r(ρ)/r(1/ρ) = ρ: no flux where v_j = ρ v_i) and second order in h; it is the form of
/// docs/remap.md, 3, for u_j/u_i = ρ with the arithmetic mean at faces; on uniform axes the second-order form is the fourth-order one in h
/// of <see cref="Compact"/>. Implicit Euler is Markov; Crank–Nicolson is second order and conserves mass, and steep faces take implicit
/// Euler within the same solve.
/// </summary>
internal sealed unsafe class RemapScoreDiffusion
{
    private const double LargestExponent = 700, LargestRate = 1e150;

    // |log ρ| above which a face is steep: Crank–Nicolson needs a resolved score.
    private const double Steep = 1.1;

    private const double MostCorrection = 0.5;

    private readonly Axis axis;
    private readonly int cells;
    private readonly bool periodic;
    private readonly double averaging;

    /// <param name="ratioOfAverages"><see cref="Scores.IFaceScore.IsRatioOfAverages"/>.</param>
    public RemapScoreDiffusion(Axis axis, bool ratioOfAverages)
    {
        averaging = ratioOfAverages ? 0 : 1 / 12.0;
        this.axis = axis;
        cells = axis.Cells;
        periodic = axis.IsPeriodic && cells > 1;
    }

    /// <summary>Panels that <see cref="Step"/> needs as scratch.</summary>
    public const int ScratchPanels = 5;

    /// <summary>Replaces v by its value after a time <paramref name="duration"/> = ε Δt.</summary>
    /// <param name="score">ŝ·n at the upper face of each cell, with room for two ghosts at either end.</param>
    /// <param name="correction">c in the factor 1 + c div ŝ of the rates of the second-order form: the end correction of the trapezoidal
    /// rule in time.</param>
    [MethodImpl(KernelMethod.Own)]
    public void Step<TLanes>(double* v, double* score, double duration, double correction, bool second, double* scratch, nint panel)
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

        // Crandall's compact scheme: h²/12 from the implicit to the explicit part makes it fourth order in h.
        bool compact = second && axis.IsUniform;
        double shift = axis.Widths[0] * axis.Widths[0] / (12 * duration), before = 0.5 + shift, after = 0.5 - shift;
        if (compact)
            Compact<TLanes>(score, duration, correction, ups, downs, pivots, sides);
        if (periodic)
        {
            wrapFlux = compact
                ? Part<TLanes>(ups + top * lanes, downs + top * lanes, last, here, before, after, out fromLast, out toLast)
                : Couple<TLanes>(score + top * lanes, top, 0, last, here, duration, second, out fromLast, out toLast);
        }

        TLanes flux = wrapFlux, rest = one, side = zero, share = zero, lastRest = one, lastSide = zero;
        for (int cell = 0; cell < top; cell++)
        {
            TLanes next = TLanes.Load(v + (cell + 1) * lanes) * TLanes.Create(axis.Widths[cell + 1]);
            TLanes fluxUp = compact
                ? Part<TLanes>(ups + cell * lanes, downs + cell * lanes, here, next, before, after, out TLanes up, out TLanes down)
                : Couple<TLanes>(score + cell * lanes, cell, cell + 1, here, next, duration, second, out up, out down);
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

    /// <summary>
    /// The rates times Δt of the fourth-order form on a uniform axis, from the lower cell of each link to the upper and back; the sign of
    /// the first is turned at steep links. ŝ is the score at the face; the ratio ρ of the averages of two cells that it belongs to has log
    /// ρ = h ŝ + (h³/12)(ŝ'' + ŝ ŝ') + O(h⁵). The face density is that of <see cref="ReversibleDiffusion"/>, 3 (u_i + u_j)²/(5 (u_i + u_j)
    /// + u_{i−1} + u_{j+1}), with ratios for densities.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    private void Compact<TLanes>(
        double* score, double duration, double correction, double* ups, double* downs, double* ratios, double* exponents)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count, links = periodic ? cells : cells - 1;
        double width = axis.Widths[0];
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), steep = TLanes.Create(Steep), h = TLanes.Create(width);
        TLanes largest = TLanes.Create(LargestExponent), rate = TLanes.Create(duration / (width * width)),
            most = TLanes.Create(LargestRate);
        if (periodic)
            GhostCells.Fill(score, cells, TLanes.Count, periodic: true);
        else
            zero.Store(score - lanes);
        for (nint link = -1; link <= links; link++)
        {
            TLanes exponent = zero;
            if (periodic || (link >= 0 && link < links))
            {
                TLanes below = TLanes.Load(score + (link - 1) * lanes) * h, here = TLanes.Load(score + link * lanes) * h;
                TLanes above = TLanes.Load(score + (link + 1) * lanes) * h;
                TLanes bend = (above - here) - (here - below), slope = here * (above - below);
                TLanes rough = TLanes.Max(TLanes.Abs(here), TLanes.Max(TLanes.Abs(below), TLanes.Abs(above))) - steep;
                TLanes averaged = TLanes.Fused(TLanes.Create(averaging), bend, TLanes.Create(0.5 * averaging) * slope);
                exponent = TLanes.IfPositive(rough, here, here + averaged);
                exponent = TLanes.Max(zero - largest, TLanes.Min(largest, exponent));
            }

            exponent.Store(exponents + link * lanes);
            TLanes.Exp(exponent).Store(ratios + link * lanes);
        }

        for (nint link = 0; link < links; link++)
        {
            TLanes below = TLanes.Load(exponents + (link - 1) * lanes), here = TLanes.Load(exponents + link * lanes);
            TLanes above = TLanes.Load(exponents + (link + 1) * lanes), ratio = TLanes.Load(ratios + link * lanes), sum = one + ratio;
            TLanes rough = TLanes.Max(TLanes.Abs(here), TLanes.Max(TLanes.Abs(below), TLanes.Abs(above))) - steep;
            TLanes face = TLanes.Fused(TLanes.Create(5), sum, one / TLanes.Load(ratios + (link - 1) * lanes))
                + ratio * TLanes.Load(ratios + (link + 1) * lanes);
            TLanes change = TLanes.Create(0.5 * correction / (width * width)) * (above - below);
            change = TLanes.Max(TLanes.Create(-MostCorrection), TLanes.Min(TLanes.Create(MostCorrection), change));
            face = TLanes.Create(3) * sum * (sum / face) * (one + change);
            TLanes up = TLanes.Min(rate * TLanes.IfPositive(rough, TLanes.Create(0.5) * sum, face), most);
            TLanes.Min(up / ratio, most).Store(downs + link * lanes);
            TLanes.IfPositive(TLanes.Abs(here) - steep, zero - up, up).Store(ups + link * lanes);
        }
    }

    /// <summary>The implicit rates of a link of <see cref="Compact"/>, and the flux of the explicit part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Part<TLanes>(
        double* ups, double* downs, TLanes massBelow, TLanes massAbove, double before, double after, out TLanes up, out TLanes down)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes coupling = TLanes.Load(ups), zero = TLanes.Create(0);
        TLanes explicitPart = TLanes.IfPositive(coupling, TLanes.Create(before), zero),
            implicitPart = TLanes.IfPositive(coupling, TLanes.Create(after), TLanes.Create(1));
        up = TLanes.Abs(coupling);
        down = TLanes.Load(downs);
        TLanes flux = explicitPart * (up * massBelow - down * massAbove);
        up *= implicitPart;
        down *= implicitPart;
        return flux;
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
