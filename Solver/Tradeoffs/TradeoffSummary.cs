using PdeDiffusion.Statistics;

namespace PdeDiffusion.Tradeoffs;

/// <summary>The cells that differ only in seed and t_min.</summary>
/// <param name="Stops">t_min, falling.</param>
/// <param name="Seeds">
/// The cells of each seed, or with folds of each fold of each seed, in the order of <paramref name="Stops"/>.
/// </param>
public sealed record TradeoffGroup(
    string Start, double Epsilon, string Score, int Samples, IReadOnlyList<double> Stops, IReadOnlyList<IReadOnlyList<TradeoffCell>> Seeds)
{
    /// <summary>True for scores that can be built from the training samples alone.</summary>
    public bool IsBuiltFromSamples =>
        !Score.Contains("exact", StringComparison.Ordinal) && !Score.Contains("perturbed", StringComparison.Ordinal);

    /// <summary>A quantity at a stop, over the seeds.</summary>
    public SampleMean Of(int stop, Func<TradeoffCell, double> quantity) => Mean(Seeds.Select(cells => quantity(cells[stop])));

    /// <summary>
    /// The mean of one value for each of <see cref="Seeds"/>, with its standard error. Other seeds shuffle the points of folds but add
    /// none, so with folds the error is that of the folds of one seed, the root mean square over the seeds.
    /// </summary>
    public SampleMean Mean(IEnumerable<double> values)
    {
        if (Seeds.Count == 0 || Seeds[0][0].Fold is null)
            return SampleMean.Of(values);
        double[] all = [.. values];
        double[] squares = [.. all.Zip(Seeds, (value, cells) => (value, cells[0].Seed)).GroupBy(one => one.Seed)
            .Select(seed => SampleMean.Of(seed.Select(one => one.value)).Error).Where(double.IsFinite).Select(error => error * error)];
        return new SampleMean(SampleMean.Of(all).Mean, squares.Length == 0 ? double.NaN : Math.Sqrt(squares.Average()));
    }

    public SampleMean Of(int stop, CellMeasure measure) => Of(stop, cell => cell[measure]);

    /// <summary>Mean distance to the nearest training point divided by that of fresh samples; NaN if those are training points.</summary>
    public SampleMean Novelty(int stop) => Of(stop, cell => cell[CellMeasure.Novelty] / cell[CellMeasure.FreshNovelty]);

    /// <summary>Fraction memorised in excess of fresh samples: 0 as for fresh samples, 1 for all; NaN where all of those are.</summary>
    public SampleMean Memorisation(int stop) =>
        Of(stop, cell => Measures.TrainingSet.Excess(cell[CellMeasure.Memorised], cell[CellMeasure.FreshMemorised]));

    /// <summary>That fraction as a share: below 0, fewer than of fresh samples, nothing is memorised in excess.</summary>
    public SampleMean MemorisedShare(int stop)
    {
        SampleMean excess = Memorisation(stop);
        return excess with { Mean = Math.Max(0, excess.Mean) };
    }

    /// <summary>∫ E_v|ŝ − s|² dt along the particles between a stop and the one before (T for the first).</summary>
    public SampleMean ScoreError(int stop) => Mean(Seeds.Select(cells =>
        cells[stop][CellMeasure.ParticleScoreError] - (stop == 0 ? 0 : cells[stop - 1][CellMeasure.ParticleScoreError])));

    /// <summary>The stop with the largest mean held-out likelihood.</summary>
    public int BestStop => Enumerable.Range(0, Stops.Count).MaxBy(stop => Of(stop, CellMeasure.LogLikelihood).Mean);

    /// <summary>True if that is the first or the last stop: the best t_min lies there or beyond.</summary>
    public bool IsAtEdge => BestStop == 0 || BestStop == Stops.Count - 1;

    /// <summary>
    /// The best t_min of each seed between the stops: the vertex of the parabola through the largest likelihood and its two neighbours in
    /// log t; NaN where the largest is the first or the last.
    /// </summary>
    public IReadOnlyList<double> BestTimes =>
        [.. Seeds.Select(cells => Vertex([.. cells.Select(cell => cell[CellMeasure.LogLikelihood])]))];

    /// <summary>The best t_min of the mean over the seeds; the stop itself at an edge.</summary>
    public double BestTime
    {
        get
        {
            double vertex = Vertex([.. Enumerable.Range(0, Stops.Count).Select(stop => Of(stop, CellMeasure.LogLikelihood).Mean)]);
            return double.IsNaN(vertex) ? Stops[BestStop] : vertex;
        }
    }

    private double Vertex(double[] likelihoods)
    {
        int best = Array.IndexOf(likelihoods, likelihoods.Max());
        if (best <= 0 || best == likelihoods.Length - 1)
            return double.NaN;
        double left = Math.Log(Stops[best - 1] / Stops[best]), right = Math.Log(Stops[best + 1] / Stops[best]);
        double fromLeft = likelihoods[best - 1] - likelihoods[best], fromRight = likelihoods[best + 1] - likelihoods[best];
        double divisor = 2 * (left * fromRight - right * fromLeft);
        return divisor == 0 ? Stops[best] : Stops[best] * Math.Exp((left * left * fromRight - right * right * fromLeft) / divisor);
    }
}

/// <summary>How the best t_min falls with the number of samples: all else equal, t* ≈ C N^p.</summary>
/// <param name="Groups">The groups that differ in N alone, N rising.</param>
/// <param name="Fit">Over the seeds of the groups whose best t_min is not at an edge.</param>
public sealed record TradeoffScaling(string Start, double Epsilon, string Score, IReadOnlyList<TradeoffGroup> Groups, PowerLawFit Fit);

/// <summary>The cells of a trade-off, gathered: means over seeds, the best t_min, its scaling.</summary>
public sealed class TradeoffSummary
{
    /// <param name="cells">All cells.</param>
    public TradeoffSummary(IReadOnlyList<TradeoffCell> cells)
    {
        Cells = cells;
        Groups = [.. cells.GroupBy(cell => (cell.Start, cell.Epsilon, cell.Score, cell.Samples)).Select(group => new TradeoffGroup(
            group.Key.Start, group.Key.Epsilon, group.Key.Score, group.Key.Samples,
            [.. group.Select(cell => cell.Stop).Distinct().OrderDescending()],
            [.. group.GroupBy(cell => (cell.Seed, cell.Fold))
                .Select(seed => (IReadOnlyList<TradeoffCell>)[.. seed.OrderByDescending(cell => cell.Stop)])]))];
        Scalings = [.. Groups.Where(group => group.IsBuiltFromSamples)
            .GroupBy(group => (group.Start, group.Epsilon, group.Score)).Select(Scaling)];
    }

    public IReadOnlyList<TradeoffCell> Cells { get; }

    /// <summary>Number of folds; 0 if the data are drawn.</summary>
    public int Folds => Cells.Max(cell => cell.Fold) ?? 0;

    /// <summary>What samples are compared with, in words.</summary>
    public string Fresh => Folds > 0 ? "held-out points" : "fresh samples";

    /// <summary>
    /// The measures that mean nothing with folds, because they compare with the distribution behind the points, which is not known.
    /// </summary>
    public IReadOnlyList<CellMeasure> LeftOut => Folds == 0 ? [] :
    [
        CellMeasure.Divergence, CellMeasure.Distance, CellMeasure.ParticleDistance, CellMeasure.RmsDistance, CellMeasure.RmsBound,
        CellMeasure.ScoreError, CellMeasure.Budget, CellMeasure.BudgetTolerance, CellMeasure.ParticleScoreError, CellMeasure.ParticleBudget,
        CellMeasure.ParticleBudgetError,
    ];

    public IReadOnlyList<TradeoffGroup> Groups { get; }

    /// <summary>One for each start, ε and score that is built from samples.</summary>
    public IReadOnlyList<TradeoffScaling> Scalings { get; }

    /// <summary>Cells with a score-error budget on the grid, and those in which KL exceeds it by more than its tolerance.</summary>
    public (int Judged, int Exceeded) Budget => (
        Cells.Count(cell => double.IsFinite(cell[CellMeasure.Budget])),
        Cells.Count(cell => cell[CellMeasure.Divergence] > cell[CellMeasure.Budget] + cell[CellMeasure.BudgetTolerance]));

    private static TradeoffScaling Scaling(IGrouping<(string Start, double Epsilon, string Score), TradeoffGroup> of)
    {
        TradeoffGroup[] groups = [.. of.OrderBy(group => group.Samples)];
        var points = new List<(double Samples, double Time)>();
        foreach (TradeoffGroup group in groups.Where(group => !group.IsAtEdge))
            points.AddRange(group.BestTimes.Where(double.IsFinite).Select(time => ((double)group.Samples, time)));
        return new TradeoffScaling(of.Key.Start, of.Key.Epsilon, of.Key.Score, groups,
            PowerLawFit.Of([.. points.Select(point => point.Samples)], [.. points.Select(point => point.Time)]));
    }
}
