using PdeDiffusion.Plots;
using ScottPlot;
using ScottPlot.Plottables;

namespace PdeDiffusion.Tests.Plots;

/// <summary>Markers that are freed by who drew them look as the drawing library's.</summary>
[TestClass]
public sealed class PathMarkerTests
{
    [TestMethod]
    [DataRow(MarkerShape.FilledDiamond)]
    [DataRow(MarkerShape.OpenDiamond)]
    [DataRow(MarkerShape.FilledTriangleUp)]
    [DataRow(MarkerShape.OpenTriangleUp)]
    [DataRow(MarkerShape.OpenTriangleDown)]
    [DataRow(MarkerShape.Eks)]
    public void TheyHaveTheLibrarysPixels(MarkerShape shape)
    {
        byte[] theirs = Draw(shape, own: false), ours = Draw(shape, own: true);
        CollectionAssert.AreEqual(theirs, ours);
        CollectionAssert.AreNotEqual(theirs, Draw(MarkerShape.FilledCircle, own: true));
    }

    [TestMethod]
    public void EveryMarkerOfAPlotAndItsLegendIsOurs()
    {
        using var plot = new Plot();
        Scatter line = plot.Add.Scatter(new double[] { 0, 1 }, new double[] { 0, 1 });
        line.MarkerShape = MarkerShape.FilledDiamond;
        Markers markers = plot.Add.Markers(new double[] { 0, 1 }, new double[] { 0, 1 }, MarkerShape.Eks);
        Marker marker = plot.Add.Marker(0.5, 0.5, MarkerShape.OpenTriangleUp);
        var item = new LegendItem { MarkerStyle = new MarkerStyle(MarkerShape.OpenDiamond, 9, Colors.Black) };
        plot.Legend.ManualItems.Add(item);
        PathMarker.Use(plot);
        foreach (MarkerStyle style in new[] { line.MarkerStyle, markers.MarkerStyle, marker.MarkerStyle, item.MarkerStyle })
            Assert.IsInstanceOfType<PathMarker>(style.CustomRenderer);
    }

    /// <summary>A shape that the library draws as a path is refused: circles and squares are not paths.</summary>
    [TestMethod]
    public void OtherShapesAreRefused()
    {
        Assert.IsNull(PathMarker.Of(MarkerShape.OpenCircle));
        Assert.ThrowsExactly<ArgumentException>(() => PathMarker.Of(MarkerShape.Asterisk));
    }

    private static byte[] Draw(MarkerShape shape, bool own)
    {
        using var plot = new Plot();
        plot.Add.Markers(new[] { 0.1, 0.63 }, new[] { 0.2, 0.7 }, shape, 17.3f, Colors.Navy).MarkerStyle.LineWidth = 2;
        plot.Add.Marker(0.4, 0.5, shape, 9, Colors.Orange);
        if (own)
            PathMarker.Use(plot);
        return plot.GetImageBytes(200, 150, ImageFormat.Png);
    }
}
