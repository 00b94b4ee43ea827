using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tradeoffs;

/// <summary>A flow's density at one t_min, and what the theorems say of it there.</summary>
/// <param name="V">v, cell averages.</param>
/// <param name="Divergence">
/// KL(v|u); NaN where the cells are wider than the narrowest peak of u, √(σ² + 2t) &lt; h, and know nothing of its shape.
/// </param>
/// <param name="RmsDistance">√E_v dist²; NaN where the data's support is the whole space; so too the next.</param>
/// <param name="RmsBound">The bound of concentration (docs/numerics.md, 2.5) on it.</param>
/// <param name="ScoreError">
/// ∫_t^T E_v|ŝ − s|² dt' between faces; NaN where KL is, and for ε = 0, where it bounds nothing. So too the next two.
/// </param>
/// <param name="Budget">KL(T) + (1+ε)²/4ε times that, the bound on KL(v|u) (docs/numerics.md, 2.7).</param>
/// <param name="BudgetTolerance">What the quadrature over t may be wrong by.</param>
public sealed record GeneratedLevel(
    double[] V, double Divergence, double RmsDistance, double RmsBound, double ScoreError, double Budget, double BudgetTolerance);

/// <summary>A flow from T down: its density and its samples at every t_min, in the order of <c>stops</c>.</summary>
/// <param name="EndDivergence">KL(v|u) at T.</param>
/// <param name="ScoreErrors">∫_t^T E_v|ŝ − s|² dt' along the particles, and its standard error; NaN without a closed form.</param>
public sealed record Generated(
    IReadOnlyList<GeneratedLevel> Levels, IReadOnlyList<ParticleEnsemble> Samples, double EndDivergence,
    IReadOnlyList<(double Mean, double Error)> ScoreErrors);

/// <summary>Runs the flows of a trade-off. v(t) does not depend on where the run stops, so one run shows all t_min.</summary>
public sealed class TradeoffGeneration
{
    /// <summary>Particles of a base that says nothing of them.</summary>
    private static readonly ParticlesConfig Standard = new() { Count = 2000, Method = ParticleMethod.Exponential };

    /// <summary>16 · 2⁻⁵³ Σ v |log(v/u)|, where the logarithm is at most 700.</summary>
    private const double RoundingOfDivergence = 1.3e-12;

    private readonly Tradeoff tradeoff;
    private readonly TradeoffTruth truth;
    private readonly double[] stops;
    private readonly double memory;

    /// <param name="beside">Flows that run beside each other and share the memory.</param>
    public TradeoffGeneration(Tradeoff tradeoff, TradeoffTruth truth, int beside)
    {
        (this.tradeoff, this.truth) = (tradeoff, truth);
        stops = [.. tradeoff.Config.Stops];
        GCMemoryInfo free = GC.GetGCMemoryInfo();
        memory = tradeoff.Base.Memory ?? Math.Max(1, free.TotalAvailableMemoryBytes - free.MemoryLoadBytes) / (2.0 * beside);
    }

    /// <summary>The run of a flow.</summary>
    public RunConfig Config(TradeoffFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        RunConfig run = tradeoff.Base;
        ParticlesConfig particles = (run.Particles ?? Standard) with
        {
            Seed = TradeoffTruth.SeedOf(flow.Seed, DrawPurpose.Particles),
            Trajectories = 0,
        };
        return run with
        {
            Time = run.Time with { Stop = stops.Min() },
            Generation = new GenerationConfig { Epsilon = flow.Epsilon, Start = flow.Start.Law, Score = Score(flow) },
            Monitors = new MonitorsConfig { Enabled = false, Lp = [] },
            Particles = flow.Score.Kind is InexactScore ? null : particles,
            Reference = null,
            Checkpoint = null,
            Memory = memory,
            Output = new OutputConfig { Snapshots = stops, Plots = false },
        };
    }

    /// <summary>Cells and particles times steps of a flow, weighted by the components that each costs.</summary>
    public double Work(TradeoffFlow flow) => GridWork(flow) * GridSteps + ParticleWork(flow) * ParticleSteps;

    /// <summary>Runs a flow with one thread.</summary>
    /// <exception cref="RunFailedException">Interrupted.</exception>
    /// <exception cref="InputException">The run cannot be built.</exception>
    public Generated Run(TradeoffFlow flow, Action<double> worked, CancellationToken cancellation)
    {
        RunConfig config = Config(flow);
        using var team = new WorkerTeam(1);
        var builder = new RunBuilder(config, tradeoff.Source, team);
        GeneratedLevel[] levels = Densities(flow, builder, team, worked, cancellation, out double atEnd);
        ParticleEnsemble[] samples = Samples(flow, builder, levels, team, worked, cancellation);
        return new Generated(levels, samples, atEnd, ScoreErrors(flow, config, builder, team, cancellation));
    }

    private GeneratedLevel[] Densities(
        TradeoffFlow flow, RunBuilder builder, WorkerTeam team, Action<double> worked, CancellationToken cancellation, out double atEnd)
    {
        ForwardFlow forward = builder.Forward(team);
        while (forward.Advance())
            cancellation.ThrowIfCancellationRequested();
        double[] start = builder.Start is { } given ? [.. given] : [.. forward.Level.U];
        double mass = Density.Mass(builder.Grid, start);
        for (int cell = 0; cell < start.Length; cell++)
            start[cell] /= mass;
        BackwardFlow backward = builder.Backward(forward, start, team);
        MonitorSet monitors = builder.Monitors(team);
        var readings = new List<Reading>();
        var levels = new GeneratedLevel[stops.Length];
        double work = GridWork(flow);
        atEnd = Density.KullbackLeibler(builder.Grid, start, forward.Level.U);
        do
        {
            readings.Clear();
            monitors.Read(backward.Level, readings);
            for (int stop = 0; stop < stops.Length; stop++)
            {
                if (builder.Times.IndexOf(stops[stop]) == backward.Level.Index)
                    levels[stop] = Level(flow, backward.Level, monitors, atEnd);
            }

            worked(work);
            cancellation.ThrowIfCancellationRequested();
        }
        while (backward.Advance());
        return levels;
    }

    private GeneratedLevel Level(TradeoffFlow flow, FlowLevel level, MonitorSet monitors, double atEnd)
    {
        MeanSquaredDistance distance = monitors.Latest<MeanSquaredDistance>() ?? new(double.NaN, double.NaN);
        double error = double.NaN, budget = double.NaN, tolerance = double.NaN;
        double width = truth.Grid.Axes.Max(axis => axis.Widths.ToArray().Max()), variance = truth.Law.Variances.ToArray().Min() + 2 * level.Time;
        bool resolved = variance >= width * width;
        if (resolved && flow.Epsilon > 0 && flow.Score.Kind is ExactScore)
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
            Math.Sqrt(distance.Bound), error, budget, tolerance);
    }

    /// <summary>The samples at every t_min: particles, or draws of v on the grid where the score has no closed form.</summary>
    private ParticleEnsemble[] Samples(
        TradeoffFlow flow, RunBuilder builder, GeneratedLevel[] levels, WorkerTeam team, Action<double> worked, CancellationToken cancellation)
    {
        if (builder.Particles is not { } particles)
        {
            int count = checked((int)(tradeoff.Base.Particles ?? Standard).Count);
            ulong seed = (ulong)TradeoffTruth.SeedOf(flow.Seed, DrawPurpose.Particles);
            return [.. levels.Select(level => ParticleEnsemble.FromCells(builder.Grid, level.V, count, seed))];
        }

        double work = ParticleWork(flow);
        using var said = new StringWriter();
        var progress = new Progress(said, terminal: false, quiet: true, _ => worked(work));
        int[] kept = [.. stops.Select(particles.Levels.IndexOf)];
        var copies = new List<ParticleEnsemble>();
        particles.Move(team, progress, kept.ToHashSet(), copies, cancellation);
        int[] falling = [.. kept.OrderDescending()];
        return [.. kept.Select(level => copies[Array.IndexOf(falling, level)])];
    }

    /// <summary>The first particles once more, at all their levels: their paths are the same.</summary>
    private (double Mean, double Error)[] ScoreErrors(
        TradeoffFlow flow, RunConfig config, RunBuilder builder, WorkerTeam team, CancellationToken cancellation)
    {
        if (flow.Score.Kind is ExactScore or InexactScore)
            return [.. stops.Select(_ => flow.Score.Kind is ExactScore ? (0.0, 0.0) : (double.NaN, double.NaN))];
        RunConfig few = config with
        {
            Particles = config.Particles! with { Count = Math.Min(config.Particles.Count, ParticleScoreError.MostParticles) },
        };
        var particles = new ParticleRun(few, builder.Grid, builder.Start, stops);
        var copies = new List<ParticleEnsemble>();
        using var said = new StringWriter();
        particles.Move(
            team, new Progress(said, terminal: false, quiet: true), Enumerable.Range(0, particles.Levels.Last + 1).ToHashSet(), copies, cancellation);
        var error = new ParticleScoreError(DataBuilder.Mixture(((MixtureScore)config.Generation!.Score).Data), truth.Law, config.Time.End);
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

    private ScoreConfig Score(TradeoffFlow flow) => flow.Score.Kind switch
    {
        ExactScore => new GridScore(),
        InexactScore inexact => new PerturbedScore
        {
            Bias = inexact.Bias,
            Scale = inexact.Scale,
            Noise = inexact.Noise,
            Seed = TradeoffTruth.SeedOf(flow.Seed, DrawPurpose.Training),
        },
        SmoothedScore smoothed => new MixtureScore { Data = Sample(flow, smoothed.Width * smoothed.Width) },
        _ => new MixtureScore { Data = Sample(flow, 0) },
    };

    private GaussiansData Sample(TradeoffFlow flow, double variance)
    {
        (double[] x, double[] y) = truth.Draw(flow.Samples, flow.Seed, DrawPurpose.Training);
        return new GaussiansData
        {
            Means = [.. x.Select((value, point) => truth.Grid.Dimension == 1 ? new[] { value } : new[] { value, y[point] })],
            Variances = [.. x.Select(_ => variance)],
        };
    }

    private int GridSteps => tradeoff.Base.Time.Steps + stops.Length + 1;

    private int ParticleSteps => ((tradeoff.Base.Particles ?? Standard).Steps ?? tradeoff.Base.Time.Steps) + stops.Length;

    private double GridWork(TradeoffFlow flow) => truth.Grid.CellCount * (8.0 + (flow.IgnoresSamples ? 0 : flow.Samples));

    private double ParticleWork(TradeoffFlow flow) => flow.Score.Kind is InexactScore ? 0
        : (tradeoff.Base.Particles ?? Standard).Count * (8.0 + Math.Min(64, flow.IgnoresSamples ? truth.Law.Count : flow.Samples));
}
