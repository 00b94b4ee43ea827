using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Problems;

/// <summary>Rules for a score and those that it is made of, on a mesh, down to the stop of a time.</summary>
/// <param name="time">Null where the time itself is wrong: what depends on it is not asked.</param>
internal sealed class ScoreRules(MeshConfig mesh, TimeConfig? time, InputReport report)
{
    /// <summary>The key that decides the last time, as messages call it.</summary>
    public string StopKey { get; init; } = time?.StopKey ?? "time.stop";

    /// <summary>Reports everything that is wrong with the score at a path.</summary>
    /// <param name="rules">Of data on the same grid.</param>
    public void Check(ScoreConfig score, string path, DataRules rules)
    {
        if (!report.Sound(path))
            return;
        switch (score)
        {
            case PerturbedScore perturbed:
                if (perturbed.Bias is { } bias)
                    rules.CheckDimension(bias, $"{path}.bias");
                if (perturbed.Curl != 0 && mesh.Axes.Count == 1)
                    report.Add($"{path}.curl", "requires two axes");
                Check(perturbed.Of, $"{path}.of", rules);
                break;
            case TabulatedScore tabulated:
                CheckProcess(tabulated.Process, tabulated.Predicts, tabulated.SigmaData, path);
                break;
            case NetworkScore network:
                CheckProcess(network.Process, network.Predicts, network.SigmaData, path);
                if (network.Time == "index" && network.Process is not DdpmProcessConfig)
                    report.Add($"{path}.time", "index is a row of a process of kind ddpm: give the process's table, or another time");
                RequireNoise($"a network ({path}) has no score without noise");
                break;
            case MixedScore mixed:
                if (mixed.Terms.All(term => term.Weight.Is(0)))
                    report.Add($"{path}.terms", "have weights that are all 0: give at least one another weight");
                for (int term = 0; term < mixed.Terms.Count; term++)
                    Check(mixed.Terms[term].Score, string.Create(CultureInfo.InvariantCulture, $"{path}.terms[{term}].score"), rules);
                break;
            case MixtureScore { Data.HasClosedForm: false }:
                report.Add($"{path}.data.kind", $"a mixture score requires {DataConfig.ClosedForms}");
                break;
            case MixtureScore mixture:
                rules.Check(mixture.Data, $"{path}.data");
                if (mixture.Data.HasDiracs)
                    RequireNoise($"the score of Diracs ({path}.data) is infinite at t = 0");
                break;
        }
    }

    private void CheckProcess(ProcessConfig process, Predicts predicts, double? sigmaData, string path)
    {
        _ = ProcessRules.Check(process, $"{path}.process", report);
        if (sigmaData is not null && predicts != Predicts.EdmRaw)
            report.Add($"{path}.sigmaData", "applies to predicts = edm-raw only: omit it");
    }

    private void RequireNoise(string reason)
    {
        if (time?.Stop == 0)
            report.Add(StopKey, $"must be > 0: {reason}");
    }
}
