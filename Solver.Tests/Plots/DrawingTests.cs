using PdeDiffusion.Grids;
using PdeDiffusion.Plots;
using PdeDiffusion.Tests.Figures;

namespace PdeDiffusion.Tests.Plots;

[TestClass]
public sealed class DrawingTests
{
    [TestMethod]
    public void A_convergence_plot_names_the_slopes_and_the_expected_order()
    {
        double[] h = [0.2, 0.1, 0.05, 0.025, 0];
        bool[] floors = [false, false, false, true, true];
        Figure figure = ConvergencePlot.Draw(
            "refinement", "cell width h (length)",
            [
                new ConvergenceCurve("L1", h, [.. h.Select(x => 3 * x * x)], []),
                new ConvergenceCurve("L∞", h, [.. h.Select(x => x < 0.04 ? 1e-15 : 7 * Math.Pow(x, 1.5))], floors),
            ], 2, new Rendering { Svg = true });
        RunFigureListTests.AssertPng(figure.Png);
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        string text = RunFigureListTests.Text(figure);
        foreach (string expected in new[] { "L1: order 2", "L∞: order 1.5", "cell width h (length)", "error", "refinement",
            "at its floor: not in the fit", "below the axis" })
        {
            StringAssert.Contains(text, expected);
        }

        // The floor of rounding does not pull the axis.
        Assert.DoesNotContain("10⁻¹⁵", text);
        Assert.DoesNotContain("10⁻⁸", text);
    }

    [TestMethod]
    public void A_convergence_plot_without_usable_errors_is_drawn()
    {
        RunFigureListTests.AssertPng(ConvergencePlot.Draw("none", "h", [], 2, Rendering.Screen).Png);
        RunFigureListTests.AssertPng(ConvergencePlot.Draw(
            "bad", "h",
            [
                new ConvergenceCurve("L1", [0.1, 0.05], [0, double.NaN], []), new ConvergenceCurve("L2", [0.1], [1e-3], []),
                new ConvergenceCurve("KL", [0.1, 0.05], [1e-16, 1e-17], [true, true]),
            ], double.NaN, Rendering.Screen).Png);
    }

    [TestMethod]
    public void Particle_figures_are_drawn_for_any_number_of_points()
    {
        PlanePoints none = new([], []), one = new([1], [2]), some = new([-1, 1, 0.5, double.NaN], [0, 0, 1, 3]);
        Grid grid = PlotData.Plane(40, 30);
        var vector = new Rendering { Svg = true };
        double[] density = PlotData.Diracs(0, grid, 0.1, [(1, 1, 1)]).U;
        foreach (PlanePoints points in new[] { none, one, some })
        {
            RunFigureListTests.AssertPng(ParticlePlots.Samples("samples", "samples", [new SamplePanel("a", points, some, true),
            new SamplePanel("b", some, points, false, grid, density)], 2, 0.95, vector).Png);
            RunFigureListTests.AssertPng(ParticlePlots.Trajectories("paths", "paths", [points, some], points, vector).Png);
            RunFigureListTests.AssertPng(
                ParticlePlots.Cores("cores", "cores", [new CorePanel("γ = 0", [points, some])], points, 2, vector).Png);
        }
    }

    [TestMethod]
    public void The_region_of_highest_density_of_a_gaussian_ends_where_theory_says()
    {
        // In the plane the region of N(0, aI) that holds a share p ends at density (1 − p) / (2πa).
        Grid grid = new(Axis.Uniform(-4, 4, 400, Boundary.NoFlux), Axis.Uniform(-4, 4, 400, Boundary.NoFlux));
        double[] density = PlotData.Diracs(0, grid, 0.1, [(0, 0, 1)]).U;
        Assert.AreEqual(0.05 / (2 * Math.PI * 0.2), Density.HighestDensityLevel(grid, density, 0.95), 2e-4);
        Assert.AreEqual(0, Density.HighestDensityLevel(grid, new double[grid.CellCount], 0.95));
    }

    [TestMethod]
    public void A_raster_keeps_the_mass_of_graded_and_large_grids()
    {
        double[] faces = Enumerable.Range(0, 61).Select(k => Math.Sinh(3 * (k / 30.0 - 1))).ToArray();
        Grid[] grids = [new(Axis.Graded(faces, Boundary.NoFlux), Axis.Uniform(-3, 3, 1000, Boundary.NoFlux)), PlotData.Plane(7, 700),
            PlotData.Plane(1, 1)];
        foreach (Grid grid in grids)
        {
            double[] values = Enumerable.Range(0, grid.CellCount).Select(cell => 1 + Math.Sin(cell)).ToArray();
            Raster raster = Raster.Of(grid, values);
            double expected = values.Select((value, cell) => value * grid.Volume(cell)).Sum();
            double pixel = raster.Box.Area / raster.Values.Length;
            // Sums of about 10^5 terms of one sign, each rounded a few times.
            Assert.AreEqual(expected, raster.Values.Cast<double>().Sum() * pixel, 1e-10 * expected);
        }
    }

    [TestMethod]
    public void A_raster_puts_small_grids_into_repeated_cells()
    {
        Grid grid = PlotData.Plane(2, 3);
        Raster raster = Raster.Of(grid, [0, 1, 2, 3, 4, 5]);
        int height = raster.Values.GetLength(0), width = raster.Values.GetLength(1);
        Assert.AreEqual(0, raster.Values[0, 0]);
        Assert.AreEqual(1, raster.Values[0, width - 1]);
        Assert.AreEqual(4, raster.Values[height - 1, 0]);
        Assert.AreEqual(5, raster.Values[height - 1, width - 1]);
    }

    [TestMethod]
    public void Thinning_a_long_curve_keeps_its_peaks_and_gaps()
    {
        double[] x = Enumerable.Range(0, 100_000).Select(k => (double)k).ToArray(), y = x.Select(value => Math.Sin(value / 7000)).ToArray();
        (y[12_345], y[77_777]) = (50, -60);
        Array.Fill(y, double.NaN, 40_000, 5_000);
        (double[] thinX, double[] thinY) = Decimation.MinMax(x, y, -100, 100);
        Assert.IsLessThanOrEqualTo(2000, thinX.Length);
        Assert.AreEqual(50, thinY[Array.IndexOf(thinX, 12_345.0)]);
        Assert.AreEqual(-60, thinY[Array.IndexOf(thinX, 77_777.0)]);
        Assert.AreEqual(1, thinY.Count(double.IsNaN));
        CollectionAssert.AreEqual(thinX.Order().ToArray(), thinX);
    }

    [TestMethod]
    [DataRow(0.0, "0")]
    [DataRow(0.25, "0.25")]
    [DataRow(-3.0, "−3")]
    [DataRow(1e-3, "0.001")]
    [DataRow(2e-5, "2×10⁻⁵")]
    [DataRow(-1e12, "−10¹²")]
    [DataRow(0.30000000000000004, "0.3")]
    [DataRow(1234.5678, "1235")]
    [DataRow(double.NegativeInfinity, "−∞")]
    public void Numbers_are_written_short(double value, string expected)
    {
        if (!Fonts.HasSuperscripts)
            Assert.Inconclusive("the installed font has no superscripts");
        Assert.AreEqual(expected, Style.Number(value));
    }

    [TestMethod]
    [DataRow("u(t, x) (1/length, signed log axis)")]
    [DataRow("three-diracs, ε = 0.2, t = 0.001 (σ = 0.0447): densities\nof two kinds")]
    [DataRow("averyverylongwordthatfitsnowhere and more")]
    [DataRow("")]
    public void Labels_are_broken_at_blanks_into_lines_that_fit(string text)
    {
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        using ScottPlot.Paint paint = ScottPlot.Paint.NewDisposablePaint();
        var style = new ScottPlot.LabelStyle { FontName = Fonts.Family, FontSize = 13 };
        foreach (float width in new[] { 60f, 120, 250, 1000 })
        {
            string wrapped = TextLines.Wrap(text, width, style, paint);
            Assert.AreEqual(text.Replace('\n', ' '), wrapped.Replace('\n', ' '));
            foreach (string line in wrapped.Split('\n'))
            {
                Assert.IsTrue(
                    style.Measure(line, paint).Width <= width || !line.Replace(" = ", "=", StringComparison.Ordinal).Contains(' '), line);
                Assert.IsFalse(line.StartsWith('=') || line.EndsWith('='), line);
            }

            string shortened = TextLines.Shortened(text, width, style, paint);
            Assert.IsTrue(style.Measure(shortened, paint).Width <= width, shortened);
            Assert.IsTrue(shortened == text || (shortened.EndsWith('…') && text.StartsWith(shortened[..^1], StringComparison.Ordinal)));
        }
    }
}
