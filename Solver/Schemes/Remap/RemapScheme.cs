using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// The remap scheme (docs/remap.md): ∂τ v = −div(s v) + ε div(u ∇(v/u)) as probability-flow transport, computed by an exact remap in the
/// mass coordinate of each line, and reversible diffusion, with Strang splitting on each line; one axis after the other, in alternating
/// order. Constant reconstruction with implicit Euler is a Markov step of first order. Parabolic reconstruction is second order in Δt and
/// on uniform axes third order in h (second on graded axes); v ≥ 0, mass, the bounds on v/u and KL decay hold by construction or are
/// enforced by a limiter. In the plane it adds the flux that sweeps along rows and columns do not contain (<see cref="CrossCorrection"/>).
/// With a score other than the grid's the same splitting is applied to v: faces are traced along ŝ, and the diffusion uses ρ = exp(ŝ·n δ)
/// for u_j/u_i; mass is conserved and v ≥ 0 holds, the bounds that compare v with u are not.
/// </summary>
public sealed class RemapScheme : IScheme
{
    private readonly Grid grid;
    private readonly TimeFunction epsilon;
    private readonly bool parabolic;
    private readonly IForwardSweeps forward;
    private readonly RemapSweep[] sweeps;
    private readonly RemapScoreSweep[] scoreSweeps;
    private readonly IFaceScore? score;
    private readonly double[] between;
    private readonly CrossCorrection? cross;
    private readonly GreatestValue greatest;
    private SchemeCounts restored = SchemeCounts.None;
    private readonly double[] scoreOld, scoreNew;
    private double handedOn, unbalanced;
    private bool started;

    /// <param name="epsilon">Noise level ε(t) ≥ 0; a step uses its mean over the step in t.</param>
    /// <param name="parabolic">Parabolic reconstruction; false for constant.</param>
    /// <param name="forward">The forward sweeps that computed u.</param>
    /// <param name="score">The driving score; null for the score of the grid's own u.</param>
    /// <param name="corrected">False leaves the cross correction out, so that what it gives and costs can be measured.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
    public RemapScheme(
        Grid grid, TimeFunction epsilon, bool parabolic, IForwardSweeps forward, WorkerTeam team, IFaceScore? score = null,
        bool corrected = true)
    {
        GenerationStep.RequireNoise(epsilon);
        this.epsilon = epsilon;
        this.grid = grid;
        this.parabolic = parabolic;
        this.forward = forward;
        this.score = score;
        IEnumerable<int> axes = Enumerable.Range(0, grid.Dimension);
        sweeps = score is null ? [.. axes.Select(axis => new RemapSweep(grid, axis, parabolic, forward, team))] : [];
        scoreSweeps = score is null ? [] : [.. axes.Select(axis =>
            new RemapScoreSweep(grid, axis, parabolic, score.IsRatioOfAverages, team))];
        (scoreOld, scoreNew) = score is null ? ([], []) : (CellValues.Zeros(grid), CellValues.Zeros(grid));
        between = grid.Dimension == 1 ? [] : CellValues.Zeros(grid);
        cross = corrected && grid.Dimension == 2 && parabolic && score is null
            ? new CrossCorrection(grid, epsilon.Values[0], between, team) : null;
        greatest = new GreatestValue(grid.CellCount, team);
        Guarantees = Guarantees.Mass | Guarantees.Positivity
            | (score is null ? Guarantees.RatioBounds | Guarantees.KlContraction : Guarantees.None)
            | (parabolic ? Guarantees.None : Guarantees.LpCertificate)
            | (!parabolic && score is null && grid.Dimension == 1 ? Guarantees.VariationDiminishing : Guarantees.None);
    }

    public Guarantees Guarantees { get; }

    public SchemeOrder Order => !parabolic ? new(1, 1) : new(2, grid.Dimension == 2 && cross is null ? 2 : 3);

    /// <summary>min w_T and max w_T: parabolas are limited to this range, so that maxima of w are not clipped at every step.</summary>
    public (double Lowest, double Highest) RatioBounds { get; private set; }

    public SchemeCounts Counts
    {
        get
        {
            SchemeCounts all = cross is null ? restored : restored with { CrossFlux = cross.Wanted, CrossFluxKept = cross.Moved };
            foreach (RemapSweep sweep in sweeps)
                all = all.With(sweep.Counts);
            foreach (RemapScoreSweep sweep in scoreSweeps)
                all = all.With(sweep.Counts);
            return score is null ? all with { HandedOn = handedOn, Unbalanced = unbalanced } : all;
        }
    }

    /// <summary>Sets the bounds on w from u_T and v_T; the first step calls it with its own input if nobody did before.</summary>
    public void Start(ReadOnlySpan<double> u, ReadOnlySpan<double> v)
    {
        RatioBounds = Density.RatioRange(v, u);
        started = true;
    }

    public void Save(BinaryWriter state)
    {
        SchemeCounts counts = Counts;
        state.Write(started);
        state.Write(RatioBounds.Lowest);
        state.Write(RatioBounds.Highest);
        state.Write(counts.Lines);
        state.Write(counts.Repaired);
        state.Write(counts.Blended);
        state.Write(counts.LowestShare);
        state.Write(counts.CrossFlux);
        state.Write(counts.CrossFluxKept);
        state.Write(handedOn);
        state.Write(unbalanced);
    }

    public void Restore(BinaryReader state)
    {
        started = state.ReadBoolean();
        RatioBounds = (state.ReadDouble(), state.ReadDouble());
        restored = new SchemeCounts(state.ReadInt64(), state.ReadInt64(), state.ReadInt64(), state.ReadDouble());
        double wanted = state.ReadDouble(), moved = state.ReadDouble();
        cross?.Restore(wanted, moved);
        (handedOn, unbalanced) = (state.ReadDouble(), state.ReadDouble());
    }

    /// <summary>One step; P 1 (<see cref="GenerationStep.One"/>) is available for the constant reconstruction only.</summary>
    public double Step(in GenerationStep step)
    {
        if (!started && score is null)
            Start(step.UOld, step.V);
        score?.StartFrom(step.V);
        double noise = step.Noise(epsilon);
        foreach (RemapSweep sweep in sweeps)
            sweep.SetNoise(noise);
        foreach (RemapScoreSweep sweep in scoreSweeps)
            sweep.SetNoise(noise);
        cross?.SetNoise(noise);
        forward.Prepare(step);
        if (step.One is not null)
            Array.Fill(step.One, 1);
        if (grid.Dimension == 1)
        {
            Sweep(0, step, step.UOld, step.UNew);
        }
        else if (cross is null)
        {
            SweepBoth(step);
        }
        else
        {
            GenerationStep corrected = step with { V = cross.Before(step, RatioBounds.Lowest, RatioBounds.Highest) };
            SweepBoth(corrected);
            if (!cross.After(step, sweeps[1 - step.FirstAxis].RoughDivergences.Old, sweeps[step.FirstAxis].RoughDivergences.New))
            {
                SweepBoth(corrected);
                cross.AfterRepetition(step);
            }
        }

        return step.One is null ? double.NaN : greatest.Of(step.One);
    }

    private void SweepBoth(in GenerationStep step)
    {
        forward.Between(step, between);
        Sweep(1 - step.FirstAxis, step, step.UOld, between);
        Sweep(step.FirstAxis, step, between, step.UNew);
    }

    private void Sweep(int axis, in GenerationStep step, double[] uOld, double[] uNew)
    {
        if (score is null)
        {
            sweeps[axis].Apply(uOld, uNew, step, RatioBounds.Lowest, RatioBounds.Highest);
            (double handed, double gained) = sweeps[axis].RoundedMass;
            (handedOn, unbalanced) = (handedOn + handed, unbalanced + gained);
            return;
        }

        score.EvaluateFinite(axis, step.TimeOld, uOld, scoreOld);
        score.EvaluateFinite(axis, step.TimeOld - step.TimeStep, uNew, scoreNew);
        scoreSweeps[axis].Apply(scoreOld, scoreNew, step.V, step.One, step.TimeStep);
    }
}
