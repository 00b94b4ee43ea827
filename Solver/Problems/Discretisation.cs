using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Scores;
using PdeDiffusion.Tables;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Problems;

/// <summary>
/// A problem on a team of threads: the driving score, the forward flow, the scheme and the monitors. Errors name the key and line of the
/// part that refused.
/// </summary>
public sealed class Discretisation
{
    private readonly WorkerTeam team;
    private readonly RunConfig config;
    private readonly Dictionary<TabulatedScore, ScoreTable> tables = [];

    /// <exception cref="InputException">A part of the problem, or the score, cannot be built.</exception>
    public Discretisation(Problem problem, WorkerTeam team)
        : this(problem, team, null)
    {
        if (config.Generation is { Score: not Configs.GridScore and var score })
            Score = problem.At("generation.score", () => Build(score));
    }

    /// <summary>A problem driven by a score that no config describes.</summary>
    /// <param name="score">The score that drives generation; null for the grid's own.</param>
    /// <exception cref="InputException">A part of the problem cannot be built.</exception>
    public Discretisation(Problem problem, WorkerTeam team, IFaceScore? score)
    {
        ArgumentNullException.ThrowIfNull(problem);
        Problem = problem;
        config = problem.Config;
        this.team = team;
        problem.Require();
        Score = score;
        if (problem.ForwardKind == ForwardKind.LatticeExact)
        {
            TimeLevels times = problem.Times;
            problem.At("forward", () =>
            {
                LatticeExact.Require(Grid, Enumerable.Range(0, times.Last).Select(times.Step).Append(times.WarmupStep).Max());
                return times;
            });
        }
    }

    /// <summary>What is solved.</summary>
    public Problem Problem { get; }

    /// <summary>The score that drives generation; null for the grid's own.</summary>
    public IFaceScore? Score { get; }

    /// <summary>The mixture whose score drives generation; null if the score has no closed form.</summary>
    public Mixture? ScoreMixture => Score is null ? Problem.Data.ClosedForm : Score.ClosedForm;

    /// <summary>
    /// Makes an instance of the driving score at points, for particles; null where <see cref="ScoreMixture"/> is the score.
    /// </summary>
    /// <exception cref="InputException">The score has no values at points.</exception>
    public Func<IPointScore>? PointScore => ScoreMixture is null && config.Generation is { } generation
        ? Problem.At("particles", () => BuildPoints(generation.Score)) : null;

    private Grid Grid => Problem.Grid;

    /// <summary>The forward flow at t = 0; its levels are kept for generation.</summary>
    /// <exception cref="InputException">The memory is too small for the levels that generation requires.</exception>
    public ForwardFlow Forward()
    {
        IForwardSweeps sweeps = Sweeps();

        // A closed form starts from the mixture itself and reads no averages at t = 0.
        double[] initial = sweeps.Kind == ForwardKind.ClosedForm && Problem.Times.Warmup > 0 ? [] : Problem.Data.CellAverages(Grid);
        return Problem.At("memory", () => new ForwardFlow(
            Grid, Problem.Times, sweeps, initial, memory: MemoryFor(config),
            keep: config.Generation is not null));
    }

    /// <summary>Bytes that the levels of u may take: as the config says, or half of the free memory.</summary>
    internal static long MemoryFor(RunConfig config) => (long)Math.Min(config.Memory ?? 0.5 * MachineMemory.Free, long.MaxValue / 2);

    /// <summary>The march of the problem.</summary>
    /// <param name="forward">Made by <see cref="Forward"/>.</param>
    /// <param name="firstLevel">Level that generation is resumed from; null for T.</param>
    public March March(ForwardFlow forward, IReadOnlyList<IWatcher> watchers, IRunProgress? progress, int? firstLevel = null)
    {
        Generation? generation = config.Generation is null ? null : new Generation(
            Scheme, Problem.Start is { } start ? () => start.CellAverages(Grid) : null, NeedsPropagatedOne);
        return new March(forward, generation, watchers, progress) { FirstLevel = firstLevel ?? Problem.Times.Last };
    }

    /// <summary>Begins the generation of a march that has reached T.</summary>
    /// <exception cref="InputException">v_T has mass where u_T is at its floor.</exception>
    public void Begin(March march)
    {
        ArgumentNullException.ThrowIfNull(march);
        Problem.At("generation.start", () =>
        {
            march.Begin();
            return march;
        });
    }

    /// <summary>Forward flow and generation, from beginning to end.</summary>
    /// <exception cref="InputException">v_T has mass where u_T is at its floor, or the memory is too small.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public void Run(IReadOnlyList<IWatcher> watchers, IRunProgress? progress, CancellationToken cancellation)
    {
        March march = March(Forward(), watchers, progress);
        march.Noise(cancellation);
        Begin(march);
        march.Generate(cancellation);
    }

    /// <summary>The monitors of the run.</summary>
    /// <param name="withSupport">False to leave out those of the distance to the data, whose field costs cells × points.</param>
    /// <param name="extended">False to leave out the monitors of <see cref="MonitorSetup.Extended"/>.</param>
    public MonitorSet Monitors(bool withSupport = true, bool extended = true) =>
        new(new MonitorSetup(Grid, Problem.Times, Problem.ForwardKind, config.Generation?.Epsilon, team)
        {
            Exponents = config.Monitors.Lp,
            DataVariance = Problem.Data.ClosedForm?.LeastVariance ?? 0,
            Support = withSupport ? DataSupport.Of(Problem.Data, Grid, team) : null,
            Score = Score,
            Mixed = MixedScores.ClosedForms(config.Generation?.Score, Problem.Data.ClosedForm),
            Extended = extended,
            Also = config.Monitors.Also,
            GradientBudget = config.Monitors.GradientBudget,
            Ball = config.Monitors.Also.Contains("curvature-above") ? DataBall.Of(Problem.Data, Grid) : null,
        });

    /// <summary>P 1 is a second right-hand side in every sweep: computed only for a certificate with p > 1.</summary>
    private bool NeedsPropagatedOne => config.Monitors.Enabled && config.Monitors.Lp.Any(p => p > 1);

    private IScheme Scheme(ForwardFlow forward) => Problem.At<IScheme>("scheme", () => config.Scheme switch
    {
        RemapSchemeConfig remap => new RemapScheme(
            Grid, config.Generation!.Epsilon, remap.Reconstruction == Reconstruction.Parabolic, forward.Stepper, team, Score),
        MarkovSchemeConfig => new MarkovScheme(Grid, config.Generation!.Epsilon, Score, team),
        _ => throw new ArgumentException("unknown kind of scheme"),
    });

    private IForwardSweeps Sweeps() => Problem.At<IForwardSweeps>("forward", () => Problem.ForwardKind switch
    {
        ForwardKind.ImplicitEuler => new ImplicitEuler(Grid, team),
        ForwardKind.LatticeExact => new LatticeExact(Grid, team),
        ForwardKind.ClosedForm => Problem.Data.ClosedForm switch
        {
            null => throw new ArgumentException($"closed-form requires {DataConfig.ClosedForms} as data"),
            { IsIsotropic: true } mixture => new ClosedFormSweeps(Grid, mixture, team),
            var mixture => new CovarianceSweeps(Grid, mixture, team),
        },
        _ => throw new ArgumentException("unknown kind of forward scheme"),
    });

    private IFaceScore Build(ScoreConfig score) => score switch
    {
        Configs.GridScore => new Scores.GridScore(Grid),
        MixtureScore mixture => BuildMixture(ProblemData.Mixture(mixture.Data)),
        PerturbedScore { Curl: not 0 } perturbed => new CurlFaceScore(Grid, Build(perturbed with { Curl = 0 }), perturbed.Curl),
        PerturbedScore perturbed => new PerturbedFaceScore(
            Grid, Build(perturbed.Of), perturbed.Scale, perturbed.Bias is null ? [] : [.. perturbed.Bias], perturbed.Noise,
            (ulong)perturbed.Seed),
        TabulatedScore tabulated => BuildTable(TableOf(tabulated)),
        NetworkScore network => new NetworkFaceScore(
            Grid, NetworkScores.Open(network, Grid.Dimension, network.Batch, team.Threads),
            [.. Enumerable.Range(0, Problem.Times.Last + 1).Select(level => Problem.Times[level])], team),
        MixedScore mixed => new MixedFaceScore(
            Grid, [.. mixed.Terms.Select(term => Build(term.Score))], [.. mixed.Terms.Select(term => term.Weight)]),
        _ => throw new ArgumentException("unknown kind of score"),
    };

    private Func<IPointScore> BuildPoints(ScoreConfig score)
    {
        switch (score)
        {
            case Configs.GridScore:
                var data = MixtureComponents.Of(Problem.Data.ClosedForm ?? throw new ArgumentException(
                    $"follow the closed-form score of the data, which requires {DataConfig.ClosedForms} as data"));
                return () => new MixturePointScore(data);
            case MixtureScore mixture:
                var components = MixtureComponents.Of(ProblemData.Mixture(mixture.Data));
                return () => new MixturePointScore(components);
            case PerturbedScore { Curl: not 0 }:
                throw new ArgumentException("cannot follow a score with curl, which depends on v and has values on the grid only");
            case PerturbedScore perturbed:
                Func<IPointScore> of = BuildPoints(perturbed.Of);
                return () => new PerturbedPointScore(
                    Grid, of(), perturbed.Scale, perturbed.Bias is null ? [] : [.. perturbed.Bias], perturbed.Noise,
                    (ulong)perturbed.Seed);
            case TabulatedScore tabulated:
                ScoreTable table = TableOf(tabulated);
                var times = new TableTimes(table.Times);
                return () => new TabulatedPointScore(Problem.FileGrid, times, table.Values);
            case NetworkScore network:
                NetworkModel model = NetworkScores.Open(
                    network, Grid.Dimension, Math.Min(network.Batch, NetworkScores.ParticleBatch), team.Threads);
                return () => new NetworkPointScore(model, team.Threads);
            case MixedScore mixed:
                Func<IPointScore>[] terms = [.. mixed.Terms.Select(term => BuildPoints(term.Score))];
                return () => new MixedPointScore([.. terms.Select(term => term())], [.. mixed.Terms.Select(term => term.Weight)]);
            default:
                throw new ArgumentException("unknown kind of score");
        }
    }

    /// <summary>A table is read once, for faces and for points.</summary>
    private ScoreTable TableOf(TabulatedScore tabulated)
    {
        if (!tables.TryGetValue(tabulated, out ScoreTable? table))
            tables.Add(tabulated, table = PredictedScores.Read(tabulated, Problem.FileGrid));
        return table;
    }

    private IFaceScore BuildMixture(Mixture mixture) => Problem.Times[0] > 0 || mixture.HasDensity
        ? mixture.IsIsotropic ? new MixtureFaceScore(Grid, mixture, team) : new CovarianceFaceScore(Grid, mixture, team)
        : throw new ArgumentException("the score of points is infinite at t = 0: time.stop must be > 0");

    private TabulatedFaceScore BuildTable(ScoreTable table)
    {
        TimeLevels times = Problem.Times;
        Grid given = Problem.FileGrid;
        double[][][] values = given == Grid ? table.Values : [.. table.Values.Select(
            level => level.Select(component => SmoothOverlap.AtCentres(given, component, Grid)).ToArray())];
        var score = new TabulatedFaceScore(Grid, Grid, table.Times, values);
        return score.Covers(times[0], times[times.Last]) ? score
            : throw new ArgumentException(
                $"the table reaches from {new TableTimes(table.Times).Range}, which does not cover stop, "
                + $"{NoiseLevel.Text(times[0], "G6")}, to end, {NoiseLevel.Text(times[times.Last], "G6")}");
    }
}
