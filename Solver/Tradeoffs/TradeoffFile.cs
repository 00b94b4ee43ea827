using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Tradeoffs;

/// <summary>Reads trade-off files: a base run and what varies its score, its start, its ε and its samples.</summary>
public static class TradeoffFile
{
    /// <summary>Fresh samples if a trade-off does not say how many.</summary>
    private const int StandardDraws = 2000;

    /// <inheritdoc cref="Read(ConfigDocument, IReadOnlyList{string})"/>
    public static Tradeoff Read(string path) => Read(ConfigDocument.Read(path), []);

    /// <summary>The trade-off in a file, defaults filled in.</summary>
    /// <param name="overrides"><c>KEY=VALUE</c> pairs for the trade-off or its base (<see cref="StudyOverrides"/>).</param>
    /// <exception cref="InputException">The file is not a trade-off, or it has errors.</exception>
    public static Tradeoff Read(ConfigDocument document, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(document);
        StudyKeys keys =
            StudyFile.ReadKeys(document, InputKind.Tradeoff, "tradeoff", overrides, out string name, out InputReport report);
        if (keys.Tradeoff?.Gamma is not null && document.Root.Members["tradeoff"].Members.ContainsKey("shrink"))
            report.Add("tradeoff.gamma", "is the earlier name of shrink: give only one of them");
        RunConfig run = StudyFile.ReadBase(document.Root, report, out _, out ConfigSource source);
        report.Notes.AddRange(source.Notes);
        new TradeoffRules(new Problem(run, source), keys.Tradeoff!, report).Check();
        report.ThrowIfAny();
        TradeoffConfig config = keys.Tradeoff! with
        {
            Shrink = keys.Tradeoff.Gamma ?? keys.Tradeoff.Shrink,
            Gamma = null,
            Epsilons = keys.Tradeoff.Epsilons ?? run.Generation!.Epsilon.Values,
            Starts = keys.Tradeoff.Starts ?? [run.Generation!.Start],
            Samples = keys.Tradeoff.Samples ?? [Folds.TrainingPoints(run.Data.FiniteSet!.Count, keys.Tradeoff.Folds!.Value)],
            Draws = keys.Tradeoff.Folds is null ? keys.Tradeoff.Draws ?? StandardDraws : null,
        };
        return new Tradeoff(
            name, run, config, keys.Output, new ConfigSource(report) { Checked = source.Checked },
            StudyJson.Write(name, run, "tradeoff", config));
    }
}
