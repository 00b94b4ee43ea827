using PdeDiffusion.Configs;
using PdeDiffusion.Json;

namespace PdeDiffusion.Studies;

/// <summary>The keys of a study file. Base, sweep and grid hold keys of runs: <see cref="StudyFile"/> reads them.</summary>
internal sealed record StudyKeys
{
    [Key("Name of the study: letters, digits, '.', '_' and '-'; the file's name without extension if absent.")]
    public string? Name { get; init; }

    [Key("The run that is varied: a run, or the path of a run file.")]
    public required SourceValue Base { get; init; }

    [Key("One sweep or a list of them: { key: [one value a level], ... }; a value that is no list holds for all levels.")]
    public SourceValue? Sweep { get; init; }

    [Key("{ key: [values], ... }: a run for each combination.")]
    public SourceValue? Grid { get; init; }

    [Key("The trade-off between imitation and generation, measured over the base's data, instead of sweep and grid.")]
    public TradeoffConfig? Tradeoff { get; init; }

    [Key("The norms of the errors.", Words = "L1 L2 Linf KL", MinItems = 1, MaxItems = 4)]
    public IReadOnlyList<string> Norms { get; init; } = ["L1", "L2", "Linf", "KL"];

    [Key("What errors are measured against; the base's reference if it has one, else the finest level.")]
    public StudyTarget? Against { get; init; }

    [Key("The least order that every sweep must reach; else exit code 3.")]
    public ExpectedOrderConfig? ExpectedOrder { get; init; }

    [Key("What is written, and where.")]
    public StudyOutputConfig Output { get; init; } = new();
}
