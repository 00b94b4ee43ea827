using System.Runtime.Intrinsics;
using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes;

/// <summary>What the guard of the parabolic remap did, summed over the steps so far.</summary>
/// <param name="Lines">Lines swept.</param>
/// <param name="Repaired">Diffusion sub-steps of a line that missed a bound on w somewhere and were mended on the spot, by fluxes towards
/// the bulk.</param>
/// <param name="Blended">Lines where the second-order result raised KL or missed a bound beyond repair, and was blended with the Markov
/// step.</param>
/// <param name="LowestShare">The least share of the second-order result that was kept in a blend, 1 if there was none.</param>
public readonly record struct RemapGuard(long Lines, long Repaired, long Blended, double LowestShare)
{
    public static RemapGuard None { get; } = new(0, 0, 0, 1);

    public RemapGuard With(RemapGuard other) => new(
        Lines + other.Lines, Repaired + other.Repaired, Blended + other.Blended, Math.Min(LowestShare, other.LowestShare));
}

/// <summary>
/// One generation sweep along one axis: on every line half a step of reversible diffusion with the later u, the remap in the mass
/// coordinate, half a step of diffusion with the earlier u (docs/remap.md). The parabolic form is guarded line by line: where it
/// breaks the bounds on w or raises the line's KL it is blended with the Markov form (implicit Euler, constant remap) from the same input,
/// for which both hold; both are convex in the blend, so bisection ends.
/// </summary>
internal sealed unsafe class RemapSweep : IBlockWork
{
    private const double Unit = 1.0 / (1L << 53);
    private const double Rounding = 16 * Unit;
    private const int Bisections = 10;

    // Panels of one workspace, in this order; the diffusion's scratch overlays the edge values.
    private const int Input = 0, Ratio = 1, Later = 2, Earlier = 3, LaterMass = 4, EarlierMass = 5, Result = 6, Left = 7, Right = 8, Lacks = 9;
    private const int Panels = Left + ReversibleDiffusion.ScratchPanels;

    private readonly int axis;
    private readonly Lines lines;
    private readonly double epsilon;
    private readonly bool parabolic;
    private readonly int substeps;
    private readonly IForwardSweeps forward;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly RemapMarch[] marches;
    private readonly RemapGuard[] guards;
    private readonly ReversibleDiffusion diffusion;
    private readonly RemapReconstruction reconstruction;
    private readonly double[] relativeWidths;
    private readonly double meanWidth;
    private double[] later = [], earlier = [], density = [];
    private double[]? one;
    private GenerationStep step;
    private double lowest, highest;

    public RemapSweep(Grid grid, int axis, double epsilon, bool parabolic, IForwardSweeps forward, WorkerTeam team)
    {
        this.axis = axis;
        this.epsilon = epsilon;
        this.parabolic = parabolic;
        this.forward = forward;
        this.team = team;
        lines = new Lines(grid, axis);

        // Crank–Nicolson's error grows as (εΔt)³, the splitting's as εΔt³: with one sub-step for each unit of ε the two stay in balance.
        substeps = parabolic ? Math.Clamp((int)Math.Ceiling(epsilon), 1, 16) : 1;
        diffusion = new ReversibleDiffusion(lines.Axis);
        reconstruction = new RemapReconstruction(lines.Axis);
        meanWidth = (lines.Axis.To - lines.Axis.From) / lines.Axis.Cells;
        relativeWidths = new double[lines.Axis.Cells];
        for (int cell = 0; cell < relativeWidths.Length; cell++)
            relativeWidths[cell] = lines.Axis.IsUniform ? 1 : lines.Axis.Widths[cell] / meanWidth;
        scratch = Scratch.ForWorkers(team.Threads, Panels * (Pitch(8) + Pitch(1)) + 32);
        bool periodic = lines.Axis.IsPeriodic && lines.Axis.Cells > 1;
        marches = [.. Enumerable.Range(0, team.Threads).Select(_ => new RemapMarch(lines.Axis.Cells, periodic))];
        guards = new RemapGuard[team.Threads];
        Array.Fill(guards, RemapGuard.None);
    }

    /// <summary>What the guard did since the beginning.</summary>
    public RemapGuard Guard => guards.Aggregate(RemapGuard.None, static (all, next) => all.With(next));

    /// <summary>Sweeps v (and, constant form only, the step's P 1) from <paramref name="uLater"/> to <paramref name="uEarlier"/>.</summary>
    public void Apply(double[] uLater, double[] uEarlier, in GenerationStep whole, double lowestRatio, double highestRatio)
    {
        later = uLater;
        earlier = uEarlier;
        density = whole.V;
        one = whole.One;
        step = whole;
        lowest = lowestRatio;
        highest = highestRatio;
        team.Run(this, lines.Blocks);
    }

    void IBlockWork.Run(int block, int worker)
    {
        int end = Math.Min((block + 1) * Lines.PerBlock, lines.Count);
        for (int line = block * Lines.PerBlock; line < end;)
        {
            if (end - line >= 8 && Vector512.IsHardwareAccelerated)
            {
                Process<Lanes8>(line, worker);
                line += 8;
            }
            else if (end - line >= 4)
            {
                Process<Lanes4>(line, worker);
                line += 4;
            }
            else
            {
                Process<Lane>(line, worker);
                line++;
            }
        }
    }

    private nint Pitch(int lanes) => (nint)(lines.Axis.Cells + 2 * GhostCells.Count) * lanes;

    private void Process<TLanes>(int line, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        var space = new Workspace(scratch[worker].Start, Pitch(TLanes.Count), TLanes.Count);
        LinePanel.Load<TLanes>(lines, later, line, space[Later]);
        LinePanel.Load<TLanes>(lines, earlier, line, space[Earlier]);
        Prepare<TLanes>(space);
        SweepOne<TLanes>(density, line, worker, space);
        if (one is not null)
            SweepOne<TLanes>(one, line, worker, space);
    }

    private void SweepOne<TLanes>(double[] values, int line, int worker, Workspace space)
        where TLanes : struct, ILanes<TLanes>
    {
        double* input = space[Input], u = space[Later];
        LinePanel.Load<TLanes>(lines, values, line, input);
        nint count = (nint)lines.Axis.Cells * TLanes.Count;
        for (nint at = 0; at < count; at += TLanes.Count)
            (TLanes.Load(input + at) / TLanes.Load(u + at)).Store(input + at);

        int broken = Compose<TLanes>(space, line, worker, parabolic);
        if (parabolic)
            Watch<TLanes>(space, line, worker, broken);

        double* result = space[Result], now = space[Earlier];
        for (nint at = 0; at < count; at += TLanes.Count)
            (TLanes.Load(result + at) * TLanes.Load(now + at)).Store(result + at);
        LinePanel.Store<TLanes>(lines, result, line, values);
    }

    /// <summary>
    /// Half diffusion, remap, half diffusion, from the input panel into the result panel. Returns the lanes, as bits, that lost a bound
    /// beyond repair.
    /// </summary>
    private int Compose<TLanes>(Workspace space, int line, int worker, bool secondOrder)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        double* w = space[Ratio], result = space[Result], left = space[Left], right = space[Right];
        Buffer.MemoryCopy(space[Input], w, (long)cells * TLanes.Count * sizeof(double), (long)cells * TLanes.Count * sizeof(double));
        int broken = Diffuse<TLanes>(space, w, Later, LaterMass, -1, secondOrder, worker);
        if (secondOrder)
        {
            double* start = space.Bounds;
            for (int lane = 0; lane < TLanes.Count; lane++)
            {
                start[lane] = lowest;
                start[TLanes.Count + lane] = highest;
            }

            GhostCells.Fill(w, cells, TLanes.Count, lines.Axis.IsPeriodic);
            reconstruction.Build<TLanes>(w, space[Later], left, right, start);
        }

        RemapMarch march = marches[worker];
        march.Locate<TLanes>(
            space[LaterMass], space[EarlierMass], new RemapCrossings(forward, axis, line, meanWidth, later, earlier, step));
        RemapAverage.Apply<TLanes>(
            march, cells, lines.Axis.IsPeriodic && cells > 1, space[LaterMass], space[EarlierMass], w, secondOrder ? left : null,
            secondOrder ? right : null, secondOrder ? lowest : 0, secondOrder ? highest : double.PositiveInfinity, result, space[Lacks]);

        return broken | Diffuse<TLanes>(space, result, Earlier, EarlierMass, 1, secondOrder, worker);
    }

    /// <summary>Half the step's diffusion. Returns the lanes, as bits, whose bounds are broken beyond repair.</summary>
    private int Diffuse<TLanes>(Workspace space, double* w, int densities, int masses, int sign, bool secondOrder, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        if (epsilon == 0)
            return 0;
        int broken = 0;
        int parts = secondOrder ? substeps : 1;
        double duration = 0.5 * epsilon * step.TimeStep / parts;
        for (int part = 0; part < parts; part++)
        {
            // ∫ y dτ over the step = (Δt/2)(y_0 + y_1) + (Δt²/12)(y_0' − y_1') for y = u² at fixed mass, whose rate along the flow is −2
            // div s.
            diffusion.Step<TLanes>(w, space[densities], space[masses], duration, sign * step.TimeStep / 3,
                secondOrder ? DiffusionMethod.SecondOrder : DiffusionMethod.ImplicitEuler, space[Left], space.Pitch);
            if (secondOrder)
                broken |= KeepBounds<TLanes>(w, space[masses], space.Bounds, worker);
        }

        return broken;
    }

    private int KeepBounds<TLanes>(double* w, double* mass, double* flags, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count, count = lines.Axis.Cells * lanes;
        TLanes least = TLanes.Load(w), most = least;
        for (nint at = lanes; at < count; at += lanes)
        {
            TLanes value = TLanes.Load(w + at);
            least = TLanes.Min(least, value);
            most = TLanes.Max(most, value);
        }

        TLanes outside = TLanes.Max(most - TLanes.Create(highest), TLanes.Create(lowest) - least);
        if (!TLanes.AnyPositive(outside))
            return 0;
        outside.Store(flags);
        int broken = 0;
        for (int lane = 0; lane < lanes; lane++)
        {
            if (!(flags[lane] > 0))
                continue;
            guards[worker] = guards[worker].With(new RemapGuard(0, 1, 0, 1));
            if (!diffusion.Repair(w + lane, mass + lane, lanes, lowest, highest))
                broken |= 1 << lane;
        }

        return broken;
    }

    /// <summary>Checks every line of the result, and blends those that break a guarantee.</summary>
    private void Watch<TLanes>(Workspace space, int line, int worker, int broken)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count;
        TLanes before = Measure<TLanes>(space[Input], space[LaterMass], out _);
        TLanes after = Measure<TLanes>(space[Result], space[EarlierMass], out TLanes size);
        TLanes excess = after - before - TLanes.Create(Rounding) * size;
        RemapGuard seen = new(lanes, 0, 0, 1);
        if (broken != 0 || TLanes.AnyPositive(excess))
        {
            excess.Store(space.Bounds);
            for (int lane = 0; lane < lanes; lane++)
            {
                bool lost = (broken >> lane & 1) != 0;
                if (lost || space.Bounds[lane] > 0)
                    seen = seen.With(new RemapGuard(0, 0, 1, Blend(space, lane, line + lane, worker, lost)));
            }
        }

        guards[worker] = guards[worker].With(seen);
    }

    /// <summary>KL = Σ m w log w of each line, and Σ m w (1 + |log w|).</summary>
    private TLanes Measure<TLanes>(double* w, double* mass, out TLanes size)
        where TLanes : struct, ILanes<TLanes>
    {
        nint count = (nint)lines.Axis.Cells * TLanes.Count;
        TLanes sum = TLanes.Create(0), unit = TLanes.Create(1), tiny = TLanes.Create(1e-300);
        size = sum;
        for (nint at = 0; at < count; at += TLanes.Count)
        {
            TLanes value = TLanes.Load(w + at), part = TLanes.Load(mass + at) * value, log = TLanes.Log(TLanes.Max(value, tiny));
            sum = TLanes.Fused(part, log, sum);
            size = TLanes.Fused(part, unit + TLanes.Abs(log), size);
        }

        return sum;
    }

    /// <summary>
    /// Blends one line of the result with the Markov step from the same input; returns the share of the result that was kept. A result that
    /// lost its bounds may have lost mass where they cut it, so nothing is kept of it.
    /// </summary>
    private double Blend(Workspace space, int lane, int line, int worker, bool lost)
    {
        int cells = lines.Axis.Cells, lanes = space.Lanes;
        var single = new Workspace(space.End, Pitch(1), 1);
        foreach (int panel in (ReadOnlySpan<int>)[Input, Later, Earlier, LaterMass, EarlierMass])
        {
            for (int cell = 0; cell < cells; cell++)
                single[panel][cell] = space[panel][(nint)cell * lanes + lane];
        }

        GhostCells.Fill(single[Later], cells, 1, lines.Axis.IsPeriodic);
        GhostCells.Fill(single[Earlier], cells, 1, lines.Axis.IsPeriodic);
        Compose<Lane>(single, line, worker, secondOrder: false);

        double* wanted = space[Result] + lane, safe = single[Result], trial = single[Ratio], mass = single[EarlierMass];
        double before = Scalar(Measure<Lane>(single[Input], single[LaterMass], out _));
        double good = 0, bad = 1;
        for (int round = 0; round < (lost ? 0 : Bisections); round++)
        {
            double share = 0.5 * (good + bad);
            for (int cell = 0; cell < cells; cell++)
                trial[cell] = (1 - share) * safe[cell] + share * wanted[(nint)cell * lanes];
            double after = Scalar(Measure<Lane>(trial, mass, out Lane size));
            if (after <= before + Rounding * Scalar(size))
                good = share;
            else
                bad = share;
        }

        for (int cell = 0; cell < cells; cell++)
            wanted[(nint)cell * lanes] = (1 - good) * safe[cell] + good * wanted[(nint)cell * lanes];
        return good;
    }

    private static double Scalar(Lane lane)
    {
        double value;
        lane.Store(&value);
        return value;
    }

    private void Prepare<TLanes>(Workspace space)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        foreach ((int densities, int masses) in (ReadOnlySpan<(int, int)>)[(Later, LaterMass), (Earlier, EarlierMass)])
        {
            GhostCells.Fill(space[densities], cells, TLanes.Count, lines.Axis.IsPeriodic);
            for (int cell = 0; cell < cells; cell++)
            {
                nint at = (nint)cell * TLanes.Count;
                (TLanes.Load(space[densities] + at) * TLanes.Create(relativeWidths[cell])).Store(space[masses] + at);
            }
        }
    }

    /// <summary>
    /// The panels of one group of lines: each has two ghost cells before its start and after its end. The bounds stand before the first.
    /// </summary>
    private readonly struct Workspace(double* start, nint pitch, int lanes)
    {
        private readonly double* start = start;

        public nint Pitch { get; } = pitch;

        public int Lanes { get; } = lanes;

        /// <summary>Two lanes' worth of doubles.</summary>
        public double* Bounds => start;

        public double* End => start + 2 * Lanes + Panels * Pitch;

        public double* this[int panel] => start + 2 * Lanes + panel * Pitch + GhostCells.Count * Lanes;
    }
}
