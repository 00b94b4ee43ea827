using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Samplers;

/// <summary>Reads studies of samplers: a base run, and the methods, steps and levels of its particles.</summary>
public static class SamplerStudyFile
{
    /// <inheritdoc cref="Read(ConfigDocument, IReadOnlyList{string})"/>
    public static SamplerStudy Read(string path) => Read(ConfigDocument.Read(path), []);

    /// <summary>The study in a file.</summary>
    /// <param name="overrides"><c>KEY=VALUE</c> pairs for the study or its base (<see cref="StudyOverrides"/>).</param>
    /// <exception cref="InputException">The file is not a study of samplers, or it has errors.</exception>
    public static SamplerStudy Read(ConfigDocument document, IReadOnlyList<string> overrides)
    {
        ArgumentNullException.ThrowIfNull(document);
        StudyKeys keys =
            StudyFile.ReadKeys(document, InputKind.Samplers, "samplers", overrides, out string name, out InputReport report);
        RunConfig run = StudyFile.ReadBase(document.Root, report, out _, out ConfigSource source);
        SamplersConfig samplers = keys.Samplers!;
        new SamplerStudyRules(run, samplers, report).Check();
        report.ThrowIfAny();
        return new SamplerStudy(
            name, (run, source), samplers, keys.Output, new ConfigSource(report), StudyJson.Write(name, run, "samplers", samplers));
    }
}
