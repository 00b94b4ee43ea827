using CsCheck;
using MathNet.Numerics.Distributions;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Measures;

namespace PdeDiffusion.Tests.Measures;

/// <summary>W_1, W_2 and sliced W_2 against closed forms.</summary>
[TestClass]
public sealed class TransportTests
{
    [TestMethod]
    public void A_shift_costs_its_length_on_the_line() =>
        Gen.Select(Gen.Double[-3, 3].Array[1, 30], Gen.Double[-5, 5]).Sample((points, shift) =>
        {
            QuantileFunction law = QuantileFunction.OfPoints(points);
            QuantileFunction shifted = QuantileFunction.OfPoints([.. points.Select(point => point + shift).Reverse()]);
            foreach (int order in new[] { 1, 2 })
                Assert.AreEqual(Math.Abs(shift), QuantileFunction.Distance(law, shifted, order), 1e-12);
        });

    [TestMethod]
    public void Two_gaussians_on_the_line_have_the_closed_form()
    {
        // W_2² = (m − n)² + (σ − τ)²; W_1 = σ-integral of |(m − n) + (σ − τ) z|. A cell is a uniform law: 1e-3 of it is h²/24 relative to
        // σ².
        Axis axis = Axis.Uniform(-12, 12, 6000, Boundary.NoFlux);
        var grid = new Grid(axis);
        double[] first = new double[6000], second = new double[6000];
        Mixture.Gaussian([-0.5], 0.49).CellAverages(grid, first);
        Mixture.Gaussian([0.8], 1.44).CellAverages(grid, second);
        QuantileFunction a = QuantileFunction.OfCells(axis, first), b = QuantileFunction.OfCells(axis, second);
        Assert.AreEqual(Math.Sqrt(1.3 * 1.3 + 0.5 * 0.5), QuantileFunction.Distance(a, b, 2), 1e-5);

        // E|X| of X = N(1.3, 0.25): σ √(2/π) exp(−m²/2σ²) + m (1 − 2Φ(−m/σ)).
        double ratio = 1.3 / 0.5;
        double folded = 0.5 * Math.Sqrt(2 / Math.PI) * Math.Exp(-0.5 * ratio * ratio) + 1.3 * (1 - 2 * Normal.CDF(0, 1, -ratio));
        Assert.AreEqual(folded, QuantileFunction.Distance(a, b, 1), 1e-5);
    }

    [TestMethod]
    public void Where_quantiles_cross_W1_is_the_area_between_them()
    {
        // Q_a = 1 everywhere, Q_b = 2m: ∫|1 − 2m| = 1/2 and ∫(1 − 2m)² = 1/3.
        QuantileFunction point = QuantileFunction.OfPoints([1]);
        QuantileFunction uniform = QuantileFunction.OfCells(Axis.Uniform(0, 2, 1, Boundary.NoFlux), [0.5]);
        Assert.AreEqual(0.5, QuantileFunction.Distance(point, uniform, 1), 1e-15);
        Assert.AreEqual(Math.Sqrt(1.0 / 3), QuantileFunction.Distance(point, uniform, 2), 1e-15);
    }

    [TestMethod]
    public void The_distance_is_a_metric() =>
        Gen.Double[-3, 3].Array[1, 12].Array[3].Sample(points =>
        {
            QuantileFunction[] laws = [.. points.Select(one => QuantileFunction.OfPoints(one))];
            foreach (int order in new[] { 1, 2 })
            {
                double ab = QuantileFunction.Distance(laws[0], laws[1], order), bc = QuantileFunction.Distance(laws[1], laws[2], order);
                Assert.AreEqual(ab, QuantileFunction.Distance(laws[1], laws[0], order), 1e-13);
                Assert.AreEqual(0, QuantileFunction.Distance(laws[0], laws[0], order), 1e-13);
                Assert.IsLessThanOrEqualTo(ab + bc + 1e-12, QuantileFunction.Distance(laws[0], laws[2], order));
            }
        });

    [TestMethod]
    public void A_shift_costs_its_length_in_the_plane_for_any_number_of_directions() =>
        Gen.Select(Gen.Double[-3, 3].Array[2, 20], Gen.Double[-2, 2], Gen.Double[-2, 2], Gen.Int[2, 9]).Sample((x, alongX, alongY, count) =>
        {
            double[] y = [.. x.Select(value => Math.Sin(5 * value))];
            double distance = new SlicedTransport(count).Distance(
                x, y, [.. x.Select(value => value + alongX)], [.. y.Select(value => value + alongY)]);
            Assert.AreEqual(double.Hypot(alongX, alongY), distance, 1e-12);
        });

    [TestMethod]
    public void Two_isotropic_gaussians_in_the_plane_have_the_closed_form_on_a_grid()
    {
        // W_2² = |m − n|² + 2 (σ − τ)², which slicing with the factor 2 finds exactly.
        var grid = new Grid(Axis.Uniform(-6, 6, 240, Boundary.NoFlux), Axis.Uniform(-6, 6, 240, Boundary.NoFlux));
        double[] first = new double[grid.CellCount], second = new double[grid.CellCount];
        Mixture.Gaussian([-0.5, 0.2], 0.36).CellAverages(grid, first);
        Mixture.Gaussian([0.3, 0.8], 1).CellAverages(grid, second);
        double exact = Math.Sqrt(0.64 + 0.36 + 2 * 0.16);
        Assert.AreEqual(exact, new SlicedTransport(16).On(grid).Distance(first, second), 2e-3 * exact);
    }

    [TestMethod]
    public void Slices_are_never_longer_than_the_distance_itself() =>
        Gen.Select(Gen.Double[-2, 2].Array[6], Gen.Double[-2, 2].Array[6], Gen.Double[-2, 2].Array[6], Gen.Double[-2, 2].Array[6])
            .Sample((x, y, z, w) =>
        {
            // W_2² of six points by trying all 720 couplings.
            double least = double.PositiveInfinity;
            foreach (int[] order in Permutations([.. Enumerable.Range(0, 6)], 0))
                least = Math.Min(least, order.Select((to, from) => Square(x[from] - z[to]) + Square(y[from] - w[to])).Sum() / 6);
            Assert.IsLessThanOrEqualTo(Math.Sqrt(least) + 1e-12, new SlicedTransport(24).Distance(x, y, z, w));
        }, iter: 20);

    private static IEnumerable<int[]> Permutations(int[] items, int from)
    {
        if (from == items.Length)
        {
            yield return items;
            yield break;
        }

        for (int k = from; k < items.Length; k++)
        {
            (items[from], items[k]) = (items[k], items[from]);
            foreach (int[] order in Permutations(items, from + 1))
                yield return order;
            (items[from], items[k]) = (items[k], items[from]);
        }
    }

    private static double Square(double value) => value * value;
}
