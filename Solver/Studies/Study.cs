using PdeDiffusion.Configs;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Studies;

/// <summary>One run of a study.</summary>
/// <param name="Name">As messages call it, e.g. <c>cells = 200, steps = 50</c>.</param>
/// <param name="Settings">The values of its series' keys, as texts.</param>
/// <param name="Source">Locates keys of the run; those set by the study lie in the study's file.</param>
public sealed record StudyLevel(string Name, IReadOnlyList<string> Settings, RunConfig Config, ConfigSource Source)
{
    /// <summary>The problem of the run, with the parts that were built to check it.</summary>
    public Problem Problem { get; } = new(Config, Source);
}

/// <summary>Runs that differ in the values of some keys: one sweep, in the order listed, or the whole grid.</summary>
/// <param name="Path">Where in the study's file, e.g. <c>sweep[1]</c>.</param>
/// <param name="Label">
/// Its name, else what all its runs share, e.g. <c>generation.epsilon = 0.2</c>, else its number; empty if it is alone.
/// </param>
/// <param name="Keys">The keys whose values its levels list.</param>
public sealed record StudySeries(string Path, string Label, IReadOnlyList<string> Keys, IReadOnlyList<StudyLevel> Levels);

/// <summary>A study as read from its file: every run resolved and checked.</summary>
/// <param name="IsGrid">True for a product of parameters, which has no order.</param>
/// <param name="Source">Locates keys of the study's file.</param>
/// <param name="Json">The resolved study as JSON, without the folder it is written to.</param>
public sealed record Study(StudyConfig Config, IReadOnlyList<StudySeries> Series, bool IsGrid, ConfigSource Source, string Json);
