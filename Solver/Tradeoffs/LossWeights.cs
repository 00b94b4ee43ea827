using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Scores;
using PdeDiffusion.Studies;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tradeoffs;

/// <summary>The cost of an error of the score in one window of t.</summary>
/// <param name="From">Where the window begins, forward time.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Error">∫ E_v|ŝ − s|² dt, measured.</param>
/// <param name="Growth">KL(v|u) at the least t_min, less what it is with no error.</param>
/// <param name="Weight">(1+ε)²/4ε, what the bound allows an error of 1 to cost.</param>
public sealed record LossWeight(double Epsilon, double From, double To, int Seed, double Error, double Growth, double Weight)
{
    public static IReadOnlyList<string> Header { get; } = ["epsilon", "from", "to", "seed", "score_error", "KL_growth", "cost", "weight"];

    /// <summary>KL growth for an error of 1.</summary>
    public double Cost => Growth / Error;

    public IReadOnlyList<object> Row => [Epsilon, From, To, Seed, Error, Growth, Cost, Weight];
}

/// <summary>
/// The cost of score errors as a function of t: generation from v_T = u_T with the score of the grid solution, plus a smooth random field
/// in one window of t, scaled so that ∫ E|ŝ − s|² dt is about the same in every window. The bound on KL(v|u) weighs all t alike, by
/// (1+ε)²/4ε.
/// </summary>
public sealed class LossWeights
{
    private readonly Tradeoff tradeoff;
    private readonly LossConfig loss;
    private readonly double[] edges;

    public LossWeights(Tradeoff tradeoff)
    {
        ArgumentNullException.ThrowIfNull(tradeoff);
        this.tradeoff = tradeoff;
        loss = tradeoff.Config.Loss ?? throw new ArgumentException("the trade-off has no loss");
        edges = [.. loss.Edges];
    }

    /// <summary>Measures every ε &gt; 0, window and seed.</summary>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public IReadOnlyList<LossWeight> Run(int threads, StudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        double[] epsilons = [.. tradeoff.Config.Epsilons!.Where(epsilon => epsilon > 0)];
        int windows = edges.Length - 1, seeds = tradeoff.Config.Seeds.Count;
        var baseline = new double[epsilons.Length];
        var weights = new LossWeight[epsilons.Length * windows * seeds];
        double steps = tradeoff.Base.Time.Steps;
        progress.Begin(epsilons.Length * (1 + windows * seeds), epsilons.Length * (1 + windows * seeds) * steps);
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, epsilons.Length, options, index =>
                baseline[index] = Generate(epsilons[index], 0, 0, 0, progress, cancellation).Divergence);
            Parallel.For(0, weights.Length, options, index =>
            {
                int seed = index % seeds, window = index / seeds % windows, noise = index / seeds / windows;
                double epsilon = epsilons[noise], from = edges[window], to = edges[window + 1];
                (double error, double divergence) = Generate(
                    epsilon, from, to, TradeoffTruth.SeedOf(tradeoff.Config.Seeds[seed], DrawPurpose.Training), progress, cancellation);
                weights[index] = new LossWeight(epsilon, from, to, tradeoff.Config.Seeds[seed], error, divergence - baseline[noise],
                    ScoreErrorBudget.Weight(epsilon));
            });
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            throw StudyParts.Interrupted();
        }
        catch (AggregateException failures)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        progress.Clear();
        return weights;
    }

    /// <summary>∫ E_v|ŝ − s|² dt and KL(v|u) at the smallest stop; the score has no error if the window is empty.</summary>
    private (double Error, double Divergence) Generate(
        double epsilon, double from, double to, int seed, StudyProgress progress, CancellationToken cancellation)
    {
        RunConfig config = tradeoff.Base with
        {
            Time = tradeoff.Base.Time with { Stop = tradeoff.Config.Stops.Min() },
            Generation = new GenerationConfig { Epsilon = epsilon, Start = new ForwardStart() },
            Monitors = new MonitorsConfig { Enabled = false, Lp = [] },
            Particles = null,
            Reference = null,
            Checkpoint = null,
            Output = new OutputConfig { Snapshots = [.. edges], Plots = false },
        };
        using var team = new WorkerTeam(1);
        Problem problem = tradeoff.Problem.With(config);
        IFaceScore own = new Scores.GridScore(problem.Grid), score = own;
        if (to > from)
        {
            double size = Math.Sqrt(loss.Budget / (to - from));
            score = new WindowedFaceScore(own, new PerturbedFaceScore(problem.Grid, own, 1, [], size, (ulong)seed), from, to);
        }

        var method = new Discretisation(problem, team, score);
        MonitorSet monitors = method.Monitors(withSupport: false, extended: false);
        var readings = new List<Reading>();
        var watcher = new LevelWatcher(null, level =>
        {
            readings.Clear();
            monitors.Read(level, readings);
            progress.Add(1);
        });
        method.Run([watcher], new LevelProgress(progress, 0), cancellation);
        progress.FinishLevel();
        ScoreErrorBudget budget = monitors.Latest<ScoreErrorBudget>()!.Value;
        return (budget.Error, budget.Divergence);
    }
}
