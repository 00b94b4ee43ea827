using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// One generation sweep along one axis: on every line half a step of reversible diffusion with u^{n+1}, the remap in the mass coordinate,
/// half a step of diffusion with u^n (docs/remap.md). A limiter acts on the parabolic form line by line: where the result violates the
/// bounds on w or increases the line's KL, it is blended with the Markov form (implicit Euler, constant remap) of the same input, for which
/// both hold. Both are convex in the blend, so bisection terminates.
/// </summary>
internal sealed unsafe partial class RemapSweep : IBlockWork
{
    private const double Unit = 1.0 / (1L << 53);
    private const double Rounding = 16 * Unit;
    private const double Tiny = 1e-300;
    private const int Bisections = 10;

    private const int MostLanes = 8;

    /// <summary>Cells from which a line is cut (<see cref="LongLine"/>); the bits of shorter ones do not depend on it.</summary>
    private const int FewestCut = 4096;

    // Panels of one group of lines, in this order; the diffusion's scratch overlays the edge values. UOld, UNew and Density are read for
    // several groups together.
    private const int UOld = 0, UNew = 1, Density = 2, Loaded = 3;
    private const int Input = 3, Ratio = 4, MassOld = 5, MassNew = 6, Result = 7, Left = 8, Right = 9, Deficits = 10;
    private const int Panels = Left + ReversibleDiffusion.ScratchPanels;

    private readonly int axis;
    private readonly LineLayout lines;
    private double epsilon;
    private readonly bool parabolic;
    private int substeps;
    private readonly IForwardSweeps forward;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly RemapMarch[] marches;
    private readonly SchemeCounts[] counts;
    private readonly ReversibleDiffusion diffusion;
    private readonly RemapReconstruction reconstruction;
    private readonly double[] relativeWidths;
    private readonly double meanWidth;
    private readonly double longest;
    private readonly bool uniform;
    private readonly int linesAtOnce;
    private double[] uOld = [], uNew = [], density = [];
    private double[]? one;
    private readonly (Divergence Old, Divergence New)[]? divergences;
    private readonly double[] crossWidths;
    private readonly double[] handedOn;
    private readonly double[] unbalanced;
    private GenerationStep step;
    private double lowest, highest;
    private readonly ReversibleDiffusion.Segments? segments;
    private readonly LongLineSweep? longLine;

    public RemapSweep(Grid grid, int axis, bool parabolic, IForwardSweeps forward, WorkerTeam team)
    {
        this.axis = axis;
        this.parabolic = parabolic;
        this.forward = forward;
        this.team = team;
        lines = new LineLayout(grid, axis);
        diffusion = new ReversibleDiffusion(lines.Axis);
        if (LongLine.Suits(lines) && lines.Axis.Cells >= FewestCut && diffusion.HasSegments)
            segments = new ReversibleDiffusion.Segments(diffusion, team);
        reconstruction = new RemapReconstruction(lines.Axis);
        crossWidths = grid.Dimension == 1 ? [1] : grid.Axes[1 - axis].Widths.ToArray();
        handedOn = new double[lines.Count];
        unbalanced = new double[lines.Count];
        divergences = parabolic && grid.Dimension == 2 ? new (Divergence, Divergence)[lines.Count] : null;
        meanWidth = (lines.Axis.To - lines.Axis.From) / lines.Axis.Cells;

        // After this time every mode of a line has decayed by e^{−π²} or more: implicit Euler damps it, Crank–Nicolson would only turn its
        // sign, and magnify rounding errors.
        longest = (lines.Axis.To - lines.Axis.From) * (lines.Axis.To - lines.Axis.From);
        relativeWidths = new double[lines.Axis.Cells];
        for (int cell = 0; cell < relativeWidths.Length; cell++)
            relativeWidths[cell] = lines.Axis.Widths[cell] / meanWidth;
        uniform = lines.Axis.IsUniform;

        // Along y a line's cells lie on pages of their own: more than one cache line is read of each.
        linesAtOnce = lines.IsContiguous ? MostLanes
            : Math.Min(RegisterWidth.RemapColumns, (lines.Count + MostLanes - 1) / MostLanes * MostLanes);
        scratch = Scratch.ForWorkers(
            team.Threads, Loaded * Pitch(linesAtOnce) + (Panels - Loaded) * Pitch(MostLanes) + Panels * Pitch(1) + 16 * (MostLanes + 1));
        bool periodic = lines.Axis.IsPeriodic && lines.Axis.Cells > 1;
        marches = [.. Enumerable.Range(0, team.Threads).Select(_ => new RemapMarch(lines.Axis.Cells, periodic))];
        counts = new SchemeCounts[team.Threads];
        Array.Fill(counts, SchemeCounts.None);
        if (parabolic && segments is not null)
            longLine = new LongLineSweep(this);
    }

    /// <summary>
    /// Sets the noise level ε of the steps that follow. Crank–Nicolson's error grows as (εΔt)³, the splitting's as εΔt³: with one sub-step
    /// for each unit of ε the two stay in balance.
    /// </summary>
    public void SetNoise(double noise)
    {
        epsilon = noise;
        substeps = parabolic ? Math.Clamp((int)Math.Ceiling(noise), 1, 16) : 1;
    }

    /// <summary>How often the limiter acted since the first step.</summary>
    public SchemeCounts Counts => counts.Aggregate(SchemeCounts.None, static (all, next) => all.With(next));

    /// <summary>Sweeps v (and, constant form only, the step's P 1) from <paramref name="uOld"/> to <paramref name="uNew"/>.</summary>
    public void Apply(double[] uOld, double[] uNew, in GenerationStep whole, double lowestRatio, double highestRatio)
    {
        this.uOld = uOld;
        this.uNew = uNew;
        density = whole.V;
        one = whole.One;
        step = whole;
        lowest = lowestRatio;
        highest = highestRatio;
        Array.Clear(handedOn);
        Array.Clear(unbalanced);
        team.Run(this, lines.Blocks);
    }

    /// <summary>
    /// v-mass of the last sweep that the rounding error of ∫ v is measured by (docs/monitors.md): what the diffusion handed from cell to
    /// cell, and what the remap gained or lost because the u-masses of a line differ.
    /// </summary>
    public (double HandedOn, double Unbalanced) RoundedMass
    {
        get
        {
            (double handed, double gained) = (0, 0);
            for (int line = 0; line < lines.Count; line++)
            {
                handed += handedOn[line] * (meanWidth * crossWidths[line]);
                gained += unbalanced[line] * (meanWidth * crossWidths[line]);
            }

            return (handed, gained);
        }
    }

    /// <summary>
    /// KL(v|u) of the last sweep's input and result to <see cref="VectorMath.RoughLogError"/> Σ |i| v, and Σ |i| v; not a number for a
    /// result that was blended. On grids of two axes, parabolic form.
    /// </summary>
    public (Divergence Old, Divergence New) RoughDivergences
    {
        get
        {
            Divergence uOldSum = default, uNewSum = default;
            for (int line = 0; line < lines.Count; line++)
            {
                uOldSum = uOldSum.With(divergences![line].Old.Times(meanWidth * crossWidths[line]));
                uNewSum = uNewSum.With(divergences[line].New.Times(meanWidth * crossWidths[line]));
            }

            return (uOldSum, uNewSum);
        }
    }

    void IBlockWork.Run(int block, int worker)
    {
        int end = Math.Min((block + 1) * LineLayout.PerBlock, lines.Count);
        for (int line = block * LineLayout.PerBlock; line < end;)
        {
            int left = Math.Min(end - line, linesAtOnce), count = left;
            if (left >= 8 && RegisterWidth.IsEight)
                Process<Lanes8>(line, count = left & ~7, worker);
            else if (left >= 4)
                Process<Lanes4>(line, count = left & ~3, worker);
            else
                Process<Lane>(line, count, worker);
            line += count;
        }
    }

    private nint Pitch(int lanes) =>
        (nint)(lines.Axis.Cells + 2 * GhostCells.Count + (segments is null ? 0 : ReversibleDiffusion.Segments.Beyond)) * lanes;

    private void Process<TLanes>(int line, int count, int worker)
        where TLanes : struct, IRegister<TLanes>
    {
        int groups = count / TLanes.Count;
        Workspace Group(int group) => new(scratch[worker].Start, Pitch(TLanes.Count), TLanes.Count, group, groups, uniform);
        Workspace first = Group(0);
        if (TLanes.Count == 1 && longLine is not null)
        {
            longLine.Process(first, density, gathers: true);
            if (one is not null)
                longLine.Process(first, one, gathers: false);
            return;
        }

        nint apart = Loaded * first.Pitch;
        LinePanel.Load<TLanes>(lines, uOld, line, groups, first[UOld], apart);
        LinePanel.Load<TLanes>(lines, uNew, line, groups, first[UNew], apart);
        SweepValues(density, gathers: true);
        if (one is not null)
            SweepValues(one, gathers: false);

        void SweepValues(double[] values, bool gathers)
        {
            LinePanel.Load<TLanes>(lines, values, line, groups, first[Density], apart);
            for (int group = 0; group < groups; group++)
            {
                Workspace space = Group(group);
                Prepare<TLanes>(space);
                SweepOne<TLanes>(line + group * TLanes.Count, worker, space, gathers);
            }

            LinePanel.Store<TLanes>(lines, first[Density], line, groups, apart, values);
        }
    }

    /// <summary>Sweeps the contents of the density panel.</summary>
    /// <param name="gathers">Add to <see cref="RoundedMass"/>.</param>
    private void SweepOne<TLanes>(int line, int worker, Workspace space, bool gathers)
        where TLanes : struct, IRegister<TLanes>
    {
        nint count = (nint)lines.Axis.Cells * TLanes.Count;
        if (!parabolic)
        {
            Divide<TLanes>(space, count);
            Compose<TLanes>(space, line, worker, secondOrder: false, gathers);
            Multiply<TLanes>(space, count);
            return;
        }

        DivideAndMeasure<TLanes>(space, count);
        int broken = Compose<TLanes>(space, line, worker, secondOrder: true, gathers);
        MultiplyAndMeasure<TLanes>(space, count);
        bool limited = Limit<TLanes>(space, line, worker, broken);
        if (limited)
            Multiply<TLanes>(space, count);
        for (int lane = 0; lane < (divergences is null ? 0 : TLanes.Count); lane++)
        {
            // The sums over a result that was blended afterwards are not those of the blend.
            double* before = space.Before + lane, after = space.After + lane;
            divergences![line + lane] = (new Divergence(before[0], before[TLanes.Count]),
                limited ? new Divergence(double.NaN, double.NaN) : new Divergence(after[0], after[TLanes.Count]));
        }
    }

    // What is done cell by cell takes four neighbours of a single line at once.
    private static void Divide<TLanes>(Workspace space, nint count)
        where TLanes : struct, IRegister<TLanes>
    {
        nint side = TLanes.Count == 1 ? count & ~3 : 0;
        Divide<Lanes4>(space[Density], space[UOld], 0, side, space[Input]);
        Divide<TLanes>(space[Density], space[UOld], side, count, space[Input]);
    }

    private static void Multiply<TLanes>(Workspace space, nint count)
        where TLanes : struct, IRegister<TLanes>
    {
        nint side = TLanes.Count == 1 ? count & ~3 : 0;
        Multiply<Lanes4>(space[Result], space[UNew], 0, side, space[Density]);
        Multiply<TLanes>(space[Result], space[UNew], side, count, space[Density]);
    }

    private static void DivideAndMeasure<TLanes>(Workspace space, nint count)
        where TLanes : struct, IRegister<TLanes>
    {
        if (TLanes.Count == 1)
            DivideAndMeasure(space, space[Density], 0, count, space.Bounds, space.Before);
        else
            DivideAndMeasure<TLanes>(space[Density], space[UOld], space[MassOld], 0, count, space[Input], space.Before);
    }

    private static void MultiplyAndMeasure<TLanes>(Workspace space, nint count)
        where TLanes : struct, IRegister<TLanes>
    {
        if (TLanes.Count == 1)
            MultiplyAndMeasure(space, space[Density], 0, count, space.Bounds, space.After);
        else
            MultiplyAndMeasure<TLanes>(space[Result], space[UNew], space[MassNew], 0, count, space[Density], space.After);
    }

    /// <summary>Some cells of a single line.</summary>
    /// <param name="v">The line's density.</param>
    /// <param name="parts">Eight doubles of scratch space.</param>
    private static void DivideAndMeasure(Workspace space, double* v, nint from, nint to, double* parts, double* sums)
    {
        nint side = from + ((to - from) & ~3);
        DivideAndMeasure<Lane>(v, space[UOld], space[MassOld], side, to, space[Input], sums);
        if (side == from)
            return;
        DivideAndMeasure<Lanes4>(v, space[UOld], space[MassOld], from, side, space[Input], parts);
        AddUp(parts, sums);
    }

    /// <inheritdoc cref="DivideAndMeasure(Workspace, double*, nint, nint, double*, double*)"/>
    private static void MultiplyAndMeasure(Workspace space, double* v, nint from, nint to, double* parts, double* sums)
    {
        nint side = from + ((to - from) & ~3);
        MultiplyAndMeasure<Lane>(space[Result], space[UNew], space[MassNew], side, to, v, sums);
        if (side == from)
            return;
        MultiplyAndMeasure<Lanes4>(space[Result], space[UNew], space[MassNew], from, side, v, parts);
        AddUp(parts, sums);
    }

    /// <summary>Adds the four partial results of each of two sums.</summary>
    private static void AddUp(double* parts, double* sums)
    {
        for (int part = 0; part < 4; part++)
        {
            sums[0] += parts[part];
            sums[1] += parts[4 + part];
        }
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Divide<TLanes>(double* numerator, double* denominator, nint from, nint to, double* result)
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint at = from; at < to; at += TLanes.Count)
            (TLanes.Load(numerator + at) / TLanes.Load(denominator + at)).Store(result + at);
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Multiply<TLanes>(double* left, double* right, nint from, nint to, double* result)
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint at = from; at < to; at += TLanes.Count)
            (TLanes.Load(left + at) * TLanes.Load(right + at)).Store(result + at);
    }

    /// <summary>w = v/u, Σ m w L(w) with L the approximate logarithm (<see cref="VectorMath.RoughLog"/>), and Σ m w.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void DivideAndMeasure<TLanes>(double* v, double* u, double* mass, nint from, nint to, double* w, double* sums)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes tiny = TLanes.Create(Tiny), sum = TLanes.Create(0), total = sum;
        for (nint at = from; at < to; at += TLanes.Count)
        {
            TLanes value = TLanes.Load(v + at) / TLanes.Load(u + at), part = TLanes.Load(mass + at) * value;
            value.Store(w + at);
            sum = TLanes.Fused(part, VectorMath.RoughLog(TLanes.Max(value, tiny)), sum);
            total += part;
        }

        sum.Store(sums);
        total.Store(sums + TLanes.Count);
    }

    /// <summary>v = u w, and the same two sums.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void MultiplyAndMeasure<TLanes>(double* w, double* u, double* mass, nint from, nint to, double* v, double* sums)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes tiny = TLanes.Create(Tiny), sum = TLanes.Create(0), total = sum;
        for (nint at = from; at < to; at += TLanes.Count)
        {
            TLanes value = TLanes.Load(w + at), part = TLanes.Load(mass + at) * value;
            (value * TLanes.Load(u + at)).Store(v + at);
            sum = TLanes.Fused(part, VectorMath.RoughLog(TLanes.Max(value, tiny)), sum);
            total += part;
        }

        sum.Store(sums);
        total.Store(sums + TLanes.Count);
    }

    /// <summary>Half a step of diffusion, remap, half a step of diffusion, from the input panel into the result panel.</summary>
    /// <returns>A bit mask of the lanes that violate a bound beyond repair.</returns>
    private int Compose<TLanes>(Workspace space, int line, int worker, bool secondOrder, bool gathers)
        where TLanes : struct, ILanes<TLanes>
    {
        int broken = FirstHalf<TLanes>(space, line, worker, secondOrder, gathers, out double* w);
        if (secondOrder)
        {
            StartParabolas<TLanes>(space, ref w);
            reconstruction.Build<TLanes>(w, space[UOld], space[Left], space[Right], space.Bounds);
        }

        Locate<TLanes>(space, line, worker);
        Average<TLanes>(space, line, worker, secondOrder, gathers, w);
        return broken | SecondHalf<TLanes>(space, line, worker, secondOrder, gathers);
    }

    /// <summary>Substeps of each half of the diffusion.</summary>
    private int Parts(bool secondOrder) => lines.Axis.Cells == 1 || epsilon == 0 ? 0 : secondOrder ? substeps : 1;

    /// <summary>The first half of the diffusion.</summary>
    /// <param name="w">Its result.</param>
    private int FirstHalf<TLanes>(Workspace space, int line, int worker, bool secondOrder, bool gathers, out double* w)
        where TLanes : struct, ILanes<TLanes>
    {
        int parts = Parts(secondOrder), broken = 0;
        w = space[Input];
        for (int part = 0; part < parts; part++)
        {
            broken |= Diffuse<TLanes>(space, w, space[Ratio], UOld, MassOld, -1, secondOrder, gathers, line, worker);
            w = space[Ratio];
        }

        return broken;
    }

    /// <summary>The second half, of the averages.</summary>
    private int SecondHalf<TLanes>(Workspace space, int line, int worker, bool secondOrder, bool gathers)
        where TLanes : struct, ILanes<TLanes>
    {
        int parts = Parts(secondOrder), broken = 0;
        for (int part = 0; part < parts; part++)
        {
            broken |= Diffuse<TLanes>(
                space, space[Result], space[Result], UNew, MassNew, 1, secondOrder, gathers, line, worker);
        }

        return broken;
    }

    /// <summary>What the parabolas start from: w in a panel of its own with ghost cells, and its bounds.</summary>
    private void StartParabolas<TLanes>(Workspace space, ref double* w)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        if (w != space[Ratio])
        {
            Buffer.MemoryCopy(w, space[Ratio], space.Pitch * sizeof(double), (long)cells * TLanes.Count * sizeof(double));
            w = space[Ratio];
        }

        TLanes.Create(lowest).Store(space.Bounds);
        TLanes.Create(highest).Store(space.Bounds + TLanes.Count);
        GhostCells.Fill(w, cells, TLanes.Count, lines.Axis.IsPeriodic);
    }

    /// <summary>The old positions of the faces, which depend on u alone.</summary>
    private void Locate<TLanes>(Workspace space, int line, int worker)
        where TLanes : struct, ILanes<TLanes> => marches[worker].Locate<TLanes>(
            space[MassOld], space[MassNew], new RemapCrossings(forward, axis, line, meanWidth, uOld, uNew, step));

    /// <summary>The new averages, into the result panel.</summary>
    private void Average<TLanes>(Workspace space, int line, int worker, bool secondOrder, bool gathers, double* w)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        RemapAverage.Apply<TLanes>(
            marches[worker], cells, lines.Axis.IsPeriodic && cells > 1, space[MassOld], space[MassNew], w,
            secondOrder ? space[Left] : null, secondOrder ? space[Right] : null, secondOrder ? lowest : 0,
            secondOrder ? highest : double.PositiveInfinity, space[Result], space[Deficits], space.Bounds);
        for (int lane = 0; lane < (gathers ? TLanes.Count : 0); lane++)
            unbalanced[line + lane] += space.Bounds[lane];
    }

    /// <summary>A substep of half the step's diffusion.</summary>
    /// <returns>A bit mask of the lanes that violate a bound beyond repair.</returns>
    private int Diffuse<TLanes>(Workspace space, double* w, double* result, int densities, int masses, int sign, bool secondOrder,
        bool gathers, int line, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        (double duration, DiffusionMethod method) = Substep(secondOrder);
        if (segments is null)
        {
            diffusion.Step<TLanes>(w, space[densities], space[masses], duration, Correction(sign), method, space[Left], space.Pitch, result,
                space.Bounds);
        }
        else
        {
            segments.Step(w, space[densities], space[masses], duration, Correction(sign), method, result, space.Bounds);
        }

        return Diffused<TLanes>(space, result, masses, secondOrder, method, gathers, line, worker);
    }

    /// <summary>ε Δt of a substep, and its method.</summary>
    private (double Duration, DiffusionMethod Method) Substep(bool secondOrder)
    {
        double duration = 0.5 * epsilon * step.TimeStep / (secondOrder ? substeps : 1);
        return (duration, secondOrder && duration <= longest ? DiffusionMethod.SecondOrder : DiffusionMethod.ImplicitEuler);
    }

    // ∫ y dτ over the step = (Δt/2)(y_0 + y_1) + (Δt²/12)(y_0' − y_1') for y = u² at fixed mass, whose rate along the flow is −2 div s.
    private double Correction(int sign) => sign * step.TimeStep / 3;

    /// <summary>Gathers what a substep has handed on, and repairs its result.</summary>
    /// <returns>A bit mask of the lanes that violate a bound beyond repair.</returns>
    private int Diffused<TLanes>(
        Workspace space, double* result, int masses, bool secondOrder, DiffusionMethod method, bool gathers, int line, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int lane = 0; lane < (gathers ? TLanes.Count : 0); lane++)
        {
            // Implicit Euler only adds positive terms: however stiff, its error is at most that of N additions per cell.
            double handed = space.Bounds[2 * TLanes.Count + lane], net = space.Bounds[3 * TLanes.Count + lane];
            handedOn[line + lane] += handed
                + (method == DiffusionMethod.SecondOrder ? net : Math.Min(net, 2.0 * lines.Axis.Cells * handed));
        }

        return secondOrder ? KeepBounds<TLanes>(result, space[masses], space.Bounds, worker) : 0;
    }

    /// <summary>
    /// Repairs the lines whose minimum or maximum, the two values per lane in <paramref name="range"/>, violates the bounds.
    /// </summary>
    private int KeepBounds<TLanes>(double* w, double* mass, double* range, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count, broken = 0;
        for (int lane = 0; lane < lanes; lane++)
        {
            if (range[lane] >= lowest && range[lanes + lane] <= highest)
                continue;
            counts[worker] = counts[worker].With(new SchemeCounts(0, 1, 0, 1));
            if (!diffusion.Repair(w + lane, mass + lane, lanes, lowest, highest))
                broken |= 1 << lane;
        }

        return broken;
    }

    /// <summary>Checks every line of the result and blends those that violate a guarantee.</summary>
    /// <returns>False if no line was blended.</returns>
    private bool Limit<TLanes>(Workspace space, int line, int worker, int broken)
        where TLanes : struct, IRegister<TLanes>
    {
        int lanes = TLanes.Count;
        SchemeCounts seen = new(lanes, 0, 0, 1);
        if (broken != 0 || !ProvablyFalls<TLanes>(space.Before, space.After))
        {
            double* before = space.Bounds, after = before + lanes, size = after + lanes;
            Measure<TLanes>(space[Input], space[MassOld], before, size);
            Measure<TLanes>(space[Result], space[MassNew], after, size);
            int wanting = broken;
            for (int lane = 0; lane < lanes; lane++)
                wanting |= after[lane] - before[lane] - Rounding * size[lane] > 0 ? 1 << lane : 0;
            for (int lane = 0; lane < lanes; lane++)
            {
                if ((wanting >> lane & 1) != 0)
                    seen = seen.With(new SchemeCounts(0, 0, 1, Blend(space, lane, line + lane, worker, lost: (broken >> lane & 1) != 0)));
            }
        }

        counts[worker] = counts[worker].With(seen);
        return seen.Blended > 0;
    }

    /// <summary>
    /// True if the approximate logarithms prove that KL of every line decreases; the exact ones cost several times more. With |L − log| ≤
    /// e, Σ m w L differs from KL by at most e Σ m w; half as much again covers the rounding of the sums.
    /// </summary>
    private static bool ProvablyFalls<TLanes>(double* before, double* after)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes total = TLanes.Load(before + TLanes.Count) + TLanes.Load(after + TLanes.Count);
        return TLanes.AllPositive(TLanes.Load(before) - TLanes.Load(after) - TLanes.Create(1.5 * VectorMath.RoughLogError) * total);
    }

    /// <summary>KL = Σ m w log w of each line, and Σ m w (1 + |log w|), the scale of its rounding error.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Measure<TLanes>(double* w, double* mass, double* divergence, double* size)
        where TLanes : struct, IRegister<TLanes>
    {
        nint count = (nint)lines.Axis.Cells * TLanes.Count;
        TLanes sum = TLanes.Create(0), sizes = sum, unit = TLanes.Create(1), tiny = TLanes.Create(Tiny);
        for (nint at = 0; at < count; at += TLanes.Count)
        {
            TLanes value = TLanes.Load(w + at), part = TLanes.Load(mass + at) * value, log = VectorMath.Log(TLanes.Max(value, tiny));
            sum = TLanes.Fused(part, log, sum);
            sizes = TLanes.Fused(part, unit + TLanes.Abs(log), sizes);
        }

        sum.Store(divergence);
        sizes.Store(size);
    }

    /// <summary>
    /// Blends one line of the result with the Markov step of the same input. If bounds were violated beyond repair, clipping may have
    /// changed the mass, and the Markov result is taken whole.
    /// </summary>
    /// <returns>The share of the second-order result that was kept.</returns>
    private double Blend(Workspace space, int lane, int line, int worker, bool lost)
    {
        int cells = lines.Axis.Cells, lanes = space.Lanes;
        var single = new Workspace(space.End, Pitch(1), 1, 0, 1, uniform);
        foreach (int panel in (ReadOnlySpan<int>)[Input, UOld, UNew, MassOld, MassNew])
        {
            for (int cell = 0; cell < cells; cell++)
                single[panel][cell] = space[panel][(nint)cell * lanes + lane];
        }

        GhostCells.Fill(single[UOld], cells, 1, lines.Axis.IsPeriodic);
        GhostCells.Fill(single[UNew], cells, 1, lines.Axis.IsPeriodic);
        Compose<Lane>(single, line, worker, secondOrder: false, gathers: true);

        double* wanted = space[Result] + lane, safe = single[Result], trial = single[Ratio], mass = single[MassNew];
        double before, after, size;
        Measure<Lane>(single[Input], single[MassOld], &before, &size);
        double good = 0, bad = 1;
        for (int round = 0; round < (lost ? 0 : Bisections); round++)
        {
            double share = 0.5 * (good + bad);
            for (int cell = 0; cell < cells; cell++)
                trial[cell] = (1 - share) * safe[cell] + share * wanted[(nint)cell * lanes];
            Measure<Lane>(trial, mass, &after, &size);
            if (after <= before + Rounding * size)
                good = share;
            else
                bad = share;
        }

        for (int cell = 0; cell < cells; cell++)
            wanted[(nint)cell * lanes] = (1 - good) * safe[cell] + good * wanted[(nint)cell * lanes];
        return good;
    }

    /// <summary>Fills the ghost cells of u and, on a graded axis, the masses.</summary>
    private void Prepare<TLanes>(Workspace space)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        GhostCells.Fill(space[UOld], cells, TLanes.Count, lines.Axis.IsPeriodic);
        GhostCells.Fill(space[UNew], cells, TLanes.Count, lines.Axis.IsPeriodic);
        Scale<TLanes>(space, 0, cells);
    }

    /// <summary>The masses of some cells on a graded axis.</summary>
    private void Scale<TLanes>(Workspace space, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        if (uniform)
            return;
        Scale<TLanes>(space[UOld], space[MassOld], from, to);
        Scale<TLanes>(space[UNew], space[MassNew], from, to);
    }

    private void Scale<TLanes>(double* densities, double* masses, int from, int to)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int cell = from; cell < to; cell++)
        {
            nint at = (nint)cell * TLanes.Count;
            (TLanes.Load(densities + at) * TLanes.Create(relativeWidths[cell])).Store(masses + at);
        }
    }

    /// <summary>
    /// The panels of one group of lines, each with two ghost cells at both ends. Panels that are loaded for all groups come first, then
    /// those that one group needs at a time; a few lanes of scalars precede the first panel. On uniform axes masses are densities.
    /// </summary>
    private readonly struct Workspace(double* start, nint pitch, int lanes, int group, int groups, bool uniform)
    {
        private const int Small = 16;

        public nint Pitch => pitch;

        public int Lanes => lanes;

        /// <summary>Twelve lanes' worth of doubles.</summary>
        public double* Bounds => start;

        /// <summary>Two sums over the input, one value per lane each.</summary>
        public double* Before => start + 12 * lanes;

        /// <summary>The same sums over the result.</summary>
        public double* After => start + 14 * lanes;

        public double* End => start + Small * lanes + (Panels + (groups - 1) * Loaded) * pitch;

        public double* this[int panel]
        {
            get
            {
                if (uniform && panel is MassOld or MassNew)
                    panel += UOld - MassOld;
                int place = panel < Loaded ? group * Loaded + panel : (groups - 1) * Loaded + panel;
                return start + Small * lanes + place * pitch + GhostCells.Count * lanes;
            }
        }
    }
}
