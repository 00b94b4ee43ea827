using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Tests.Robustness;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Tests.Studies;

/// <summary>
/// What the runs of a study need together: parts that they share are read once, and the sum is refused before it is needed.
/// </summary>
[TestClass]
public sealed class StudySizeTests : IDisposable
{
    /// <summary>The data of <see cref="SmallRuns.Line"/>.</summary>
    private const string Data = "\"points\": [[-1], [0.5], [2]], \"weights\": [0.5, 0.3, 0.2]";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Values that each run sets in its own copy of the data: the sum is refused after the first run.</summary>
    [TestMethod]
    public void A_study_of_many_runs_with_points_of_their_own_is_refused_with_its_sum()
    {
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        int points = (int)Math.Min(1_000_000, 1 + available / (1000 * 300.0));
        string values = string.Join(", ", Enumerable.Range(1, 1000).Select(k => $"[0.{k:000}]"));
        string inline = string.Join(", ", Enumerable.Range(0, points).Select(k => $"[0.{k % 10}]"));
        string study = $"{{ \"name\": \"s\", \"base\": {SmallRuns.Line}, \"grid\": {{ \"data.points[0]\": [{values}] }} }}"
            .Replace(Data, $"\"points\": [{inline}]", StringComparison.Ordinal);
        Outcome outcome = Scratch.Run("check", scratch.Write("study.json", study));
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Error, new(@"grid: 1000 runs would need about [\d.]+ .B of memory for \d+ values"));
    }

    /// <summary>
    /// The densities at stop take almost the memory, and the runs at work the rest; or they take more, which is seen earlier.
    /// </summary>
    [TestMethod]
    [DataRow(0.99, @"the whole study of 1000 runs would need about [\d.]+ .B of memory \(configs .*, densities at stop [\d.]+ .B, 1 at a")]
    [DataRow(1.05, @"its first \d+ runs would need about [\d.]+ .B of memory for grids and densities at stop")]
    public void A_study_whose_runs_fit_one_by_one_is_refused_with_the_sum_of_their_densities(double share, string message)
    {
        double available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        int side = (int)Math.Sqrt(share * available / (8 * 1000));
        string values = string.Join(", ", Enumerable.Range(1, 1000));
        string study = $"{{ \"name\": \"s\", \"base\": {SmallRuns.Plane}, \"grid\": {{ \"time.warmup\": [{values}] }} }}";
        string file = scratch.Write("study.json", Regex.Replace(study, "\"cells\": \\d+", $"\"cells\": {side}"));
        Outcome outcome = Scratch.Run("check", file);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Matches(outcome.Error, new("grid: " + message));
    }

    [TestMethod]
    public void Check_refuses_files_that_do_not_fit_the_disk_and_a_run_notes_them()
    {
        string run = scratch.Write("run.json", SmallRuns.Line);
        string study = scratch.Write(
            "study.json", $"{{ \"name\": \"s\", \"base\": {SmallRuns.Line}, \"grid\": {{ \"time.warmup\": [4, 8] }} }}");
        DiskSpace.Pretended.Value = 1000;
        try
        {
            foreach (string file in new[] { run, study })
            {
                Outcome refused = Scratch.Run("check", file);
                Assert.AreEqual(ExitCode.BadInput, refused.Code, refused.Error);
                StringAssert.Matches(refused.Error, new(
                    @"output: the files would need about [\d.]+ .?B of disk space \(.*\), but the disk of \S+ has 1 kB free"));
            }

            Outcome noted = Scratch.Run("run", run, "--out", scratch.At("out"));
            Assert.AreEqual(0, noted.Code, noted.Error);
            StringAssert.Contains(noted.Error, "note: the files would need about", StringComparison.Ordinal);
        }
        finally
        {
            DiskSpace.Pretended.Value = null;
        }

        Assert.AreEqual(0, Scratch.Run("check", run).Code);
    }

    /// <summary>
    /// An upper estimate of each kind of file, and not a wild one: most numbers are of full length. Without generation most monitors do not
    /// apply, so that of the readings is only an upper one.
    /// </summary>
    [TestMethod]
    [DataRow(SmallRuns.Line)]
    [DataRow(SmallRuns.Forward)]
    [DataRow(SmallRuns.Remap)]
    public void The_estimate_of_the_files_of_a_run_is_above_what_they_take(string text)
    {
        const double Most = 6;
        string folder = scratch.At("out"), config = scratch.Write("config.json", text);
        Assert.AreEqual(0, Scratch.Run("run", config, "--out", folder).Code);
        var problem = new RunProblem(ConfigFile.Read(ConfigDocument.Read(config, default), [], out ConfigSource source), source);
        Dictionary<string, double> parts = RunFileList.Most(problem).ToDictionary(part => part.Name, part => part.Bytes);
        foreach ((string part, string pattern) in new[]
        {
            ("snapshots", "snapshots/*.csv"), ("readings", "readings.csv"), ("particles", "particles.csv"),
            ("trajectories", "trajectories.csv"), ("page", "report.html"),
        })
        {
            string place = Path.Combine(folder, Path.GetDirectoryName(pattern)!);
            double bytes = Directory.GetFiles(place, Path.GetFileName(pattern)).Sum(file => (double)new FileInfo(file).Length);
            double estimated = parts.GetValueOrDefault(part);
            Assert.IsTrue(
                bytes <= estimated && (estimated <= Most * bytes || part == "readings"), $"{part}: {bytes} bytes, estimated {estimated}");
        }
    }

    /// <summary>F8: 1000 runs on one file of points took a copy of the points for each run.</summary>
    [TestMethod]
    public void The_runs_of_a_study_read_shared_parts_once()
    {
        const int Points = 20_000;
        File.WriteAllLines(scratch.At("points.csv"), Enumerable.Range(0, Points).Select(k => "0." + (k % 10)).Prepend("x"));
        File.WriteAllText(scratch.At("mesh.json"), "{ \"axes\": [ { \"from\": -4, \"to\": 4, \"cells\": 40 } ] }");
        string values = string.Join(", ", Enumerable.Range(1, 200));
        string study = $"{{ \"name\": \"s\", \"base\": {SmallRuns.Line}, \"grid\": {{ \"time.warmup\": [{values}] }} }}"
            .Replace(Data, "\"file\": \"points.csv\"", StringComparison.Ordinal);
        study = Regex.Replace(study, "\"mesh\": .* \\] }", "\"mesh\": \"mesh.json\"");
        string file = scratch.Write("study.json", study);
        var opened = new List<string>();
        InputText.Opening.Value = path => opened.Add(Path.GetFileName(path));
        Study read;
        try
        {
            read = StudyFile.Read(file);
        }
        finally
        {
            InputText.Opening.Value = null;
        }

        CollectionAssert.AreEquivalent(new[] { "study.json", "points.csv", "mesh.json" }, opened);
        IReadOnlyList<StudyLevel> levels = read.Series[0].Levels;
        Assert.HasCount(200, levels);
        Assert.AreEqual(200, levels.Select(level => level.Config.Time.Warmup).Distinct().Count());
        Assert.AreEqual(1, levels.Select(level => level.Config.Data).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.AreEqual(1, levels.Select(level => level.Problem.Grid).Distinct().Count());
        Assert.AreEqual(1, levels.Select(level => level.Problem.Data).Distinct().Count());
    }

    /// <summary>A part that the study varies is not shared, and a part with the same values is.</summary>
    [TestMethod]
    public void Runs_share_only_parts_with_the_same_values()
    {
        File.WriteAllLines(scratch.At("a.csv"), ["x", "-1"]);
        File.WriteAllLines(scratch.At("b.csv"), ["x", "1"]);
        const string Grid = "{ \"data.file\": [\"a.csv\", \"b.csv\"], \"cells\": [20, 40] }";
        string study = $"{{ \"name\": \"s\", \"base\": {SmallRuns.Line}, \"grid\": {Grid} }}"
            .Replace(Data, "\"file\": \"a.csv\"", StringComparison.Ordinal);
        IReadOnlyList<StudyLevel> levels = StudyFile.Read(scratch.Write("study.json", study)).Series[0].Levels;
        double[] places = [.. levels.Select(level => ((PointsData)level.Config.Data).Points![0][0])];
        CollectionAssert.AreEqual(new[] { -1.0, -1, 1, 1 }, places);
        CollectionAssert.AreEqual(new[] { 20, 40, 20, 40 }, levels.Select(level => level.Problem.Grid.CellCount).ToArray());
        Assert.AreSame(levels[0].Config.Data, levels[1].Config.Data);
        Assert.AreSame(levels[0].Config.Mesh, levels[2].Config.Mesh);
        Assert.AreSame(levels[0].Problem.Data, levels[1].Problem.Data);
        Assert.AreEqual(1, levels[3].Problem.Data.ClosedForm!.X[0]);
    }
}
