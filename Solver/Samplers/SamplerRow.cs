using PdeDiffusion.Files;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Samplers;

/// <summary>One sampler measured: a row of <c>samplers.csv</c>.</summary>
/// <param name="Method">As a config writes it.</param>
/// <param name="Schedule">Label of its levels.</param>
/// <param name="Calls">Calls of the score per particle.</param>
/// <param name="Epsilon">Least and greatest ε(t) that the sampler amounts to.</param>
/// <param name="Law">The exact law it is compared with: <see cref="OfBase"/>, or v at an ε(t) of its own.</param>
/// <param name="Errors">Means over the seeds with their standard errors, by <see cref="SamplerMeasure"/>.</param>
/// <param name="Floor">What as many exact draws give.</param>
/// <param name="Map">W_1 and W_2 of the push-forward, without sampling; NaN where there is none.</param>
/// <param name="Outside">Share of the particles outside the box.</param>
public sealed record SamplerRow(
    string Method, string Schedule, int Steps, int Calls, (double Least, double Greatest) Epsilon, string Law, SampleMean[] Errors,
    SamplingFloor Floor, (double W1, double W2) Map, double Outside)
{
    /// <summary>v at the ε of the base.</summary>
    public const string OfBase = "base";

    /// <summary>v at the ε(t) that the sampler's own noise amounts to.</summary>
    public const string OfItsOwn = "own";

    private static readonly string[] Keys = ["method", "schedule", "steps", "calls", "epsilon_least", "epsilon_greatest", "law"];

    private static readonly string[] Measures = ["W1", "W2", "W1_u", "W2_u", "mean", "covariance", "L1"];

    private static readonly string[] Ends = ["", "_error", "_floor", "_floor_deviation"];

    /// <summary>The columns.</summary>
    public static IReadOnlyList<string> Header { get; } =
        [.. Keys, .. Measures.SelectMany(measure => Ends.Select(end => measure + end)), "W1_map", "W2_map", "outside"];

    /// <summary>The column of a measure.</summary>
    public static string Column(SamplerMeasure measure) => Measures[(int)measure];

    /// <summary>As messages call it.</summary>
    public string Name => FormattableString.Invariant($"{Method}, {Schedule} levels, {Steps} steps");

    /// <summary>The row under <see cref="Header"/>.</summary>
    public IReadOnlyList<object> Row =>
    [
        Method, Schedule, Steps, Calls, Epsilon.Least, Epsilon.Greatest, Law,
        .. Enumerable.Range(0, Measures.Length).SelectMany(measure => (object[])[
            Errors[measure].Mean, Errors[measure].Error, Floor.Means[measure], Floor.Deviations[measure]]),
        Map.W1, Map.W2, Outside,
    ];

    public SampleMean this[SamplerMeasure measure] => Errors[(int)measure];

    /// <summary>The error that samplers are compared by: W_2 without sampling where it is known, else of the samples.</summary>
    public double Error => double.IsFinite(Map.W2) ? Map.W2 : this[SamplerMeasure.W2].Mean;

    /// <summary>
    /// True if W_2 of the samples is at most two standard deviations above what exact draws give: of a mean over the seeds, and of the
    /// floor's own.
    /// </summary>
    public bool IsAtFloor(int seeds) => this[SamplerMeasure.W2].Mean <= Floor.Means[(int)SamplerMeasure.W2]
        + 2 * Floor.Deviations[(int)SamplerMeasure.W2] * Math.Sqrt(1.0 / seeds + 1.0 / SamplingFloor.Sets);

    /// <summary>The rows of a file; none if there is no such file.</summary>
    /// <exception cref="InputException">The file is not such a table.</exception>
    public static IReadOnlyList<SamplerRow> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        using var table = new CsvTable(path);
        table.RequireHeader(string.Join(',', Header));
        var rows = new List<SamplerRow>();
        while (table.Read())
            rows.Add(Of(table.Text, table.Number, table.NumberOrNaN));
        return rows;
    }

    /// <summary>The row that a shard kept.</summary>
    internal static SamplerRow Of(RowText row) => Of(row.Text, row.Number, row.Number);

    private static SamplerRow Of(Func<int, string> text, Func<int, double> number, Func<int, double> numberOrNaN)
    {
        double[][] of = [.. Enumerable.Range(Keys.Length, Ends.Length).Select(
            first => Enumerable.Range(0, Measures.Length).Select(measure => numberOrNaN(first + Ends.Length * measure)).ToArray())];
        int last = Keys.Length + Ends.Length * Measures.Length;
        return new SamplerRow(
            text(0), text(1), (int)number(2), (int)number(3), (number(4), number(5)), text(6),
            [.. of[0].Zip(of[1], (mean, error) => new SampleMean(mean, error))], new SamplingFloor(of[2], of[3]),
            (numberOrNaN(last), numberOrNaN(last + 1)), number(last + 2));
    }
}
