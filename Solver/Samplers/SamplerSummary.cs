using System.Globalization;
using System.Text;
using PdeDiffusion.Runs;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Samplers;

/// <summary>The rows of one method and one kind of levels, by rising numbers of steps.</summary>
/// <param name="Order">
/// p of W_2 ≈ C N^{−p}, N the steps, over at most the three largest N whose error is that of the sampler: without sampling above the
/// accuracy of the exact law, with sampling above three times the floor. NaN with fewer than two.
/// </param>
/// <param name="OrderOfW1">The same of W_1, over the same rows.</param>
/// <param name="Fitted">The rows that are fitted.</param>
public sealed record SamplerCurve(
    string Method, string Schedule, IReadOnlyList<SamplerRow> Rows, PowerLawFit Order, PowerLawFit OrderOfW1,
    IReadOnlyList<SamplerRow> Fitted)
{
    /// <summary>As messages call it.</summary>
    public string Name => $"{Method}, {Schedule} levels";
}

/// <summary>The rows of a study of samplers, gathered: curves with their orders, and the sampler for a number of calls.</summary>
public sealed class SamplerSummary
{
    /// <summary>Rows in a fit: the coarsest are not yet in the range of the order.</summary>
    private const int MostFitted = 3;

    /// <summary>
    /// Errors of samples below three times the floor are left out of a fit: the two add like squares, and the floor then is 5 % of the sum.
    /// </summary>
    private const double AboveFloor = 3;

    /// <summary>Errors without sampling below ten times the uncertainty of the exact law are left out.</summary>
    private const double AboveUncertainty = 10;

    private readonly LawOfStudy law;

    public SamplerSummary(SamplerStudy study, LawOfStudy law, IReadOnlyList<SamplerRow> rows)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(law);
        (Study, this.law, Rows) = (study, law, rows);
        Curves = [.. rows.GroupBy(row => (row.Method, row.Schedule)).Select(
            group => CurveOf(group.Key.Method, group.Key.Schedule, [.. group.OrderBy(row => row.Steps)]))];
    }

    public SamplerStudy Study { get; }

    public LawOfStudy Law => law;

    public IReadOnlyList<SamplerRow> Rows { get; }

    /// <summary>One per method and schedule.</summary>
    public IReadOnlyList<SamplerCurve> Curves { get; }

    /// <summary>True if W_2 is known without sampling for some sampler.</summary>
    public bool HasMap => law.Push is not null;

    /// <summary>W_2 of the floor of draws of v.</summary>
    public (double Mean, double Deviation) Floor =>
        (law.Floor.Means[(int)SamplerMeasure.W2], law.Floor.Deviations[(int)SamplerMeasure.W2]);

    /// <summary>Sliced or not, as texts call it.</summary>
    public string Distance => law.Law.Grid.Dimension == 1 ? "W2" : "sliced W2";

    private int Seeds => Study.Config.Seeds.Count;

    /// <summary>True if the samples of a row are as good as exact draws.</summary>
    public bool IsAtFloor(SamplerRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsAtFloor(Seeds);
    }

    /// <summary>The sampler for <c>calls</c>, the fewest calls at the floor, and what limits the study: one sentence per line.</summary>
    public string Recommendation()
    {
        var text = new StringBuilder();
        if (Study.Config.Calls is { } calls)
            AddBest(text, calls);
        SamplerRow[] atFloor = [.. Rows.Where(IsAtFloor)];
        if (atFloor.MinBy(row => row.Calls) is { } first)
        {
            string[] same = [.. atFloor.Where(row => row.Calls == first.Calls).Select(row => row.Name)];
            text.Append(string.Create(
                CultureInfo.InvariantCulture, $"Fewest calls at the floor of {Study.Config.Count} samples: {first.Calls}, "))
                .Append(Quoted.List(same)).Append(".\n");
        }
        else
        {
            text.Append(string.Create(
                CultureInfo.InvariantCulture,
                $"No sampler reaches the floor of {Study.Config.Count} samples, {Distance} = {Quoted.Number(Floor.Mean)}: "
                + $"take more steps.\n"));
        }

        if (law.Error.W2 > 0.5 * Floor.Mean)
        {
            text.Append(string.Create(
                CultureInfo.InvariantCulture,
                $"The law on the grid is itself {Quoted.Number(law.Error.W2)} away from "
                + $"{(law.IsErrorExact ? "the exact law" : "that at half its resolution")}, over half of the floor: "
                + $"refine the mesh and the steps of base.\n"));
        }

        return text.ToString();
    }

    private void AddBest(StringBuilder text, int calls)
    {
        SamplerRow[] within = [.. Rows.Where(row => row.Calls <= calls)];
        if (within.MinBy(row => row.Error) is not { } best)
        {
            text.Append(string.Create(
                CultureInfo.InvariantCulture,
                $"No sampler of this study takes at most {calls} calls: the fewest are {Rows.Min(row => row.Calls)}.\n"));
            return;
        }

        text.Append(string.Create(
                CultureInfo.InvariantCulture, $"With at most {calls} calls of the score: {best.Name}, {best.Calls} calls.\n"))
            .Append(string.Create(
                CultureInfo.InvariantCulture,
                $"  {Distance} to the exact law: {Sampled(best)}; as many exact draws have {Quoted.Number(Of(best.Floor))}"))
            .Append(double.IsFinite(best.Map.W2) ? $"; without sampling {Quoted.Number(best.Map.W2)}" : "").Append(".\n");
        SamplerRow[] equal = [.. within.Where(row => row != best && IsAlike(row, best)).OrderBy(row => row.Error)];
        if (equal.Length > 0)
        {
            text.Append("  Samples of as many particles do not tell it from ")
                .Append(Quoted.List([.. equal.Take(4).Select(row => $"{row.Name} ({Sampled(row)})")]))
                .Append(equal.Length > 4 ? string.Create(CultureInfo.InvariantCulture, $" and {equal.Length - 4} more") : "").Append(".\n");
        }
        else if (within.Where(row => row.Method != best.Method || row.Schedule != best.Schedule).MinBy(row => row.Error) is { } next)
        {
            text.Append($"  Next: {next.Name}, {Sampled(next)}")
                .Append(double.IsFinite(next.Map.W2) ? $", without sampling {Quoted.Number(next.Map.W2)}" : "").Append(".\n");
        }
    }

    /// <summary>True if two samplers differ by less than two standard deviations of means over the seeds.</summary>
    private bool IsAlike(SamplerRow row, SamplerRow other)
    {
        double first = Deviation(row), second = Deviation(other);
        return Math.Abs(row[SamplerMeasure.W2].Mean - other[SamplerMeasure.W2].Mean) <= 2 * Math.Sqrt(first * first + second * second);
    }

    /// <summary>Of the mean of W_2 over the seeds: at least that of exact draws, which a few seeds may miss.</summary>
    private double Deviation(SamplerRow row)
    {
        double error = row[SamplerMeasure.W2].Error, floor = row.Floor.Deviations[(int)SamplerMeasure.W2] / Math.Sqrt(Seeds);
        return double.IsFinite(error) ? Math.Max(error, floor) : floor;
    }

    private SamplerCurve CurveOf(string method, string schedule, SamplerRow[] rows)
    {
        SamplerRow[] usable = [.. rows.Where(row => double.IsFinite(row.Map.W2)
            ? row.Map.W2 > AboveUncertainty * law.Push!.Uncertainty.W2 : row.Error > AboveFloor * Of(row.Floor))];
        SamplerRow[] fitted = [.. usable.TakeLast(MostFitted)];
        double[] lengths = [.. fitted.Select(row => 1.0 / row.Steps)];
        return new SamplerCurve(
            method, schedule, rows, Orders.Fit(lengths, [.. fitted.Select(row => row.Error)]),
            Orders.Fit(
                lengths, [.. fitted.Select(row => double.IsFinite(row.Map.W1) ? row.Map.W1 : row[SamplerMeasure.W1].Mean)]), fitted);
    }

    private static double Of(SamplingFloor floor) => floor.Means[(int)SamplerMeasure.W2];

    private static string Sampled(SamplerRow row)
    {
        SampleMean mean = row[SamplerMeasure.W2];
        return Quoted.Number(mean.Mean) + (double.IsFinite(mean.Error) ? $" ± {Quoted.Number(mean.Error)}" : "");
    }
}
