using ScottPlot;
using SkiaSharp;

namespace PdeDiffusion.Plots;

/// <summary>
/// Many points as squares of whole pixels in one colour: anti-aliased discs of ten thousand samples make a PNG three times as large, and
/// each is a separate path in an SVG.
/// </summary>
internal sealed class PointCloud(PlanePoints points, Color color, float size) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        var places = new List<SKPoint>(points.Count);
        for (int index = 0; index < points.Count; index++)
        {
            Pixel pixel = Axes.GetPixel(new Coordinates(points.X[index], points.Y[index]));
            if (rp.DataRect.Contains(pixel))
                places.Add(new SKPoint(pixel.X, pixel.Y));
        }

        using var paint = new SKPaint
        {
            Color = color.ToSKColor(),
            StrokeWidth = size,
            StrokeCap = SKStrokeCap.Square,
            IsAntialias = false,
        };
        rp.Canvas.DrawPoints(SKPointMode.Points, [.. places], paint);
    }
}
