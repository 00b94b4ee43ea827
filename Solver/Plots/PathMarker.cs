using ScottPlot;
using SkiaSharp;

namespace PdeDiffusion.Plots;

/// <summary>
/// A marker drawn as a path, with the pixels of the drawing library's own. The library leaves its path to the garbage collector, which can
/// free it while it is being drawn: the process then ends in native code.
/// </summary>
internal sealed class PathMarker : IMarker
{
    private readonly bool isFilled;
    private readonly Action<SKPath, Pixel, float> add;

    private PathMarker(bool isFilled, Action<SKPath, Pixel, float> add) => (this.isFilled, this.add) = (isFilled, add);

    /// <summary>Draws the markers of a plot and its legend in this way.</summary>
    public static void Use(Plot plot)
    {
        ArgumentNullException.ThrowIfNull(plot);
        foreach (IHasMarker plottable in plot.GetPlottables().OfType<IHasMarker>())
            Use(plottable.MarkerStyle);
        foreach (LegendItem item in plot.Legend.ManualItems)
            Use(item.MarkerStyle);
    }

    /// <summary>The marker of a shape; null for a shape that the library draws without a path.</summary>
    /// <exception cref="ArgumentException">The library draws the shape as a path, and there is none here.</exception>
    public static IMarker? Of(MarkerShape shape) => shape switch
    {
        MarkerShape.None or MarkerShape.FilledCircle or MarkerShape.OpenCircle or MarkerShape.FilledSquare
            or MarkerShape.OpenSquare => null,
        MarkerShape.FilledDiamond => new PathMarker(true, Diamond),
        MarkerShape.OpenDiamond => new PathMarker(false, Diamond),
        MarkerShape.FilledTriangleUp => new PathMarker(true, TriangleUp),
        MarkerShape.OpenTriangleUp => new PathMarker(false, TriangleUp),
        MarkerShape.OpenTriangleDown => new PathMarker(false, TriangleDown),
        MarkerShape.Eks => new PathMarker(false, Eks),
        _ => throw new ArgumentException($"markers of shape {shape} are not drawn", nameof(shape)),
    };

    /// <inheritdoc/>
    public void Render(SKCanvas canvas, Paint paint, Pixel center, float size, MarkerStyle markerStyle)
    {
        ArgumentNullException.ThrowIfNull(markerStyle);
        using var path = new SKPath();
        add(path, center, size);
        if (!isFilled)
        {
            Drawing.DrawPath(canvas, paint, path, markerStyle.LineStyle);
            return;
        }

        Drawing.FillPath(canvas, paint, path, markerStyle.FillStyle, new PixelRect(center, size / 2));
        Drawing.DrawPath(canvas, paint, path, markerStyle.OutlineStyle);
    }

    private static void Use(MarkerStyle style)
    {
        if (style.IsVisible && style.CustomRenderer is null)
            style.CustomRenderer = Of(style.Shape);
    }

    private static void Diamond(SKPath path, Pixel center, float size)
    {
        float reach = size / 2;
        path.AddPoly(
        [
            new(center.X + reach, center.Y), new(center.X, center.Y + reach), new(center.X - reach, center.Y),
            new(center.X, center.Y - reach),
        ]);
    }

    private static void TriangleUp(SKPath path, Pixel center, float size) => Triangle(path, center, (float)(size / 1.732), -1);

    private static void TriangleDown(SKPath path, Pixel center, float size) => Triangle(path, center, (float)(size / 1.732), 1);

    /// <summary>Of equal sides; its tip is above the centre (−1) or below (1).</summary>
    private static void Triangle(SKPath path, Pixel center, float radius, int side)
    {
        float half = (float)(radius * 0.866), across = -side * (radius / 2);
        path.AddPoly(
        [
            new(center.X, center.Y + side * radius), new(center.X + half, center.Y + across), new(center.X - half, center.Y + across),
        ]);
    }

    private static void Eks(SKPath path, Pixel center, float size)
    {
        float reach = size / 2;
        path.MoveTo(center.X + reach, center.Y + reach);
        path.LineTo(center.X - reach, center.Y - reach);
        path.MoveTo(center.X - reach, center.Y + reach);
        path.LineTo(center.X + reach, center.Y - reach);
    }
}
