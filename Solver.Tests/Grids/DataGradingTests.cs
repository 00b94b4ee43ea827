using CsCheck;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Grids;

/// <summary>Axes whose cells follow the data.</summary>
[TestClass]
public sealed class DataGradingTests
{
    private const string Run = """
        { "name": "followed", "mesh": { "axes": [{ "from": -4, "to": 4, "grading": { "kind": "data", "finest": 0.01, "coarsest": 0.5 } }] },
          "data": { "kind": "points", "points": [[-1], [1.5]] }, "time": { "end": 1, "stop": 0.001, "steps": 4 },
          "generation": { "epsilon": 0, "start": { "kind": "forward" } } }
        """;

    [TestMethod]
    public void NeighboursDifferByAFifthAtMostAndTheEndsAreKept() =>
        Gen.Select(
            Gen.Double[-4, 6].Array[1, 30], Gen.Double[-4, 1].Array[30], Gen.Double[-3, 0], Gen.Double[0, 2],
            Gen.OneOf(Boundary.NoFlux, Boundary.Periodic))
            .Sample((positions, deviations, finest, ratio, boundary) =>
            {
                double[] spread = [.. deviations.Take(positions.Length).Select(power => Math.Pow(10, power))];
                double least = Math.Pow(10, finest), most = least * Math.Pow(10, ratio);
                Axis axis = Gradings.OfData(-3, 5, positions, spread, least, most, boundary);
                double[] widths = axis.Widths.ToArray();
                Assert.AreEqual(-3, axis.From);
                Assert.AreEqual(5, axis.To);
                Assert.IsTrue(widths.Max() <= most * (1 + 1e-9));
                for (int cell = boundary == Boundary.Periodic ? 0 : 1; cell < widths.Length; cell++)
                {
                    double before = widths[(cell + widths.Length - 1) % widths.Length];
                    double quotient = Math.Max(widths[cell] / before, before / widths[cell]);
                    Assert.IsTrue(quotient <= Gradings.LargestRatio * (1 + 1e-6), $"{quotient} at cell {cell} of {widths.Length}");
                }

                for (int k = 0; k < positions.Length; k++)
                {
                    if (positions[k] is > -3 and < 5)
                        Assert.IsTrue(widths[axis.CellAt(positions[k])] <= Math.Max(least, 0.25 * spread[k]) * 1.2 * (1 + 1e-9));
                }
            }, iter: 500);

    [TestMethod]
    public void FewCellsDoWhereTheDataAreSparse()
    {
        Axis axis = Gradings.OfData(-4, 4, [-1, 1.5], [0.004, 0.004], 0.001, 0.5, Boundary.NoFlux);
        Assert.IsTrue(axis.Cells < 200, $"{axis.Cells}");
        Assert.IsTrue(axis.Widths[axis.CellAt(-1)] < 0.0011 && axis.Widths.ToArray().Min() > 0.0005);
    }

    [TestMethod]
    public void AConfigGetsItsFacesFromTheData()
    {
        using var folder = new InputFolder();
        RunConfig config = ConfigFile.Read(folder.Write("run.json", Run), []);
        AxisConfig axis = config.Mesh.Axes[0];
        Assert.IsNull(axis.Grading);
        Assert.AreEqual(-4, axis.Faces![0]);
        Assert.AreEqual(4, axis.Faces[^1]);
        Axis built = MeshFile.Build(axis);
        Assert.IsTrue(built.Widths[built.CellAt(1.5)] <= 0.0125);
        Assert.AreEqual(ConfigFile.Write(config), ConfigFile.Write(ConfigFile.ReadText(ConfigFile.Write(config), "again.json")));
    }

    [TestMethod]
    [DataRow("data={\"kind\":\"box\",\"from\":[0],\"to\":[1]}", "mesh.axes[0].grading.kind", "data requires points, gaussians")]
    [DataRow("mesh.axes[0].cells=10", "mesh.axes[0].cells", "omit cells")]
    [DataRow("mesh.axes[0].to=-5", "mesh.axes[0].to", "must be > from = -4")]
    [DataRow("mesh.axes[0].grading.finest=0.6", "mesh.axes[0].grading.coarsest", "must be >= finest = 0.6, but is 0.5")]
    [DataRow("mesh.axes[0].grading.finest=1e-300", "mesh.axes[0].grading", "one in double precision")]
    public void AGradingThatCannotBeIsOneLine(string set, string path, string phrase)
    {
        using var folder = new InputFolder();
        string file = folder.Write("run.json", Run);
        InputProblem problem = Assert.ThrowsExactly<InputException>(
            () => ConfigFile.Read(file, [set, .. set.Contains("1e-300") ? ["time.stop=1e-300"] : Array.Empty<string>()])).Problems.Single();
        Assert.AreEqual(path, problem.Path);
        StringAssert.Contains(problem.Message, phrase, StringComparison.Ordinal);
    }
}
