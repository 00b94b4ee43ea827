using CsCheck;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;
using PdeDiffusion.Tests.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Data;

/// <summary>
/// Diracs on a grid: mass and first moment are kept, mirrored data have mirrored masses, and the heat flow is second order.
/// </summary>
[TestClass]
public sealed class DiracSplitTests
{
    [TestMethod]
    public void MassAndFirstMomentAreKeptBetweenTheCentres() =>
        Gen.Select(Problem.AnyAxis, Gen.Double[0, 1]).Sample((axis, share) =>
        {
            double position = axis.From + share * (axis.To - axis.From);
            double[] masses = Masses(axis, position);
            Assert.AreEqual(1, masses.Sum(), 1e-15);
            Assert.IsTrue(masses.All(mass => mass >= 0));
            double first = axis.Centres[0], last = axis.Centres[^1];
            if (axis.IsPeriodic && axis.Cells > 1 && (position < first || position > last))
            {
                // On a circle the two cells are the ends: the moment about the end face, with one of them moved by the period.
                double below = position < first ? position + axis.To - axis.From : position;
                double mean = masses[^1] * last + masses[0] * (first + axis.To - axis.From);
                Assert.AreEqual(below, mean, 1e-14);
            }
            else
            {
                double mean = Enumerable.Range(0, axis.Cells).Sum(cell => masses[cell] * axis.Centres[cell]);
                Assert.AreEqual(
                    Math.Clamp(position, first, last), axis.Cells == 1 ? first : mean, 1e-14, "at a wall the end cell holds all");
            }
        }, iter: 2000);

    [TestMethod]
    public void MirroredPointsHaveMirroredMassesToTheBit()
    {
        foreach (Boundary boundary in Enum.GetValues<Boundary>())
        {
            var graded = Gradings.Sinh(-1, 1, 20, 0, 1.5, boundary);
            double[] half = [.. graded.Faces[..10].ToArray()];
            Axis mirrored = Axis.Graded([.. half, 0, .. half.Reverse().Select(face => -face)], boundary);
            foreach (Axis axis in new[] { Axis.Uniform(-1, 1, 20, boundary), Axis.Uniform(-1, 1, 21, boundary), mirrored })
            {
                foreach (double position in new[] { 0.9, 0.3, 0.7, 0, 1, 1.0 / 3, 0.05, 0.95, 0.999 })
                    CollectionAssert.AreEqual(Masses(axis, position), Masses(axis, -position).Reverse().ToArray(), $"{position}");
            }
        }
    }

    [TestMethod]
    [DataRow(0.3)]
    [DataRow(0.7)]
    [DataRow(-0.9)]
    [DataRow(0.9)]
    public void APointOnAFaceKeepsItsMean(double position)
    {
        // Before it reached the walls' neighbourhood: the mean of u is the point's.
        using var team = new WorkerTeam(1);
        var grid = new Grid(Axis.Uniform(-1, 1, 20, Boundary.NoFlux));
        double[] u = Flow(grid, position, ForwardKind.ImplicitEuler, 0.0025, team);
        double walls = Math.Abs(position) > 0.8 ? 0.05 : 1e-3;
        Assert.AreEqual(position, Moments.Mean(grid, u, 0), walls);
        double[] other = Flow(grid, -position, ForwardKind.ImplicitEuler, 0.0025, team);
        Assert.AreEqual(-Moments.Mean(grid, u, 0), Moments.Mean(grid, other, 0), 1e-14);
    }

    /// <summary>One point 0.03 h from a face, the worst place for a Dirac that goes into one cell: then the error was 0.47 h.</summary>
    [TestMethod]
    [DataRow(ForwardKind.LatticeExact)]
    [DataRow(ForwardKind.ImplicitEuler)]
    public void TheHeatFlowOfAPointIsSecondOrder(ForwardKind kind)
    {
        using var team = new WorkerTeam(1);
        double[] errors = [.. new[] { 100, 200, 400, 800 }.Select(cells =>
        {
            var grid = new Grid(Axis.Uniform(-8, 8, cells, Boundary.NoFlux));
            double position = 0.03 * 16 / cells;
            var exact = new double[cells];
            Mixture.Points([position]).CellAverages(grid, 0.2, exact);
            return Density.Distance(grid, Flow(grid, position, kind, 0.1, team, cells * cells / 80), exact, 1);
        })];
        string shown = string.Join(", ", errors.Select(error => $"{error:E2}"));
        for (int level = 1; level < errors.Length; level++)
            Assert.IsTrue(Math.Log2(errors[level - 1] / errors[level]) >= 1.9, shown);
        Assert.IsTrue(errors[^1] < 5e-4, shown);
    }

    [TestMethod]
    public void PointsOfWeightZeroDoNotCountTowardsTheClosedForm()
    {
        using var folder = new InputFolder();
        string Run(int heavy, string grading) => folder.Write("run.json", $$"""
            { "name": "many", "mesh": { "axes": [{ "from": -1, "to": 1, "cells": 40{{grading}} }] },
              "data": { "kind": "points", "points": [{{string.Join(", ", Enumerable.Repeat("[0.5]", 200))}}],
                "weights": [{{string.Join(", ", Enumerable.Range(0, 200).Select(k => k < heavy ? 1 : 0))}}] },
              "time": { "end": 1, "stop": 0.1, "steps": 4 }, "generation": { "epsilon": 0, "start": { "kind": "forward" } } }
            """);
        const string Graded = ", \"grading\": { \"kind\": \"geometric\", \"ratio\": 1.01 }";
        Assert.AreEqual(ForwardKind.ClosedForm, ConfigFile.Read(Run(64, ""), []).Forward!.Kind);
        Assert.AreEqual(ForwardKind.LatticeExact, ConfigFile.Read(Run(65, ""), []).Forward!.Kind);
        Assert.AreEqual(ForwardKind.ClosedForm, ConfigFile.Read(Run(64, Graded), []).Forward!.Kind);
        Assert.AreEqual(ForwardKind.ImplicitEuler, ConfigFile.Read(Run(65, Graded), []).Forward!.Kind);
    }

    private static double[] Masses(Axis axis, double position)
    {
        var masses = new double[axis.Cells];
        BoxImages.CellMasses(axis, position, 0, masses);
        return masses;
    }

    private static double[] Flow(Grid grid, double position, ForwardKind kind, double time, WorkerTeam team, int steps = 128)
    {
        var times = new TimeLevels(time, 2 * time, 1, TimeSpacing.Uniform, 0, kind == ForwardKind.ImplicitEuler ? steps : 1, []);
        var initial = new double[grid.CellCount];
        Mixture.Points([position]).CellAverages(grid, initial);
        var forward = new ForwardFlow(grid, times, kind, initial, team, 1 << 26, keep: false);
        while (forward.Level.Index < 0)
            forward.Advance();
        return forward.Level.U;
    }
}
