using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Samplers;

/// <summary>Rules for a study of samplers beyond types and ranges.</summary>
internal sealed class SamplerStudyRules(RunConfig run, SamplersConfig study, InputReport report)
{
    private const int MostSamplers = 10_000;

    /// <summary>A particle among the sorted places of a quantile function, while it is built.</summary>
    private const int BytesOfPiece = 64;

    /// <summary>Reports everything that is wrong.</summary>
    public void Check()
    {
        Distinct(study.Methods, "methods");
        Distinct(study.Steps, "steps");
        Distinct(study.Schedules, "schedules");
        Distinct(study.Seeds, "seeds");
        double samplers = (double)study.Methods.Count * study.Steps.Count * study.Schedules.Count;
        if (samplers > MostSamplers)
            report.Add("samplers", $"gives {samplers:R} samplers; at most {MostSamplers} are allowed");
        if (run.Generation is null)
            report.Add("base", "requires generation: its start, its epsilon and its score are those of the samplers");
        else
            CheckMethods(run.Generation);
        if (run.Mesh.Axes.Any(axis => axis.Boundary == Boundary.Periodic))
            report.Add("base", "has a periodic axis, but particles move on R^d: their law is not v");
        CheckLevels();
        double beside = Math.Min(samplers, Environment.ProcessorCount);
        MeshRules.CheckMemory(
            "samplers.count", $"{study.Count} particles of {beside:R} samplers at a time", study.Count,
            beside * (RunSize.BytesOfParticle + BytesOfPiece), "bytes per particle and sampler", report);
    }

    private void CheckMethods(GenerationConfig generation)
    {
        if (generation.Score is GridScore && !run.Data.HasClosedForm)
        {
            report.Add(
                "base", $"requires data of kind {DataConfig.ClosedForms}, or a generation.score: particles follow a score at points");
        }

        for (int method = 0; method < study.Methods.Count; method++)
        {
            if (SamplerRules.WhyNot(study.Methods[method], generation.Epsilon) is { } reason)
                report.Add(string.Create(CultureInfo.InvariantCulture, $"samplers.methods[{method}]"), reason);
        }

        bool hasChurn = study.Methods.Contains(ParticleMethod.Churn);
        if (hasChurn && study.Churn is null)
            report.Add("samplers.churn", "required by churn, but missing: { \"sChurn\": … }");
        else if (!hasChurn && study.Churn is not null)
            report.Add("samplers.churn", "applies to the method churn, which is not among methods: omit it");
        if (study.Churn is { STmax: { } most } churn && most < churn.STmin)
            report.Add("samplers.churn.sTmax", $"must be >= sTmin = {churn.STmin:R}, but is {most:R}");
    }

    /// <summary>The levels of every number of steps: distinct, and within the times of their process.</summary>
    private void CheckLevels()
    {
        for (int index = 0; index < study.Schedules.Count; index++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"samplers.schedules[{index}]");
            if (study.Schedules[index] is ProcessLevels levels && ProcessRules.Check(levels.Process, $"{path}.process", report) is null)
                continue;
            try
            {
                foreach (int steps in study.Steps)
                    _ = new TimeLevels(Sampler.Levels(study.Schedules[index], run.Time.Stop, run.Time.End, steps), 1, []);
            }
            catch (ArgumentException refusal)
            {
                report.Add(path, MeshRules.WithoutParameter(refusal));
            }
        }
    }

    private void Distinct<T>(IReadOnlyList<T> values, string name)
    {
        for (int index = 0; index < values.Count; index++)
        {
            if (values.Take(index).Contains(values[index]))
            {
                report.Add(
                    string.Create(CultureInfo.InvariantCulture, $"samplers.{name}[{index}]"), "the value is listed twice");
            }
        }
    }
}
