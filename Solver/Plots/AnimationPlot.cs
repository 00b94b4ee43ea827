using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Runs;
using ScottPlot;
using Axis = PdeDiffusion.Grids.Axis;
using Grid = PdeDiffusion.Grids.Grid;

namespace PdeDiffusion.Plots;

/// <summary>
/// The pictures of an animation: u and v of a frame, as curves on a line and as maps of one colour scale in the plane, with the particles.
/// All pictures have one size.
/// </summary>
internal sealed class AnimationPlot
{
    private const double LineWidth = 620, LineHeight = 300, MapSide = 300;

    /// <summary>Bars of a histogram of particles.</summary>
    private const int Bars = 80;

    private static readonly PixelPadding MapMargins = new(62, 16, 52, 34);
    private static readonly double[] Shares = [0.05, 0.2, 0.4, 0.6, 0.8];

    private readonly string title;
    private readonly FrameSet frames;
    private readonly Grid? plane;
    private readonly double[][] u;
    private readonly double[]?[] v;
    private readonly double? most;

    /// <param name="title">The run, with its ε.</param>
    /// <param name="frames">At least one.</param>
    /// <exception cref="InvalidDataException">A frame is damaged.</exception>
    public AnimationPlot(string title, FrameSet frames, AnimationScale scale)
    {
        ArgumentNullException.ThrowIfNull(frames);
        (this.title, this.frames) = (title, frames);
        plane = frames.Dimension == 1 ? null : new Grid(AxisOf(frames.Faces[0]), AxisOf(frames.Faces[1]));
        u = [.. frames.Frames.Select(frame => frame.Fields.First(field => field.Name == "u").Values())];
        v = [.. frames.Frames.Select(frame => frame.Fields.FirstOrDefault(field => field.Name == "v")?.Values())];
        if (scale == AnimationScale.Fixed)
            most = Enumerable.Range(0, frames.Frames.Count).Max(Greatest);
    }

    /// <summary>Draws a frame; may be called from several threads.</summary>
    public Picture Draw(int index)
    {
        string time = Style.Time(frames.Frames[index].Time);
        double high = most ?? Greatest(index);
        PointFrame? points = NearestTo(frames.Frames[index].Time);
        Sheet sheet = plane is null ? Line(index, time, high, points) : Maps(plane, index, time, high, points);
        return Picture.Of(sheet.ToFigure("animation", new Rendering { Pixels = 1 }));
    }

    private Sheet Line(int index, string time, double high, PointFrame? points)
    {
        double[] faces = frames.Faces[0];
        double[] x = [.. faces.Skip(1).Select((face, cell) => 0.5 * (faces[cell] + face))];
        Plot plot = Style.NewPanel(
            "", "position x (length)", "density (1/length)", Interval.Of(faces[0], faces[^1]), Interval.Of(0, 1.08 * high));
        List<LegendItem> key = [];
        if (points is not null)
        {
            AddHistogram(plot, points.X, faces[0], faces[^1]);
            key.Add(new LegendItem { LabelText = "particles", FillColor = Style.Sky.WithAlpha(.55) });
        }

        Style.AddCurve(plot, x, u[index], Style.Blue);
        key.Add(new LegendItem { LabelText = "noised data u", LineColor = Style.Blue, LineWidth = Style.LineWidth });
        if (v[index] is { } generated)
        {
            Style.AddCurve(plot, x, generated, Style.Vermillion, pattern: LinePattern.Dashed);
            key.Add(new LegendItem
            {
                LabelText = "generated v",
                LineColor = Style.Vermillion,
                LineWidth = Style.LineWidth,
                LinePattern = LinePattern.Dashed,
            });
        }

        Note(plot, time);
        var sheet = new Sheet(title, 1, LineWidth, LineHeight, Sheet.UntitledMargins) { Key = key };
        sheet.Add(plot);
        return sheet;
    }

    private Sheet Maps(Grid grid, int index, string time, double high, PointFrame? points)
    {
        (double width, double height) = HeatMaps.DataArea(grid.Axes[0].Length, grid.Axes[1].Length, MapSide);
        var sheet = new Sheet(title, 2, width, height, MapMargins);
        sheet.Add(Map(grid, u[index], "noised data u", high, [time, $"colours to {Style.Number(Style.Rounded(high))}"]));
        if (v[index] is { } generated)
        {
            Plot plot = Map(grid, generated, points is null ? "generated v" : "generated v, particles", high, []);
            if (points is not null)
                plot.Add.Plottable(new PointCloud(new PlanePoints(Widened(points.X), Widened(points.Y)), Colors.White, 1));
            sheet.Add(plot);
        }

        return sheet;
    }

    private static Plot Map(Grid grid, double[] values, string heading, double high, string[] notes)
    {
        double own = HeatMaps.Greatest(values);
        Plot plot = HeatMaps.Panel(
            grid, values, heading, "", Interval.Of(0, high), own > 0 ? [.. Shares.Select(share => share * own)] : [], bar: false);
        plot.XLabel("x (length)");
        plot.YLabel("y (length)");
        if (notes.Length > 0)
            Note(plot, string.Join('\n', notes));
        return plot;
    }

    private static void Note(Plot plot, string text)
    {
        ScottPlot.Plottables.Annotation note = plot.Add.Annotation(text, Alignment.UpperLeft);
        note.LabelFontName = Fonts.Family;
        note.LabelFontSize = Style.TextSize;
        note.LabelFontColor = Style.Ink;
        note.LabelBackgroundColor = Colors.White.WithAlpha(.85);
        note.LabelBorderColor = Colors.Transparent;
        note.LabelShadowColor = Colors.Transparent;
    }

    private static void AddHistogram(Plot plot, float[] x, double from, double to)
    {
        double width = (to - from) / Bars;
        var counts = new int[Bars];
        foreach (float position in x)
        {
            if (position >= from && position <= to)
                counts[Math.Min(Bars - 1, (int)((position - from) / width))]++;
        }

        var outline = new List<Coordinates> { new(from, 0) };
        for (int bar = 0; bar < Bars; bar++)
        {
            double height = counts[bar] / (x.Length * width);
            outline.Add(new Coordinates(from + bar * width, height));
            outline.Add(new Coordinates(from + (bar + 1) * width, height));
        }

        outline.Add(new Coordinates(to, 0));
        ScottPlot.Plottables.Polygon filled = plot.Add.Polygon(outline.ToArray());
        filled.FillColor = Style.Sky.WithAlpha(.55);
        filled.LineWidth = 0;
    }

    private double Greatest(int index)
    {
        double high = HeatMaps.Greatest(u[index].Concat(v[index] ?? []));
        return high > 0 ? high : 1;
    }

    /// <summary>The particles nearest in log t; null without particles.</summary>
    private PointFrame? NearestTo(double time) => frames.Points.MinBy(
        points => Math.Abs(Math.Log(Math.Max(points.Time, double.Epsilon) / Math.Max(time, double.Epsilon))));

    private static double[] Widened(float[] values) => [.. values.Select(value => (double)value)];

    private static Axis AxisOf(double[] faces)
    {
        double width = (faces[^1] - faces[0]) / (faces.Length - 1);
        bool isUniform = faces.Zip(faces.Skip(1)).All(cell => Math.Abs(cell.Second - cell.First - width) < 1e-9 * width);
        return isUniform ? Axis.Uniform(faces[0], faces[^1], faces.Length - 1, Boundary.NoFlux) : Axis.Graded(faces, Boundary.NoFlux);
    }
}
