using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>The errors of one norm over the levels of a sweep.</summary>
/// <param name="Errors">NaN where there is none: the finest level measured against itself, or a run that was stopped.</param>
/// <param name="Orders">From the level before; NaN for the first.</param>
/// <param name="Fit">Least-squares slope over the levels that are not at their floor.</param>
public sealed record NormOutcome(string Norm, double[] Errors, double[] Orders, double Fit)
{
    /// <summary>The levels that the fit leaves out (<see cref="Studies.Orders.AtFloor"/>); empty for a grid of parameters.</summary>
    public bool[] AtFloor { get; init; } = [];
}

/// <summary>The result of a series.</summary>
/// <param name="Refinement">Null for a grid of parameters, whose runs stay in the order of the file.</param>
/// <param name="Levels">In the order of the refinement.</param>
/// <param name="Norms">Empty if no errors are measured.</param>
/// <param name="ReachesOrder">Null if no order is expected.</param>
public sealed record SeriesOutcome(
    StudySeries Series, Refinement? Refinement, IReadOnlyList<StudyLevel> Inputs, IReadOnlyList<LevelOutcome> Levels,
    IReadOnlyList<NormOutcome> Norms, bool? ReachesOrder)
{
    /// <summary>
    /// The error of each level as it and the two coarser ones before it tell, without the reference that it is measured against; null for
    /// the first two. Empty where no error is measured against a reference.
    /// </summary>
    public IReadOnlyList<ErrorEstimate?> Estimates { get; init; } = [];

    /// <summary>The measures that at least one run has, in the order of the first run that has each.</summary>
    public IReadOnlyList<string> MeasureNames { get; } =
        [.. Levels.SelectMany(level => level.Measures).Select(measure => measure.Name).Distinct()];

    /// <summary>A measure of a run; NaN if the run does not have it.</summary>
    public double Measure(int level, string name) =>
        Levels[level].Measures.FirstOrDefault(measure => measure.Name == name)?.Value ?? double.NaN;

    /// <summary>Measures the errors of runs that have finished, and their orders.</summary>
    /// <param name="inputs">From the coarsest to the finest.</param>
    public static SeriesOutcome Of(
        StudyConfig study, StudySeries series, Refinement? refinement, IReadOnlyList<StudyLevel> inputs, IReadOnlyList<LevelOutcome> levels)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(levels);
        ErrorNorms?[] errors = study.Against switch
        {
            StudyTarget.Reference => [.. levels.Select(level => level.Errors)],
            StudyTarget.Finest => AgainstFinest(levels),
            _ => [],
        };
        NormOutcome[] norms = errors.Length == 0 ? [] : [.. study.Norms.Select(norm => Measure(norm, errors, refinement, levels))];
        bool? reached = study.ExpectedOrder is { } expected
            ? norms.First(norm => norm.Norm == expected.Norm).Fit >= expected.Order - expected.Tolerance : null;
        return new SeriesOutcome(series, refinement, inputs, levels, norms, reached)
        {
            Estimates = refinement is null || study.Against != StudyTarget.Reference ? []
                : [.. levels.Select((_, level) => Estimate(inputs, levels, level))],
        };
    }

    private static ErrorEstimate? Estimate(IReadOnlyList<StudyLevel> inputs, IReadOnlyList<LevelOutcome> levels, int level)
    {
        if (level < 2 || Enumerable.Range(level - 2, 3).Any(one => levels[one].Final is null)
            || !CellOverlap.SameBox(levels[level].Grid, levels[level - 1].Grid)
            || !CellOverlap.SameBox(levels[level].Grid, levels[level - 2].Grid))
        {
            return null;
        }

        return ErrorEstimate.Of(
            Of(level), Of(level - 1), Of(level - 2), ErrorEstimate.IsFirstOrder(inputs[level].Config));

        Solution Of(int one) => new(Resolution.Of(inputs[one].Problem), levels[one].Grid, levels[one].Final!);
    }

    private static NormOutcome Measure(
        string norm, ErrorNorms?[] errors, Refinement? refinement, IReadOnlyList<LevelOutcome> levels)
    {
        double[] values = [.. errors.Select(error => error is null ? double.NaN : Value(norm, error))];
        if (refinement is null)
            return new NormOutcome(norm, values, [], double.NaN);
        double[] scale = [.. refinement.Scale], rounding = [.. levels.Select(level => Rounding(norm, level))];
        bool[] atFloor = Orders.AtFloor(scale, values, rounding);
        return new NormOutcome(norm, values, Orders.Successive(scale, values), Orders.Fit(scale, values, atFloor).Exponent)
        {
            AtFloor = atFloor,
        };
    }

    /// <summary>
    /// What rounding puts into an error: 64 units of the norm of v. KL is quadratic in a small difference and its terms cancel: 8 units of
    /// the mass.
    /// </summary>
    private static double Rounding(string norm, LevelOutcome level)
    {
        const double Unit = 1.0 / (1L << 53), OfNorms = 64 * Unit, OfDivergence = 8 * Unit;
        if (norm == "KL")
            return OfDivergence;
        double p = norm == "L1" ? 1 : norm == "L2" ? 2 : double.PositiveInfinity;
        return level.Final is { } final ? OfNorms * Density.Norm(level.Grid, final, p) : 0;
    }

    private static ErrorNorms?[] AgainstFinest(IReadOnlyList<LevelOutcome> levels)
    {
        LevelOutcome finest = levels[^1];
        return [.. levels.Select(level => level == finest || level.Final is null || finest.Final is null ? null
            : ErrorNorms.Between(level.Grid, level.Final, CellOverlap.Average(finest.Grid, finest.Final, level.Grid)))];
    }

    private static double Value(string norm, ErrorNorms errors) => norm switch
    {
        "L1" => errors.L1,
        "L2" => errors.L2,
        "Linf" => errors.Linf,
        "KL" => errors.KullbackLeibler,
        _ => throw new ArgumentException($"no norm {norm}", nameof(norm)),
    };
}
