using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Schemes.Remap;

/// <content>
/// The step in two parts, for a single no-flux line that several threads share: what depends on u alone (couplings, links, pivots), which
/// another thread computes while w is not yet known, and the rest. Both do the operations of
/// <see cref="EliminateInward{TLanes, TMethod}"/> in its order, so the bits are those of <see cref="Step{TLanes}"/>.
/// </content>
internal sealed unsafe partial class ReversibleDiffusion
{
    /// <summary>True if <see cref="Factor"/> applies: not on periodic lines, whose elimination is one chain.</summary>
    public bool Factors => !periodic;

    /// <summary>Couplings, links and pivots of a step; arguments as in <see cref="Step{TLanes}"/>.</summary>
    public void Factor(
        double* u, double* mass, double duration, double correction, DiffusionMethod method, double* scratch, nint panel)
    {
        var space = new Space(scratch, panel);
        Weights weights = WeightsOf(duration, method);
        switch (FormOf(duration, method))
        {
            case Form.Euler:
                Couple<Lane, Euler, Mean>(u, 0, space.Couplings);
                FactorInward<Euler>(mass, weights, space);
                break;
            case Form.Graded:
                Couple<Lane, Compact, Mean>(u, 0, space.Couplings);
                FactorInward<Compact>(mass, weights, space);
                break;
            case Form.Compact:
                Couple<Lane, Compact, Fourth>(u, correction, space.Couplings);
                FactorInward<Compact>(mass, weights, space);
                break;
            default:
                Couple<Lane, Curved, Fourth>(u, correction, space.Couplings);
                FactorInward<Curved>(mass, weights, space);
                break;
        }
    }

    /// <summary>The step itself with the scratch that <see cref="Factor"/> left, which further steps may use again.</summary>
    /// <param name="known">A panel of its own, for the right-hand sides.</param>
    public void StepFactored(
        double* w, double* mass, double duration, DiffusionMethod method, double* scratch, nint panel, double* known, double* result,
        double* range)
    {
        var space = new Space(scratch, panel);
        Weights weights = WeightsOf(duration, method);
        switch (FormOf(duration, method))
        {
            case Form.Euler:
                GatherInward<Euler>(w, mass, weights, space, known, range);
                break;
            case Form.Graded or Form.Compact:
                GatherInward<Compact>(w, mass, weights, space, known, range);
                break;
            default:
                Rate<Lane>(w, mass, space.Couplings, known);
                GatherInward<Curved>(w, mass, weights, space, known, range);
                break;
        }

        SubstituteOutward<Lane>(new Space(space.Wraps, space.Inverses, known), result, range);
    }

    /// <summary>
    /// Inverse pivots from both ends, the middle pivot itself in its place among them; links are stored in <see cref="Space.Wraps"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FactorInward<TMethod>(double* mass, in Weights weights, in Space space)
        where TMethod : struct
    {
        nint low = 0, high = cells - 1, meeting = (cells - 1) / 2;
        double* couplings = space.Couplings, inverses = space.Inverses, links = space.Wraps;
        Lane after = Lane.Create(weights.Implicit), steep = Lane.Create(weights.Whole), zero = Lane.Create(0), one = Lane.Create(1);
        Lane rest = zero, share = zero, restAbove = zero, shareAbove = zero;
        bool both = (cells & 1) != 0;
        while (high > meeting)
        {
            Lane coupling = Lane.Load(couplings + high - 1), link = coupling * after;
            if (typeof(TMethod) != typeof(Euler))
                link = Lane.Abs(coupling) * Lane.IfPositive(coupling, after, steep);
            restAbove = Lane.Fused(shareAbove, restAbove, Lane.Load(mass + high));
            Lane inverse = one / (restAbove + link);
            inverse.Store(inverses + high);
            link.Store(links + high - 1);
            shareAbove = link * inverse;
            high--;
            if (!both)
            {
                both = true;
                continue;
            }

            coupling = Lane.Load(couplings + low);
            link = coupling * after;
            if (typeof(TMethod) != typeof(Euler))
                link = Lane.Abs(coupling) * Lane.IfPositive(coupling, after, steep);
            rest = Lane.Fused(share, rest, Lane.Load(mass + low));
            inverse = one / (rest + link);
            inverse.Store(inverses + low);
            link.Store(links + low);
            share = link * inverse;
            low++;
        }

        Lane.Fused(shareAbove, restAbove, Lane.Fused(share, rest, Lane.Load(mass + meeting))).Store(inverses + meeting);
    }

    /// <summary>Right-hand sides from both ends to the solution in the middle.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GatherInward<TMethod>(double* w, double* mass, in Weights weights, in Space space, double* sides, double* range)
        where TMethod : struct
    {
        nint low = 0, high = cells - 1, meeting = (cells - 1) / 2;
        double* couplings = space.Couplings, inverses = space.Inverses, links = space.Wraps;
        Lane before = Lane.Create(weights.Explicit), bend = Lane.Create(weights.Curvature), zero = Lane.Create(0), handed = zero;
        Lane side = zero, share = zero, flux = zero, here = Lane.Load(w), rate = zero;
        Lane sideAbove = zero, shareAbove = zero, fluxAbove = zero, hereAbove = Lane.Load(w + high), rateAbove = zero;
        if (typeof(TMethod) == typeof(Curved))
        {
            rate = Lane.Load(sides);
            rateAbove = Lane.Load(sides + high);
        }

        bool both = (cells & 1) != 0;
        while (high > meeting)
        {
            Lane next = Lane.Load(w + high - 1), fluxNext = zero;
            if (typeof(TMethod) != typeof(Euler))
            {
                fluxNext = before * (hereAbove - next);
                if (typeof(TMethod) == typeof(Curved))
                {
                    Lane rateNext = Lane.Load(sides + high - 1);
                    fluxNext = Lane.Fused(bend, rateAbove - rateNext, fluxNext);
                    rateAbove = rateNext;
                }

                fluxNext = Lane.Max(Lane.Load(couplings + high - 1), zero) * fluxNext;
            }

            sideAbove = Lane.Fused(shareAbove, sideAbove, Lane.Fused(Lane.Load(mass + high), hereAbove, fluxAbove - fluxNext));
            handed += Lane.Abs(sideAbove);
            if (typeof(TMethod) != typeof(Euler))
                handed += Lane.Abs(fluxNext);
            sideAbove.Store(sides + high);
            shareAbove = Lane.Load(links + high - 1) * Lane.Load(inverses + high);
            fluxAbove = fluxNext;
            hereAbove = next;
            high--;
            if (!both)
            {
                both = true;
                continue;
            }

            next = Lane.Load(w + low + 1);
            fluxNext = zero;
            if (typeof(TMethod) != typeof(Euler))
            {
                fluxNext = before * (next - here);
                if (typeof(TMethod) == typeof(Curved))
                {
                    Lane rateNext = Lane.Load(sides + low + 1);
                    fluxNext = Lane.Fused(bend, rateNext - rate, fluxNext);
                    rate = rateNext;
                }

                fluxNext = Lane.Max(Lane.Load(couplings + low), zero) * fluxNext;
            }

            side = Lane.Fused(share, side, Lane.Fused(Lane.Load(mass + low), here, fluxNext - flux));
            handed += Lane.Abs(side);
            if (typeof(TMethod) != typeof(Euler))
                handed += Lane.Abs(fluxNext);
            side.Store(sides + low);
            share = Lane.Load(links + low) * Lane.Load(inverses + low);
            flux = fluxNext;
            here = next;
            low++;
        }

        Lane known = Lane.Fused(share, side, Lane.Fused(Lane.Load(mass + meeting), here, fluxAbove - flux));
        known = Lane.Fused(shareAbove, sideAbove, known);
        (handed + Lane.Abs(known)).Store(range + 2);
        (known / Lane.Load(inverses + meeting)).Store(sides + meeting);
    }
}
