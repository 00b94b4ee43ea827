using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Schemes;

/// <summary>How a step of the reversible diffusion is taken.</summary>
internal enum DiffusionMethod
{
    /// <summary>Implicit Euler: Markov for any step.</summary>
    ImplicitEuler,

    /// <summary>Second order in time; fourth in h on a uniform axis (docs/remap.md, 3).</summary>
    SecondOrder,
}

/// <summary>
/// ∂τ w = (ε/u) ∂x(u ∂x w) along lines held in panels, u frozen: m_i dw_i/dτ = ε Σ K_f (w_j − w_i), m_i = ∫_i u, K_f = ũ_f/δ_f. The matrix
/// is a symmetric M-matrix for any ũ_f &gt; 0, so implicit Euler is Markov and reversible. On a uniform axis ũ_f = 3 (u_i + u_j)²/(5 (u_i +
/// u_j) + u_{i−1} + u_{j+1}) is positive and fourth order, and the compact mass matrix m + (h²/12) D of Crandall's scheme makes the step
/// fourth order in h: the coefficients of Crank–Nicolson become ½ εΔt ∓ h²/12. Below εΔt = h²/6 these would turn negative; there the step
/// is explicit, with the same leading errors. Faces where u is steep (tails, rough data) always take implicit Euler: second order needs a
/// resolved u, and so does the explicit part's stability.
/// </summary>
internal sealed unsafe class ReversibleDiffusion
{
    private const double MostCorrection = 0.5;

    // A face is steep if its coupling exceeds this many times what constant u would give the smaller of its two cells.
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

    /// <summary>Replaces w by its value after a time <paramref name="duration"/>.</summary>
    /// <param name="w">Ratios, overwritten.</param>
    /// <param name="u">Densities with two ghost cells at each end.</param>
    /// <param name="mass">u |i|/h̄.</param>
    /// <param name="duration">ε Δt.</param>
    /// <param name="correction">c in the factor 1 + c div s of the couplings: the end correction of the trapezoidal rule in time; 0 for
    /// none.</param>
    /// <param name="scratch"><see cref="ScratchPanels"/> panels.</param>
    /// <param name="panel">Doubles from one scratch panel to the next.</param>
    public void Step<TLanes>(
        double* w, double* u, double* mass, double duration, double correction, DiffusionMethod method, double* scratch, nint panel)
        where TLanes : struct, ILanes<TLanes>
    {
        if (cells == 1 || duration == 0)
            return;
        bool second = method == DiffusionMethod.SecondOrder;
        Couple<TLanes>(u, mass, uniform ? correction : 0, second, scratch);
        if (!second)
        {
            Solve<TLanes>(w, mass, duration, 0, duration, scratch, panel, 0);
        }
        else if (duration > 2 * compact)
        {
            Solve<TLanes>(w, mass, duration, 0.5 * duration + compact, 0.5 * duration - compact, scratch, panel, 0);
        }
        else
        {
            // w + s D w + (s/2)(s − h²/6) D² w, s = εΔt: the expansion of the compact step.
            Rate<TLanes>(w, mass, scratch, scratch + 2 * panel);
            Solve<TLanes>(w, mass, duration, duration, 0, scratch, panel, 0.5 * duration * (duration - 2 * compact));
        }
    }

    /// <summary>
    /// Brings one line's w back between two bounds that the second-order step may miss by a little where u is small: what is too much or
    /// too little passes to the neighbour with the larger mass, towards the bulk, where it hardly counts. A flux, so the mass stays.
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

    /// <summary>The couplings K_f, one a link, with the sign turned where second order is asked for but the face is steep.</summary>
    private void Couple<TLanes>(double* u, double* mass, double correction, bool second, double* couplings)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        int links = periodic ? cells : cells - 1;
        TLanes zero = TLanes.Create(0), two = TLanes.Create(2), three = TLanes.Create(3), five = TLanes.Create(5), one = TLanes.Create(1);
        TLanes most = TLanes.Create(MostCorrection), least = TLanes.Create(-MostCorrection);
        TLanes below = TLanes.Load(u - lanes), here = TLanes.Load(u), next = TLanes.Load(u + lanes);
        TLanes slopeBelow = (here - below) / (here + below), slope = (next - here) / (next + here);
        for (int link = 0; link < links; link++)
        {
            TLanes beyond = TLanes.Load(u + (link + 2) * lanes);
            TLanes sum = here + next;
            TLanes gap = TLanes.Create(gaps[link]);
            TLanes coupling;
            if (second && uniform)
            {
                // div s at the face from the logarithmic slopes 2 (u_j − u_i)/(u_j + u_i) of the two faces beside it.
                TLanes slopeNext = (beyond - next) / (beyond + next);
                TLanes change = TLanes.Create(correction * gaps[link]) * (slopeNext - slopeBelow);
                TLanes factor = one + TLanes.Max(least, TLanes.Min(most, change));
                coupling = gap * factor * (three * sum) * (sum / (TLanes.Fused(five, sum, below) + beyond));
                slopeBelow = slope;
                slope = slopeNext;
            }
            else
            {
                coupling = gap * sum / two;
            }

            if (second)
            {
                int upper = link == cells - 1 ? 0 : link + 1;
                TLanes smaller = TLanes.Min(TLanes.Load(mass + link * lanes), TLanes.Load(mass + upper * lanes));
                coupling = TLanes.IfPositive(coupling - TLanes.Create(Steep * gaps[link]) * smaller, zero - coupling, coupling);
            }

            coupling.Store(couplings + link * lanes);
            below = here;
            here = next;
            next = beyond;
        }
    }

    /// <summary>
    /// (m − implicit D) x = (m + explicit D + curvature D²) w by elimination without subtraction in the implicit part (docs/numerics.md,
    /// 3.2); steep faces take (m − whole D) x = m w instead. D w is in panel 2 where <paramref name="curvature"/> is not 0.
    /// </summary>
    private void Solve<TLanes>(
        double* w, double* mass, double whole, double explicitPart, double implicitPart, double* scratch, nint panel, double curvature)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        double* couplings = scratch, inverses = scratch + panel, sides = scratch + 2 * panel, wraps = scratch + 3 * panel;
        int top = cells - 1;
        bool curved = curvature != 0;
        TLanes before = TLanes.Create(explicitPart), after = TLanes.Create(implicitPart);
        TLanes steep = TLanes.Create(whole), bend = TLanes.Create(curvature);
        TLanes unit = TLanes.Create(1), zero = TLanes.Create(0), here = TLanes.Load(w), last = TLanes.Load(w + top * lanes);
        TLanes rate = curved ? TLanes.Load(sides) : zero, wrapFlux = zero, wrap = zero;
        if (periodic)
        {
            TLanes coupling = TLanes.Load(couplings + top * lanes);
            wrapFlux = before * (here - last);
            if (curved)
                wrapFlux = TLanes.Fused(bend, rate - TLanes.Load(sides + top * lanes), wrapFlux);
            wrapFlux = TLanes.Max(coupling, zero) * wrapFlux;
            wrap = TLanes.Abs(coupling) * TLanes.IfPositive(coupling, after, steep);
        }

        TLanes flux = wrapFlux, rest = TLanes.Load(mass), side = zero, share = zero, restBelow = zero;
        TLanes lastRest = TLanes.Load(mass + top * lanes), lastSide = zero;
        for (int cell = 0; cell < top; cell++)
        {
            TLanes next = TLanes.Load(w + (cell + 1) * lanes), coupling = TLanes.Load(couplings + cell * lanes);
            TLanes weight = TLanes.Load(mass + cell * lanes);
            if (cell > 0)
                rest = TLanes.Fused(share, restBelow, weight);
            TLanes fluxUp = before * (next - here);
            if (curved)
            {
                TLanes rateNext = TLanes.Load(sides + (cell + 1) * lanes);
                fluxUp = TLanes.Fused(bend, rateNext - rate, fluxUp);
                rate = rateNext;
            }

            fluxUp = TLanes.Max(coupling, zero) * fluxUp;
            side = TLanes.Fused(share, side, TLanes.Fused(weight, here, fluxUp - flux));
            TLanes up = TLanes.Abs(coupling) * TLanes.IfPositive(coupling, after, steep);
            TLanes inverse = unit / (periodic ? rest + wrap + up : rest + up);
            inverse.Store(inverses + cell * lanes);
            side.Store(sides + cell * lanes);
            up.Store(couplings + cell * lanes);
            share = up * inverse;
            if (periodic)
            {
                wrap.Store(wraps + cell * lanes);
                TLanes handed = wrap * inverse;
                lastRest = TLanes.Fused(handed, rest, lastRest);
                lastSide = TLanes.Fused(handed, side, lastSide);
                wrap *= share;
            }

            restBelow = rest;
            flux = fluxUp;
            here = next;
        }

        TLanes topSide = TLanes.Fused(TLanes.Load(mass + top * lanes), last, wrapFlux - flux);
        TLanes x = (TLanes.Fused(share, side, topSide) + lastSide) / TLanes.Fused(share, restBelow, lastRest);
        x.Store(w + top * lanes);
        TLanes end = x;
        for (int cell = top - 1; cell >= 0; cell--)
        {
            TLanes known = TLanes.Load(sides + cell * lanes);
            if (periodic)
                known = TLanes.Fused(TLanes.Load(wraps + cell * lanes), end, known);
            x = TLanes.Fused(TLanes.Load(couplings + cell * lanes), x, known) * TLanes.Load(inverses + cell * lanes);
            x.Store(w + cell * lanes);
        }
    }

    /// <summary>D w/m, steep faces left out.</summary>
    private void Rate<TLanes>(double* w, double* mass, double* couplings, double* rates)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        int top = cells - 1;
        TLanes zero = TLanes.Create(0), here = TLanes.Load(w), wrapFlux = zero;
        if (periodic)
            wrapFlux = TLanes.Max(TLanes.Load(couplings + top * lanes), zero) * (here - TLanes.Load(w + top * lanes));
        TLanes flux = wrapFlux;
        for (int cell = 0; cell < cells; cell++)
        {
            TLanes next = TLanes.Load(w + Math.Min(cell + 1, top) * lanes);
            TLanes fluxUp = cell == top ? wrapFlux : TLanes.Max(TLanes.Load(couplings + cell * lanes), zero) * (next - here);
            ((fluxUp - flux) / TLanes.Load(mass + cell * lanes)).Store(rates + cell * lanes);
            flux = fluxUp;
            here = next;
        }
    }
}
