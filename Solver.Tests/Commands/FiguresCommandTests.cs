using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Tests.Commands;

[TestClass]
public sealed class FiguresCommandTests : IDisposable
{
    private const string Cores = """
        {
          "name": "cores",
          "title": "cores",
          "figure": { "kind": "cores",
            "data": { "kind": "points", "points": [[-1, 0], [1, 0.5]] },
            "from": [-2, -2], "to": [2, 2],
            "gammas": [0, 1] }
        }
        """;

    private readonly string root = Directory.CreateTempSubdirectory("pde-figures-").FullName;
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [TestMethod]
    [DataRow("figure-1", "figure-1-three-diracs/score.png figure-1-three-diracs/log-densities.svg", "mesh.axes[0].cells=200 time.steps=8")]
    [DataRow("figure-2", "figure-2-samples.png figure-2-density.png", "mesh.axes[0].cells=48 mesh.axes[1].cells=48 time.steps=20 "
        + "particles.count=200 particles.steps=20")]
    [DataRow("figure-3", "figure-3.png figure-3.svg", "")]
    [DataRow("figure-4", "figure-4.png figure-4.svg", "")]
    public void Each_figure_of_the_paper_is_made(string name, string files, string overrides)
    {
        string[] sets = [.. overrides.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(set => new[] { "--set", set })];
        string config = Repository.PathOf("configs", "figures", name + ".json");
        Assert.AreEqual(0, Run(["figures", config, "--out", root, "--quiet", .. sets]), error.ToString());
        foreach (string file in files.Split(' '))
            Assert.IsGreaterThan(1000, new FileInfo(Path.Combine(root, file)).Length, file);
    }

    [TestMethod]
    public void A_folder_is_made_whole_and_again_to_the_same_bytes()
    {
        string folder = Path.Combine(root, "figures"), made = Path.Combine(root, "made");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "a.json"), Cores);
        File.WriteAllText(Path.Combine(folder, "b.json"),
            Cores.Replace("\"name\": \"cores\"", "\"name\": \"more\"", StringComparison.Ordinal));
        Assert.AreEqual(0, Run("figures", folder, "--out", made), error.ToString());
        string[] names = ["cores.png", "cores.svg", "figures.json", "more.png", "more.svg"];
        CollectionAssert.AreEqual(names, Directory.GetFiles(made).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
            .ToArray());
        string[] first = [.. names.Select(name => Convert.ToHexString(File.ReadAllBytes(Path.Combine(made, name))))];
        Assert.AreEqual(0, Run("figures", folder, "--out", made), error.ToString());
        CollectionAssert.AreEqual(first, names.Select(name => Convert.ToHexString(File.ReadAllBytes(Path.Combine(made, name)))).ToArray());
    }

    [TestMethod]
    [DataRow("\"gammas\": [0, 1]", "\"gammas\": []", 7, "figure.gammas: must have 1 to 12 items")]
    [DataRow("\"gammas\": [0, 1]", "\"gammas\": [0, -1]", 7, "figure.gammas[1]: must be >= 0")]
    [DataRow("\"gammas\": [0, 1]", "\"gammas\": [1, 1]", 7, "figure.gammas[1]: 1 is listed twice")]
    [DataRow("\"kind\": \"cores\"", "\"kind\": \"core\"", 4, "did you mean \"cores\"?")]
    [DataRow("\"to\": [2, 2]", "\"to\": [2, -3]", 6, "figure.to[1]: must be > from[1] = -2, but is -3")]
    [DataRow("[1, 0.5]", "[1, 5]", 5, "figure.data.points[1]: the point (1, 5) lies outside")]
    [DataRow("[[-1, 0], [1, 0.5]]", "[]", 5, "figure.data.points: must have at least 1 items")]
    [DataRow("\"name\": \"cores\"", "\"name\": \"../cores\"", 2, "name: must be 1 to 100 letters")]
    [DataRow("\"title\": \"cores\"", "\"titel\": \"cores\"", 3, "titel: unknown key; did you mean \"title\"?")]
    public void A_bad_figure_is_refused_with_file_line_and_key(string find, string replace, int line, string phrase)
    {
        Assert.Contains(find, Cores);
        string file = Path.Combine(root, "bad.json");
        File.WriteAllText(file, Cores.Replace(find, replace, StringComparison.Ordinal));
        Assert.AreEqual(ExitCode.BadInput, Run("figures", file, "--out", Path.Combine(root, "made")));
        StringAssert.Contains(error.ToString(), $"bad.json:{line}: ", StringComparison.Ordinal);
        StringAssert.Contains(error.ToString(), phrase, StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(Path.Combine(root, "made")));
    }

    [TestMethod]
    public void Samples_need_particles_and_snapshot_times()
    {
        string run = Repository.PathOf("configs", "lemniscate.json").Replace('\\', '/');
        string Figure(string file, string time) => $$"""
            { "name": "f", "title": "f",
              "figure": { "kind": "samples", "runs": [ { "file": "{{file}}", "title": "a" } ], "times": [{{time}}] } }
            """;
        string file = Path.Combine(root, "samples.json");
        File.WriteAllText(file, Figure(run, "0.1"));
        Assert.AreEqual(ExitCode.BadInput, Run("figures", file, "--out", root));
        StringAssert.Contains(error.ToString(), "samples.json:2: figure.runs[0].file: the run lemniscate has no particles",
            StringComparison.Ordinal);
        File.WriteAllText(file, Figure(run.Replace("lemniscate.json", "lemniscate-true-score.json", StringComparison.Ordinal), "0.123"));
        Assert.AreEqual(ExitCode.BadInput, Run("figures", file, "--out", root));
        StringAssert.Contains(error.ToString(), "0.123 is not a snapshot time", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_wrong_verb_says_which_is_right()
    {
        string file = Path.Combine(root, "cores.json");
        File.WriteAllText(file, Cores);
        Assert.AreEqual(ExitCode.BadInput, Run("run", file, "--out", Path.Combine(root, "run")));
        StringAssert.Contains(error.ToString(), "cores.json:4: figure: this is a figure: use the verb figures", StringComparison.Ordinal);
        Assert.AreEqual(ExitCode.BadInput, Run("figures", Directory.CreateDirectory(Path.Combine(root, "empty")).FullName));
    }

    [TestMethod]
    public void The_cores_of_figure_4_fill_the_square_at_0_and_shrink_with_gamma()
    {
        var figure = (CoresFigure)ConfigFile.ReadFigure(Repository.PathOf("configs", "figures", "figure-4.json"), out _).Figure;
        Mixture data = ProblemData.Mixture(figure.Data);
        var cores = new VoronoiCores(data.X, data.Y, figure.From[0], figure.To[0], figure.From[1], figure.To[1]);
        double[] areas = [.. figure.Gammas.Select(gamma => Enumerable.Range(0, cores.Count).Sum(point => cores.Area(point, gamma)))];
        Assert.AreEqual(16, areas[0], 1e-12);
        for (int panel = 1; panel < areas.Length; panel++)
            Assert.IsLessThan(areas[panel - 1], areas[panel]);
    }

    private int Run(params string[] args) => CommandLine.Run(args, output, error, CancellationToken.None);

}
