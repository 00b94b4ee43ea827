using PdeDiffusion.Configs;
using PdeDiffusion.Plots;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Figures;

/// <summary>The figures of a parameter study: its errors and the measures of its runs over the last key.</summary>
public static class GridFigures
{
    /// <summary>The figures, each drawn when it is called for.</summary>
    public static IEnumerable<Func<Figure>> Draw(StudyConfig study, SeriesOutcome grid)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(grid);
        var plots = new GridPlots(study.Name, grid.Series.Keys, [.. grid.Inputs.Select(run => run.Settings)], Rendering.Of(study.Output));
        IEnumerable<GridQuantity> errors = grid.Norms.Select(
            norm => new GridQuantity("error-" + norm.Norm, $"error of v at stop, {norm.Norm}", norm.Errors));
        RunMeasure[] measures = [.. grid.Levels.SelectMany(level => level.Measures).DistinctBy(measure => measure.Name)];
        string[] within = [RunMeasure.ExponentLow, RunMeasure.ExponentHigh, RunMeasure.EstimateIsAsymptotic];
        return plots.Draw(
            [.. errors, .. measures.Where(measure => !measure.IsOfMonitor && !within.Contains(measure.Name)).Select(Quantity)],
            [.. measures.Where(measure => measure.IsOfMonitor).Select(Quantity)]);

        GridQuantity Quantity(RunMeasure measure) => measure.Name == RunMeasure.Exponent
            ? new(measure.Name, measure.Label + ", 95 % interval", ValuesOf(measure.Name))
            {
                Low = ValuesOf(RunMeasure.ExponentLow),
                High = ValuesOf(RunMeasure.ExponentHigh),
            }
            : new(measure.Name, measure.Label, ValuesOf(measure.Name));

        double[] ValuesOf(string name) => [.. Enumerable.Range(0, grid.Levels.Count).Select(level => grid.Measure(level, name))];
    }
}
