using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Markov;

/// <summary>
/// The Markov scheme (docs/numerics.md, 3.1 and 3.2): implicit Euler along one axis after the other with the rates of
/// <see cref="RateFunction"/>. With the grid's own score each sweep solves (I − Δt Q(u^{n+1})) w^n = w^{n+1}, v^n = u^n w^n, in the reverse
/// order of the forward step's axes, with the intermediate forward state u* between them: v^n = P v^{n+1} with P ≥ 0, mass conserved, P
/// u^{n+1} = u^n. With any other score the same fluxes are applied to v: mass is conserved and v ≥ 0 holds, the bounds that compare v with
/// u are not.
/// </summary>
public sealed class MarkovScheme : IScheme
{
    private readonly Grid grid;
    private readonly TimeFunction epsilon;
    private readonly IFaceScore? score;
    private readonly HeatSweep[] heat;
    private readonly GenerationSweep[] generation;
    private readonly double[] between;
    private readonly double[] normalScore;

    /// <param name="epsilon">Noise level ε(t) ≥ 0; a step uses its mean over the step in t.</param>
    /// <param name="score">The driving score; null for the grid's own, whose u must then be computed by implicit Euler.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is negative or not finite.</exception>
    public MarkovScheme(Grid grid, TimeFunction epsilon, IFaceScore? score, WorkerTeam team)
    {
        GenerationStep.RequireNoise(epsilon);
        this.grid = grid;
        this.epsilon = epsilon;
        this.score = score;
        generation = [.. Enumerable.Range(0, grid.Dimension).Select(axis => new GenerationSweep(grid, axis, epsilon.Values[0], team))];
        heat = grid.Dimension == 1 ? [] : [.. Enumerable.Range(0, 2).Select(axis => new HeatSweep(grid, axis, team))];
        between = grid.Dimension == 1 ? [] : CellValues.Zeros(grid);
        normalScore = score is null ? [] : CellValues.Zeros(grid);
        Guarantees = Guarantees.Mass | Guarantees.Positivity | Guarantees.LpCertificate
            | (score is null ? Guarantees.RatioBounds | Guarantees.KlContraction : Guarantees.None)
            | (score is null && grid.Dimension == 1 ? Guarantees.VariationDiminishing : Guarantees.None);
    }

    public Guarantees Guarantees { get; }

    /// <summary>
    /// Central for ε ≥ 1, upwind for ε = 0. For 0 &lt; ε &lt; 1 the numerical diffusion vanishes where |ρ − 1| ≤ ε(1 + ρ), hence as h → 0
    /// wherever the score is bounded.
    /// </summary>
    public SchemeOrder Order => new(1, epsilon.Least > 0 ? 2 : 1);

    public SchemeCounts Counts => SchemeCounts.None;

    public double Step(in GenerationStep step)
    {
        score?.StartFrom(step.V);
        double noise = step.Noise(epsilon);
        foreach (GenerationSweep sweep in generation)
            sweep.SetNoise(noise);
        if (grid.Dimension == 1)
            return Sweep(0, step, step.UOld, step.UNew, first: true, last: true);

        // u* = (I − Δt L)^{-1} u^n along the forward step's first axis: the state between its two sweeps.
        heat[step.FirstAxis].Apply(step.UNew, between, step.TimeStep);
        Sweep(1 - step.FirstAxis, step, step.UOld, between, first: true, last: false);
        return Sweep(step.FirstAxis, step, between, step.UNew, first: false, last: true);
    }

    private double Sweep(int axis, in GenerationStep step, double[] uOld, double[] uNew, bool first, bool last)
    {
        if (score is null)
            return generation[axis].ApplyRatio(uOld, uNew, step.V, step.One, first, last, step.TimeStep);

        score.EvaluateFinite(axis, step.TimeOld, uOld, normalScore);
        return generation[axis].ApplyMass(normalScore, step.V, step.One, first, last, step.TimeStep);
    }
}
