using PdeDiffusion.Flows;
using ScottPlot;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>The density at up to twelve times, each panel with its own scale.</summary>
internal static class ContactSheet
{
    /// <summary>Largest number of panels.</summary>
    public const int Panels = 12;

    public static Figure Draw(string title, IReadOnlyList<Snapshot> snapshots, bool svg)
    {
        int columns = snapshots.Count <= 3 ? snapshots.Count : 4;
        return snapshots[0].Grid.Dimension == 1 ? Lines(title, snapshots, columns, svg) : Maps(title, snapshots, columns, svg);
    }

    private static Figure Lines(string title, IReadOnlyList<Snapshot> snapshots, int columns, bool svg)
    {
        var sheet = new Sheet($"{title}: the density over time", columns, 280, 190, new PixelPadding(72, 14, 52, 34));
        for (int index = 0; index < snapshots.Count; index++)
        {
            Snapshot snapshot = snapshots[index];
            PdeDiffusion.Grids.Axis axis = snapshot.Grid.X;
            double greatest = HeatMaps.Greatest(snapshot.U.Concat(snapshot.V ?? []));
            Plot panel = Style.NewPanel(Style.Time(snapshot.Time), "x (length)", "density (1/length)",
                Interval.Of(axis.From, axis.To), Interval.Of(0, greatest * 1.08));
            Style.AddCurve(panel, axis.Centres, snapshot.U, Style.Blue, "u");
            if (snapshot.V is { } v)
                Style.AddCurve(panel, axis.Centres, v, Style.Vermillion, "v", LinePattern.Dashed);
            Style.LegendInside(panel, Alignment.UpperRight);
            sheet.Add(panel);
        }

        return sheet.ToFigure("contact-sheet", svg);
    }

    private static Figure Maps(string title, IReadOnlyList<Snapshot> snapshots, int columns, bool svg)
    {
        Grid grid = snapshots[0].Grid;
        bool generated = snapshots.All(snapshot => snapshot.V is not null);
        (double width, double height) = HeatMaps.DataArea(grid.Axes[0].To - grid.Axes[0].From, grid.Axes[1].To - grid.Axes[1].From, 240);
        string symbol = generated ? "v" : "u", what = generated ? "generated density v" : "density u";
        var sheet = new Sheet($"{title}: {what} over time (colours from 0 to each panel's maximum)", columns, width, height,
            new PixelPadding(72, 14, 52, 34));
        foreach (Snapshot snapshot in snapshots)
        {
            double[] values = (generated ? snapshot.V : null) ?? snapshot.U;
            double greatest = HeatMaps.Greatest(values);
            string heading = $"{Style.Time(snapshot.Time)}, max {symbol} = {Style.Number(Style.Rounded(greatest))}";
            Plot panel = HeatMaps.Panel(grid, values, heading, "", Interval.Of(0, greatest), [], bar: false);
            panel.XLabel("x (length)");
            panel.YLabel("y (length)");
            panel.Axes.Title.Label.FontSize = Style.TextSize;
            sheet.Add(panel);
        }

        return sheet.ToFigure("contact-sheet", svg);
    }
}
