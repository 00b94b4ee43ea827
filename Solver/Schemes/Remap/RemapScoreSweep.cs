using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// One generation sweep along one axis driven by a given score ŝ, in v: half a step of ε (Δv − ∂x(ŝ v)) with ŝ at t_{n+1}, transport with
/// ŝ, half a step with ŝ at t_n (docs/remap.md, 5). Mass is conserved and v ≥ 0 holds for any step; the constant form is linear and Markov.
/// </summary>
internal sealed unsafe class RemapScoreSweep : IBlockWork
{
    // The diffusion's scratch overlays the edge values.
    private const int Density = 0, Ones = 1, Widths = 2, ScoreOld = 3, ScoreNew = 4, Saved = 5, Result = 6, Left = 7, Right = 8;
    private const int Panels = Left + RemapScoreDiffusion.ScratchPanels;
    private const double Unbounded = 1e300;

    private readonly LineLayout lines;
    private double epsilon;
    private readonly bool parabolic;
    private int substeps;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly RemapScoreTransport[] transports;
    private readonly RemapScoreDiffusion diffusion;
    private readonly RemapReconstruction reconstruction;
    private readonly SchemeCounts[] counts;
    private double[] scoreOld = [], scoreNew = [], density = [];
    private double[]? one;
    private double timeStep;

    public RemapScoreSweep(Grid grid, int axis, bool parabolic, bool ratioOfAverages, WorkerTeam team)
    {
        this.parabolic = parabolic;
        this.team = team;
        lines = new LineLayout(grid, axis);
        scratch = Scratch.ForWorkers(team.Threads, Panels * Pitch(8) + 32);
        transports = [.. Enumerable.Range(0, team.Threads).Select(_ => new RemapScoreTransport(lines.Axis, ratioOfAverages))];
        diffusion = new RemapScoreDiffusion(lines.Axis, ratioOfAverages);
        reconstruction = new RemapReconstruction(lines.Axis);
        counts = new SchemeCounts[team.Threads];
        Array.Fill(counts, SchemeCounts.None);
    }

    /// <summary>
    /// Sets the noise level ε of the steps that follow. The sub-steps are those of <see cref="RemapSweep.SetNoise"/>.
    /// </summary>
    public void SetNoise(double noise)
    {
        epsilon = noise;
        substeps = parabolic ? Math.Clamp((int)Math.Ceiling(noise), 1, 16) : 1;
    }

    /// <summary>Diffusion substeps that made v negative and were repaired, and lines that took implicit Euler instead.</summary>
    public SchemeCounts Counts => counts.Aggregate(SchemeCounts.None, static (all, next) => all.With(next));

    /// <summary>Sweeps v (and, constant form only, P 1) under ŝ·n at the two ends of the step.</summary>
    public void Apply(double[] scoreOld, double[] scoreNew, double[] v, double[]? propagated, double step)
    {
        this.scoreOld = scoreOld;
        this.scoreNew = scoreNew;
        density = v;
        one = propagated;
        timeStep = step;
        team.Run(this, lines.Blocks);
    }

    void IBlockWork.Run(int block, int worker)
    {
        int end = Math.Min((block + 1) * LineLayout.PerBlock, lines.Count);
        for (int line = block * LineLayout.PerBlock; line < end;)
        {
            if (end - line >= 8 && RegisterWidth.IsEight)
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

    private double* At(int worker, int panel, int lanes) =>
        scratch[worker].Start + 2 * lanes + panel * Pitch(lanes) + GhostCells.Count * lanes;

    private void Process<TLanes>(int line, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count, cells = lines.Axis.Cells;
        double* ones = At(worker, Ones, lanes), widths = At(worker, Widths, lanes);
        for (int cell = -GhostCells.Count; cell < cells + GhostCells.Count; cell++)
            TLanes.Create(1).Store(ones + (nint)cell * lanes);
        for (int cell = 0; cell < cells; cell++)
            TLanes.Create(lines.Axis.Widths[cell]).Store(widths + (nint)cell * lanes);
        LinePanel.Load<TLanes>(lines, scoreOld, line, At(worker, ScoreOld, lanes));
        LinePanel.Load<TLanes>(lines, scoreNew, line, At(worker, ScoreNew, lanes));
        transports[worker].Locate<TLanes>(At(worker, ScoreOld, lanes), At(worker, ScoreNew, lanes), timeStep, parabolic);
        counts[worker] = counts[worker].With(new SchemeCounts(lanes, 0, 0, 1));
        SweepOne<TLanes>(density, line, worker);
        if (one is not null)
            SweepOne<TLanes>(one, line, worker);
    }

    private void SweepOne<TLanes>(double[] values, int line, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count, cells = lines.Axis.Cells;
        double* v = At(worker, Density, lanes), result = At(worker, Result, lanes), bounds = scratch[worker].Start;
        double* left = At(worker, Left, lanes), right = At(worker, Right, lanes);
        LinePanel.Load<TLanes>(lines, values, line, v);
        Diffuse<TLanes>(v, At(worker, ScoreOld, lanes), -timeStep / 3, worker);
        if (parabolic)
        {
            TLanes.Create(0).Store(bounds);
            TLanes.Create(Unbounded).Store(bounds + lanes);
            GhostCells.Fill(v, cells, lanes, lines.Axis.IsPeriodic);
            reconstruction.Build<TLanes>(v, At(worker, Ones, lanes), left, right, bounds);
        }

        transports[worker].Apply<TLanes>(v, parabolic ? left : null, parabolic ? right : null, At(worker, Widths, lanes), result);
        Diffuse<TLanes>(result, At(worker, ScoreNew, lanes), timeStep / 3, worker);
        LinePanel.Store<TLanes>(lines, result, line, values);
    }

    private void Diffuse<TLanes>(double* v, double* score, double correction, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        if (epsilon == 0)
            return;
        nint lanes = TLanes.Count, size = (nint)lines.Axis.Cells * lanes;
        double duration = 0.5 * epsilon * timeStep / substeps, length = lines.Axis.To - lines.Axis.From;
        bool isExplicit = parabolic && duration <= length * length; // As in RemapSweep.
        double* saved = At(worker, Saved, TLanes.Count), space = At(worker, Left, TLanes.Count);
        for (int part = 0; part < substeps; part++)
        {
            if (parabolic)
                Buffer.MemoryCopy(v, saved, size * sizeof(double), size * sizeof(double));
            diffusion.Step<TLanes>(v, score, duration, correction, isExplicit, space, Pitch(TLanes.Count));
            if (!parabolic)
                continue;
            TLanes least = TLanes.Load(v);
            for (nint at = lanes; at < size; at += lanes)
                least = TLanes.Min(least, TLanes.Load(v + at));
            if (!TLanes.AnyPositive(TLanes.Create(0) - least))
                continue;
            RepairNegative<TLanes>(v, saved, score, duration, worker);
        }
    }

    /// <summary>Repairs the lines with negative values; lines beyond repair take implicit Euler from the same input.</summary>
    private void RepairNegative<TLanes>(double* v, double* saved, double* score, double duration, int worker)
        where TLanes : struct, ILanes<TLanes>
    {
        int lanes = TLanes.Count, cells = lines.Axis.Cells, lost = 0;
        for (int lane = 0; lane < lanes; lane++)
        {
            bool negative = false;
            for (int cell = 0; cell < cells; cell++)
                negative |= v[(nint)cell * lanes + lane] < 0;
            if (!negative)
                continue;
            bool repaired = diffusion.Repair(v + lane, lanes);
            counts[worker] = counts[worker].With(new SchemeCounts(0, 1, repaired ? 0 : 1, repaired ? 1 : 0));
            lost |= repaired ? 0 : 1 << lane;
        }

        if (lost == 0)
            return;
        diffusion.Step<TLanes>(saved, score, duration, 0, false, At(worker, Left, lanes), Pitch(lanes));
        for (int lane = 0; lane < lanes; lane++)
        {
            for (int cell = 0; (lost >> lane & 1) != 0 && cell < cells; cell++)
                v[(nint)cell * lanes + lane] = saved[(nint)cell * lanes + lane];
        }
    }
}
