using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Commands;

[TestClass]
public sealed class PlotCommandTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Plot_draws_what_it_is_asked_for_and_prints_the_files()
    {
        string folder = Finished(SmallRuns.Line);
        SortedDictionary<string, string> before = Scratch.Contents(folder);
        Assert.AreEqual(
            "column-w.pdf column-w.png monitor-mass-u.pdf monitor-mass-u.png monitor-mass-v.pdf monitor-mass-v.png score.pdf score.png",
            Plot(folder, "--only", "score,monitor-mass", "--column", "w", "--pdf"));
        Assert.AreEqual("column-grad-log-u.png column-lap-log-u.png", Plot(folder, "--column", "lap_log_u", "--column", "grad_log_u"));
        foreach ((string name, string bytes) in before)
            Assert.AreEqual(bytes, Scratch.Contents(folder)[name], name);
    }

    [TestMethod]
    public void Of_a_plane_any_snapshot_is_drawn_on_request()
    {
        string folder = Finished(SmallRuns.Plane);
        Assert.AreEqual(
            "contact-sheet.png densities-002.png least-loss.png log-densities-002.png monitors.png score-002.png",
            string.Join(' ', Directory.GetFiles(folder, "*.png").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)));
        Assert.AreEqual("score-000.png score-001.png score-002.png", Plot(folder, "--only", "score"));
        Assert.AreEqual(
            "log-densities-001.png score-001.png", Plot(folder, "--only", "score", "--only", "log-densities", "--times", "0.1"));
        Assert.AreEqual("column-score-x-001.png", Plot(folder, "--column", "score_x", "--times", "sigma=0.4472"));
    }

    [TestMethod]
    [DataRow(SmallRuns.Line)]
    [DataRow(SmallRuns.Plane)]
    public void A_run_draws_at_most_a_dozen_figures_and_the_estimate_counts_them(string text)
    {
        string folder = Finished(text, "--set", "output.plots=true");
        RunConfig config = ConfigFile.Read(scratch.At("config.json"), [], out ConfigSource source);
        int drawn = Directory.GetFiles(folder, "*.png").Length;
        Assert.AreEqual(FigureCount.Of(new PdeDiffusion.Problems.Problem(config, source), hasParticles: false).All, drawn);
        Assert.IsLessThanOrEqualTo(12, drawn);
    }

    [TestMethod]
    public void Range_box_and_width_change_what_is_shown()
    {
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        string folder = Finished(SmallRuns.Line);
        string[] Ticks(params string[] options)
        {
            Plot(folder, ["--only", "densities", "--times", "0.01", "--svg", .. options]);
            return [.. Regex.Matches(File.ReadAllText(Path.Combine(folder, "densities.svg")), @"<text[^>]*>\s*([^<]*?)\s*</text>")
                .Select(match => match.Groups[1].Value)];
        }

        string[] zoomed = Ticks(), whole = Ticks("--range", "box"), part = Ticks("--range", "-6:-4.5");
        Assert.DoesNotContain("−6", zoomed);
        CollectionAssert.Contains(whole, "−6");
        CollectionAssert.Contains(whole, "6");
        CollectionAssert.Contains(part, "−4.6");
        CollectionAssert.Contains(zoomed, "line, ε = 0.3: densities");
        Assert.DoesNotContain("line, ε = 0.3: densities", Ticks("--no-title"));
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "densities.svg")), "width=\"", StringComparison.Ordinal);
        Ticks("--width", "85");
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "densities.svg")), " width=\"85mm\" ", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_pdf_is_the_same_every_time_and_holds_its_text_as_text()
    {
        string folder = Finished(SmallRuns.Line), path = Path.Combine(folder, "densities.pdf");
        Plot(folder, "--only", "densities", "--pdf", "--width", "85");
        byte[] first = File.ReadAllBytes(path);
        Plot(folder, "--only", "densities", "--pdf", "--width", "85");
        CollectionAssert.AreEqual(first, File.ReadAllBytes(path));
        string text = Encoding.Latin1.GetString(first);
        StringAssert.StartsWith(text, "%PDF-1.", StringComparison.Ordinal);
        if (Fonts.Available)
            StringAssert.Contains(text, "/ToUnicode", StringComparison.Ordinal);
        // The two typefaces are in it whole.
        Assert.IsLessThan(2_000_000, first.Length);
    }

    [TestMethod]
    [DataRow("--range", "-7:0", "--range: -7:0 is not a part of the box, which is -6:6 along x")]
    [DataRow("--range", "0", "--range: must be FROM:TO, in the plane FROM:TO,FROM:TO, or box, but is \"0\"")]
    [DataRow("--range", "0:1,0:1", "--range: requires a range of each axis, 1, but has 2")]
    [DataRow("--times", "0.5", "--times: there is no snapshot at t = 0.5 (the run has t = 1, 0.3, 0.1, 0.01)")]
    [DataRow("--times", "sigma=", "--times: must be times t >= 0 or noise levels sigma=0.2, but is \"sigma=\"")]
    [DataRow("--column", "rho", "--column: the snapshots have no column \"rho\" (columns: u, v, w, score, ")]
    [DataRow("--only", "densitys", "--only: the run has no figure \"densitys\"; did you mean \"densities\"? (figures: densities, ")]
    public void What_a_run_does_not_have_is_refused_in_one_line(string option, string value, string message)
    {
        string folder = Finished(SmallRuns.Line);
        SortedDictionary<string, string> before = Scratch.Contents(folder);
        Outcome outcome = Scratch.Run("plot", folder, option, value);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.StartsWith(outcome.Error, message, StringComparison.Ordinal);
        Assert.HasCount(1, outcome.Error.TrimEnd('\n').Split('\n'));
        Scratch.AssertSame(before, folder, value);
    }

    [TestMethod]
    [DataRow("59")]
    [DataRow("wide")]
    public void A_wrong_width_is_a_wrong_command_line(string width) =>
        Assert.AreEqual(ExitCode.WrongCommandLine, Scratch.Run("plot", scratch.Root, "--width", width).Code);

    [TestMethod]
    [DataRow("score.pdf")]
    [DataRow("score.svg")]
    public void A_full_disk_while_a_vector_file_is_written_ends_with_4_and_earlier_files_are_whole(string file)
    {
        string folder = Finished(SmallRuns.Line);
        string[] call = ["plot", folder, "--only", "densities,score", "--svg", "--pdf"];
        Assert.AreEqual(ExitCode.Finished, Scratch.Run(call).Code);
        SortedDictionary<string, string> whole = Scratch.Contents(folder);
        foreach (string figure in new[] { "densities.png", "densities.pdf", "score.svg", "score.pdf" })
            File.Delete(Path.Combine(folder, figure));
        using (var disk = new FaultyDisk(new DiskWrite(file, 1), Fault.Fails, folder))
        {
            Outcome outcome = Scratch.Run(call);
            Assert.AreEqual(ExitCode.Failed, outcome.Code);
            StringAssert.Contains(outcome.Error, $"cannot write: No space left on device : '{file}'", StringComparison.Ordinal);
        }

        SortedDictionary<string, string> left = Scratch.Contents(folder);
        Assert.IsFalse(left.ContainsKey(file));
        CollectionAssert.Contains(left.Keys, "densities.pdf");
        foreach ((string name, string bytes) in left)
            Assert.AreEqual(whole[name], bytes, name);
        Assert.AreEqual(ExitCode.Finished, Scratch.Run(call).Code);
        Scratch.AssertSame(whole, folder, "again");
    }

    /// <summary>The first version of the files had neither a formatVersion nor columns of ∇log u, and 0 for the score at floors.</summary>
    [TestMethod]
    public void Run_json_has_the_version_of_its_files_and_a_folder_of_the_first_version_is_drawn()
    {
        string folder = Finished(SmallRuns.Line);
        string record = Path.Combine(folder, RunRecord.FileName), text = File.ReadAllText(record);
        using (var json = JsonDocument.Parse(text))
            Assert.AreEqual(RunRecord.FormatVersion, json.RootElement.GetProperty("formatVersion").GetInt32());
        Assert.AreEqual(2, RunRecord.FormatVersion);
        Plot(folder, "--only", "score,div-score,densities", "--svg");
        string[] pictures = ["score.svg", "div-score.svg", "densities.svg"];
        string[] now = [.. pictures.Select(picture => File.ReadAllText(Path.Combine(folder, picture)))];

        string version = string.Create(CultureInfo.InvariantCulture, $"\"formatVersion\": {RunRecord.FormatVersion},");
        Assert.Contains(version, text);
        File.WriteAllText(record, text.Replace(version, "", StringComparison.Ordinal));
        foreach (string snapshot in Directory.GetFiles(Path.Combine(folder, "snapshots"), "*.csv"))
        {
            string[] lines = File.ReadAllLines(snapshot);
            Assert.StartsWith("x,u,v,w,score,div_score,sigma", lines[0]);
            File.WriteAllLines(snapshot, lines.Select((line, row) =>
            {
                string[] first = line.Split(',')[..6];
                return string.Join(',', row == 0 ? first : first.Select((value, column) => column >= 4 && value.Length == 0 ? "0" : value));
            }));
        }

        string index = Path.Combine(folder, "snapshots.csv");
        File.WriteAllLines(index, File.ReadAllLines(index).Select(line => line[..line.LastIndexOf(',')]));
        Plot(folder, "--only", "score,div-score,densities", "--svg");
        CollectionAssert.AreEqual(now, pictures.Select(picture => File.ReadAllText(Path.Combine(folder, picture))).ToArray());
    }

    private string Finished(string config, params string[] flags)
    {
        string folder = scratch.At("out");
        Outcome outcome = Scratch.Run(
            ["run", scratch.Write("config.json", config), "--out", folder, "--quiet", "--set", "errorEstimate=false", "--set",
                "output.report=false", .. flags]);
        Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
        return folder;
    }

    /// <summary>The names that a call printed, in order of the alphabet; the folder is the last line.</summary>
    private static string Plot(string folder, params string[] options)
    {
        Outcome outcome = Scratch.Run(["plot", folder, .. options]);
        Assert.AreEqual(ExitCode.Finished, outcome.Code, outcome.Error);
        string[] lines = outcome.Output.TrimEnd('\n').Split('\n');
        Assert.AreEqual(folder, lines[^1]);
        foreach (string line in lines)
            Assert.IsTrue(Path.Exists(line), line);
        return string.Join(' ', lines[..^1].Select(line => Path.GetRelativePath(folder, line)).Order(StringComparer.Ordinal));
    }
}
