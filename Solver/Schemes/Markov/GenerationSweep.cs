using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;
using static PdeDiffusion.Schemes.Markov.GenerationKernel;

namespace PdeDiffusion.Schemes.Markov;

/// <summary>
/// One implicit step of generation along one axis, on every line, with the rates of <see cref="RateFunction"/> (docs/numerics.md, 3.1). Two
/// forms:
/// <list type="bullet">
/// <item><em>ratio form</em> (the grid's own score): u_i|i| w_i − Σ_j (Δt A/δ) Q_ij (w_j − w_i) = |i| v_i^{n+1}, Q_ij = u_i q(u_j/u_i) at
/// level n + 1, then v^n = u^n w. The right-hand side needs no division, and v = u is reproduced to the bit.</item>
/// <item><em>mass form</em> (any other score, ρ = exp(ŝ·n δ)): (I − Δt B) in cell masses, with the rates r(ρ).</item>
/// </list>
/// The two matrices are transposes of one kind, with a non-negative excess in each row (or column), so one elimination without subtraction
/// serves both (docs/numerics.md, 3.2): every pivot is a sum of positive terms. Coefficients are kept in registers and in a panel in the
/// cache, never in main memory.
/// </summary>
internal sealed unsafe class GenerationSweep : IBlockWork
{
    private const int PanelGap = 80;

    private readonly LineLayout lines;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly GenerationKernel kernel;
    private readonly GenerationSegments? segments;
    private readonly double[] halfSteps;
    private readonly bool periodic;
    private double step = double.NaN;
    private double[] driver = [];
    private double[] uNew = [];
    private double[] v = [];
    private double[]? one;
    private readonly double[] greatest;
    private bool startsFromOne;
    private bool onlyGreatest;
    private bool massForm;

    public GenerationSweep(Grid grid, int axis, double epsilon, WorkerTeam team)
    {
        lines = new LineLayout(grid, axis);
        this.team = team;
        kernel = new GenerationKernel(epsilon);
        periodic = lines.Axis.IsPeriodic && lines.Axis.Cells > 1;
        halfSteps = new double[lines.Axis.Links];
        greatest = new double[lines.Blocks];
        if (LongLine.Suits(lines))
            segments = new GenerationSegments(lines.Axis, kernel, team);
        scratch = segments is null
            ? Scratch.ForWorkers(team.Threads, Eliminated.Rows * lines.MostLanes + Panels * PanelSize(lines.MostLanes))
            : [];
    }

    /// <summary>Sets the noise level ε of the steps that follow.</summary>
    public void SetNoise(double epsilon) => kernel.SetNoise(epsilon);

    /// <summary>Ratio form: v ← u^n · (I − Δt Q(u^{n+1}))^{-1}(v/u^{n+1}), and the same for <paramref name="propagated"/>.</summary>
    /// <param name="fromOne"><paramref name="propagated"/> is 1 in every cell; the contents of the array are ignored.</param>
    /// <param name="toGreatest">
    /// Only the maximum of <paramref name="propagated"/> is needed; the contents of the array are undefined afterwards.
    /// </param>
    /// <returns>That maximum if <paramref name="toGreatest"/>; NaN otherwise, and without <paramref name="propagated"/>.</returns>
    public double ApplyRatio(
        double[] uOld, double[] uNew, double[] density, double[]? propagated, bool fromOne, bool toGreatest, double timeStep)
    {
        this.uNew = uNew;
        massForm = false;
        return Apply(uOld, density, propagated, fromOne, toGreatest, timeStep);
    }

    /// <summary>Mass form, driven by a normal score ŝ·n at the face above each cell.</summary>
    /// <inheritdoc cref="ApplyRatio" path="/param"/>
    /// <inheritdoc cref="ApplyRatio" path="/returns"/>
    public double ApplyMass(
        double[] normalScore, double[] density, double[]? propagated, bool fromOne, bool toGreatest, double timeStep)
    {
        uNew = normalScore; // Pinned with the others, not read.
        massForm = true;
        return Apply(normalScore, density, propagated, fromOne, toGreatest, timeStep);
    }

    /// <summary>
    /// Number of panels: links, pivots and, on periodic lines, wraps; along x also v and one. The pivots overwrite the driver, right-hand
    /// sides and solutions overwrite v and one, so that a block of lines fits in the L2 cache.
    /// </summary>
    private int Panels => (periodic ? 3 : 2) + (lines.IsContiguous ? 2 : 0);

    /// <summary>A gap keeps panels from being a power of two apart, which would share cache sets.</summary>
    private long PanelSize(int count) => (long)lines.Axis.Cells * count + PanelGap;

    private double Apply(double[] drivenBy, double[] density, double[]? propagated, bool fromOne, bool toGreatest, double timeStep)
    {
        if (timeStep != step)
        {
            ReadOnlySpan<double> distances = lines.Axis.Distances;
            for (int link = 0; link < halfSteps.Length; link++)
                halfSteps[link] = 0.5 * timeStep / distances[link];
            step = timeStep;
            segments?.SetSteps(halfSteps);
        }

        if (segments is not null)
            return segments.Apply(drivenBy, uNew, density, propagated, fromOne, toGreatest, massForm);

        driver = drivenBy;
        startsFromOne = fromOne;
        v = density;
        one = propagated;
        onlyGreatest = toGreatest && propagated is not null;
        if (onlyGreatest)
            Array.Fill(greatest, double.NegativeInfinity);
        team.Run(this, lines.Blocks);
        return onlyGreatest ? greatest.Max() : double.NaN;
    }

    void IBlockWork.Run(int block, int worker)
    {
        int line = block * LineLayout.PerBlock;
        int end = Math.Min(line + LineLayout.PerBlock, lines.Count);
        while (line < end)
        {
            int count = lines.SideBySide(end - line);
            if (count == 1)
                Process<Lane>(block, line, count, worker);
            else if (!RegisterWidth.IsEight)
                Process<Lanes4>(block, line, count, worker);
            else if (count == 8)
                Process<Lanes8>(block, line, count, worker);
            else
                Process<LanePair<Lanes8>>(block, line, count, worker);
            line += count;
        }
    }

    private void Process<TLanes>(int number, int line, int count, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int cells = lines.Axis.Cells;
        nint size = (nint)PanelSize(count);
        nint offset = line * lines.LineStride;
        double* panels = scratch[worker].Start + Eliminated.Rows * count;
        var system = new Eliminated(scratch[worker].Start, count, panels, panels + size, panels + (Panels - 1) * size);
        fixed (double* drivers = &driver[offset], uNewHere = &uNew[offset], densities = &v[offset], ones = one)
        fixed (double* widths = lines.Axis.Widths, gaps = lines.Axis.Distances, steps = halfSteps, rowOfOnes = RowOfOnes)
        {
            double* onesHere = one is null ? null : ones + offset;
            if (!lines.IsContiguous || count == 1)
            {
                var inPlace = new Block
                {
                    Drivers = drivers,
                    UNew = uNewHere,
                    Density = densities,
                    Ones = onesHere,
                    OnesBefore = startsFromOne ? rowOfOnes : onesHere,
                    OnesBeforeStride = startsFromOne ? 0 : lines.CellStride,
                    Stride = lines.CellStride,
                    Count = count,
                    Cells = cells,
                    Ahead = lines.ValuesAhead,
                    Widths = widths,
                    Gaps = gaps,
                    HalfSteps = steps,
                };
                if (massForm)
                    kernel.Solve<TLanes, MassForm, MassForm>(inPlace, system, periodic);
                else
                    kernel.Solve<TLanes, RatioForm, RatioForm>(inPlace, system, periodic);
                if (onlyGreatest)
                    greatest[number] = Math.Max(greatest[number], Panel.Greatest(onesHere, lines.CellStride, count, cells));
                return;
            }

            var block = new Block
            {
                Drivers = system.Pivots,
                Density = panels + 2 * size,
                Ones = one is null ? null : panels + 3 * size,
                OnesBefore = startsFromOne ? rowOfOnes : panels + 3 * size,
                OnesBeforeStride = startsFromOne ? 0 : count,
                Stride = count,
                Count = count,
                Cells = cells,
                Widths = widths,
                Gaps = gaps,
                HalfSteps = steps,
            };
            LoadRows(block, drivers, densities, startsFromOne ? null : onesHere, lines.LineStride);
            if (massForm)
                kernel.Solve<TLanes, MassForm, MassForm>(block, system, periodic);
            else
                kernel.Solve<TLanes, RatioForm, QuotientForm>(block, system, periodic);
            double largest = StoreRows(block, massForm ? null : uNewHere, densities, onesHere, onlyGreatest, lines.LineStride);
            if (onlyGreatest)
                greatest[number] = Math.Max(greatest[number], largest);
        }
    }
}
