using System.Globalization;
using PdeDiffusion.Audits;
using PdeDiffusion.Configs;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Reports;

/// <summary>What the page of an audit says: the sentences, measures over the noise level, totals and what is required of them.</summary>
public static class AuditPage
{
    /// <summary>Most levels of a curve.</summary>
    private const int MostLevels = 300;

    /// <summary>A column of the table of levels.</summary>
    /// <param name="Csv">Its name in <c>audit.csv</c>; empty if it is computed from others.</param>
    private sealed record Column(string Name, string Csv, Func<AuditLevel, double> Value, string Meaning);

    private static readonly Column[] Columns =
    [
        new("σ", "sigma", level => level.Sigma, "the noise level, √(2t)"),
        new("t", "time", level => level.Time, "time of the heat flow"),
        new("error over u", "error_u", level => level.ErrorU,
            "E_u|ŝ − s|²: u is the noised data, s its score, ŝ the score that is examined"),
        new("error over v", "error_v", level => level.ErrorV, "E_v|ŝ − s|²: v is the density that ŝ generates"),
        new("score over u", "score_u", level => level.ScoreU, "E_u|s|², the Fisher information"),
        new("relative error", "", level => level.RelativeError, "√(E_u|ŝ − s|²/E_u|s|²)"),
        new("noise excess", "noise_excess", level => level.NoiseExcess, "2t E_u|ŝ − s|²: what the noise loss exceeds its least value by"),
        new("noise floor", "noise_floor", level => level.NoiseFloor,
            "the least noise loss, E|ξ − E(ξ|x)|²; empty where the grid does not resolve it"),
        new("gradient share", "gradient_share", level => level.GradientShare,
            "share of E_v|ŝ − s|² that is a gradient: only this part changes v"),
        new("curl share", "curl_share", level => level.CurlShare, "share of E_v|ŝ|² that is no gradient; 0 for every score"),
        new("residual", "residual", level => level.Residual, "rms of ∂t ŝ − ∇(div ŝ + |ŝ|²) over that of its second term"),
        new("of it by discretization", "residual_bound", level => level.ResidualBound, "what discretization accounts for, at most"),
        new("least 2t div ŝ", "least_divergence", level => level.LeastDivergence,
            "at least −d for the score of a heat flow in d dimensions (Li-Yau)"),
        new("Li-Yau mass", "li_yau_mass", level => level.LiYauMass, "mass of v where it is less"),
        new("KL", "KL", level => level.Divergence, "KL(v|u)"),
    ];

    /// <summary>The content of the page.</summary>
    /// <param name="sentences">What was found.</param>
    /// <param name="missed">What is required and not reached.</param>
    public static ReportContent Of(
        RunConfig config, AuditResult result, IReadOnlyList<string> sentences, IReadOnlyList<string> missed)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(result);
        bool isJudged = config.Audit?.Require is not null;
        return new ReportContent(
            config.Name, "Audit of a score",
            !isJudged ? null : missed.Count > 0 ? "requirement missed" : "requirements met", isJudged ? missed.Count == 0 : null,
            [.. missed.Concat(sentences).Select(sentence => new ReportSentence(sentence))],
            [
                new ReportSection("Over the noise level", [.. Curves(config, result)]),
                new ReportSection("Totals", [Totals(result, config.Audit?.Require)]),
                new ReportSection("Levels", [.. Levels(result)]),
                HowToRepeat.Of(
                    "config", RunIdentity.JsonOf(config), AuditFolder.RecordName, "Save the config as config.json, then:",
                    "audit config.json"),
            ]);
    }

    private static IEnumerable<ReportPart> Curves(RunConfig config, AuditResult result)
    {
        // From the least noise level: a curve has increasing x.
        AuditLevel[] rising = [.. result.Levels.Reverse()];
        int[] kept = Thinning.Even(rising.Length, MostLevels);
        AuditLevel[] levels = [.. kept.Select(index => rising[index])];
        double[] sigma = [.. levels.Select(level => level.Sigma)];
        int dimension = config.Mesh.Axes.Count;
        ReportCurves?[] all =
        [
            Drawn("Noise loss E|ξ − ξ̂|²", "loss", true,
                ("least possible", level => level.NoiseFloor, true), ("excess of the score", level => level.NoiseExcess, false)),
            Drawn("Error of the score relative to it", "√(E_u|ŝ − s|²/E_u|s|²)", true,
                ("rms over u", level => level.RelativeError, false)),
            Drawn("Where it cannot be a score", "share", true,
                ("no gradient, of ŝ", level => level.CurlShare, false),
                ("no gradient, of the error", level => 1 - level.GradientShare, false),
                ("mass where Li-Yau fails", level => level.LiYauMass, false)),
            Drawn("Equation of the score, ∂t ŝ = ∇(div ŝ + |ŝ|²)", "share", true,
                ("residual", level => level.Residual, false), ("of it by discretization", level => level.ResidualBound, true)),
            Drawn("Li-Yau", "2t div ŝ", false,
                ("least value", level => level.LeastDivergence, false), ("bound −d", _ => -dimension, true)),
            Drawn("Cost", "KL", true, ("KL(v|u)", level => level.Divergence, false)),
        ];
        foreach (ReportCurves curves in all.OfType<ReportCurves>())
            yield return curves;
        string thinned = kept.Length == rising.Length ? "" : string.Create(
            CultureInfo.InvariantCulture, $"{kept.Length} of {rising.Length} levels are drawn. ");
        yield return new ReportText($"{thinned}On a log axis a share of 0 leaves a gap.");

        ReportCurves? Drawn(
            string title, string label, bool isLog, params (string Name, Func<AuditLevel, double> Value, bool IsDashed)[] curves)
        {
            ReportCurve[] drawn =
            [
                .. curves.Select(curve => new ReportCurve(curve.Name, sigma, [.. levels.Select(curve.Value)])
                {
                    IsDashed = curve.IsDashed,
                    HasMarks = !curve.IsDashed,
                }).Where(curve => curve.Y.Any(value => double.IsFinite(value) && (value > 0 || !isLog))),
            ];
            return drawn.Length == 0 ? null
                : new ReportCurves(title, "σ", label, drawn) { IsXLog = sigma[0] > 0, IsYLog = isLog };
        }
    }

    private static ReportTable Totals(AuditResult result, AuditLimits? limits)
    {
        (string Name, double Value, double? Limit)[] all =
        [
            ("KL(v|u) at stop", result.Divergence, limits?.Divergence),
            ("budget: KL at T + (1+ε)²/4ε ∫ E_v|ŝ − s|² dt", result.Budget, limits?.Budget),
            ("gradient budget: the same with the gradient part of the error", result.GradientBudget, limits?.GradientBudget),
            ("largest share of ŝ that is no gradient", result.LargestCurl, limits?.Curl),
            ("largest mass of v where 2t div ŝ < −d", result.LargestLiYau, limits?.LiYau),
            ("W2 of the samples from the data at this noise", result.Samples.Transport, limits?.Transport),
            ("rms distance of the samples to the noiseless data", result.Samples.Distance, null),
            ("the same of the noised data", result.Samples.DistanceOfData, null),
            ("mean distance of samples to the nearest training point", result.Samples.Nearest, null),
            ("share of samples in cores of training points", result.Samples.Memorised, limits?.Memorised),
            ("the same share of fresh draws", result.Samples.MemorisedFresh, null),
        ];
        return new ReportTable(
            "Over all levels", limits is null ? ["quantity", "value"] : ["quantity", "value", "required at most"],
            [
                .. all.Where(one => one.Limit is not null || !double.IsNaN(one.Value)).Select(one => (IReadOnlyList<string>)
                [
                    one.Name, ReportNumber.Text(one.Value),
                    .. limits is null ? (string[])[] : [one.Limit is { } limit ? ReportNumber.Text(limit) : ""],
                ]),
            ]);
    }

    private static IEnumerable<ReportPart> Levels(AuditResult result)
    {
        Column[] known = [.. Columns.Where(column => result.Levels.Any(level => !double.IsNaN(column.Value(level))))];
        foreach (ReportPart part in StudyPage.Table(
            "One row per level, from the greatest noise", [.. known.Select(column => column.Name)],
            result.Levels.Select(level => (IReadOnlyList<object>)[.. known.Select(column => (object)column.Value(level))])))
        {
            yield return part;
        }

        yield return new ReportFold(
            "What the columns mean",
            [
                new ReportTable(
                    $"The columns, and their names in {AuditLevel.File}", ["column", AuditLevel.File, "meaning"],
                    [.. known.Select(column => (IReadOnlyList<string>)[column.Name, column.Csv, column.Meaning])]),
                new ReportText("More: docs/audit.md"),
            ]);
    }
}
