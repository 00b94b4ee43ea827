using System.Buffers.Binary;
using System.Text.RegularExpressions;
using PdeDiffusion.Figures;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Plots;
using PdeDiffusion.Tests.Plots;
using SkiaSharp;

namespace PdeDiffusion.Tests.Figures;

[TestClass]
public sealed class RunFigureListTests
{
    private static readonly (double X, double Y, double Weight)[] ThreeDiracs = [(-5, 0, 0.7), (0, 0, 0.3), (5, 0, 0.1)];

    private static IEnumerable<Figure> Drawn(string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, bool svg) =>
        RunFigureList.Draw(title, snapshots, readings, svg).Select(draw => draw());

    [TestMethod]
    public void A_run_on_a_line_gives_the_named_figures_with_labelled_svg()
    {
        Snapshot[] snapshots =
        [PlotData.Diracs(0, PlotData.Line(400), 1, ThreeDiracs), PlotData.Diracs(1, PlotData.Line(400), 0.01, ThreeDiracs)];
        Dictionary<string, Figure> figures = Drawn("three-diracs, ε = 0.2", snapshots, PlotData.Readings(100), svg: true)
            .ToDictionary(figure => figure.Name);
        CollectionAssert.AreEquivalent(
            new[]
            {
                "densities", "log-densities", "score", "div-score", "contact-sheet", "monitors", "monitor-mass-v", "monitor-li-yau",
                "monitor-lp-stability-2",
            },
            figures.Keys,
            "a monitor that judged nothing has no figure");
        foreach (Figure figure in figures.Values)
            AssertPng(figure.Png);
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        foreach (Figure figure in figures.Values)
            StringAssert.Contains(Text(figure), "three-diracs, ε = 0.2");
        foreach (string expected in new[] { "forward density u", "generated density v", "u(t, x) (1/length)", "position x (length)",
            "t = 1", "t = 0.01", "−4" })
            StringAssert.Contains(Text(figures["densities"]), expected);
        foreach (string expected in new[] { "mass[v] (guaranteed): held", "lp-stability[2] (guaranteed): VIOLATED",
            "violated (34 of 101)", "d/2t", "−min Δ log u (log axis)", "∫ v(t) = ∫ v(T)", "10⁻³" })
            StringAssert.Contains(Text(figures["monitors"]), Fonts.HasSuperscripts ? expected : expected.Replace("10⁻³", "1e-3"));
        StringAssert.Contains(Text(figures["div-score"]), "Li–Yau");
    }

    [TestMethod]
    public void A_run_in_the_plane_gives_figures_for_each_snapshot()
    {
        Grid grid = PlotData.Plane(24, 18);
        Snapshot[] snapshots = Enumerable.Range(0, 2).Select(number => PlotData.Diracs(number, grid, 1.0 / (1 + number), [(1, 1, 1)]))
            .ToArray();
        string[] names = Drawn("plane", snapshots, [], svg: false).Select(figure => figure.Name).ToArray();
        Assert.HasCount(3 * 2 + 1, names);
        foreach (string expected in new[] { "densities-000", "log-densities-000", "score-001", "contact-sheet" })
            CollectionAssert.Contains(names, expected);
    }

    [TestMethod]
    public void Of_many_snapshots_eight_lines_are_drawn_the_first_and_the_last_among_them()
    {
        Snapshot[] snapshots = Enumerable.Range(0, 30)
        .Select(number => PlotData.Diracs(number, PlotData.Line(50), (30.0 - number) / 10, ThreeDiracs)).ToArray();
        Figure figure = Drawn("many", snapshots, [], svg: true).First();
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        string[] times = Text(figure).Split('\n').Where(text => text.StartsWith("t = ", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.HasCount(8, times);
        Assert.AreEqual("t = 3 (σ = 2.45)", times[0]);
        Assert.AreEqual("t = 0.1 (σ = 0.447)", times[^1]);
    }

    [TestMethod]
    public void The_upper_right_of_the_plane_is_at_the_upper_right_of_the_picture()
    {
        Figure figure = Drawn("corner", [PlotData.Diracs(0, PlotData.Plane(160, 120), 0.05, [(2.5, 2, 1)])], [], svg: false)
        .First();
        using SKBitmap bitmap = SKBitmap.Decode(figure.Png);
        double sumX = 0, sumY = 0, weight = 0, mapX = 0, mapY = 0, area = 0;
        // The left panel without its colour bar: the map is viridis, dark violet where the density is 0, yellow where it is greatest.
        for (int y = 0; y < bitmap.Height; y++)
        {
            for (int x = 0; x < bitmap.Width * 0.41; x++)
            {
                SKColor pixel = bitmap.GetPixel(x, y);
                bool yellow = pixel.Red > 200 && pixel.Green > 200 && pixel.Blue < 100,
                    violet = pixel is { Red: 68, Green: < 5, Blue: < 90 and > 80 };
                if (yellow)
                    (sumX, sumY, weight) = (sumX + x, sumY + y, weight + 1);
                if (violet)
                    (mapX, mapY, area) = (mapX + x, mapY + y, area + 1);
            }
        }

        Assert.IsGreaterThan(20, weight);
        Assert.IsGreaterThan(1000, area);
        Assert.IsGreaterThan(mapX / area + 100, sumX / weight, "x grows to the right");
        Assert.IsLessThan(mapY / area - 100, sumY / weight, "y grows upward");
    }

    [TestMethod]
    public void The_same_input_gives_the_same_bytes()
    {
        Figure[] Draw() => Drawn("same", [PlotData.Diracs(0, PlotData.Plane(32, 24), 0.1, ThreeDiracs)], [], svg: true)
        .Append(ConvergencePlot.Draw("c", "h", [new ConvergenceCurve("L1", [1, 2], [1, 3], [])], 2, svg: true)).ToArray();
        // Side by side, as a run draws them.
        Figure[][] drawn = [.. ParallelEnumerable.Range(0, 8).AsOrdered().Select(_ => Draw())];
        foreach (Figure[] second in drawn)
            AssertSame(drawn[0], second);
    }

    private static void AssertSame(Figure[] first, Figure[] second)
    {
        for (int index = 0; index < first.Length; index++)
        {
            CollectionAssert.AreEqual(first[index].Png, second[index].Png, first[index].Name);
            Assert.AreEqual(first[index].Svg, second[index].Svg);
        }
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1e300)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Fields_without_a_shape_are_drawn_without_failing(double value)
    {
        Grid[] grids = [PlotData.Line(1), PlotData.Plane(1, 1),
        new(Axis.Graded([0, 1e-3, 0.5, 100], Boundary.NoFlux), Axis.Uniform(0, 1, 2, Boundary.Periodic))];
        foreach (Grid grid in grids)
        {
            Reading reading = new(0, 0, "mass[u]", value, value, value, value, 1, ReadingStatus.Guaranteed, Verdict.Violated);
            foreach (Figure figure in Drawn("odd", [PlotData.Filled(grid, grid.CellCount == 1 ? 0 : 0.1, value)], [reading],
                svg: false))
                AssertPng(figure.Png);
        }
    }

    [TestMethod]
    public void Values_that_are_not_finite_among_others_leave_the_rest_visible()
    {
        Snapshot snapshot = PlotData.Diracs(0, PlotData.Line(200), 0.1, ThreeDiracs);
        (snapshot.U[3], snapshot.U[100], snapshot.Score[0][7], snapshot.DivScore[9]) =
            (double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.NaN);
        foreach (Figure figure in Drawn("gaps", [snapshot with { V = null, W = null }], [], svg: true))
        {
            AssertPng(figure.Png);
            Assert.IsFalse(Regex.IsMatch(figure.Svg!, @"\b(NaN|nan|inf)\b"), figure.Name);
        }
    }

    [TestMethod]
    public void Nothing_to_draw_gives_no_figure() => Assert.IsEmpty(Drawn("empty", [], [], svg: true));

    /// <summary>The text of an SVG, one line an element.</summary>
    internal static string Text(Figure figure) =>
        string.Join('\n', Regex.Matches(figure.Svg!, @"<text[^>]*>\s*([^<]*?)\s*</text>")
            .Select(match => match.Groups[1].Value.Replace("&apos;", "'", StringComparison.Ordinal)));

    /// <summary>A PNG of at least 400 × 300 pixels that is not of one colour.</summary>
    internal static void AssertPng(byte[] png)
    {
        CollectionAssert.AreEqual(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 }, png[..8]);
        int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        Assert.IsTrue(width is >= 400 and <= 4000 && height is >= 300 and <= 6000, $"{width} × {height}");
        Assert.IsGreaterThan(3000, png.Length);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void Warming_up_beside_a_figure_changes_none_of_its_bytes(int dimension)
    {
        Snapshot[] snapshots = [PlotData.Diracs(0, PlotData.Line(400), 1, ThreeDiracs),
            PlotData.Diracs(1, PlotData.Line(400), 0.01, ThreeDiracs)];
        byte[] Draw() => [.. Drawn("warm", snapshots, PlotData.Readings(20), svg: false).SelectMany(figure => figure.Png)];
        byte[] before = Draw();
        Task warming = Task.Run(() => FigureWarmUp.Draw(dimension));
        byte[] beside = Draw();
        warming.Wait();
        CollectionAssert.AreEqual(before, beside);
        CollectionAssert.AreEqual(before, Draw());
    }
}
