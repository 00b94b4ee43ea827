using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// The cross correction of the parabolic remap in the plane (docs/numerics.md, 3.6): half a step of <see cref="CrossFlux"/> with u^{n+1} before the two sweeps, half a
/// step with u^n after them. A half that <see cref="CrossFlux.MostMoved"/> would cut is taken in <see cref="MostParts"/> parts. KL(v|u) of the whole step is guarded:
/// where it would rise, the second half is blended with none, and if that is not enough the first half too. No correction is always admissible, and KL is convex in the
/// blend, so bisection ends.
/// </summary>
internal sealed class CrossCorrection
{
    /// <summary>Explicit steps that one half is cut into at most.</summary>
    private const int MostParts = 4;

    // Less of the flux than this left out is not worth more steps.
    private const double Negligible = 1e-3;

    private const int Bisections = 10;

    private readonly CrossFlux flux;
    private readonly CrossBlend blend;
    private readonly double[] swept, spare;
    private readonly double strength;
    private double lowest, highest, firstMoved;
    private Divergence start, corrected;

    /// <param name="epsilon">Noise level ε ≥ 0.</param>
    /// <param name="spare">An array of the grid's size that holds nothing before and after the sweeps.</param>
    public CrossCorrection(Grid grid, double epsilon, double[] spare, WorkerTeam team)
    {
        flux = new CrossFlux(grid, team);
        blend = new CrossBlend(grid, team);
        swept = CellValues.Zeros(grid);
        this.spare = spare;
        strength = (1 + epsilon) / 24;
    }

    /// <summary>Mass that the correction had to move since the beginning, over every face and half step.</summary>
    public double Wanted { get; private set; }

    /// <summary>What it moved of it.</summary>
    public double Moved { get; private set; }

    /// <summary>Goes on from what was counted before.</summary>
    public void Restore(double wanted, double moved) => (Wanted, Moved) = (wanted, moved);

    /// <summary>The first half. Returns the array that the sweeps are to work on; the step's own V stays v^{n+1}.</summary>
    /// <param name="lowestRatio">min w_T.</param>
    /// <param name="highestRatio">max w_T.</param>
    public double[] Before(in GenerationStep step, double lowestRatio, double highestRatio)
    {
        (lowest, highest) = (lowestRatio, highestRatio);
        firstMoved = Half(step.UOld, step.V, swept, step.TimeStep, counted: true, out start, out corrected);
        return swept;
    }

    /// <summary>
    /// Whether the sweeps took back what the first half may have added to KL. If not, the first half is cut to what adds nothing, in the same array, and the sweeps are
    /// to be done again.
    /// </summary>
    public bool SweepsSuffice(in GenerationStep step)
    {
        if (!corrected.Exceeds(start) || !blend.Measure(step.UNew, swept, swept, 1).Exceeds(start))
            return true;
        Half(step.UOld, step.V, swept, step.TimeStep, counted: false, out _, out _);
        Cut(step.UOld, step.V, swept, firstMoved);
        return false;
    }

    /// <summary>The second half, from the swept array into the step's V.</summary>
    public void After(in GenerationStep step)
    {
        double moved = Half(step.UNew, swept, step.V, step.TimeStep, counted: true, out _, out Divergence end);
        if (end.Exceeds(start))
            Cut(step.UNew, swept, step.V, moved);
    }

    /// <summary>Blends <paramref name="after"/> with <paramref name="before"/> so that KL is not above that of the step's start.</summary>
    private void Cut(double[] u, double[] before, double[] after, double moved)
    {
        double good = 0, bad = 1;
        for (int round = 0; round < Bisections; round++)
        {
            double share = 0.5 * (good + bad);
            if (blend.Measure(u, before, after, share).Exceeds(start))
                bad = share;
            else
                good = share;
        }

        blend.Mix(before, after, good);
        Moved -= (1 - good) * moved;
    }

    /// <summary>Half a step from one array into another. Returns the mass moved.</summary>
    private double Half(double[] u, double[] before, double[] after, double timeStep, bool counted, out Divergence first, out Divergence last)
    {
        for (int parts = 1; ; parts = MostParts)
        {
            double wanted = 0, clamped = 0, limited = 0;
            first = default;
            for (int part = 0; part < parts; part++)
            {
                bool even = (parts - part) % 2 == 0;
                flux.Step(u, part == 0 ? before : even ? after : spare, even ? spare : after, strength * timeStep / parts, lowest, highest, part == 0, part == parts - 1);
                if (part == 0)
                    first = flux.Total.Before;
                wanted += flux.Total.Wanted + flux.Total.Clamped;
                clamped += flux.Total.Clamped;
                limited += flux.Total.Limited;
            }

            last = flux.Total.After;
            if (parts == 1 && clamped > Negligible * wanted)
                continue;
            double moved = wanted - clamped - limited;
            if (counted)
            {
                Wanted += wanted;
                Moved += moved;
            }

            return moved;
        }
    }
}
