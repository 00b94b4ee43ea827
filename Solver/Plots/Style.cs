using System.Globalization;
using System.Text;
using PdeDiffusion.Processes;
using ScottPlot;
using ScottPlot.Colormaps;

namespace PdeDiffusion.Plots;

/// <summary>Common to all figures: colours that are distinguishable with colour blindness, type sizes, number formats.</summary>
internal static class Style
{
    public const float TextSize = 13;
    public const float SmallTextSize = 12;
    public const float PanelTitleSize = 14;
    public const float SheetTitleSize = 18;
    public const float LineWidth = 1.8f;

    /// <summary>Length of a line in a legend: three dashes.</summary>
    public const float SymbolWidth = 36;

    public const string PositionX = "position x (length)";
    public const string PositionY = "position y (length)";

    /// <summary>Okabe and Ito's palette (2008).</summary>
    public static readonly Color Blue = Color.FromHex("#0072B2");
    public static readonly Color Vermillion = Color.FromHex("#D55E00");
    public static readonly Color Green = Color.FromHex("#009E73");
    public static readonly Color Orange = Color.FromHex("#E69F00");
    public static readonly Color Purple = Color.FromHex("#CC79A7");
    public static readonly Color Sky = Color.FromHex("#56B4E9");
    public static readonly Color Ink = Color.FromHex("#202020");
    public static readonly Color Grey = Color.FromHex("#707070");
    public static readonly Color GridLine = Color.FromHex("#E4E4E4");

    private static readonly Color[] Palette = [Blue, Vermillion, Green, Orange, Purple, Sky, Ink];

    /// <summary>Number of colours that are distinguishable with colour blindness.</summary>
    public static int Categories => Palette.Length;

    public static Color Category(int index) => Palette[index % Palette.Length];

    private static readonly MarkerShape[] Shapes =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleUp,
            MarkerShape.OpenCircle, MarkerShape.OpenSquare, MarkerShape.OpenDiamond];

    public static IColormap Sequential { get; } = new Viridis();

    /// <summary>Dark blue, white at the middle, orange: its ends differ in lightness too, so that signs can be told in grey.</summary>
    public static IColormap Diverging { get; } = new CustomInterpolated(
        [Color.FromHex("#1F4E8C"), Color.FromHex("#7FA6D0"), Color.FromHex("#F7F7F7"), Color.FromHex("#F6BC7C"), Color.FromHex("#E08214")]);

    /// <summary>The colour of snapshot <paramref name="index"/> of <paramref name="count"/>: dark for the first, the pale end of the map
    /// left out.</summary>
    public static Color OfTime(int index, int count) => Sequential.GetColor(count <= 1 ? 0 : 0.87 * index / (count - 1));

    /// <summary>An empty panel with labelled axes and fixed limits.</summary>
    public static Plot NewPanel(string title, string xLabel, string yLabel, Interval x, Interval y)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.White;
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        plot.Grid.MajorLineColor = GridLine;
        plot.HideLegend();
        plot.Title(title, PanelTitleSize);
        plot.Axes.Title.Label.Bold = true;
        plot.Axes.Title.Label.ForeColor = Ink;
        plot.Axes.Title.Label.FontName = Fonts.Family;
        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        foreach (IAxis axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            Dress(axis);
            axis.TickGenerator = new LinearTicks();
        }

        foreach (IAxis axis in new IAxis[] { plot.Axes.Top, plot.Axes.Right })
            axis.FrameLineStyle.Color = Grey;
        return plot;
    }

    public static void Dress(IAxis axis)
    {
        axis.Label.FontSize = TextSize;
        axis.Label.Bold = false;
        axis.Label.ForeColor = Ink;
        axis.Label.FontName = axis.TickLabelStyle.FontName = Fonts.Family;
        axis.TickLabelStyle.FontSize = SmallTextSize;
        axis.TickLabelStyle.ForeColor = Ink;
        axis.FrameLineStyle.Color = Grey;
        axis.MajorTickStyle.Color = Grey;
        axis.MinorTickStyle.Color = Grey;
    }

    /// <summary>Shows the legend below the data area, where it covers nothing; in one row if the panel has room for it.</summary>
    public static void LegendBelow(Plot plot)
    {
        DressLegend(plot);
        plot.Legend.OutlineColor = Colors.Transparent;
        plot.Legend.TightHorizontalWrapping = true;
        plot.ShowLegend(Edge.Bottom);
    }

    public static void LegendInside(Plot plot, Alignment corner)
    {
        DressLegend(plot);
        plot.ShowLegend(corner);
    }

    public static void DressLegend(Plot plot)
    {
        plot.Legend.SymbolWidth = SymbolWidth;
        plot.Legend.FontSize = SmallTextSize;
        plot.Legend.FontName = Fonts.Family;
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineColor = GridLine;
        plot.Legend.BackgroundColor = Colors.White.WithAlpha(.85);
        plot.Legend.ShadowColor = Colors.Transparent;
    }

    /// <summary>The shape of the markers of curve <paramref name="index"/>: curves differ by shape too, not only by colour.</summary>
    public static MarkerShape Shape(int index) => Shapes[index % Shapes.Length];

    /// <summary>A curve; gaps where a value is not finite, at most about 2000 points, values far outside the panel moved to where they
    /// stay drawable.</summary>
    public static ScottPlot.Plottables.Scatter? AddCurve(
        Plot plot, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Color color, string legend = "", LinePattern? pattern = null,
        float width = LineWidth)
    {
        AxisLimits limits = plot.Axes.GetLimits();
        (double[] thinX, double[] thinY) =
            Decimation.MinMax(x, y, limits.Bottom - 100 * limits.VerticalSpan, limits.Top + 100 * limits.VerticalSpan);
        if (thinX.Length == 0)
            return null;
        ScottPlot.Plottables.Scatter curve = plot.Add.ScatterLine(thinX, thinY, color);
        curve.LineWidth = width;
        curve.LinePattern = pattern ?? LinePattern.Solid;
        curve.LegendText = legend;
        return curve;
    }

    /// <summary>0.25, −3, 2×10⁻⁵: four digits, powers of ten outside 10⁻³..10⁴.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "undefined" : value > 0 ? "∞" : "−∞";
        double size = Math.Abs(value);
        if (size == 0 || (size >= 0.9995e-3 && size < 0.99995e4))
            return value.ToString("0.######", CultureInfo.InvariantCulture) is var plain && plain.Length <= 7
                ? plain.Replace('-', '−')
                : double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                    .ToString("0.#######", CultureInfo.InvariantCulture).Replace('-', '−');
        string[] parts = value.ToString("0.###E+0", CultureInfo.InvariantCulture).Split('E');
        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        string mantissa = parts[0].Replace('-', '−');
        return mantissa switch
        {
            "1" => Power(exponent),
            "−1" => "−" + Power(exponent),
            _ => Fonts.HasSuperscripts ? $"{mantissa}×{Power(exponent)}" : $"{mantissa}e{exponent}",
        };
    }

    /// <summary>A time in both languages: t = 0.02 (σ = 0.2).</summary>
    public static string Time(double time) => $"t = {Number(time)} (σ = {Number(Rounded(NoiseLevel.Sigma(time)))})";

    /// <summary>Three significant digits.</summary>
    public static double Rounded(double value) =>
        double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>10⁻⁵; 0.1, 1, 10 and 100 in full.</summary>
    public static string Power(int exponent)
    {
        if (exponent is >= -1 and <= 2)
            return Math.Pow(10, exponent).ToString("0.#", CultureInfo.InvariantCulture);
        string digits = exponent.ToString(CultureInfo.InvariantCulture);
        if (!Fonts.HasSuperscripts)
            return "1e" + digits;
        var text = new StringBuilder("10");
        foreach (char digit in digits)
            text.Append(digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']);
        return text.ToString();
    }
}
