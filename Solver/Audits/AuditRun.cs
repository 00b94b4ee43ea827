using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Measures;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Processes;
using PdeDiffusion.Runs;
using PdeDiffusion.Scores;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Audits;

/// <summary>An audit: generation with the score, measured at some levels, and what its result is (docs/audit.md).</summary>
public sealed class AuditRun
{
    /// <summary>Directions of the sliced distance.</summary>
    private const int Slices = 64;

    /// <summary>Levels at which the usual mistakes are tried.</summary>
    private const int TrialLevels = 5;

    /// <summary>A training point's core is its Voronoi cell shrunk by this part.</summary>
    private const double Shrink = 0.5;

    private readonly PreparedRun run;
    private readonly AuditConfig audit;
    private readonly TrainingSet? training;
    private readonly HashSet<int> read;
    private readonly HashSet<int> tried;

    /// <exception cref="Files.InputException">The run has no generation, or the training points cannot be read.</exception>
    public AuditRun(PreparedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        this.run = run;
        audit = Config.Audit ?? throw new ArgumentException("the run has no audit");
        if (Config.Generation is null)
            throw Problem.Wrong("audit", new ArgumentException("requires generation, whose score it examines"));
        training = audit.TrainingPoints is { } file ? Problem.At("audit.trainingPoints", () => Training(file)) : null;
        int last = Problem.Times.Last, stride = (last + audit.Levels - 2) / Math.Max(1, audit.Levels - 1);
        int[] levels = [.. Enumerable.Range(0, last + 1).Where(level => level % stride == 0).Append(last).Distinct()];
        read = [.. levels];
        tried = [.. Enumerable.Range(0, TrialLevels).Select(trial => levels[trial * (levels.Length - 1) / (TrialLevels - 1)])];
    }

    /// <summary>The problem.</summary>
    public Problem Problem => run.Problem;

    /// <summary>Number of levels that are read.</summary>
    public int Levels => read.Count;

    private RunConfig Config => run.Problem.Config;

    /// <summary>Runs the audit.</summary>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public AuditResult Run(IRunProgress? progress, CancellationToken cancellation)
    {
        Grid grid = Problem.Grid;
        IFaceScore score = run.Method.Score ?? new Scores.GridScore(grid);
        Mixture? data = audit.Truth ? Problem.Data.ClosedForm : null;
        IFaceScore? truth = !audit.Truth ? null
            : data is { IsIsotropic: true } ? new MixtureFaceScore(grid, data, run.Team) : new Scores.GridScore(grid);
        var measure = new AuditMeasure(grid, score, truth, data, run.Team);
        var mistakes = new UsualMistakes(grid, score, audit.Probes);
        List<AuditLevel> levels = [];
        double[] uBefore = CellValues.Zeros(grid);
        double timeBefore = double.NaN;
        (double[] U, double[] V) final = ([], []);
        var watcher = new LevelWatcher(null, level =>
        {
            if (read.Contains(level.Index))
            {
                levels.Add(measure.Measure(level, timeBefore, uBefore));
                if (audit.Truth && tried.Contains(level.Index))
                    mistakes.Try(level.Time, level.U, measure.Truth);
            }

            level.U.CopyTo(uBefore, 0);
            timeBefore = level.Time;
            if (level.Index == 0)
                final = ([.. level.U], [.. level.V!]);
        });
        March march = run.Method.March(run.Forward, [watcher], progress);
        march.Noise(cancellation);
        run.Method.Begin(march);
        march.Generate(cancellation);
        (double budget, double gradient) = Budgets(levels);
        return new AuditResult(levels, mistakes.Find(), budget, gradient, Samples(final.U, final.V));
    }

    /// <summary>The two budgets at stop, by the trapezoid rule over the levels read.</summary>
    private (double Whole, double Gradient) Budgets(List<AuditLevel> levels)
    {
        TimeFunction epsilon = Config.Generation!.Epsilon;
        if (epsilon.Is(0))
            return (double.NaN, double.NaN);
        NoiseIntegral whole = new(epsilon, ScoreErrorBudget.Weight), gradient = new(epsilon, ScoreErrorBudget.Weight);
        foreach (AuditLevel level in levels)
        {
            whole.Add(level.Time, level.ErrorV);
            gradient.Add(level.Time, level.GradientError);
        }

        return (levels[0].Divergence + whole.Value, levels[0].Divergence + gradient.Value);
    }

    private AuditSamples Samples(double[] u, double[] v)
    {
        Grid grid = Problem.Grid;
        double transport = double.NaN, distance = double.NaN, ofData = double.NaN, nearest = double.NaN, memorised = double.NaN;
        double fresh = double.NaN;
        if (audit.Truth)
        {
            transport = grid.Dimension == 1
                ? QuantileFunction.Distance(QuantileFunction.OfCells(grid.X, v), QuantileFunction.OfCells(grid.X, u), 2)
                : new SlicedTransport(Slices).On(grid).Distance(v, u);
            if (DataSupport.Of(Problem.Data, grid, run.Team).SquaredDistances is { } squares)
                (distance, ofData) = (RootMean(v, squares), RootMean(u, squares));
        }

        if (training is not null)
        {
            (nearest, memorised) = Drawn(v);
            fresh = audit.Truth ? Drawn(u).Memorised : double.NaN;
        }

        return new AuditSamples(transport, distance, ofData, nearest, memorised, fresh);

        double RootMean(double[] density, double[] squares)
        {
            double sum = 0;
            for (int cell = 0; cell < squares.Length; cell++)
                sum += grid.Volume(cell) * density[cell] * squares[cell];
            return Math.Sqrt(sum);
        }

        Nearness Drawn(double[] density)
        {
            ParticleEnsemble points = ParticleEnsemble.FromCells(grid, density, audit.Probes, (ulong)audit.Seed);
            return training.Of(points.X, points.Y);
        }
    }

    private TrainingSet Training(string file)
    {
        IReadOnlyList<IReadOnlyList<double>> points = PointsReader.Read(file, new PointsPlace(null, null, null, false)).Points;
        int d = Problem.Grid.Dimension;
        return points[0].Count != d ? throw new ArgumentException($"has points of {points[0].Count} coordinates on {d} axes")
            : new TrainingSet(
                [.. points.Select(point => point[0])], [.. points.Select(point => d == 2 ? point[1] : 0)], Shrink);
    }
}
