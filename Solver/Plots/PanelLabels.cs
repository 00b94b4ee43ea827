using ScottPlot;
using ScottPlot.Panels;

namespace PdeDiffusion.Plots;

/// <summary>A panel of a sheet whose labels are broken into lines as its size requires.</summary>
internal sealed class PanelLabels
{
    private readonly string title, x, y;
    private readonly ColorBar[] bars;
    private readonly string[] barLabels;

    public PanelLabels(Plot plot)
    {
        Plot = plot;
        (title, x, y) = (plot.Axes.Title.Label.Text, plot.Axes.Bottom.Label.Text, plot.Axes.Left.Label.Text);
        bars = [.. plot.Axes.GetPanels().OfType<ColorBar>()];
        barLabels = [.. bars.Select(bar => bar.Label)];
    }

    public Plot Plot { get; }

    /// <summary>Breaks the labels for a data area: a title and the label of x may extend over the margins beside it, that of y over
    /// half of those above and below.</summary>
    public void Fit(float width, float height, PixelPadding around, Paint paint)
    {
        float along = width + 2 * Math.Min(around.Left, around.Right) - 8, up = height + Math.Min(around.Top, around.Bottom);
        Plot.Axes.Title.Label.Text = TextLines.Wrap(title, along, Plot.Axes.Title.Label, paint);
        Plot.Axes.Bottom.Label.Text = TextLines.Wrap(x, along, Plot.Axes.Bottom.Label, paint);
        Plot.Axes.Left.Label.Text = TextLines.Wrap(y, up, Plot.Axes.Left.Label, paint);
        if (Plot.Axes.GetPanels().OfType<LegendPanel>().Any(panel => panel.Edge == Edge.Bottom))
        {
            Plot.Legend.Orientation = Orientation.Horizontal;
            float row = Plot.Legend.GetLayout(new PixelSize(float.MaxValue, float.MaxValue), paint).LegendRect.Width;
            Plot.Legend.Orientation = row <= along ? Orientation.Horizontal : Orientation.Vertical;
        }

        for (int bar = 0; bar < bars.Length; bar++)
            bars[bar].Label = TextLines.Wrap(barLabels[bar], up, bars[bar].LabelStyle, paint);
    }

    /// <summary>What the axes and labels at an edge take up. The library places the label of an axis beside the ticks that the whole
    /// panel would have, and draws those of the data area: there is room for either.</summary>
    public float Room(Edge edge, float width, float height, PixelPadding around, Paint paint)
    {
        (float data, float whole) =
            edge is Edge.Left or Edge.Right ? (height, height + around.Vertical) : (width, width + around.Horizontal);
        float room = 0;
        foreach (IPanel panel in Plot.Axes.GetPanels().Where(panel => panel.IsVisible && panel.Edge == edge))
        {
            room += Math.Max(Measure(panel, data, paint), Measure(panel, whole, paint));

            // An axis measures one line of its label.
            if (panel is IAxis axis)
                room += axis.Label.Text.Count(letter => letter == '\n') * axis.Label.Measure("x", paint).LineHeight;
        }

        return room;
    }

    private static float Measure(IPanel panel, float length, Paint paint)
    {
        ((panel as ColorBar)?.Axis ?? panel as IAxis)?.RegenerateTicks(new PixelLength(length), paint);
        return panel.Measure(paint);
    }
}
