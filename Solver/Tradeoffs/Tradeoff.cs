using PdeDiffusion.Configs;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Tradeoffs;

/// <summary>A trade-off as read from its file: checked, with its defaults filled in.</summary>
/// <param name="Base">The run whose data, grid, times, scheme and particles it is measured with.</param>
/// <param name="Config">Its cells; epsilons, starts and samples are not null, nor draws without folds.</param>
/// <param name="Source">Locates keys of the study's file.</param>
/// <param name="Json">The resolved study as JSON, without the folder it is written to.</param>
public sealed record Tradeoff(
    string Name, RunConfig Base, TradeoffConfig Config, StudyOutputConfig Output, ConfigSource Source, string Json)
{
    /// <summary>The problem of the base; the problems of the flows share its parts.</summary>
    public Problem Problem { get; } = new(Base, Source);
}
