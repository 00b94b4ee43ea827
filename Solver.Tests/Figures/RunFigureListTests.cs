using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Plots;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Plots;
using SkiaSharp;

namespace PdeDiffusion.Tests.Figures;

[TestClass]
public sealed class RunFigureListTests
{
    private static readonly (double X, double Y, double Weight)[] ThreeDiracs = [(-5, 0, 0.7), (0, 0, 0.3), (5, 0, 0.1)];

    private static IEnumerable<Figure> Drawn(
        string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, bool svg, FigureChoice? choice = null) =>
        List(title, snapshots, readings, choice, new Rendering { Svg = svg }).Select(figure => figure.Draw());

    private static IReadOnlyList<NamedFigure> List(
        string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, FigureChoice? choice = null,
        Rendering? rendering = null) => new RunFigureList(
            new RunContent(title, snapshots) { Readings = readings }, choice ?? FigureChoice.Default, rendering ?? Rendering.Screen).All();

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
                "densities", "log-densities", "score", "div-score", "contact-sheet", "monitors",
            },
            figures.Keys);
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
            "34 of 101 levels, min slack −0.5", "violated or not satisfied", "−min Δ log u (log axis)", "∫ v(t) = ∫ v(T)", "10⁻³" })
        {
            StringAssert.Contains(
                Text(figures["monitors"]).Replace('\n', ' '), Fonts.HasSuperscripts ? expected : expected.Replace("10⁻³", "1e-3"));
        }

        StringAssert.Contains(Text(figures["div-score"]), "Li–Yau");
    }

    [TestMethod]
    public void A_run_in_the_plane_gives_figures_for_each_snapshot()
    {
        Grid grid = PlotData.Plane(24, 18);
        Snapshot[] snapshots = Enumerable.Range(0, 2).Select(number => PlotData.Diracs(number, grid, 1.0 / (1 + number), [(1, 1, 1)]))
            .ToArray();
        string[] names = Drawn("plane", snapshots, [], svg: false).Select(figure => figure.Name).ToArray();
        CollectionAssert.AreEquivalent(new[] { "densities-001", "log-densities-001", "score-001", "contact-sheet" }, names);
        string[] each = [.. List("plane", snapshots, [], new FigureChoice { Only = ["densities", "score-000"] })
            .Select(figure => figure.Name)];
        CollectionAssert.AreEqual(new[] { "densities-000", "score-000", "densities-001" }, each);
    }

    [TestMethod]
    public void Figures_are_chosen_by_name_by_the_start_of_it_and_by_pattern()
    {
        Snapshot[] snapshots = [PlotData.Diracs(0, PlotData.Line(100), 1, ThreeDiracs)];
        string[] Names(params string[] only) => [.. List("line", snapshots, PlotData.Readings(20), new FigureChoice { Only = only })
            .Select(figure => figure.Name)];
        CollectionAssert.AreEqual(new[] { "monitors" }, Names("monitors"));
        CollectionAssert.AreEqual(
            new[] { "monitor-mass-v", "monitor-li-yau", "monitor-lp-stability-2" }, Names("monitor"),
            "a monitor that judged nothing has no figure");
        CollectionAssert.AreEqual(new[] { "score", "monitor-mass-v" }, Names("monitor-mass", "score", "score"));
        CollectionAssert.AreEqual(new[] { "score", "div-score" }, Names("*score"));
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InputException>(() => Names("scores")).Message,
            "--only: the run has no figure \"scores\"; did you mean \"score\"? (figures: densities, log-densities, score, div-score, ");
    }

    [TestMethod]
    public void Times_columns_and_ranges_that_a_run_does_not_have_are_refused_with_what_it_has()
    {
        Snapshot[] line =
            [PlotData.Diracs(0, PlotData.Line(100), 1, ThreeDiracs), PlotData.Diracs(1, PlotData.Line(100), 0.2, ThreeDiracs)];
        Snapshot[] plane = [PlotData.Diracs(0, PlotData.Plane(24, 18), 1, [(1, 1, 1)])];
        string from = line[0].Grid.X.From.ToString("R", CultureInfo.InvariantCulture);
        AssertRefused("--times: there is no snapshot at t = 0.5 (the run has t = 1, 0.2)", line, new() { Times = [0.5] });
        AssertRefused(
            "--column: the snapshots have no column \"lap_logu\"; did you mean \"lap_log_u\"? (columns: u, v, w, score, div_score, "
            + "grad_log_u, lap_log_u)", line, new() { Columns = ["lap_logu"] });
        AssertRefused($"--range: -100:2 is not a part of the box, which is {from}:", line, new() { Range = [(-100, 2)] });
        AssertRefused("--range: 2:1 is not a part of the box", line, new() { Range = [(2, 1)] });
        AssertRefused("--range: requires a range of each axis, 1, but has 2", line, new() { Range = [(0, 1), (0, 1)] });
        AssertRefused("--range: requires a range of each axis, 2, but has 1", plane, new() { Range = [(0, 1)] });

        static void AssertRefused(string message, IReadOnlyList<Snapshot> snapshots, FigureChoice choice) =>
            StringAssert.StartsWith(Assert.ThrowsExactly<InputException>(() => List("run", snapshots, [], choice)).Message, message);
    }

    /// <summary>A vector figure for print is as wide as asked, its text has 8 points, and nothing of it lies outside.</summary>
    [TestMethod]
    [DataRow(85.0)]
    [DataRow(174.0)]
    public void A_figure_for_print_has_its_width_in_mm_and_text_of_8_points(double width)
    {
        Snapshot[] line =
            [PlotData.Diracs(0, PlotData.Line(300), 1, ThreeDiracs), PlotData.Diracs(1, PlotData.Line(300), 0.05, ThreeDiracs)];
        Snapshot[] plane = [PlotData.Diracs(0, PlotData.Plane(40, 30), 0.1, [(1, 1, 1)])];
        foreach (Snapshot[] snapshots in new[] { line, plane })
        {
            foreach (NamedFigure named in List(
                "print", snapshots, PlotData.Readings(30), new FigureChoice { Only = ["*"] },
                new Rendering { Svg = true, Pdf = true, Width = width, Title = false }))
            {
                Figure figure = named.Draw();
                Match size = Regex.Match(figure.Svg!, "<svg[^>]* width=\"([0-9.]+)mm\" height=\"([0-9.]+)mm\" viewBox=\"0 0 ([0-9.]+) ");
                Assert.IsTrue(size.Success, figure.Name);
                Assert.AreEqual(width, Number(size, 1), 0.01, figure.Name);
                double unit = width / Number(size, 3);
                Assert.AreEqual(8 / 72.0 * 25.4 / 13, unit, 1e-3, "13 units are 8 points");
                int pixels = BinaryPrimitives.ReadInt32BigEndian(figure.Png.AsSpan(16));
                Assert.AreEqual(300 / 25.4 * width, pixels, 1, "300 dots per inch");
                Match page = Regex.Match(Encoding.Latin1.GetString(figure.Pdf!), @"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]");
                // The PDF has its size in steps of 0.04 points.
                Assert.AreEqual(72 / 25.4 * width, Number(page, 1), 0.04, figure.Name);
                if (Fonts.Available)
                    Assert.DoesNotContain("print", Text(figure), "no title");
            }
        }

        static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [TestMethod]
    public void Figures_zoom_to_where_all_but_a_ten_thousandth_of_u_and_v_is()
    {
        // A normal variable is within 3.89 standard deviations with probability 1 − 10⁻⁴.
        Grid grid = new(Axis.Uniform(-50, 50, 4000, Boundary.NoFlux));
        Window window = Window.OfMass([PlotData.Diracs(0, grid, 0.125, [(10, 0, 1)])]);
        double half = 3.8906 * 0.5;
        Assert.AreEqual(10 - half, window.X.Low, 0.04 * 2 * half + 0.06);
        Assert.AreEqual(10 + half, window.X.High, 0.04 * 2 * half + 0.06);
        Assert.IsGreaterThan(2 * half, window.X.Span);

        // In the plane the shorter side is at least a quarter of the longer one.
        Grid plane = PlotData.Plane(80, 60);
        Window square = Window.OfMass([PlotData.Diracs(0, plane, 0.01, [(-2, 1, 1), (2, 1, 1)])]);
        Assert.AreEqual(square.X.Span / 4, square.Y.Span, 1e-9);

        // Nothing, or what is nearly the box, is shown in the box.
        Assert.AreEqual(new Grid(grid.X).X.From, Window.OfMass([PlotData.Filled(grid, 1, 0)]).X.Low);
        Assert.AreEqual(50, Window.OfMass([PlotData.Filled(grid, 1, 1)]).X.High);
    }

    [TestMethod]
    public void A_column_of_the_snapshots_is_a_figure_with_its_units()
    {
        foreach (Grid grid in new[] { PlotData.Line(100), PlotData.Plane(24, 18) })
        {
            Snapshot[] snapshots = [PlotData.Diracs(0, grid, 0.5, [(1, 1, 1)])];
            string[] columns = [.. SnapshotColumn.All(snapshots[0]).Select(column => column.Name)];
            string header = SnapshotWriter.Header(grid.Dimension);
            CollectionAssert.IsSubsetOf(columns, header.Split(','), "as in the header");
            Figure[] figures = [.. Drawn("columns", snapshots, [], svg: true, new FigureChoice { Columns = columns })];
            Assert.HasCount(columns.Length, figures);
            StringAssert.StartsWith(figures[^1].Name, "column-lap-log-u");
            if (Fonts.Available)
                StringAssert.Contains(Text(figures[^1]), "1/length²");
        }
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 4)]
    [DataRow(5, 3)]
    [DataRow(7, 4)]
    [DataRow(9, 3)]
    [DataRow(12, 4)]
    public void A_contact_sheet_has_rows_of_about_one_length(int panels, int columns) =>
        Assert.AreEqual(columns, ContactSheet.Columns(panels));

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
        Figure figure = Drawn("corner", [PlotData.Diracs(0, PlotData.Plane(160, 120), 0.05, [(2.5, 2, 1)])], [], svg: false,
            new FigureChoice { WholeBox = true }).First();
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
            .Append(ConvergencePlot.Draw("c", "h", [new ConvergenceCurve("L1", [1, 2], [1, 3], [])], 2, new Rendering { Svg = true }))
            .ToArray();
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
