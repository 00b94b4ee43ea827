using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Remap;

/// <summary>
/// The guard of the cross correction (docs/remap.md, 8) where KL(v|u) would rise. With ∂²_xy log u &gt; 0 and log w rising along the
/// diagonal, ∫ F · ∇ log w &gt; 0: every part of the correction raises KL, and only what the sweeps take away leaves room for it.
/// </summary>
[TestClass]
public sealed class CrossCorrectionTests
{
    private const double TimeStep = 0.3;

    private static readonly Grid Square = new(Axis.Uniform(-3, 3, 40, Boundary.NoFlux), Axis.Uniform(-3, 3, 36, Boundary.NoFlux));

    /// <summary>u a Gaussian of correlation 0.6, w = exp(0.5 (x + sign y)) within bounds.</summary>
    private static (double[] U, double[] V) Density(int sign)
    {
        double[] u = new double[Square.CellCount], v = new double[Square.CellCount];
        for (int cell = 0; cell < u.Length; cell++)
        {
            double x = Square.Centre(cell, 0), y = Square.Centre(cell, 1);
            u[cell] = Math.Exp(-(x * x - 1.2 * x * y + y * y) / 1.28) / (2 * Math.PI * 0.8);
            v[cell] = u[cell] * Math.Exp(0.5 * (x + sign * y));
        }

        double mass = PdeDiffusion.Grids.Density.Mass(Square, v);
        return (u, [.. v.Select(value => value / mass)]);
    }

    /// <summary>
    /// A whole step with one u, in which the place of the sweeps is taken by v ↦ (1 − pull) v + pull u ∫v/∫u; checks mass, bounds and KL.
    /// </summary>
    /// <returns>Whether the first half was accepted, the share of the correction kept, and v before and after.</returns>
    private static (bool Sufficed, double Kept, double[] Before, double[] After) Step(int sign, double pull)
    {
        using var team = new WorkerTeam(1);
        (double[] u, double[] v) = Density(sign);
        double[] before = [.. v];
        double mass = PdeDiffusion.Grids.Density.Mass(Square, v), all = PdeDiffusion.Grids.Density.Mass(Square, u);
        double divergence = PdeDiffusion.Grids.Density.KullbackLeibler(Square, v, u);
        (double lowest, double highest) = PdeDiffusion.Grids.Density.RatioRange(v, u);
        var correction = new CrossCorrection(Square, 0, CellValues.Zeros(Square), team);
        var step = new GenerationStep(u, u, v, null, 1, TimeStep, 0);
        double[] swept = correction.Before(step, lowest, highest);
        void Sweep()
        {
            for (int cell = 0; cell < swept.Length; cell++)
                swept[cell] = (1 - pull) * swept[cell] + pull * u[cell] * mass / all;
        }

        // What is not a number proves nothing, so the guard measures with exact logarithms.
        var unknown = new Divergence(double.NaN, double.NaN);
        Sweep();
        bool sufficed = correction.After(step, unknown, unknown);
        if (!sufficed)
        {
            Sweep();
            correction.AfterRepetition(step);
        }

        Assert.AreEqual(mass, PdeDiffusion.Grids.Density.Mass(Square, v), 1e-13);
        (double least, double most) = PdeDiffusion.Grids.Density.RatioRange(v, u);
        Assert.IsTrue(least >= lowest * (1 - 1e-13) && most <= highest * (1 + 1e-13), "bounds on w");
        double after = PdeDiffusion.Grids.Density.KullbackLeibler(Square, v, u);
        Assert.IsTrue(after <= divergence * (1 + 1e-14), $"KL rose from {divergence:R} to {after:R}");
        Assert.IsTrue(correction.Wanted > 0 && correction.Moved <= correction.Wanted, "counts");
        return (sufficed, correction.Moved / correction.Wanted, before, v);
    }

    [TestMethod]
    public void WhereNothingTakesKlAwayNoneOfTheCorrectionIsKept()
    {
        (bool sufficed, double kept, double[] before, double[] after) = Step(sign: 1, pull: 0);
        Assert.IsFalse(sufficed);
        Assert.AreEqual(0, kept, 1e-12);
        CollectionAssert.AreEqual(before, after);
    }

    /// <summary>A small pull lowers KL in proportion, and the share of the correction that has room is in proportion to that.</summary>
    [TestMethod]
    public void TheShareKeptIsWhatTheSweepsLeaveRoomFor()
    {
        (bool sufficed, double least, _, _) = Step(sign: 1, pull: 1e-5);
        Assert.IsFalse(sufficed, "not even the first half has room");
        Assert.IsTrue(least is > 0.01 and < 0.1, $"{least:R}");
        (sufficed, double more, _, _) = Step(sign: 1, pull: 1e-4);
        Assert.IsFalse(sufficed);
        Assert.AreEqual(10, more / least, 0.2);
        (sufficed, double most, _, _) = Step(sign: 1, pull: 3e-4);
        Assert.IsTrue(sufficed, "the first half has room, the second only in part");
        Assert.AreEqual(30, most / least, 0.6);
        (sufficed, double all, _, _) = Step(sign: 1, pull: 1e-3);
        Assert.IsTrue(sufficed);
        Assert.AreEqual(1, all, 2e-4);
    }

    [TestMethod]
    public void WhereItLowersKlAllOfItIsKept()
    {
        (bool sufficed, double kept, double[] before, double[] after) = Step(sign: -1, pull: 0);
        Assert.IsTrue(sufficed);
        Assert.AreEqual(1, kept, 2e-4);
        CollectionAssert.AreNotEqual(before, after);
    }
}
