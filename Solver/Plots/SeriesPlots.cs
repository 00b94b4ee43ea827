using PdeDiffusion.Monitors;
using PdeDiffusion.Tables;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>Figures of what monitors record at every level: the least losses over σ, and the paths of the modes over t.</summary>
internal static class SeriesPlots
{
    private const double Width = 460, Height = 300;

    /// <summary>The least loss over σ that a network can reach for the data, in four weights.</summary>
    public static Figure LeastLoss(string title, IReadOnlyList<InformationRow> rows, Rendering rendering)
    {
        var sheet = new Sheet($"{title}: the least loss over σ = √(2t)", 2, Width, Height, Sheet.PlainMargins);
        foreach ((string name, string unit, Func<InformationRow, double> loss) in
            new (string, string, Func<InformationRow, double>)[]
            {
                ("noise prediction: E|ξ − ξ̂|²", "dimensionless", row => row.Noise),
                ("data prediction: E|x0 − D|²", "length²", row => row.Data),
                ("v prediction", "dimensionless", row => row.Velocity),
                ("EDM weight", "dimensionless", row => row.Edm),
            })
        {
            (double Sigma, double Loss)[] points = [.. rows.Select(row => (Math.Log10(row.Sigma), Math.Log10(loss(row))))
                .Where(point => double.IsFinite(point.Item1) && double.IsFinite(point.Item2))];
            Interval x = Interval.Covering(points.Select(point => point.Sigma)).Padded(0.03);
            Interval y = Interval.Covering(points.Select(point => point.Loss)).Padded(0.08);
            Plot plot = Style.NewPanel(name, "noise level σ (length, log axis)", $"least loss ({unit}, log axis)", x, y);
            plot.Axes.Bottom.TickGenerator = new LogTicks();
            plot.Axes.Left.TickGenerator = new LogTicks();
            Style.AddCurve(plot, [.. points.Select(point => point.Sigma)], [.. points.Select(point => point.Loss)], Style.Blue);
            sheet.Add(plot);
        }

        return sheet.ToFigure("least-loss", rendering);
    }

    /// <summary>The tree of a scale space: where the modes of u are at every level, each joined to the nearest at the next larger t, and
    /// how many there are.</summary>
    public static Figure Modes(string title, IReadOnlyList<Mode> modes, Rendering rendering)
    {
        Mode[][] levels = [.. modes.GroupBy(mode => mode.Step).OrderBy(level => level.Key).Select(level => level.ToArray())];
        TimeAxis time = TimeAxis.Of([.. levels.Select(level => level[0].Time)]);
        bool generation = modes[0].Step > modes[^1].Step;
        var sheet = new Sheet($"{title}: modes of u", 2, Width, Height, Sheet.PlainMargins);
        Interval x = Interval.Covering(modes.Select(mode => mode.X)).Padded(0.08);
        Plot tree = Style.NewPanel("paths of the modes", TimeAxis.Label(generation), "position of the mode (length)", time.Range, x);
        tree.Axes.Bottom.TickGenerator = time.Ticks;
        List<double> pathTimes = [], path = [];
        for (int level = 0; level < levels.Length; level++)
        {
            foreach (Mode mode in levels[level])
            {
                pathTimes.Add(time.Of(mode.Time));
                path.Add(mode.X);
                if (level + 1 < levels.Length)
                {
                    Mode nearest = levels[level + 1].MinBy(other => Math.Abs(other.X - mode.X));
                    pathTimes.Add(time.Of(nearest.Time));
                    path.Add(nearest.X);
                }

                pathTimes.Add(double.NaN);
                path.Add(double.NaN);
            }
        }

        ScottPlot.Plottables.Scatter branches = tree.Add.ScatterLine(pathTimes, path, Style.Blue);
        branches.LineWidth = Style.LineWidth;
        sheet.Add(tree);

        int most = levels.Max(level => level.Length);
        Plot counts = Style.NewPanel(
            "number of modes", TimeAxis.Label(generation), "modes of u", time.Range, Interval.Of(0, most + Math.Max(1, 0.1 * most)));
        counts.Axes.Bottom.TickGenerator = time.Ticks;
        counts.Axes.Left.TickGenerator = new LinearTicks(1);
        Style.AddCurve(
            counts, [.. levels.Select(level => time.Of(level[0].Time))], [.. levels.Select(level => (double)level.Length)], Style.Blue);
        sheet.Add(counts);
        return sheet.ToFigure("modes", rendering);
    }
}
