using PdeDiffusion.Configs;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Samplers;

/// <summary>A study of samplers as read from its file, checked.</summary>
/// <param name="Base">The run whose generation the samplers follow, and where its keys are.</param>
/// <param name="Config">The samplers.</param>
/// <param name="Source">Locates keys of the study's file.</param>
/// <param name="Json">The resolved study as JSON, without the folder it is written to.</param>
public sealed record SamplerStudy(
    string Name, (RunConfig Run, ConfigSource Source) Base, SamplersConfig Config, StudyOutputConfig Output, ConfigSource Source,
    string Json)
{
    /// <summary>The problem of the exact law: the base without particles, monitors and files.</summary>
    public Problem Problem { get; } = new Problem(Base.Run, Base.Source).With(Base.Run with
    {
        Monitors = new MonitorsConfig { Enabled = false, Lp = [] },
        Particles = null,
        Reference = null,
        Checkpoint = null,
        ErrorEstimate = false,
        Output = new OutputConfig { Snapshots = [Base.Run.Time.End, Base.Run.Time.Stop], Plots = false },
    });

    /// <summary>Notes on the base, one line each.</summary>
    public IEnumerable<string> Notes()
    {
        foreach (string note in Problem.Notes())
            yield return note;
        if (Base.Run.Particles is not null)
            yield return "the particles of base are not used: samplers says how particles are moved";
        if (Config.Churn is { SNoise: not 1 } churn)
        {
            yield return FormattableString.Invariant($"samplers.churn.sNoise = {churn.SNoise:R}: the noise of churn is then that of no ")
                + "epsilon(t); it is compared with v at the epsilon(t) of sNoise = 1";
        }
    }
}
