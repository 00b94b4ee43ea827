using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tradeoffs;

/// <summary>The density of a flow at one t_min, with its bounds.</summary>
/// <param name="V">v, cell averages.</param>
/// <param name="Divergence">
/// KL(v|u); NaN where the cells are wider than the narrowest peak of u, √(σ² + 2t) &lt; h, so that it is not resolved, and with folds,
/// where u is that of the training points.
/// </param>
/// <param name="RmsDistance">√E_v dist²; NaN where the data's support is the whole space, or not known; so too the next.</param>
/// <param name="RmsBound">The bound of concentration (docs/numerics.md, 2.5) on it.</param>
/// <param name="LocalDimension">d + 2t E_v[div ŝ], ŝ the driving score; NaN on cells wider than the peaks of u.</param>
/// <param name="ScoreError">
/// ∫_t^T E_v|ŝ − s|² dt' between faces; NaN where KL is, and for ε = 0, where it bounds nothing. Likewise for the next two.
/// </param>
/// <param name="Budget">KL(T) + (1+ε)²/4ε times that, the bound on KL(v|u) (docs/numerics.md, 2.7).</param>
/// <param name="BudgetTolerance">What the quadrature over t may be wrong by.</param>
public sealed record GeneratedLevel(
    double[] V, double Divergence, double RmsDistance, double RmsBound, double LocalDimension, double ScoreError, double Budget,
    double BudgetTolerance);

/// <summary>A flow from T down: its density and its samples at every t_min, in the order of <c>stops</c>.</summary>
/// <param name="EndDivergence">KL(v|u) at T.</param>
/// <param name="ScoreErrors">∫_t^T E_v|ŝ − s|² dt' along the particles, and its standard error; NaN without a closed form.</param>
/// <param name="Model">The mixture whose score drove the flow; the data where that has no closed form.</param>
public sealed record Generated(
    IReadOnlyList<GeneratedLevel> Levels, IReadOnlyList<ParticleEnsemble> Samples, double EndDivergence,
    IReadOnlyList<(double Mean, double Error)> ScoreErrors, Mixture Model);

/// <summary>Runs the flows of a trade-off. v(t) does not depend on where the run stops, so one run gives all t_min.</summary>
public sealed class TradeoffGeneration
{
    /// <summary>Number of particles if the base does not give it.</summary>
    public static readonly ParticlesConfig Standard = new() { Count = 2000, Method = ParticleMethod.Exponential };

    /// <summary>16 · 2⁻⁵³ Σ v |log(v/u)|, where the logarithm is at most 700.</summary>
    private const double RoundingOfDivergence = 1.3e-12;

    private readonly Tradeoff tradeoff;
    private readonly TradeoffTruth truth;
    private readonly double[] stops;
    private readonly double memory;

    /// <param name="beside">Number of flows that run in parallel and share the memory.</param>
    public TradeoffGeneration(Tradeoff tradeoff, TradeoffTruth truth, int beside)
    {
        (this.tradeoff, this.truth) = (tradeoff, truth);
        stops = [.. tradeoff.Config.Stops];
        memory = tradeoff.Base.Memory ?? Math.Max(1, MachineMemory.Free) / (2.0 * beside);
    }

    /// <summary>The run of a flow.</summary>
    public RunConfig Config(TradeoffFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        RunConfig run = tradeoff.Base;
        ParticlesConfig particles = (run.Particles ?? Standard) with
        {
            Seed = ParticleSeed(flow),
            Trajectories = 0,
        };
        return run with
        {
            // Held-out points have no part in a flow: not in its score, nor in u_T where it starts.
            Data = flow.Fold is null ? run.Data : new PointsData { Points = Places(truth.Training(flow)) },
            Time = run.Time with { Stop = stops.Min() },
            Generation = new GenerationConfig { Epsilon = flow.Epsilon, Start = flow.Start.Law, Score = Score(flow) },
            Monitors = new MonitorsConfig { Enabled = false, Lp = [] },
            Particles = flow.Score.Kind.HasClosedForm ? particles : null,
            Reference = null,
            Checkpoint = null,
            Memory = memory,
            Output = new OutputConfig { Snapshots = stops, Plots = false },
        };
    }

    /// <summary>Cells and particles times steps of a flow, weighted by the components that each costs.</summary>
    public double Work(TradeoffFlow flow) => GridWork(flow) * GridSteps + ParticleWork(flow) * ParticleSteps;

    /// <summary>Runs a flow with one thread.</summary>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    /// <exception cref="InputException">The run cannot be built, or v_T has mass where u_T is at its floor.</exception>
    public Generated Run(TradeoffFlow flow, StudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using var team = new WorkerTeam(1);
        var run = new PreparedRun(tradeoff.Problem.With(Config(flow)), team);
        GeneratedLevel[] levels = Densities(flow, run, progress, cancellation, out double atEnd);
        ParticleEnsemble[] samples = Samples(flow, run, levels, progress, cancellation);
        (double Mean, double Error)[] errors =
            flow.Fold is null ? ScoreErrors(run, progress, cancellation) : [.. stops.Select(_ => (double.NaN, double.NaN))];
        return new Generated(levels, samples, atEnd, errors, run.Method.ScoreMixture ?? truth.Law);
    }

    private GeneratedLevel[] Densities(
        TradeoffFlow flow, PreparedRun run, StudyProgress progress, CancellationToken cancellation, out double atEnd)
    {
        MonitorSet monitors = run.Method.Monitors(withSupport: flow.Fold is null, extended: false);
        var divergenceOfScore = new MeanDivergence(run.Problem.Grid, run.Method.Score);
        var readings = new List<Reading>();
        var levels = new GeneratedLevel[stops.Length];
        int[] shown = [.. stops.Select(run.Problem.Times.IndexOf)];
        double divergence = double.NaN;
        long work = (long)GridWork(flow);
        run.Method.Run([new LevelWatcher(null, Watch)], new LevelProgress(progress, 0), cancellation);
        atEnd = divergence;
        return levels;

        void Watch(FlowLevel level)
        {
            if (level.Index == run.Problem.Times.Last)
                divergence = Density.KullbackLeibler(level.Grid, level.V, level.U);
            readings.Clear();
            monitors.Read(level, readings);
            for (int stop = 0; stop < stops.Length; stop++)
            {
                if (shown[stop] == level.Index)
                    levels[stop] = Level(flow, run, level, monitors, divergenceOfScore, divergence);
            }

            progress.Add(work);
        }
    }

    private GeneratedLevel Level(
        TradeoffFlow flow, PreparedRun run, FlowLevel level, MonitorSet monitors, MeanDivergence score, double atEnd)
    {
        MeanSquaredDistance distance = monitors.Latest<MeanSquaredDistance>() ?? new(double.NaN, double.NaN);
        double error = double.NaN, budget = double.NaN, tolerance = double.NaN;
        double width = truth.Grid.Axes.Max(axis => axis.Widths.ToArray().Max()), variance = truth.Law.LeastVariance + 2 * level.Time;
        bool isFine = variance >= width * width, resolved = flow.Fold is null && isFine;
        if (resolved && flow.Epsilon > 0 && run.Method.Score is null)
        {
            (error, budget, tolerance) = (0, atEnd, RoundingOfDivergence);
        }
        else if (resolved && flow.Epsilon > 0)
        {
            ScoreErrorBudget bound = monitors.Latest<ScoreErrorBudget>()!.Value;
            (error, budget, tolerance) = (bound.Error, bound.Bound, bound.Tolerance);
        }

        return new GeneratedLevel(
            [.. level.V!], resolved ? Density.KullbackLeibler(level.Grid, level.V, level.U) : double.NaN, Math.Sqrt(distance.Value),
            Math.Sqrt(distance.Bound),
            isFine ? level.Grid.Dimension + 2 * level.Time * score.Of(level.Time, level.U, level.V) : double.NaN, error, budget,
            tolerance);
    }

    /// <summary>The samples at every t_min: particles, or draws of v on the grid where the score has no closed form.</summary>
    private ParticleEnsemble[] Samples(
        TradeoffFlow flow, PreparedRun run, GeneratedLevel[] levels, StudyProgress progress, CancellationToken cancellation)
    {
        if (run.Particles is not { } particles)
        {
            int count = checked((int)(tradeoff.Base.Particles ?? Standard).Count);
            return [.. levels.Select(level => ParticleEnsemble.FromCells(run.Problem.Grid, level.V, count, (ulong)ParticleSeed(flow)))];
        }

        int[] kept = [.. stops.Select(particles.Levels.IndexOf)];
        var copies = new List<ParticleEnsemble>();
        particles.Move(run.Team, new LevelProgress(progress, ParticleWork(flow)), kept.ToHashSet(), copies, cancellation);
        int[] falling = [.. kept.OrderDescending()];
        return [.. kept.Select(level => copies[Array.IndexOf(falling, level)])];
    }

    /// <summary>The first particles again, at all their levels; their paths are the same.</summary>
    private (double Mean, double Error)[] ScoreErrors(PreparedRun run, StudyProgress progress, CancellationToken cancellation)
    {
        Mixture? model = run.Method.ScoreMixture;
        if (run.Method.Score is null || model is null)
            return [.. stops.Select(_ => model is null ? (double.NaN, double.NaN) : (0.0, 0.0))];
        RunConfig config = run.Problem.Config;
        RunConfig few = config with
        {
            Particles = config.Particles! with { Count = Math.Min(config.Particles.Count, ParticleScoreError.MostParticles) },
        };
        var particles = new ParticleRun(run.Problem.With(few), model);
        var copies = new List<ParticleEnsemble>();
        particles.Move(
            run.Team, new LevelProgress(progress, 0), Enumerable.Range(0, particles.Levels.Last + 1).ToHashSet(), copies, cancellation);
        var error = new ParticleScoreError(model, truth.Law, config.Time.End);
        var errors = new (double Mean, double Error)[stops.Length];
        for (int step = 0; step < copies.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            int level = particles.Levels.Last - step;
            error.Add(particles.Levels[level], copies[step]);
            for (int stop = 0; stop < stops.Length; stop++)
            {
                if (particles.Levels.IndexOf(stops[stop]) == level)
                    errors[stop] = error.Integral;
            }
        }

        return errors;
    }

    private ScoreConfig Score(TradeoffFlow flow) => flow.Score.Kind.Of(
        variance => Sample(flow, variance), TradeoffTruth.SeedOf(flow.Seed, DrawPurpose.Training));

    private GaussiansData Sample(TradeoffFlow flow, double variance)
    {
        double[][] means = Places(truth.Training(flow));
        return new GaussiansData { Means = means, Variances = [.. means.Select(_ => variance)] };
    }

    private double[][] Places((double[] X, double[] Y) points) =>
        [.. points.X.Select((x, point) => truth.Grid.Dimension == 1 ? new[] { x } : new[] { x, points.Y[point] })];

    /// <summary>The seed of a flow's particles; the folds of a seed have different ones.</summary>
    private static int ParticleSeed(TradeoffFlow flow) =>
        (int)((uint)TradeoffTruth.SeedOf(flow.Seed, DrawPurpose.Particles) + 0x9e3779b9u * (uint)(flow.Fold ?? 0)) & int.MaxValue;

    private int GridSteps => tradeoff.Base.Time.Steps + stops.Length + 1;

    private int ParticleSteps => ((tradeoff.Base.Particles ?? Standard).Steps ?? tradeoff.Base.Time.Steps) + stops.Length;

    private double GridWork(TradeoffFlow flow) => truth.Grid.CellCount * (8.0 + (flow.IgnoresSamples ? 0 : flow.Samples));

    private double ParticleWork(TradeoffFlow flow) => !flow.Score.Kind.HasClosedForm ? 0
        : (tradeoff.Base.Particles ?? Standard).Count * (8.0 + Math.Min(64, flow.IgnoresSamples ? truth.Law.Count : flow.Samples));
}
