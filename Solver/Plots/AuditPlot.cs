using PdeDiffusion.Audits;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>The figure of an audit: losses, relative error, shares, and KL over the noise level.</summary>
internal static class AuditPlot
{
    private const double Width = 440, Height = 270;
    private const double LeastShare = 1e-6;

    public static Figure Draw(string title, AuditResult result, Rendering rendering)
    {
        var sheet = new Sheet($"{title}: audit of the score over σ = √(2t)", 2, Width, Height, Sheet.PlainMargins);
        Add(sheet, result, "noise loss E|ξ − ξ̂|²", "loss (dimensionless, log axis)",
            ("least possible", level => level.NoiseFloor, Style.Grey),
            ("excess of the network", level => level.NoiseExcess, Style.Vermillion));
        Add(sheet, result, "error of the score relative to it, rms", "√(E|ŝ − s|²/E|s|²) (log axis)",
            ("over u", level => level.RelativeError, Style.Blue));
        Add(sheet, result, "where it cannot be a score", "share (log axis)",
            ("no gradient, of ŝ", level => Math.Max(LeastShare, level.CurlShare), Style.Blue),
            ("no gradient, of the error", level => Math.Max(LeastShare, 1 - level.GradientShare), Style.Green),
            ("mass where Li–Yau fails", level => Math.Max(LeastShare, level.LiYauMass), Style.Vermillion));
        Add(sheet, result, "equation of the score, and KL", "share; KL (log axis)",
            ("residual", level => level.Residual, Style.Blue), ("of it by discretization", level => level.ResidualBound, Style.Grey),
            ("KL(v|u)", level => level.Divergence, Style.Purple));
        return sheet.ToFigure(AuditFolder.FigureName, rendering);
    }

    private static void Add(
        Sheet sheet, AuditResult result, string title, string label,
        params (string Name, Func<AuditLevel, double> Value, Color Color)[] curves)
    {
        double[] x = [.. result.Levels.Select(level => Math.Log10(level.Sigma))];
        var drawn = curves.Select(curve => (curve.Name, curve.Color, Y: (double[])
            [.. result.Levels.Select(level => Math.Log10(curve.Value(level)))])).Where(curve => curve.Y.Any(double.IsFinite)).ToArray();
        if (drawn.Length == 0)
            return;
        Interval y = Interval.Covering(drawn.SelectMany(curve => curve.Y).Where(double.IsFinite)).Padded(0.12);
        Plot plot = Style.NewPanel(title, "noise level σ (length, log axis)", label, Interval.Covering(x).Padded(0.03), y);
        plot.Axes.Bottom.TickGenerator = new LogTicks();
        plot.Axes.Left.TickGenerator = new LogTicks();
        foreach (var curve in drawn)
            Style.AddCurve(plot, x, curve.Y, curve.Color, curve.Name);
        if (drawn.Length > 1)
            Style.LegendBelow(plot);
        sheet.Add(plot);
    }
}
