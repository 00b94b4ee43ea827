using PdeDiffusion.Flows;
using ScottPlot;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>The density at up to twelve times, all panels on the same positions.</summary>
internal static class ContactSheet
{
    /// <summary>Largest number of panels.</summary>
    public const int Panels = 12;

    public const string Name = "contact-sheet";

    /// <summary>Densities whose maxima differ by more than this have no axis in common.</summary>
    private const double Comparable = 6;

    public static Figure Draw(RunView view)
    {
        int columns = Columns(view.Snapshots.Count);
        return view.Snapshots[0].Grid.Dimension == 1 ? Lines(view, columns) : Maps(view, columns);
    }

    /// <summary>Panels in a row, at most 4: as few rows as that allows, then as few empty places.</summary>
    internal static int Columns(int panels)
    {
        const int Most = 4;
        int rows = (panels + Most - 1) / Most;
        return (panels + rows - 1) / rows;
    }

    private static Figure Lines(RunView view, int columns)
    {
        var part = new Portion(view.Snapshots[0].Grid, view.Window);
        double[] greatest = [.. view.Snapshots.Select(snapshot => HeatMaps.Greatest(snapshot.U.Concat(snapshot.V ?? [])))];
        bool common = greatest.Max() <= Comparable * greatest.Min();
        var key = new List<LegendItem> { Key("u", Style.Blue, LinePattern.Solid) };
        if (view.Snapshots.Any(snapshot => snapshot.V is not null))
            key.Add(Key("v", Style.Vermillion, LinePattern.Dashed));
        var sheet = new Sheet(
            $"{view.Title}: the density over time{(common ? "" : " (each axis to its panel's maximum)")}", columns, 280, 190,
            new PixelPadding(60, 22, 52, 34))
        {
            Key = key,
        };
        for (int index = 0; index < greatest.Length; index++)
        {
            Snapshot snapshot = view.Snapshots[index];
            Plot panel = Style.NewPanel(Style.Time(snapshot.Time), Style.PositionX, "density (1/length)", view.Window.X,
                Interval.Of(0, (common ? greatest.Max() : greatest[index]) * 1.08));
            Style.AddCurve(panel, part.Grid.X.Centres, part.Of(snapshot.U), Style.Blue);
            if (snapshot.V is { } v)
                Style.AddCurve(panel, part.Grid.X.Centres, part.Of(v), Style.Vermillion, pattern: LinePattern.Dashed);
            sheet.Add(panel);
        }

        return sheet.ToFigure(Name, view.Rendering);
    }

    private static LegendItem Key(string label, Color color, LinePattern pattern) => new()
    {
        LabelText = label,
        LineColor = color,
        LineWidth = Style.LineWidth,
        LinePattern = pattern,
    };

    private static Figure Maps(RunView view, int columns)
    {
        Grid grid = view.Snapshots[0].Grid;
        bool generated = view.Snapshots.All(snapshot => snapshot.V is not null);
        (double width, double height) = HeatMaps.DataArea(view.Window.X.Span, view.Window.Y.Span, 240);
        string symbol = generated ? "v" : "u", what = generated ? "generated density v" : "density u";
        var sheet = new Sheet($"{view.Title}: {what} over time (colours from 0 to each panel's maximum)", columns, width, height,
            new PixelPadding(60, 22, 52, 34));
        foreach (Snapshot snapshot in view.Snapshots)
        {
            double[] values = (generated ? snapshot.V : null) ?? snapshot.U;
            double greatest = HeatMaps.Greatest(values);
            string heading = $"{Style.Time(snapshot.Time)}, max {symbol} = {Style.Number(Style.Rounded(greatest))}";
            Plot panel = HeatMaps.Panel(
                grid, values, heading, "", Interval.Of(0, greatest), [], bar: false, window: view.Window);
            panel.Axes.Title.Label.FontSize = Style.TextSize;
            sheet.Add(panel);
        }

        return sheet.ToFigure(Name, view.Rendering);
    }
}
