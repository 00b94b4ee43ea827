using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace PdeDiffusion.Plots;

/// <summary>
/// A figure under construction: equal panels in rows under one title. Sizes are in points of the SVG; the PNG has
/// <see cref="PixelsPerPoint"/> pixels per point. Data areas have fixed sizes, so that scales can be equal and panels line up.
/// </summary>
/// <param name="title">What run, ε and t.</param>
/// <param name="columns">Panels in a row.</param>
/// <param name="dataWidth">Width of a panel's data area.</param>
/// <param name="dataHeight">Height of a panel's data area.</param>
/// <param name="margins">Room around a data area for labels, ticks, legend and panel title.</param>
internal sealed partial class Sheet(string title, int columns, double dataWidth, double dataHeight, PixelPadding margins)
{
    public const float PixelsPerPoint = 1.6f;
    private const float TitleHeight = 44;
    private const float KeyHeight = 30;

    /// <summary>Room for axis labels and tick labels on the left and below, a panel title above.</summary>
    public static readonly PixelPadding PlainMargins = new(82, 22, 58, 36);

    /// <summary>As <see cref="PlainMargins"/>, for the only panel of a figure, whose title is the figure's.</summary>
    public static readonly PixelPadding UntitledMargins = new(82, 22, 58, 10);

    /// <summary>As <see cref="PlainMargins"/>, with a colour bar on the right.</summary>
    public static readonly PixelPadding KeyMargins = new(82, 128, 58, 36);

    /// <summary>Margins with room for a legend on the right, where it covers nothing.</summary>
    /// <param name="margins">Those without a legend.</param>
    /// <param name="entries">Texts of the legend.</param>
    public static PixelPadding WithLegend(PixelPadding margins, IEnumerable<string> entries)
    {
        const float Symbol = 62;
        using Paint paint = ScottPlot.Paint.NewDisposablePaint();
        var style = new LabelStyle { FontName = Fonts.Family, FontSize = Style.SmallTextSize };
        float widest = entries.SelectMany(entry => entry.Split('\n')).Select(line => style.Measure(line, paint).Width)
            .DefaultIfEmpty(0).Max();
        return new PixelPadding(margins.Left, widest + Symbol, margins.Bottom, margins.Top);
    }

    private readonly List<Plot> panels = [];

    /// <summary>Legend of all panels, in a line under the title; none if empty.</summary>
    public IReadOnlyList<LegendItem> Key { get; init; } = [];

    private float HeaderHeight => Key.Count > 0 ? TitleHeight + KeyHeight : TitleHeight;

    public void Add(Plot panel)
    {
        panel.Layout.Fixed(margins);
        panels.Add(panel);
    }

    /// <summary>Draws the panels; they cannot be used afterwards.</summary>
    /// <param name="pixelsPerPoint">Resolution of the PNG.</param>
    public Figure ToFigure(string name, bool svg, double pixelsPerPoint = PixelsPerPoint)
    {
        int across = Math.Min(columns, Math.Max(1, panels.Count));
        int down = (panels.Count + across - 1) / across;
        float panelWidth = (float)dataWidth + margins.Horizontal, panelHeight = (float)dataHeight + margins.Vertical;
        float width = MathF.Ceiling(across * panelWidth), height = MathF.Ceiling(HeaderHeight + down * panelHeight);

        byte[] png;
        var info = new SKImageInfo((int)Math.Round(width * pixelsPerPoint), (int)Math.Round(height * pixelsPerPoint),
            SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKSurface surface = SKSurface.Create(info))
        {
            surface.Canvas.Scale((float)pixelsPerPoint);
            Paint(surface.Canvas, across, panelWidth, panelHeight, width);
            using SKImage image = surface.Snapshot();
            using SKPixmap pixels = image.PeekPixels();
            // Lines alike above each other are the rule in a figure: differences to the line above, lightly compressed, take a quarter of
            // the time of differences to the left at a middle level, and no more room.
            using SKData? data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Up, 1));
            png = data?.ToArray() ?? throw new InvalidOperationException($"the figure {name} could not be encoded as PNG");
        }

        string? text = null;
        if (svg)
        {
            using var stream = new MemoryStream();
            using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
                Paint(canvas, across, panelWidth, panelHeight, width);
            text = Renumbered(Encoding.UTF8.GetString(stream.ToArray()));
        }

        foreach (Plot panel in panels)
            panel.Dispose();
        return new Figure(name, png, text);
    }

    /// <summary>The drawing library numbers clip paths from the start of the process: numbered from the start of the figure, the same
    /// figure has the same text.</summary>
    private static string Renumbered(string svg)
    {
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        return ClipPath().Replace(svg, match =>
        {
            if (!numbers.TryGetValue(match.Value, out string? number))
                numbers.Add(match.Value, number = "clip" + numbers.Count.ToString(CultureInfo.InvariantCulture));
            return number;
        });
    }

    [GeneratedRegex("""(?<=id="|url\(#)cl_[0-9a-f]+""")]
    private static partial Regex ClipPath();

    private void Paint(SKCanvas canvas, int across, float panelWidth, float panelHeight, float width)
    {
        canvas.Clear(SKColors.White);
        using (Paint paint = ScottPlot.Paint.NewDisposablePaint())
        {
            var style = new LabelStyle
            {
                Text = title,
                FontName = Fonts.Family,
                FontSize = Style.SheetTitleSize,
                Bold = true,
                ForeColor = Style.Ink,
                Alignment = Alignment.MiddleCenter,
            };
            float room = width - 24, needed = style.Measure(title, paint).Width;
            if (needed > room)
                style.FontSize *= room / needed;
            style.Render(canvas, new Pixel(width / 2, TitleHeight / 2), paint);
            if (Key.Count > 0)
            {
                using var owner = new Plot();
                Style.DressLegend(owner);
                owner.Legend.ManualItems.AddRange(Key);
                owner.Legend.Orientation = Orientation.Horizontal;
                owner.Legend.TightHorizontalWrapping = true;
                owner.Legend.OutlineColor = Colors.Transparent;
                owner.Legend.Render(canvas, paint, new PixelRect(0, width, TitleHeight + KeyHeight, TitleHeight - 6),
                    Alignment.MiddleCenter);
            }
        }

        for (int index = 0; index < panels.Count; index++)
        {
            float left = index % across * panelWidth, top = HeaderHeight + index / across * panelHeight;
            panels[index].Render(canvas, new PixelRect(left, left + panelWidth, top + panelHeight, top));
        }
    }
}
