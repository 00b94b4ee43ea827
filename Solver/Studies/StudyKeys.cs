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

    [Key("One sweep or a list of sweeps: { key: [one value per level], ... }; a value that is not a list applies to all levels.")]
    public SourceValue? Sweep { get; init; }

    [Key("{ key: [values], ... }: one run per combination.")]
    public SourceValue? Grid { get; init; }

    [Key("A trade-off study of the data of base, in place of sweep and grid.")]
    public TradeoffConfig? Tradeoff { get; init; }

    [Key("A study of samplers with the generation of base, in place of sweep and grid.")]
    public SamplersConfig? Samplers { get; init; }

    [Key("The norms of the errors.", Words = "L1 L2 Linf KL", MinItems = 1, MaxItems = 4)]
    public IReadOnlyList<string> Norms { get; init; } = ["L1", "L2", "Linf", "KL"];

    [Key("The solution that errors are measured against; the reference of base if it has one, otherwise the finest level.")]
    public StudyTarget? Against { get; init; }

    [Key("The least acceptable order of every sweep; exit code 3 if it is not reached.")]
    public ExpectedOrderConfig? ExpectedOrder { get; init; }

    [Key("What is written, and where.")]
    public StudyOutputConfig Output { get; init; } = new();
}
