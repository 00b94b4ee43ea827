using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace PdeDiffusion.Plots;

/// <summary>
/// A figure under construction: equal panels in rows under one title. Data areas have equal sizes, so that scales can be equal and panels
/// line up; the room around them is what their labels need. Sizes are in units: points on a screen, where the PNG has 1.6 pixels per
/// point; in print <see cref="PointsInPrint"/> points.
/// </summary>
/// <param name="title">What run, ε and t.</param>
/// <param name="columns">Panels in a row, at most: in print as many as have room.</param>
/// <param name="dataWidth">Width of a panel's data area on a screen.</param>
/// <param name="dataHeight">Height of a panel's data area; in print in the same ratio to its width.</param>
/// <param name="margins">Least room around a data area on a screen.</param>
internal sealed partial class Sheet(string title, int columns, double dataWidth, double dataHeight, PixelPadding margins)
{
    public const float PixelsPerPoint = 1.6f;

    /// <summary>Points per unit in print: text has 8 points.</summary>
    private const float PointsInPrint = 8 / Style.TextSize;
    private const float PointsPerMillimetre = 72 / 25.4f;
    private const float DotsPerInch = 300, PointsPerInch = 72;

    /// <summary>Least width of a data area in print: beside another one, as a share of that on a screen, and alone.</summary>
    private const float LeastBeside = 0.4f, LeastAlone = 60;

    private const float TitleLine = 24, TitlePadding = 20, KeyLine = 24, KeyPadding = 6;

    /// <summary>Room around a data area beyond its labels, and least room for half a tick label.</summary>
    private const float Gap = 6, HalfLabel = 22;

    /// <summary>Room for axis labels and tick labels on the left and below, a panel title above.</summary>
    public static readonly PixelPadding PlainMargins = new(82, 22, 58, 36);

    /// <summary>As <see cref="PlainMargins"/>, for the only panel of a figure, whose title is the figure's.</summary>
    public static readonly PixelPadding UntitledMargins = new(82, 22, 58, 10);

    /// <summary>As <see cref="PlainMargins"/>, with a colour bar on the right.</summary>
    public static readonly PixelPadding KeyMargins = new(82, 128, 58, 36);

    private readonly List<PanelLabels> panels = [];

    /// <summary>Legend of all panels, in rows under the title; none if empty.</summary>
    public IReadOnlyList<LegendItem> Key { get; init; } = [];

    public void Add(Plot panel) => panels.Add(new PanelLabels(panel));

    /// <summary>Draws the panels; they cannot be used afterwards.</summary>
    public Figure ToFigure(string name, Rendering rendering)
    {
        Arrangement layout;
        using (Paint paint = ScottPlot.Paint.NewDisposablePaint())
            layout = Arrange(rendering, paint);
        foreach (PanelLabels panel in panels)
            panel.Plot.Layout.Fixed(layout.Margins);
        bool printed = rendering.Width is not null;
        float points = printed ? PointsInPrint : 1;
        double pixels = printed ? DotsPerInch / PointsPerInch * PointsInPrint : rendering.Pixels;
        var figure = new Figure(
            name, Png(name, layout, pixels), rendering.Svg ? Svg(layout, printed) : null, rendering.Pdf ? Pdf(layout, points) : null);
        foreach (PanelLabels panel in panels)
            panel.Plot.Dispose();
        return figure;
    }

    private byte[] Png(string name, Arrangement layout, double pixelsPerUnit)
    {
        var info = new SKImageInfo(
            (int)Math.Round(layout.Width * pixelsPerUnit), (int)Math.Round(layout.Height * pixelsPerUnit), SKColorType.Rgba8888,
            SKAlphaType.Opaque);
        using SKSurface surface = SKSurface.Create(info);
        surface.Canvas.Scale((float)pixelsPerUnit);
        Draw(surface.Canvas, layout);
        using SKImage image = surface.Snapshot();
        using SKPixmap pixels = image.PeekPixels();
        // Lines alike above each other are the rule in a figure: differences to the line above, lightly compressed, take a quarter of
        // the time of differences to the left at a middle level, and no more room.
        using SKData? data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Up, 1));
        return data?.ToArray() ?? throw new InvalidOperationException($"the figure {name} could not be encoded as PNG");
    }

    /// <summary>In print the size of the picture is in mm and its coordinates are the units.</summary>
    private string Svg(Arrangement layout, bool printed)
    {
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, layout.Width, layout.Height), stream))
            Draw(canvas, layout);
        string text = Renumbered(Encoding.UTF8.GetString(stream.ToArray()));
        return !printed ? text : Size().Replace(text, string.Create(
            CultureInfo.InvariantCulture,
            $"width=\"{layout.Width * PointsInPrint / PointsPerMillimetre:0.###}mm\" "
            + $"height=\"{layout.Height * PointsInPrint / PointsPerMillimetre:0.###}mm\" "
            + $"viewBox=\"0 0 {layout.Width:0.###} {layout.Height:0.###}\""), 1);
    }

    private byte[] Pdf(Arrangement layout, float points)
    {
        const int Lossless = 101;
        using var stream = new MemoryStream();
        var about = new SKDocumentPdfMetadata { Title = title, RasterDpi = DotsPerInch, EncodingQuality = Lossless };
        using (SKDocument document = SKDocument.CreatePdf(stream, about))
        {
            SKCanvas canvas = document.BeginPage(layout.Width * points, layout.Height * points);
            canvas.Scale(points);
            Draw(canvas, layout);
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
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

    [GeneratedRegex("""(?<=<svg[^>]*)width="[^"]*" height="[^"]*"(?=[^>]*>)""")]
    private static partial Regex Size();

    /// <summary>Where everything goes, in units.</summary>
    private sealed record Arrangement(
        int Across, float PanelWidth, float PanelHeight, PixelPadding Margins, IReadOnlyList<string> Title,
        IReadOnlyList<IReadOnlyList<LegendItem>> Key, float Width, float Height)
    {
        public float TitleHeight => Title.Count > 0 ? Title.Count * TitleLine + TitlePadding : KeyPadding;

        public float HeaderHeight => TitleHeight + (Key.Count > 0 ? Key.Count * KeyLine + KeyPadding : 0);
    }

    private Arrangement Arrange(Rendering rendering, Paint paint)
    {
        int across = Math.Min(columns, Math.Max(1, panels.Count));
        float width, height, total;
        PixelPadding around;
        if (rendering.Width is { } millimetres)
        {
            total = (float)millimetres * PointsPerMillimetre / PointsInPrint;
            float least = LeastBeside * (float)dataWidth;
            around = Room(least, least, PlainMargins, paint);
            while (across > 1 && total / across - around.Horizontal < least)
                across--;

            // The labels depend on the data area and it on them: the second pass ends with labels that fit.
            for (int pass = 0; pass < 2; pass++)
            {
                (width, height) = Area();
                around = Room(width, height, around, paint);
            }

            (width, height) = Area();
        }
        else
        {
            (width, height) = ((float)dataWidth, (float)dataHeight);
            PixelPadding needed = Room(width, height, margins, paint);
            around = new PixelPadding(
                Math.Max(margins.Left, needed.Left), Math.Max(margins.Right, needed.Right), Math.Max(margins.Bottom, needed.Bottom),
                Math.Max(margins.Top, needed.Top));
            total = MathF.Ceiling(across * (width + around.Horizontal));
        }

        int down = (panels.Count + across - 1) / across;
        float panelWidth = width + around.Horizontal, panelHeight = height + around.Vertical;
        var layout = new Arrangement(
            across, panelWidth, panelHeight, around, rendering.Title ? Lines(total, paint) : [], Rows(total, paint), total, 0);
        return layout with { Height = MathF.Ceiling(layout.HeaderHeight + down * panelHeight) };

        (float Width, float Height) Area()
        {
            float wide = Math.Max(LeastAlone, total / across - around.Horizontal);
            return (wide, wide * (float)(dataHeight / dataWidth));
        }
    }

    /// <summary>The room that the labels of the panels need around a data area, once they are wrapped.</summary>
    private PixelPadding Room(float width, float height, PixelPadding around, Paint paint)
    {
        float left = HalfLabel, right = HalfLabel, bottom = Gap, top = Gap;
        foreach (PanelLabels panel in panels)
        {
            panel.Fit(width, height, around, paint);
            left = Math.Max(left, panel.Room(Edge.Left, width, height, around, paint) + Gap);
            right = Math.Max(right, panel.Room(Edge.Right, width, height, around, paint) + Gap);
            bottom = Math.Max(bottom, panel.Room(Edge.Bottom, width, height, around, paint) + Gap);
            top = Math.Max(top, panel.Room(Edge.Top, width, height, around, paint) + Gap);
        }

        return new PixelPadding(left, right, bottom, top);
    }

    private static LabelStyle TitleStyle => new()
    {
        FontName = Fonts.Family,
        FontSize = Style.SheetTitleSize,
        Bold = true,
        ForeColor = Style.Ink,
        Alignment = Alignment.MiddleCenter,
    };

    private string[] Lines(float width, Paint paint) =>
        title.Length == 0 ? [] : TextLines.Wrap(title, width - 24, TitleStyle, paint).Split('\n');

    /// <summary>The key in as many rows as its entries need.</summary>
    private List<IReadOnlyList<LegendItem>> Rows(float width, Paint paint)
    {
        const float Between = 26;
        var style = new LabelStyle { FontName = Fonts.Family, FontSize = Style.SmallTextSize };
        var rows = new List<IReadOnlyList<LegendItem>>();
        var row = new List<LegendItem>();
        float taken = 0;
        foreach (LegendItem item in Key)
        {
            item.LabelText = TextLines.Shortened(item.LabelText, width - Style.SymbolWidth - Between, style, paint);
            float own = Style.SymbolWidth + Between + style.Measure(item.LabelText, paint).Width;
            if (row.Count > 0 && taken + own > width)
            {
                rows.Add(row);
                (row, taken) = ([], 0);
            }

            row.Add(item);
            taken += own;
        }

        if (row.Count > 0)
            rows.Add(row);
        return rows;
    }

    private void Draw(SKCanvas canvas, Arrangement layout)
    {
        canvas.Clear(SKColors.White);
        using (Paint paint = ScottPlot.Paint.NewDisposablePaint())
        {
            for (int line = 0; line < layout.Title.Count; line++)
            {
                LabelStyle style = TitleStyle;
                style.Text = layout.Title[line];
                style.Render(canvas, new Pixel(layout.Width / 2, TitlePadding / 2 + (line + 0.5f) * TitleLine), paint);
            }

            for (int row = 0; row < layout.Key.Count; row++)
            {
                using var owner = new Plot();
                Style.DressLegend(owner);
                owner.Legend.ManualItems.AddRange(layout.Key[row]);
                owner.Legend.Orientation = Orientation.Horizontal;
                owner.Legend.TightHorizontalWrapping = true;
                owner.Legend.OutlineColor = Colors.Transparent;
                owner.Legend.BackgroundColor = Colors.Transparent;
                PathMarker.Use(owner);
                // As wide as a row can be: the rows are broken above.
                float top = layout.TitleHeight - (layout.Title.Count > 0 ? KeyPadding : 0) + row * KeyLine;
                owner.Legend.Render(
                    canvas, paint, new PixelRect(-layout.Width, 2 * layout.Width, top + KeyLine, top), Alignment.MiddleCenter);
            }
        }

        for (int index = 0; index < panels.Count; index++)
        {
            float left = index % layout.Across * layout.PanelWidth, top = layout.HeaderHeight + index / layout.Across * layout.PanelHeight;
            PathMarker.Use(panels[index].Plot);
            panels[index].Plot.Render(canvas, new PixelRect(left, left + layout.PanelWidth, top + layout.PanelHeight, top));
        }
    }
}
