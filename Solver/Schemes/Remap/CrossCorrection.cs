using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// The cross correction of the parabolic remap in the plane (docs/numerics.md, 3.6): half a step of <see cref="CrossFlux"/> with u^{n+1}
/// before the two sweeps, half a step with u^n after them. A half that <see cref="CrossFlux.MostMoved"/> would limit is taken in
/// <see cref="MostParts"/> parts. KL(v|u) must not increase over the whole step: if it would, the second half is scaled towards zero, and
/// if that does not suffice, the first half too. No correction is always admissible, and KL is convex in the scaling, so bisection
/// terminates.
/// </summary>
internal sealed class CrossCorrection
{
    /// <summary>Largest number of explicit sub-steps of one half.</summary>
    private const int MostParts = 4;

    // Less of the flux than this left out is not worth more steps.
    private const double Negligible = 1e-3;

    private const int Bisections = 10;

    private readonly CrossFlux flux;
    private readonly CrossBlend blend;
    private readonly double[] swept, spare, input;
    private double strength, lowest, highest, lastWanted, lastMoved, firstMoved;
    private Divergence start, lastStart, exactStart;
    private (Divergence Rough, Divergence Exact)? end;

    /// <param name="epsilon">Noise level ε ≥ 0, until <see cref="SetNoise"/> sets another.</param>
    /// <param name="spare">An array of the grid's size that holds nothing before and after the sweeps.</param>
    public CrossCorrection(Grid grid, double epsilon, double[] spare, WorkerTeam team)
    {
        flux = new CrossFlux(grid, team);
        blend = new CrossBlend(grid, team);
        swept = CellValues.Zeros(grid);
        input = CellValues.Zeros(grid);
        this.spare = spare;
        SetNoise(epsilon);
    }

    /// <summary>Sets the noise level ε of the steps that follow.</summary>
    public void SetNoise(double epsilon) => strength = (1 + epsilon) / 24;

    /// <summary>Mass that the unlimited correction would have moved since the first step, over all faces and half steps.</summary>
    public double Wanted { get; private set; }

    /// <summary>Mass that it moved.</summary>
    public double Moved { get; private set; }

    /// <summary>Restores the counts, for a resumed run.</summary>
    public void Restore(double wanted, double moved) => (Wanted, Moved) = (wanted, moved);

    /// <summary>The first half. Returns the array for the sweeps; the V of the step remains v^{n+1}.</summary>
    /// <param name="lowestRatio">min w_T.</param>
    /// <param name="highestRatio">max w_T.</param>
    public double[] Before(in GenerationStep step, double lowestRatio, double highestRatio)
    {
        (lowest, highest) = (lowestRatio, highestRatio);
        firstMoved = Half(step.UOld, step.V, swept, step.TimeStep, measureFirst: true, measureLast: false);
        start = lastStart;
        Count();
        return swept;
    }

    /// <summary>
    /// The second half, from the swept array into the step's V. False if KL increased and the sweeps do not take back what the first half
    /// added: the first half is then scaled so that KL does not increase by it, in the same array; the sweeps must be repeated, and then
    /// <see cref="AfterRepetition"/>.
    /// </summary>
    /// <param name="corrected">KL of what the sweeps were given, rough.</param>
    /// <param name="result">KL of what they made of it, rough.</param>
    public bool After(in GenerationStep step, Divergence corrected, Divergence result)
    {
        // Where the fall leaves no doubt, also after a second half that changes KL four times as much as the first, rough logarithms are
        // enough.
        if (result.IsProvablyBelow(start, 4 * Math.Abs(corrected.Value - start.Value)))
        {
            SecondHalf(step, start.LeastExact);
            return true;
        }

        // A step begins where the last one ended. Rough sums that are the same to the bit are sums over the same cells.
        exactStart = end is { } last && last.Rough == start ? last.Exact : blend.Measure(step.UOld, step.V, step.V, 1);
        end = null;
        step.V.CopyTo(input, 0);
        double moved = Half(step.UNew, swept, step.V, step.TimeStep, measureFirst: false, measureLast: true, exactly: true);
        if (!flux.Total.AfterExact.Exceeds(exactStart))
        {
            Count();
            end = (flux.Total.After, flux.Total.AfterExact);
            return true;
        }

        if (result.IsProvablyBelow(start) || !blend.Measure(step.UNew, swept, swept, 1).Exceeds(exactStart))
        {
            Count();
            Cut(step.UNew, swept, step.V, exactStart, moved);
            return true;
        }

        input.CopyTo(step.V, 0);
        Half(step.UOld, step.V, swept, step.TimeStep, measureFirst: false, measureLast: false);
        Cut(step.UOld, step.V, swept, exactStart, firstMoved);
        return false;
    }

    /// <summary>The second half after repeated sweeps.</summary>
    public void AfterRepetition(in GenerationStep step) => SecondHalf(step, exactStart);

    /// <summary>The second half, scaled so that KL does not exceed a limit.</summary>
    private void SecondHalf(in GenerationStep step, Divergence limit)
    {
        double moved = Half(step.UNew, swept, step.V, step.TimeStep, measureFirst: false, measureLast: true);
        Count();
        end = null;
        if (flux.Total.After.IsProvablyBelow(start))
            return;
        Divergence exact = blend.Measure(step.UNew, step.V, step.V, 1);
        if (exact.Exceeds(limit))
            Cut(step.UNew, swept, step.V, limit, moved);
        else
            end = (flux.Total.After, exact);
    }

    /// <summary>
    /// Blends <paramref name="after"/> with <paramref name="before"/> so that KL is not above a limit, or takes <paramref name="before"/>.
    /// </summary>
    private void Cut(double[] u, double[] before, double[] after, Divergence limit, double moved)
    {
        double good = 0, bad = 1;
        for (int round = 0; round < Bisections; round++)
        {
            double share = 0.5 * (good + bad);
            if (blend.Measure(u, before, after, share).Exceeds(limit))
                bad = share;
            else
                good = share;
        }

        blend.Mix(before, after, good);
        Moved -= (1 - good) * moved;
    }

    private void Count()
    {
        Wanted += lastWanted;
        Moved += lastMoved;
    }

    /// <summary>Half a step from one array into another. Returns the mass moved.</summary>
    private double Half(double[] u, double[] before, double[] after, double timeStep, bool measureFirst, bool measureLast,
        bool exactly = false)
    {
        for (int parts = 1; ; parts = MostParts)
        {
            double wanted = 0, clamped = 0, limited = 0;
            for (int part = 0; part < parts; part++)
            {
                bool even = (parts - part) % 2 == 0;
                flux.Step(u, part == 0 ? before : even ? after : spare, even ? spare : after, strength * timeStep / parts, lowest, highest,
                    measureFirst && part == 0, measureLast && part == parts - 1, exactly && part == parts - 1);
                if (part == 0)
                    lastStart = flux.Total.Before;
                wanted += flux.Total.Wanted + flux.Total.Clamped;
                clamped += flux.Total.Clamped;
                limited += flux.Total.Limited;
            }

            if (parts == 1 && clamped > Negligible * wanted)
                continue;
            (lastWanted, lastMoved) = (wanted, wanted - clamped - limited);
            return lastMoved;
        }
    }
}
