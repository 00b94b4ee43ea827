using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// ∂τ w = (ε/u) ∂x(u ∂x w) along lines held in panels, u frozen: m_i dw_i/dτ = ε Σ_f K_f (w_j − w_i), m_i = ∫_i u, K_f = ũ_f/δ_f. The
/// matrix is a symmetric M-matrix for any ũ_f &gt; 0, so implicit Euler is Markov and reversible. On a uniform axis ũ_f = 3 (u_i + u_j)²/(5
/// (u_i + u_j) + u_{i−1} + u_{j+1}) is positive and fourth order, and the compact mass matrix m + (h²/12) D of Crandall's scheme makes the
/// step fourth order in h: the coefficients of Crank–Nicolson become ½ εΔt ∓ h²/12. Below εΔt = h²/6 these would be negative; there the
/// step is explicit, with the same leading errors. Faces where u is steep (tails, rough data) always take implicit Euler: second order
/// requires a resolved u, and so does the stability of the explicit part.
/// </summary>
internal sealed unsafe partial class ReversibleDiffusion
{
    private const double MostCorrection = 0.5;

    // A face is steep if its coupling exceeds this many times what constant u at the smaller of its two densities would give.
    private const double Steep = 3;
    private readonly double[] gaps;
    private readonly int cells;
    private readonly bool periodic;
    private readonly bool uniform;
    private readonly double compact;

    public ReversibleDiffusion(Axis axis)
    {
        cells = axis.Cells;
        periodic = axis.IsPeriodic && cells > 1;
        uniform = axis.IsUniform;

        // Masses are u |i|/h̄, so that on a uniform axis they are u itself; the couplings carry the other h̄.
        double mean = (axis.To - axis.From) / cells;
        gaps = new double[cells];
        for (int link = 0; link < axis.Links; link++)
            gaps[link] = 1 / (axis.Distances[link] * mean);
        compact = uniform ? mean * mean / 12 : 0;
    }

    /// <summary>Panels that <see cref="Step"/> needs as scratch.</summary>
    public const int ScratchPanels = 4;

    /// <summary>w after a time <paramref name="duration"/>.</summary>
    /// <param name="w">Ratios.</param>
    /// <param name="u">Densities with two ghost cells at each end.</param>
    /// <param name="mass">u |i|/h̄.</param>
    /// <param name="duration">ε Δt.</param>
    /// <param name="correction">
    /// c in the factor 1 + c div s of the couplings, the end correction of the trapezoidal rule in time; 0 for none.
    /// </param>
    /// <param name="scratch"><see cref="ScratchPanels"/> panels.</param>
    /// <param name="panel">Doubles from one scratch panel to the next.</param>
    /// <param name="result">The new ratios; may be <paramref name="w"/>.</param>
    /// <param name="range">
    /// Receives four values per line: the minimum, the maximum, the mass that the elimination handed on, Σ |right-hand sides| + Σ |explicit
    /// fluxes|, and the implicit fluxes Σ |link (w_j − w_i)|; the last two measure the rounding error of the mass (docs/monitors.md).
    /// </param>
    public void Step<TLanes>(
        double* w, double* u, double* mass, double duration, double correction, DiffusionMethod method, double* scratch, nint panel,
        double* result, double* range)
        where TLanes : struct, ILanes<TLanes>
    {
        var space = new Space(scratch, panel);
        Weights weights = WeightsOf(duration, method);
        switch (FormOf(duration, method))
        {
            case Form.Euler:
                Couple<TLanes, Euler, Mean>(u, 0, space.Couplings);
                Eliminate<TLanes, Euler>(w, mass, weights, space, range);
                break;
            case Form.Graded:
                Couple<TLanes, Compact, Mean>(u, 0, space.Couplings);
                Eliminate<TLanes, Compact>(w, mass, weights, space, range);
                break;
            case Form.Compact:
                Couple<TLanes, Compact, Fourth>(u, correction, space.Couplings);
                Eliminate<TLanes, Compact>(w, mass, weights, space, range);
                break;
            default:
                Couple<TLanes, Curved, Fourth>(u, correction, space.Couplings);
                Rate<TLanes>(w, mass, space.Couplings, space.Sides);
                Eliminate<TLanes, Curved>(w, mass, weights, space, range);
                break;
        }

        if (periodic)
            SubstituteDown<TLanes, Periodic>(space, cells, result, range);
        else
            SubstituteOutward<TLanes>(space, result, range);
    }

    /// <summary>How a step is discretised.</summary>
    private enum Form
    {
        /// <summary>Implicit Euler.</summary>
        Euler,

        /// <summary>Crank–Nicolson on a graded axis.</summary>
        Graded,

        /// <summary>Crank–Nicolson with the compact mass matrix.</summary>
        Compact,

        /// <summary>w + s D w + (s/2)(s − h²/6) D² w, s = εΔt: the expansion of the compact step.</summary>
        Curved,
    }

    private Form FormOf(double duration, DiffusionMethod method) =>
        method == DiffusionMethod.ImplicitEuler ? Form.Euler
        : !uniform ? Form.Graded
        : duration > 2 * compact ? Form.Compact
        : Form.Curved;

    private Weights WeightsOf(double duration, DiffusionMethod method) => FormOf(duration, method) switch
    {
        Form.Euler => new Weights(duration, 0, duration, 0),
        Form.Graded => new Weights(duration, 0.5 * duration, 0.5 * duration, 0),
        Form.Compact => new Weights(duration, 0.5 * duration + compact, 0.5 * duration - compact, 0),
        _ => new Weights(duration, duration, 0, 0.5 * duration * (duration - 2 * compact)),
    };

    /// <summary>
    /// Restores the bounds on w of one line, which the second-order step may violate slightly where u is small: the excess passes to the
    /// neighbour with the larger mass, towards the bulk. A flux, so mass is conserved.
    /// </summary>
    /// <param name="w">One line, its cells <paramref name="stride"/> doubles apart.</param>
    /// <returns>False if a cell at a maximum of the mass is still outside.</returns>
    public bool Repair(double* w, double* mass, nint stride, double lowest, double highest)
    {
        for (int cell = 0; cell < cells - 1; cell++)
        {
            if (mass[(cell + 1) * stride] >= mass[cell * stride])
                PassOn(w, mass, cell * stride, (cell + 1) * stride, lowest, highest);
        }

        for (int cell = cells - 1; cell > 0; cell--)
        {
            if (mass[(cell - 1) * stride] > mass[cell * stride])
                PassOn(w, mass, cell * stride, (cell - 1) * stride, lowest, highest);
        }

        for (int cell = 0; cell < cells; cell++)
        {
            if (w[cell * stride] > highest || w[cell * stride] < lowest)
                return false;
        }

        return true;
    }

    private static void PassOn(double* w, double* mass, nint from, nint to, double lowest, double highest)
    {
        double kept = Math.Min(Math.Max(w[from], lowest), highest);
        w[to] += (w[from] - kept) * (mass[from] / mass[to]);
        w[from] = kept;
    }

    /// <summary>The couplings K_f of some links, negated where second order is requested but the face is steep.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Couple<TLanes, TMethod, TFace, TLayout>(double* u, double correction, double* couplings, nint from, nint to)
        where TLanes : struct, ILanes<TLanes>
        where TMethod : struct
        where TFace : struct
        where TLayout : struct
    {
        // Links are `step` apart in the loop, cells `near` apart in the panel.
        nint near = typeof(TLayout) == typeof(LinePanel.Along) ? 1 : TLanes.Count,
            step = typeof(TLayout) == typeof(LinePanel.Along) ? TLanes.Count : 1;
        u += from * near;
        TLanes below = TLanes.Load(u - near), here = TLanes.Load(u), next = TLanes.Load(u + near), slopeBelow = here, slope = here;
        if (typeof(TFace) == typeof(Fourth))
        {
            slopeBelow = (here - below) / (here + below);
            slope = (next - here) / (next + here);
        }

        fixed (double* steps = gaps)
        {
            TLanes gap = TLanes.Create(steps[0]);
            for (nint link = from; link < to; link += step, u += step * near)
            {
                if (typeof(TLayout) == typeof(LinePanel.Along))
                {
                    below = TLanes.Load(u - 1);
                    here = TLanes.Load(u);
                    next = TLanes.Load(u + 1);
                    if (typeof(TFace) == typeof(Fourth))
                        slopeBelow = (here - below) / (here + below);
                }

                if (typeof(TLayout) == typeof(LinePanel.Beside))
                    gap = TLanes.Create(steps[link]);
                else if (!uniform)
                    gap = TLanes.Load(steps + link);
                TLanes sum = here + next, coupling = gap, beyond = TLanes.Load(u + 2 * near);
                if (typeof(TFace) == typeof(Fourth))
                {
                    // div s at the face from the logarithmic slopes 2 (u_j − u_i)/(u_j + u_i) of the two adjacent faces.
                    TLanes slopeNext = (beyond - next) / (beyond + next);
                    TLanes change = TLanes.Create(correction) * gap * (slopeNext - slopeBelow);
                    change = TLanes.Max(TLanes.Create(-MostCorrection), TLanes.Min(TLanes.Create(MostCorrection), change));
                    coupling *= TLanes.Create(1) + change;
                    coupling *= TLanes.Create(3) * sum;
                    coupling *= sum / (TLanes.Fused(TLanes.Create(5), sum, below) + beyond);
                    slopeBelow = slope;
                    slope = slopeNext;
                }
                else
                {
                    coupling = coupling * sum * TLanes.Create(0.5);
                }

                if (typeof(TMethod) != typeof(Euler))
                {
                    // Densities, not masses: narrow cells do not make a face steep.
                    TLanes excess = coupling - TLanes.Create(Steep) * gap * TLanes.Min(here, next);
                    coupling = TLanes.IfPositive(excess, TLanes.Create(0) - coupling, coupling);
                }

                coupling.Store(couplings + link * near);
                below = here;
                here = next;
                next = beyond;
            }
        }
    }

    private void Couple<TLanes, TMethod, TFace>(double* u, double correction, double* couplings)
        where TLanes : struct, ILanes<TLanes>
        where TMethod : struct
        where TFace : struct
    {
        int links = periodic ? cells : cells - 1;
        if (TLanes.Count == 1)
            CoupleAlong<TMethod, TFace>(u, correction, couplings, 0, links);
        else
            Couple<TLanes, TMethod, TFace, LinePanel.Beside>(u, correction, couplings, 0, links);
    }

    /// <summary>The couplings of some links of a single line, four neighbours at once.</summary>
    private void CoupleAlong<TMethod, TFace>(double* u, double correction, double* couplings, nint from, nint to)
        where TMethod : struct
        where TFace : struct
    {
        nint done = from + ((Math.Min(to, cells - 1) - from) & ~3);
        Couple<Lanes4, TMethod, TFace, LinePanel.Along>(u, correction, couplings, from, done);
        Couple<Lane, TMethod, TFace, LinePanel.Beside>(u, correction, couplings, done, to);
    }

    /// <summary>
    /// (m − implicit D) x = (m + explicit D + curvature D²) w by elimination without subtraction in the implicit part (docs/numerics.md,
    /// 3.2); steep faces take (m − whole D) x = m w instead. On entry, D w of a curved step is in <see cref="Space.Sides"/>.
    /// </summary>
    private void Eliminate<TLanes, TMethod>(double* w, double* mass, in Weights weights, in Space space, double* range)
        where TLanes : struct, ILanes<TLanes>
        where TMethod : struct
    {
        if (periodic)
            EliminateUp<TLanes, TMethod, Periodic>(w, mass, weights, space, cells, range + 2 * TLanes.Count);
        else
            EliminateInward<TLanes, TMethod>(w, mass, weights, space, range);
    }

    /// <summary>
    /// A no-flux line from both ends to the cell in its middle, whose solution is stored last: two independent chains of divisions overlap.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    private void EliminateInward<TLanes, TMethod>(double* w, double* mass, in Weights weights, in Space space, double* range)
        where TLanes : struct, ILanes<TLanes>
        where TMethod : struct
    {
        nint lanes = TLanes.Count, low = 0, high = (cells - 1) * lanes, meeting = (cells - 1) / 2 * lanes;
        double* couplings = space.Couplings, inverses = space.Inverses, sides = space.Sides;
        TLanes before = TLanes.Create(weights.Explicit), after = TLanes.Create(weights.Implicit);
        TLanes steep = TLanes.Create(weights.Whole), bend = TLanes.Create(weights.Curvature), zero = TLanes.Create(0);
        TLanes rest = zero, side = zero, share = zero, flux = zero, here = TLanes.Load(w), rate = zero;
        TLanes restAbove = zero, sideAbove = zero, shareAbove = zero, fluxAbove = zero, hereAbove = TLanes.Load(w + high), rateAbove = zero;
        TLanes handed = zero;
        if (typeof(TMethod) == typeof(Curved))
        {
            rate = TLanes.Load(sides);
            rateAbove = TLanes.Load(sides + high);
        }

        // Of an even number of cells the upper half has one more.
        bool both = (cells & 1) != 0;
        while (high > meeting)
        {
            TLanes next = TLanes.Load(w + high - lanes), coupling = TLanes.Load(couplings + high - lanes), fluxNext = zero,
                link = coupling * after;
            if (typeof(TMethod) != typeof(Euler))
            {
                fluxNext = before * (hereAbove - next);
                if (typeof(TMethod) == typeof(Curved))
                {
                    TLanes rateNext = TLanes.Load(sides + high - lanes);
                    fluxNext = TLanes.Fused(bend, rateAbove - rateNext, fluxNext);
                    rateAbove = rateNext;
                }

                fluxNext = TLanes.Max(coupling, zero) * fluxNext;
                link = TLanes.Abs(coupling) * TLanes.IfPositive(coupling, after, steep);
            }

            TLanes weight = TLanes.Load(mass + high);
            restAbove = TLanes.Fused(shareAbove, restAbove, weight);
            TLanes inverse = TLanes.Create(1) / (restAbove + link);
            sideAbove = TLanes.Fused(shareAbove, sideAbove, TLanes.Fused(weight, hereAbove, fluxAbove - fluxNext));
            handed += TLanes.Abs(sideAbove);
            if (typeof(TMethod) != typeof(Euler))
                handed += TLanes.Abs(fluxNext);
            inverse.Store(inverses + high);
            sideAbove.Store(sides + high);
            link.Store(couplings + high - lanes);
            shareAbove = link * inverse;
            fluxAbove = fluxNext;
            hereAbove = next;
            high -= lanes;
            if (!both)
            {
                both = true;
                continue;
            }

            next = TLanes.Load(w + low + lanes);
            coupling = TLanes.Load(couplings + low);
            fluxNext = zero;
            link = coupling * after;
            if (typeof(TMethod) != typeof(Euler))
            {
                fluxNext = before * (next - here);
                if (typeof(TMethod) == typeof(Curved))
                {
                    TLanes rateNext = TLanes.Load(sides + low + lanes);
                    fluxNext = TLanes.Fused(bend, rateNext - rate, fluxNext);
                    rate = rateNext;
                }

                fluxNext = TLanes.Max(coupling, zero) * fluxNext;
                link = TLanes.Abs(coupling) * TLanes.IfPositive(coupling, after, steep);
            }

            weight = TLanes.Load(mass + low);
            rest = TLanes.Fused(share, rest, weight);
            inverse = TLanes.Create(1) / (rest + link);
            side = TLanes.Fused(share, side, TLanes.Fused(weight, here, fluxNext - flux));
            handed += TLanes.Abs(side);
            if (typeof(TMethod) != typeof(Euler))
                handed += TLanes.Abs(fluxNext);
            inverse.Store(inverses + low);
            side.Store(sides + low);
            link.Store(couplings + low);
            share = link * inverse;
            flux = fluxNext;
            here = next;
            low += lanes;
        }

        TLanes middle = TLanes.Load(mass + meeting);
        TLanes known = TLanes.Fused(share, side, TLanes.Fused(middle, here, fluxAbove - flux));
        known = TLanes.Fused(shareAbove, sideAbove, known);
        (handed + TLanes.Abs(known)).Store(range + 2 * lanes);
        (known / TLanes.Fused(shareAbove, restAbove, TLanes.Fused(share, rest, middle))).Store(sides + meeting);
    }

    /// <summary>From the solution in the middle to both ends, and the range of each line.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void SubstituteOutward<TLanes>(in Space space, double* result, double* range)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count, end = (cells - 1) * lanes, meeting = (cells - 1) / 2 * lanes, high = meeting + lanes;
        double* couplings = space.Couplings, inverses = space.Inverses, sides = space.Sides;
        TLanes x = TLanes.Load(sides + meeting), above = x, least = x, most = x, net = TLanes.Create(0);
        x.Store(result + meeting);
        for (nint low = meeting - lanes; low >= 0; low -= lanes, high += lanes)
        {
            TLanes link = TLanes.Load(couplings + low), before = x;
            x = TLanes.Fused(link, x, TLanes.Load(sides + low)) * TLanes.Load(inverses + low);
            x.Store(result + low);
            net += TLanes.Abs(link * (x - before));
            link = TLanes.Load(couplings + high - lanes);
            before = above;
            above = TLanes.Fused(link, above, TLanes.Load(sides + high)) * TLanes.Load(inverses + high);
            above.Store(result + high);
            net += TLanes.Abs(link * (above - before));
            least = TLanes.Min(least, TLanes.Min(x, above));
            most = TLanes.Max(most, TLanes.Max(x, above));
        }

        if (high <= end)
        {
            TLanes link = TLanes.Load(couplings + high - lanes), before = above;
            above = TLanes.Fused(link, above, TLanes.Load(sides + high)) * TLanes.Load(inverses + high);
            above.Store(result + high);
            net += TLanes.Abs(link * (above - before));
            least = TLanes.Min(least, above);
            most = TLanes.Max(most, above);
        }

        least.Store(range);
        most.Store(range + lanes);
        net.Store(range + 3 * lanes);
    }

    /// <summary>
    /// A periodic line from its first cell upward; each cell is also linked to the last one, whose solution is stored last. Or a segment of
    /// a long line, whose cells are also linked to the separator on its left; its last cell is the separator on its right. What a segment
    /// does not solve is stored in <paramref name="ends"/>, as <see cref="Ends"/> has it, and so is, of either, the mass handed on.
    /// </summary>
    /// <param name="w">Ratios; of a segment also in one cell beyond each end, as are couplings and, of a curved step, D w.</param>
    [MethodImpl(KernelMethod.Own)]
    private static void EliminateUp<TLanes, TMethod, TWalls>(
        double* w, double* mass, in Weights weights, in Space space, int cells, double* ends)
        where TLanes : struct, ILanes<TLanes>
        where TMethod : struct
        where TWalls : struct, IWalls
    {
        nint lanes = TLanes.Count, top = cells - 1, below = typeof(TWalls) == typeof(Separated) ? -lanes : top * lanes;
        double* couplings = space.Couplings, inverses = space.Inverses, sides = space.Sides, wraps = space.Wraps;
        TLanes before = TLanes.Create(weights.Explicit), after = TLanes.Create(weights.Implicit);
        TLanes steep = TLanes.Create(weights.Whole), bend = TLanes.Create(weights.Curvature);
        TLanes zero = TLanes.Create(0), here = TLanes.Load(w), rate = zero, wrapFlux = zero, wrap = TLanes.Load(couplings + below);
        if (typeof(TMethod) == typeof(Curved))
            rate = TLanes.Load(sides);
        if (typeof(TMethod) != typeof(Euler))
            wrapFlux = before * (here - TLanes.Load(w + below));
        if (typeof(TMethod) == typeof(Curved))
            wrapFlux = TLanes.Fused(bend, rate - TLanes.Load(sides + below), wrapFlux);
        wrapFlux = TLanes.Max(wrap, zero) * wrapFlux;
        wrap = TLanes.Abs(wrap) * TLanes.IfPositive(wrap, after, steep);
        TLanes lastRest = typeof(TWalls) == typeof(Separated) ? zero : TLanes.Load(mass + top * lanes), lastSide = zero;
        TLanes flux = wrapFlux, weight = TLanes.Load(mass), rest = weight, side = zero, share = zero, moved = zero;
        for (nint cell = 0; cell < top; cell++)
        {
            TLanes next = TLanes.Load(w + (cell + 1) * lanes), coupling = TLanes.Load(couplings + cell * lanes);
            TLanes fluxUp = zero, up = coupling * after;
            if (typeof(TMethod) != typeof(Euler))
            {
                fluxUp = before * (next - here);
                if (typeof(TMethod) == typeof(Curved))
                {
                    TLanes rateNext = TLanes.Load(sides + (cell + 1) * lanes);
                    fluxUp = TLanes.Fused(bend, rateNext - rate, fluxUp);
                    rate = rateNext;
                }

                fluxUp = TLanes.Max(coupling, zero) * fluxUp;
                up = TLanes.Abs(coupling) * TLanes.IfPositive(coupling, after, steep);
            }

            side = TLanes.Fused(share, side, TLanes.Fused(weight, here, fluxUp - flux));
            TLanes inverse = TLanes.Create(1) / (rest + wrap + up), handed = wrap * inverse;
            inverse.Store(inverses + cell * lanes);
            side.Store(sides + cell * lanes);
            up.Store(couplings + cell * lanes);
            wrap.Store(wraps + cell * lanes);
            share = up * inverse;
            lastRest = TLanes.Fused(handed, rest, lastRest);
            lastSide = TLanes.Fused(handed, side, lastSide);
            moved += TLanes.Abs(side) + TLanes.Abs(lastSide) + TLanes.Abs(fluxUp);
            wrap *= share;
            weight = TLanes.Load(mass + (cell + 1) * lanes);
            rest = TLanes.Fused(share, rest, typeof(TWalls) == typeof(Periodic) && cell == top - 1 ? lastRest : weight);
            flux = fluxUp;
            here = next;
        }

        if (typeof(TWalls) == typeof(Periodic))
        {
            TLanes last = TLanes.Fused(share, side, TLanes.Fused(weight, here, wrapFlux - flux));
            last += lastSide;
            (moved + TLanes.Abs(last) + TLanes.Abs(wrapFlux)).Store(ends);
            (last / rest).Store(sides + top * lanes);
            return;
        }

        TLanes fluxOut = zero;
        if (typeof(TMethod) != typeof(Euler))
        {
            fluxOut = before * (TLanes.Load(w + cells * lanes) - here);
            if (typeof(TMethod) == typeof(Curved))
                fluxOut = TLanes.Fused(bend, TLanes.Load(sides + cells * lanes) - rate, fluxOut);
            fluxOut = TLanes.Max(TLanes.Load(couplings + top * lanes), zero) * fluxOut;
        }

        TLanes known = TLanes.Fused(share, side, TLanes.Fused(weight, here, fluxOut - flux));
        (moved + TLanes.Abs(known) + TLanes.Abs(fluxOut)).Store(ends);
        rest.Store(ends + Ends.Rest * lanes);
        known.Store(ends + Ends.Side * lanes);
        lastRest.Store(ends + Ends.LeftRest * lanes);
        lastSide.Store(ends + Ends.LeftSide * lanes);
        wrap.Store(ends + Ends.Link * lanes);
    }

    /// <summary>
    /// From the solution in a periodic line's last cell down, or from those of the two separators of a segment, which stand in
    /// <see cref="Space.Sides"/> in the segment's last cell and in the one beyond it; and the range of each line.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    private static void SubstituteDown<TLanes, TWalls>(in Space space, int cells, double* result, double* range)
        where TLanes : struct, ILanes<TLanes>
        where TWalls : struct, IWalls
    {
        nint lanes = TLanes.Count, top = cells - 1;
        double* couplings = space.Couplings, inverses = space.Inverses, sides = space.Sides, wraps = space.Wraps;
        TLanes x = TLanes.Load(sides + top * lanes), end = x, least = x, most = x, net = TLanes.Create(0);
        if (typeof(TWalls) == typeof(Separated))
            end = TLanes.Load(sides + cells * lanes);
        x.Store(result + top * lanes);
        for (nint at = (top - 1) * lanes; at >= 0; at -= lanes)
        {
            TLanes link = TLanes.Load(couplings + at), wrap = TLanes.Load(wraps + at), before = x;
            TLanes known = TLanes.Fused(wrap, end, TLanes.Load(sides + at));
            x = TLanes.Fused(link, x, known) * TLanes.Load(inverses + at);
            x.Store(result + at);
            net += TLanes.Abs(link * (x - before)) + TLanes.Abs(wrap * (x - end));
            least = TLanes.Min(least, x);
            most = TLanes.Max(most, x);
        }

        least.Store(range);
        most.Store(range + lanes);
        net.Store(range + 3 * lanes);
    }

    /// <summary>D w/m, without steep faces.</summary>
    private void Rate<TLanes>(double* w, double* mass, double* couplings, double* rates)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes wrapFlux = TLanes.Create(0);
        nint lanes = TLanes.Count, top = cells - 1;
        if (periodic)
            wrapFlux = TLanes.Max(TLanes.Load(couplings + top * lanes), wrapFlux) * (TLanes.Load(w) - TLanes.Load(w + top * lanes));
        TLanes flux = Rate<TLanes, LinePanel.Beside>(w, mass, couplings, rates, 0, cells - 1, wrapFlux);
        ((wrapFlux - flux) / TLanes.Load(mass + top * lanes)).Store(rates + top * lanes);
    }

    /// <summary>D w/m of some cells with a coupling on both sides, the lower one 0 at a wall.</summary>
    /// <param name="flux">Flux into the first cell from below, where cells are beside one another.</param>
    /// <returns>Flux out of the last cell, likewise.</returns>
    [MethodImpl(KernelMethod.Own)]
    private static TLanes Rate<TLanes, TLayout>(double* w, double* mass, double* couplings, double* rates, nint from, nint to, TLanes flux)
        where TLanes : struct, ILanes<TLanes>
        where TLayout : struct
    {
        nint near = typeof(TLayout) == typeof(LinePanel.Along) ? 1 : TLanes.Count;
        TLanes zero = TLanes.Create(0), here = TLanes.Load(w + from * near);
        for (nint at = from * near; at < to * near; at += TLanes.Count)
        {
            if (typeof(TLayout) == typeof(LinePanel.Along))
            {
                here = TLanes.Load(w + at);
                flux = TLanes.Max(TLanes.Load(couplings + at - 1), zero) * (here - TLanes.Load(w + at - 1));
            }

            TLanes next = TLanes.Load(w + at + near), fluxUp = TLanes.Max(TLanes.Load(couplings + at), zero) * (next - here);
            ((fluxUp - flux) / TLanes.Load(mass + at)).Store(rates + at);
            flux = fluxUp;
            here = next;
        }

        return flux;
    }

    /// <summary>Coefficients of D and D² in the step; <paramref name="whole"/> is that of implicit Euler at steep faces.</summary>
    private readonly struct Weights(double whole, double explicitPart, double implicitPart, double curvature)
    {
        public readonly double Whole = whole;
        public readonly double Explicit = explicitPart;
        public readonly double Implicit = implicitPart;
        public readonly double Curvature = curvature;
    }

    /// <summary>The eliminated system; D w of a curved step stands in Sides before.</summary>
    private readonly struct Space
    {
        public readonly double* Couplings;
        public readonly double* Inverses;
        public readonly double* Sides;
        public readonly double* Wraps;

        public Space(double* scratch, nint panel)
            : this(scratch, scratch + panel, scratch + 2 * panel, scratch + 3 * panel)
        {
        }

        public Space(double* couplings, double* inverses, double* sides, double* wraps)
        {
            Couplings = couplings;
            Inverses = inverses;
            Sides = sides;
            Wraps = wraps;
        }
    }

    /// <summary>
    /// What a segment of a long line leaves for the system of its separators, one row each: the mass handed on; the excess and the right
    /// side of its own separator; what it adds to those of the separator on the left; the link between the two.
    /// </summary>
    private static class Ends
    {
        public const int Handed = 0, Rest = 1, Side = 2, LeftRest = 3, LeftSide = 4, Link = 5, Rows = 6;
    }

    // Variants of the kernels (ILanes).
    private readonly struct Euler;

    private readonly struct Compact;

    private readonly struct Curved;

    private readonly struct Mean;

    private readonly struct Fourth;
}
