using System.Globalization;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>The estimated error over the resolutions that a run has tried, in their order, and the error asked for.</summary>
public static class AccuracyPlot
{
    /// <param name="title">What run.</param>
    public static Figure Draw(string title, AttemptFigure attempts, Rendering rendering)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        Coordinates[] points = [.. attempts.Points.Index().Where(point => point.Item.Estimate > 0 && double.IsFinite(point.Item.Estimate))
            .Select(point => new Coordinates(point.Index, Math.Log10(point.Item.Estimate)))];
        double goal = Math.Log10(attempts.Goal);
        var x = Interval.Of(-0.5, attempts.Points.Count - 0.5);
        Interval y = Interval.Covering(points.Select(point => point.Y).Append(goal)).Padded(0.15);
        Plot plot = Style.NewPanel(string.Empty, "cells × steps", $"estimated {attempts.Norm} error", x, y);
        plot.Axes.Left.TickGenerator = new LogTicks();
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. attempts.Points.Index().Select(point => (double)point.Index)],
            [.. attempts.Points.Select(point => Label(point.Resolution))]);
        ScottPlot.Plottables.HorizontalLine asked = plot.Add.HorizontalLine(goal, Style.LineWidth, Style.Vermillion, LinePattern.Dashed);
        asked.LegendText = $"asked for: {Style.Number(attempts.Goal)}";
        if (points.Length > 0)
        {
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(points, Style.Blue);
            line.LineWidth = Style.LineWidth;
            line.MarkerSize = 8;
            line.LegendText = "estimated";
        }

        Style.LegendBelow(plot);
        var sheet = new Sheet(title, 1, Math.Max(560, 110 * attempts.Points.Count), 380, Sheet.UntitledMargins);
        sheet.Add(plot);
        return sheet.ToFigure("accuracy", rendering);
    }

    private static string Label(Resolution resolution) => resolution.Rows == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{resolution.Columns} × {resolution.Steps}")
        : string.Create(CultureInfo.InvariantCulture, $"{resolution.Columns}×{resolution.Rows} × {resolution.Steps}");
}
