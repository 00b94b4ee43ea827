using PdeDiffusion.Files;
using PdeDiffusion.Studies;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Tradeoffs;

/// <summary>The measures of a cell of a trade-off; defined in docs/tradeoff.md.</summary>
public enum CellMeasure
{
    W1,
    W2,
    ParticleW2,
    Divergence,
    Distance,
    ParticleDistance,
    RmsDistance,
    RmsBound,
    Novelty,
    FreshNovelty,
    Memorised,
    FreshMemorised,
    LocalDimension,
    Coverage,
    FreshCoverage,
    LogLikelihood,
    ScoreError,
    Budget,
    BudgetTolerance,
    ParticleScoreError,
    ParticleBudget,
    ParticleBudgetError,
}

/// <summary>One cell of a trade-off: a row of <c>tradeoff.csv</c>.</summary>
/// <param name="Start">The start law's label.</param>
/// <param name="Score">The score's label.</param>
/// <param name="Samples">N.</param>
/// <param name="Fold">The fold that was held out, from 1; null for data that are drawn.</param>
/// <param name="Stop">t_min.</param>
/// <param name="Values">By <see cref="CellMeasure"/>; NaN where a measure says nothing.</param>
public sealed record TradeoffCell(
    string Start, double Epsilon, string Score, int Samples, int Seed, int? Fold, double Stop, double[] Values)
{
    private static readonly string[] Keys = ["start", "epsilon", "score", "samples", "seed", "t_min"];

    private static readonly string[] KeysOfFolds = ["start", "epsilon", "score", "samples", "seed", "fold", "t_min"];

    private static readonly string[] Measures =
    [
        "W1", "W2", "W2_particles", "KL", "distance", "distance_particles", "distance_rms", "distance_rms_bound",
        "novelty", "novelty_fresh", "memorised", "memorised_fresh", "local_dimension", "coverage", "coverage_fresh",
        "log_likelihood",
        "score_error", "budget", "budget_tolerance", "score_error_particles", "budget_particles", "budget_particles_error",
    ];

    /// <summary>The columns of data that are drawn: the keys, then the measures in their order.</summary>
    public static IReadOnlyList<string> Header { get; } = [.. Keys, .. Measures];

    /// <summary>The columns of folds.</summary>
    public static IReadOnlyList<string> HeaderOfFolds { get; } = [.. KeysOfFolds, .. Measures];

    /// <summary>The column of a measure.</summary>
    public static string Column(CellMeasure measure) => Measures[(int)measure];

    public double this[CellMeasure measure] => Values[(int)measure];

    /// <summary>The row under <see cref="Header"/>, or under <see cref="HeaderOfFolds"/> if it has a fold.</summary>
    public IReadOnlyList<object> Row => Fold is { } fold
        ? [Start, Epsilon, Score, Samples, Seed, fold, Stop, .. Values.Cast<object>()]
        : [Start, Epsilon, Score, Samples, Seed, Stop, .. Values.Cast<object>()];

    /// <summary>The cells of a file; none if there is no such file.</summary>
    /// <exception cref="InputException">The file is not such a table.</exception>
    public static IReadOnlyList<TradeoffCell> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        using var table = new CsvTable(path);
        table.RequireHeader(string.Join(',', Header), string.Join(',', HeaderOfFolds));
        bool hasFolds = table.Header.Count == HeaderOfFolds.Count;
        var cells = new List<TradeoffCell>();
        while (table.Read())
            cells.Add(Of(hasFolds, table.Text, table.Number, table.NumberOrNaN));
        return cells;
    }

    /// <summary>The cell that a shard kept.</summary>
    internal static TradeoffCell Of(RowText row) => Of(row.Fields.Count == HeaderOfFolds.Count, row.Text, row.Number, row.Number);

    private static TradeoffCell Of(bool hasFolds, Func<int, string> text, Func<int, double> number, Func<int, double> numberOrNaN)
    {
        int keys = hasFolds ? KeysOfFolds.Length : Keys.Length;
        return new TradeoffCell(
            text(0), number(1), text(2), (int)number(3), (int)number(4), hasFolds ? (int)number(5) : null, number(keys - 1),
            [.. Enumerable.Range(keys, Measures.Length).Select(numberOrNaN)]);
    }
}
