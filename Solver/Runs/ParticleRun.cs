using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Problems;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>
/// The particle view of a run: draws of v_T, moved from T down to stop by dX = (1+ε) s dτ + √(2ε) dW with the score that drives
/// the run: in closed form for a mixture, else at points. Particles live on R^d, not in the box: no wall reflects them, and a Gaussian
/// start is not folded back. Their distribution therefore equals v on the grid up to discretization and sampling error, as long as
/// negligible mass reaches the walls.
/// </summary>
public sealed class ParticleRun
{
    /// <summary>γ/t of the core inside which a particle is bound to its point: for ε = 0 and equal weights it ends there.</summary>
    public const double BindingRatio = 160;

    private readonly ParticlesConfig particles;
    private readonly int count;
    private readonly GenerationConfig generation;
    private readonly Grid grid;
    private readonly MixtureComponents? score;
    private readonly Func<IPointScore>? points;
    private readonly Func<ParticleEnsemble> draw;

    /// <param name="problem">A run with particles; its snapshot times become levels of their own.</param>
    /// <param name="driving">The mixture whose score moves the particles; null if the score has no closed form.</param>
    /// <param name="given">Makes an instance of a score without closed form; null if there is one.</param>
    /// <exception cref="ArgumentException">The run has no score at points or no law to draw the start from.</exception>
    public ParticleRun(Problem problem, Mixture? driving, Func<IPointScore>? given = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        RunConfig config = problem.Config;
        grid = problem.Grid;
        particles = config.Particles ?? throw new ArgumentException("the run has no particles");
        generation = config.Generation ?? throw new ArgumentException("particles require generation");
        count = checked((int)particles.Count);
        TimeConfig time = config.Time;
        Levels = problem.LevelsOf(particles.Steps ?? time.Steps);
        if (driving is null && given is null)
            throw new ArgumentException("follow a score with values at points, not this generation.score");
        score = driving is null ? null : MixtureComponents.Of(driving);
        points = given;
        RequireScoreOfChurn();
        TrainingPoints = driving?.Support == Support.Points ? Distinct(driving) : null;
        draw = generation.Start switch
        {
            GaussianStart { Covariance: not null } gaussian => Exact(ProblemData.Gaussian(gaussian), 0),
            GaussianStart gaussian => () => ParticleEnsemble.Gaussian(count, [.. gaussian.Mean], gaussian.Variance!.Value, Seed),
            ForwardStart => Exact(problem.Data.ClosedForm
                ?? throw new ArgumentException($"start from exact draws of u, which require {DataConfig.ClosedForms} as data"), time.End),
            DensityStart => () => ParticleEnsemble.FromCells(grid, problem.Start!.CellAverages(grid), count, Seed),
            _ => throw new ArgumentException("unknown kind of start"),
        };
    }

    /// <summary>The particles that are moved, as many as the run has; null for draws of v_T.</summary>
    public ParticleEnsemble? Start { get; init; }

    /// <summary>The times that the particles are moved through.</summary>
    public TimeLevels Levels { get; }

    /// <summary>The points of the score's data, each once; null if these are no points.</summary>
    public (double[] X, double[] Y)? TrainingPoints { get; }

    /// <summary>Number of components of the mixture that drives the particles; 1 for a score that is given.</summary>
    public int Terms => score?.Count ?? 1;

    private ulong Seed => (ulong)particles.Seed;

    /// <summary>Moves the particles from T to stop.</summary>
    /// <exception cref="RunFailedException">Cancelled, or a position is not finite.</exception>
    public ParticleOutcome Move(WorkerTeam team, IRunProgress progress, CancellationToken cancellation) =>
        Move(team, progress, null, cancellation);

    /// <summary>Moves the particles from T to stop and keeps copies on the way.</summary>
    /// <param name="kept">Levels of <see cref="Levels"/> at which all positions are kept.</param>
    /// <param name="copies">The positions at each kept level, from T down.</param>
    /// <exception cref="RunFailedException">Cancelled, or a position is not finite.</exception>
    public ParticleOutcome Move(
        WorkerTeam team, IRunProgress progress, IReadOnlySet<int> kept, List<ParticleEnsemble> copies, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kept);
        ArgumentNullException.ThrowIfNull(copies);
        return Move(
            team, progress, (level, ensemble) =>
            {
                if (kept.Contains(level))
                    copies.Add(ensemble.Copy());
            }, cancellation);
    }

    /// <summary>Moves the particles from T to stop.</summary>
    /// <param name="watch">Called with every level of <see cref="Levels"/>, from T down, and the particles there; null for nothing.</param>
    /// <exception cref="RunFailedException">Cancelled, or a position is not finite.</exception>
    public ParticleOutcome Move(
        WorkerTeam team, IRunProgress progress, Action<int, ParticleEnsemble>? watch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        IParticleSteps flow = Steps(team, cancellation);
        ParticleEnsemble ensemble = Start?.Copy() ?? draw();
        int last = Levels.Last + (particles.ToZero ? 1 : 0);
        var falling = new double[last + 1];
        for (int level = 0; level <= Levels.Last; level++)
            falling[level] = Levels[Levels.Last - level];
        ParticleEnsemble? atStop = null;
        Trajectories trajectories = new(falling, (int)Math.Min(particles.Trajectories, count), grid.Dimension);
        progress.Begin("particles", last, 0, count);
        for (int step = 0; ; step++)
        {
            trajectories.Record(step, ensemble);
            if (step == Levels.Last && particles.ToZero)
                atStop = ensemble.Copy();
            if (step <= Levels.Last)
                watch?.Invoke(Levels.Last - step, ensemble);
            if (step == last)
                return new ParticleOutcome(ensemble, trajectories) { AtStop = atStop ?? ensemble, Calls = flow.Calls };
            flow.Step(ensemble, step, falling[step], falling[step + 1]);
            progress.Step();
            if (cancellation.IsCancellationRequested)
            {
                throw new RunInterruptedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"interrupted in particle step {step + 1} of {last}, {NoiseLevel.Text(falling[step + 1], "G6")}; ")
                    + "no particles are written");
            }

            RequireFinite(ensemble, step + 1, falling[step + 1]);
        }
    }

    /// <summary>The noise levels that churn amounts to, [σ², ε] per step; none for another method.</summary>
    public IReadOnlyList<(double Time, double Epsilon)> ChurnedNoise()
    {
        if (Churn() is not { } churn)
            return [];
        return [.. Enumerable.Range(0, Levels.Last).Select(step => Levels.Last - step).Select(level =>
            (Levels[level], churn.NoiseLevel(NoiseLevel.Sigma(Levels[level]), NoiseLevel.Sigma(Levels[level - 1]))))];
    }

    /// <summary>Compares the particles at stop with v on the grid.</summary>
    /// <param name="v">Cell averages at stop.</param>
    public ParticleSummary Summarise(ParticleOutcome outcome, ReadOnlySpan<double> v)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ParticleEnsemble end = outcome.AtStop;
        var density = new ParticleDensity(grid, end);
        return new ParticleSummary(
            end.Count, Levels.Last, density.L1Distance(v), ParticleDensity.ExpectedL1Distance(grid, v, end.Count),
            density.KullbackLeibler(v), density.Outside, Memorised(end))
        {
            Calls = outcome.Calls,
            ChurnedNoise = ChurnedNoise(),
            Limits = Limits(end),
        };
    }

    private IParticleSteps Steps(WorkerTeam team, CancellationToken cancellation)
    {
        ParticleScheme? own = particles.Method switch
        {
            ParticleMethod.EulerMaruyama => ParticleScheme.EulerMaruyama,
            ParticleMethod.Exponential => ParticleScheme.Exponential,
            ParticleMethod.Ode => ParticleScheme.DormandPrince,
            _ => null,
        };
        if (own is { } scheme)
        {
            return score is null
                ? new ParticleFlow(points!, scheme, generation.Epsilon, Seed, team) { Cancellation = cancellation }
                : new ParticleFlow(score, scheme, generation.Epsilon, Seed, ScoreSummation.Truncated, team, count)
                {
                    Cancellation = cancellation,
                };
        }

        SamplerKind kind = particles.Method switch
        {
            ParticleMethod.Ddim or ParticleMethod.Euler or ParticleMethod.EulerAncestral => SamplerKind.Ddim,
            ParticleMethod.Heun => SamplerKind.Heun,
            ParticleMethod.DpmSolver => SamplerKind.DpmSolver,
            ParticleMethod.Churn => SamplerKind.Churn,
            _ => throw new ArgumentException("unknown method"),
        };
        return new SamplerFlow(PointScore, kind, generation.Epsilon, Churn(), Seed, team) { Cancellation = cancellation };
    }

    private IPointScore PointScore() => score is null ? points!() : new MixturePointScore(score);

    private Churn? Churn() => particles.Method != ParticleMethod.Churn || particles.Churn is not { } churn ? null : new Churn(
        churn.SChurn, churn.STmin, churn.STmax ?? double.PositiveInfinity, churn.SNoise, Levels.Last + (particles.ToZero ? 1 : 0));

    /// <summary>A table ends at T, but the first step of churn starts from a larger σ.</summary>
    /// <exception cref="ArgumentException">The score has no value there.</exception>
    private void RequireScoreOfChurn()
    {
        double sigma = NoiseLevel.Sigma(Levels[Levels.Last]);
        if (score is null && Churn() is { } churn && churn.Growth(sigma) is > 0 and var growth)
            points!().SetTime(NoiseLevel.Time(sigma * (1 + growth)));
    }

    /// <summary>The share of the particles in the γ-core of some training point, γ = 160 stop: those that are bound to it.</summary>
    private MemorisedShare? Memorised(ParticleEnsemble end)
    {
        if (TrainingPoints is not { } points)
            return null;
        // The box does not matter for membership.
        VoronoiCores cores = end.Dimension == 1 ? new(points.X, -1, 1) : new(points.X, points.Y, -1, 1, -1, 1);
        double gamma = BindingRatio * Levels[0];
        int bound = 0;
        for (int p = 0; p < end.Count; p++)
            bound += cores.IndexOf(end.X[p], end.Y[p], gamma) >= 0 ? 1 : 0;
        return new MemorisedShare(gamma, (double)bound / end.Count);
    }

    /// <summary>Of a score λ ŝ_1 + (1−λ) ŝ_2 of two finite sets; null for another.</summary>
    private LimitShares? Limits(ParticleEnsemble end)
    {
        if (MixedScores.Sets(generation.Score) is not { Limits: { } limits } sets)
            return null;
        double radius = MixedSummary.RadiusAt(Levels[0]);
        (double[] shares, double rest) = LimitPoints.Shares(limits, end, radius);
        return new LimitShares(limits, shares, rest, radius) { Basins = sets.BasinShares(draw())?.Shares };
    }

    private static void RequireFinite(ParticleEnsemble ensemble, int step, double time)
    {
        int x = FiniteCheck.FirstNonFinite(ensemble.X), y = FiniteCheck.FirstNonFinite(ensemble.Y);
        if (x < 0 && y < 0)
            return;
        int particle = x < 0 || (y >= 0 && y < x) ? y : x;
        throw new RunFailedException(string.Create(
            CultureInfo.InvariantCulture,
            $"particle {particle} is no longer at a finite place after particle step {step}, {NoiseLevel.Text(time, "G6")}"));
    }

    private Func<ParticleEnsemble> Exact(Mixture data, double end)
    {
        MixtureComponents law = MixtureComponents.Of(data);
        return () => ParticleEnsemble.HeatFlow(law, end, count, Seed);
    }

    private static (double[] X, double[] Y) Distinct(Mixture mixture)
    {
        var places = new HashSet<(double X, double Y)>();
        for (int point = 0; point < mixture.Count; point++)
            places.Add((mixture.X[point], mixture.Dimension == 2 ? mixture.Y[point] : 0));
        return ([.. places.Select(place => place.X)], [.. places.Select(place => place.Y)]);
    }
}
