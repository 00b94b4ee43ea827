namespace PdeDiffusion.Configs;

/// <summary>
/// The error that is asked for, in one norm. Cells and steps of the config are those of the first attempt; they are refined until the
/// estimated error is below it, or a bound is met.
/// </summary>
public sealed record AccuracyConfig
{
    [Key("The largest acceptable L1 error. Exactly one of L1, L2 and Linf.", Name = "L1", Above = 0)]
    public double? L1 { get; init; }

    [Key("The largest acceptable L2 error.", Name = "L2", Above = 0)]
    public double? L2 { get; init; }

    [Key("The largest acceptable error of a cell average.", Name = "Linf", Above = 0)]
    public double? Linf { get; init; }

    [Key("The most cells of the grid, those of the companion runs included.", AtLeast = 1)]
    public long MaxCells { get; init; } = 1_000_000;

    [Key("The most steps, those of the companion runs included.", AtLeast = 1, AtMost = 10_000_000)]
    public int MaxSteps { get; init; } = 10_000;

    [Key("Whether it is a failure, exit code 3, if the error is not reached within the bounds.")]
    public bool Required { get; init; }

    /// <summary>The norm and its largest acceptable error; null unless exactly one is given.</summary>
    internal (string Norm, double Error)? Goal => (L1, L2, Linf) switch
    {
        ({ } error, null, null) => (nameof(L1), error),
        (null, { } error, null) => (nameof(L2), error),
        (null, null, { } error) => (nameof(Linf), error),
        _ => null,
    };
}
