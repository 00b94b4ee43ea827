using System.Globalization;
using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Tests.Configs;

/// <summary>
/// Every run in <c>configs/</c> is run, reduced by the overrides listed here, and scalars of its last snapshot are compared with stored
/// ones, 1e-9 relative. <c>PDE_UPDATE_GOLDEN=1</c> rewrites them.
/// </summary>
[TestClass]
public sealed class GoldenRunTests
{
    /// <summary>What makes a run small enough for the suite; a config that is not listed runs as it is.</summary>
    internal static readonly Dictionary<string, string[]> Reductions = new()
    {
        ["lemniscate"] = ["mesh.axes[0].cells=64", "mesh.axes[1].cells=64", "time.steps=32", "data.nodes=100"],
        ["lemniscate-true-score"] = ["mesh.axes[0].cells=64", "mesh.axes[1].cells=64", "time.steps=28", "data.nodes=100",
            "particles.count=200"],
        ["lemniscate-empirical-score"] = ["mesh.axes[0].cells=64", "mesh.axes[1].cells=64", "time.steps=28", "data.nodes=100",
            "particles.count=200"],
        ["anisotropic"] = ["mesh.axes[0].cells=72", "mesh.axes[1].cells=72", "time.steps=24"],
        ["gaussian-2d"] = ["mesh.axes[0].cells=96", "mesh.axes[1].cells=96", "time.steps=40"],
        ["guidance/two-moons"] = ["mesh.axes[0].cells=64", "mesh.axes[1].cells=64", "time.steps=24", "particles.count=200"],
        ["guidance/ridges"] = ["mesh.axes[0].cells=76", "mesh.axes[1].cells=72", "time.steps=24", "particles.count=200"],
        ["periodic"] = ["time.steps=60"],
    };

    public static IEnumerable<object[]> Runs() =>
        new[] { "", "schedules", "guidance" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf("configs", folder), "*.json"))
            .Where(file => !file.EndsWith("schema.json", StringComparison.Ordinal) && ConfigDocument.Read(file).Kind == InputKind.Run)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(Repository.PathOf("configs"), file), null).Replace('\\', '/'))
            .Select(name => new object[] { name }).OrderBy(row => (string)row[0], StringComparer.Ordinal);

    /// <summary>The file of a config by its name.</summary>
    internal static string PathOf(string name) => Repository.PathOf("configs", name + ".json");

    /// <summary>True if a config is too large for the suite as it is.</summary>
    internal static bool IsReduced(string name) => Reductions.ContainsKey(name);

    [TestMethod]
    [DynamicData(nameof(Runs))]
    public void AConfigGivesItsStoredScalars(string name)
    {
        string file = Repository.PathOf("configs", name + ".json");
        string folder = Directory.CreateTempSubdirectory("pde-golden-").FullName;
        try
        {
            string[] reductions = Reductions.GetValueOrDefault(name) ?? [];
            using StringWriter output = new(), error = new();
            int code = CommandLine.Run(
                ["run", file, "--out", folder, "--quiet", "--set", "output.plots=false",
                    .. reductions.SelectMany(set => new[] { "--set", set })],
                output, error, CancellationToken.None);
            Assert.AreEqual(0, code, error.ToString());
            StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "summary.json")), "\"verdict\": \"held\"", output.ToString());
            Compare(name, Scalars(file, reductions, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<(string Name, double Value)> Scalars(string file, string[] reductions, string folder)
    {
        RunConfig config = ConfigFile.Read(file, reductions);
        Grid grid = MeshFile.Build(config.Mesh);
        SnapshotEntry last = SnapshotReader.ReadList(folder)[^1];
        Snapshot snapshot = SnapshotReader.ReadSnapshot(last.File, grid, last.Number, last.Time);
        var scalars = new List<(string, double)>
        {
            ("time", snapshot.Time), ("div_score.min", snapshot.DivScore.Where(double.IsFinite).Min()),
        };
        foreach ((string name, double[]? density) in new[] { ("u", snapshot.U), ("v", snapshot.V) })
        {
            if (density is null)
                continue;
            scalars.Add(($"{name}.mass", Density.Mass(grid, density)));
            scalars.Add(($"{name}.norm2", Density.Norm(grid, density, 2)));
            scalars.Add(($"{name}.max", density.Max()));
            for (int axis = 0; axis < grid.Dimension; axis++)
                scalars.Add(($"{name}.mean[{axis}]", Moments.Mean(grid, density, axis)));
        }

        if (snapshot.V is not null)
            scalars.Add(("KL", Density.KullbackLeibler(grid, snapshot.V, snapshot.U)));
        if (ParticleReader.Read(folder) is { } particles)
        {
            scalars.Add(("particles.mean[0]", particles.End.X.ToArray().Average()));
            scalars.Add(("particles.mean[1]", particles.End.Y.ToArray().Average()));
        }

        return scalars;
    }

    private static void Compare(string name, List<(string Name, double Value)> scalars)
    {
        string file = Repository.PathOf("Solver.Tests", "Golden", name + ".csv");
        if (Environment.GetEnvironmentVariable("PDE_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file,
                scalars.Select(scalar => string.Create(CultureInfo.InvariantCulture, $"{scalar.Name},{scalar.Value:R}")));
        }

        Assert.IsTrue(File.Exists(file), $"{file} is missing: PDE_UPDATE_GOLDEN=1 writes it");
        string[] stored = File.ReadAllLines(file);
        Assert.HasCount(scalars.Count, stored);
        foreach ((string line, (string scalar, double value)) in stored.Zip(scalars))
        {
            string[] parts = line.Split(',');
            Assert.AreEqual(parts[0], scalar);
            double expected = double.Parse(parts[1], CultureInfo.InvariantCulture);

            // Means are compared at the scale of the box: one that vanishes by symmetry is rounding.
            double scale = scalar.Contains("mean", StringComparison.Ordinal) ? Math.Max(Math.Abs(expected), 1) : Math.Abs(expected);
            Assert.AreEqual(expected, value, 1e-9 * scale, scalar);
        }
    }

}
