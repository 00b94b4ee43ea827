using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Measures;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Tests.Measures;

[TestClass]
public sealed class NoveltyTests
{
    [TestMethod]
    public void Memorised_points_are_those_in_voronoi_cells_shrunk_about_their_points() =>
        Gen.Select(Gen.Double[-2, 2].Array[4, 12], Gen.Double[0, 0.95], Gen.Double[-3, 3].Array[40]).Sample((x, gamma, places) =>
        {
            double[] y = [.. x.Select((value, k) => Math.Cos(3 * value + k))], otherY = [.. places.Select(value => Math.Sin(7 * value))];
            var cells = new VoronoiCores(x, y, -4, 4, -4, 4);
            int inside = 0;
            for (int p = 0; p < places.Length; p++)
            {
                int nearest = cells.Nearest(places[p], otherY[p]);
                double stretchedX = x[nearest] + (places[p] - x[nearest]) / (1 - gamma);
                double stretchedY = y[nearest] + (otherY[p] - y[nearest]) / (1 - gamma);
                inside += cells.Nearest(stretchedX, stretchedY) == nearest ? 1 : 0;
            }

            Assert.AreEqual((double)inside / places.Length, new TrainingSet(x, y, gamma).Of(places, otherY).Memorised);
        });

    [TestMethod]
    public void Training_points_are_memorised_and_points_half_way_are_not()
    {
        var training = new TrainingSet([0, 1, 3, 3], [0, 0, 0, 0], 0.5);
        Assert.AreEqual(3, training.Count);
        Assert.AreEqual(new Nearness(0, 1), training.Of([0, 1, 3], [0, 0, 0]));
        Assert.AreEqual(new Nearness(0.5, 0), training.Of([0.5], [0]));

        // Between neighbours the core ends at (1 − γ)/2 of their distance.
        Assert.AreEqual(new Nearness(0.125, 1), training.Of([0.249, 0.999], [0, 0]) with { Distance = 0.125 });
        Assert.AreEqual(0, training.Of([0.251, 0.749, 1.51], [0, 0, 0]).Memorised);
        Assert.AreEqual(1, training.Of([-5, 1.49, 3.4], [0, 0, 0]).Memorised);
    }

    [TestMethod]
    public void Fresh_draws_score_zero_on_memorisation_within_sampling_error()
    {
        Curve curve = Curve.Lemniscate(2);
        const int draws = 4000;
        Mixture first = curve.Sample(draws, 101), second = curve.Sample(draws, 202);
        foreach (int samples in new[] { 20, 100, 500 })
        {
            Mixture sample = curve.Sample(samples, 7);
            var training = new TrainingSet(sample.X, sample.Y, 0.5);
            double share = training.Of(first.X, first.Y).Memorised, fresh = training.Of(second.X, second.Y).Memorised;
            Assert.IsTrue(fresh is > 0.4 and < 0.6, $"{fresh}");

            // Two binomial shares of the same p: a difference of five standard deviations is nothing that happens.
            double error = Math.Sqrt(2 * fresh * (1 - fresh) / draws) / (1 - fresh);
            Assert.AreEqual(0, TrainingSet.Excess(share, fresh), 5 * error);
        }
    }

    [TestMethod]
    public void Coverage_counts_what_lies_within_the_radius()
    {
        Assert.AreEqual(0.5, Coverage.Share([0, 1, 2, 3], [0, 0, 0, 0], [0, 2.05], [0, 0], 0.1));
        Assert.AreEqual(0, Coverage.Share([0], [1], [0], [0], 0.99));
        Assert.AreEqual(1, Coverage.Share([0], [1], [0], [0], 1));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void The_likelihood_of_the_models_own_flow_is_its_density_however_coarse_the_grid(int dimension)
    {
        // v = û: the value in closed form, with peaks far narrower than a cell; two points lie near a wall, whose images count.
        Axis axis = Axis.Uniform(-2, 2, 20, Boundary.NoFlux);
        Grid grid = dimension == 1 ? new Grid(axis) : new Grid(axis, axis);
        double[] x = [-1.5, 0.1, 0.13, 1.98], y = [0.3, -0.2, 1.99, -1];
        Mixture model = dimension == 1 ? Mixture.Points(x) : Mixture.Points(x, y, []);
        var v = new double[grid.CellCount];
        foreach (double time in new[] { 1e-4, 1e-2 })
        {
            model.CellAverages(grid, 2 * time, v);
            double[] atX = [-1.49, 0.12, 1.985], atY = dimension == 1 ? [0, 0, 0] : [0.31, -0.19, -1.01];
            double expected = 0;
            for (int draw = 0; draw < atX.Length; draw++)
            {
                double sum = 0;
                foreach (double imageX in new[] { atX[draw], 4 - atX[draw], -4 - atX[draw] })
                {
                    foreach (double imageY in dimension == 1 ? [0.0] : new[] { atY[draw], 4 - atY[draw], -4 - atY[draw] })
                        sum += Math.Exp(model.LogDensity(time, imageX, imageY));
                }

                expected += Math.Log(sum) / atX.Length;
            }

            Assert.AreEqual(expected, HeldOutLikelihood.Mean(grid, v, model, time, atX, atY), 1e-9 * Math.Abs(expected));
        }
    }

    [TestMethod]
    public void A_draw_that_v_gives_no_mass_counts_with_the_least_density()
    {
        var grid = new Grid(Axis.Uniform(-2, 2, 20, Boundary.NoFlux));
        Assert.AreEqual(
            Math.Log(HeldOutLikelihood.Least), HeldOutLikelihood.Mean(grid, new double[20], Mixture.Points([0]), 0.1, [0.1, 5], [0, 0]));
    }
}
