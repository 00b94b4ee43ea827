using PdeDiffusion.Commands;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Nothing outside the folder is written, whatever stands in it or takes its place; a refusal leaves the disk as it was.</summary>
[TestClass]
public sealed class LinkTests : IDisposable
{
    private const string Mine = "mine";

    private readonly Scratch scratch = new();

    public LinkTests()
    {
        scratch.Write("line.json", SmallRuns.Line);
        scratch.Write("study.json", $"{{ \"name\": \"study\", \"base\": {SmallRuns.Line}, \"grid\": {{ \"time.warmup\": [4, 8] }} }}");
        scratch.Write("figure.json", """
            { "name": "cores", "title": "cores",
              "figure": { "kind": "cores", "data": { "kind": "points", "points": [[-1, 0], [1, 0.5]] },
                "from": [-2, -2], "to": [2, 2], "gammas": [0] } }
            """);
        scratch.Write("outside", Mine);
    }

    private string Target => scratch.At("out");

    public void Dispose()
    {
        OpenFolder.Disk.Value = null;
        scratch.Dispose();
    }

    [TestMethod]
    [DataRow("run", "line.json", "run.json.part", false)]
    [DataRow("run", "line.json", "run.json.part", true)]
    [DataRow("run", "line.json", "readings.csv.part", false)]
    [DataRow("run", "line.json", "readings.csv", true)]
    [DataRow("study", "study.json", "study.json.part", false)]
    [DataRow("study", "study.json", "grid.csv", true)]
    [DataRow("figures", "figure.json", "cores.png.part", false)]
    [DataRow("figures", "figure.json", "cores.svg", true)]
    public void A_link_in_the_folder_is_replaced_and_what_it_leads_to_is_left_alone(string verb, string file, string name, bool isHard)
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(Target);
        Link(Path.Combine(Target, name), isHard);
        Outcome outcome = Scratch.Run(verb, scratch.At(file), "--out", Target, "--quiet", "--force");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        Assert.AreEqual(Mine, File.ReadAllText(scratch.At("outside")));
        Assert.IsFalse(Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Any(one => new FileInfo(one).LinkTarget is not null));
        Assert.IsFalse(File.Exists(Path.Combine(Target, "run.json.part")));
    }

    [TestMethod]
    public void Resuming_removes_links_that_stand_under_temporary_names()
    {
        if (OperatingSystem.IsWindows())
            return;
        string config = scratch.At("line.json");
        using (var interrupt = new InterruptAfter(writes: 2))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(interrupt.Token, "run", config, "--out", Target, "--quiet").Code);
        Link(Path.Combine(Target, "run.json.part"), isHard: false);
        Link(Path.Combine(Target, "snapshots", "007.csv.part"), isHard: false);
        Outcome outcome = Scratch.Run("run", config, "--out", Target, "--quiet", "--resume");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        Assert.AreEqual(Mine, File.ReadAllText(scratch.At("outside")));
        Assert.IsEmpty(Directory.GetFiles(Target, "*.part", SearchOption.AllDirectories));
    }

    [TestMethod]
    [DataRow("link")]
    [DataRow("dangling")]
    [DataRow("folder")]
    [DataRow("pipe")]
    public void A_lock_that_is_no_regular_file_is_refused_at_once(string what)
    {
        if (!OperatingSystem.IsLinux())
            return;
        Directory.CreateDirectory(Target);
        string path = Path.Combine(Target, FolderClaim.LockName);
        DateTime time = File.GetLastWriteTimeUtc(scratch.At("outside"));
        switch (what)
        {
            case "link":
                File.CreateSymbolicLink(path, scratch.At("outside"));
                break;
            case "dangling":
                File.CreateSymbolicLink(path, scratch.At("nowhere"));
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            default:
                MakePipe(path);
                break;
        }

        foreach (string[] verb in new string[][] { ["run", "line.json"], ["study", "study.json"], ["figures", "figure.json"] })
        {
            Outcome outcome = Scratch.Run(verb[0], scratch.At(verb[1]), "--out", Target, "--quiet", "--force");
            Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
            StringAssert.Contains(outcome.Error, "is not a regular file", StringComparison.Ordinal);
        }

        Assert.AreEqual(time, File.GetLastWriteTimeUtc(scratch.At("outside")));
        Assert.IsFalse(File.Exists(scratch.At("nowhere")));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("snapshots")]
    public void A_folder_that_is_swapped_for_a_link_ends_the_run_with_4_and_nothing_is_written_where_it_leads(string inner)
    {
        if (!OperatingSystem.IsLinux())
            return;
        string elsewhere = Directory.CreateDirectory(scratch.At("elsewhere")).FullName, swapped = Path.Combine(Target, inner);
        Directory.CreateDirectory(Path.Combine(elsewhere, "snapshots"));
        bool isSwapped = false;
        OpenFolder.Disk.Value = (path, stream) =>
        {
            if (!isSwapped && path.EndsWith("001.csv", StringComparison.Ordinal))
            {
                isSwapped = true;
                Directory.Move(swapped, scratch.At("moved"));
                File.CreateSymbolicLink(swapped, elsewhere);
            }

            return stream;
        };
        Outcome outcome = Scratch.Run("run", scratch.At("line.json"), "--out", Target, "--quiet");
        Assert.IsTrue(isSwapped);
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "was moved, deleted or replaced", StringComparison.Ordinal);
        Assert.IsEmpty(Directory.GetFiles(elsewhere, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void A_user_may_name_a_folder_through_a_link()
    {
        if (OperatingSystem.IsWindows())
            return;
        Directory.CreateDirectory(scratch.At("disk"));
        File.CreateSymbolicLink(Target, scratch.At("disk"));
        Outcome outcome = Scratch.Run("run", scratch.At("line.json"), "--out", Target, "--quiet");
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        Assert.IsTrue(File.Exists(Path.Combine(scratch.At("disk"), "run.json")));
    }

    [TestMethod]
    [DataRow("run", "line.json", "run.json")]
    [DataRow("run", "line.json", "checkpoint-0.bin")]
    [DataRow("run", "line.json", "readings.csv")]
    [DataRow("study", "study.json", "study.json")]
    [DataRow("figures", "figure.json", "figures.json")]
    public void A_folder_in_the_place_of_a_file_is_refused_before_anything_is_computed(string verb, string file, string name)
    {
        string inner = Directory.CreateDirectory(Path.Combine(Target, name)).FullName;
        Outcome outcome = Scratch.Run(verb, scratch.At(file), "--out", Target, "--quiet", "--force");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, $"{inner}: is a folder, but a ", StringComparison.Ordinal);
        CollectionAssert.AreEqual(new[] { inner }, Directory.GetFileSystemEntries(Target));
    }

    [TestMethod]
    public void A_late_refusal_takes_away_every_folder_that_was_made_for_it()
    {
        // v_T has mass where u is at its floor: told only after the way forward.
        string config = scratch.Write("far.json", SmallRuns.Line.Replace("\"cells\": 150", "\"cells\": 1500", StringComparison.Ordinal)
            .Replace("\"from\": -6, \"to\": 6", "\"from\": -60, \"to\": 60", StringComparison.Ordinal)
            .Replace("\"mean\": [0.3], \"variance\": 2.4", "\"mean\": [55], \"variance\": 2.4", StringComparison.Ordinal));
        Outcome outcome = Scratch.Run("run", config, "--out", scratch.At("p1/p2/p3"), "--quiet");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        Assert.IsFalse(Directory.Exists(scratch.At("p1")), outcome.Error);
    }

    [TestMethod]
    public void Figures_overwrite_no_file_of_others_and_no_run_of_another_config()
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "cores.png"), Mine);
        Outcome outcome = Scratch.Run("figures", scratch.At("figure.json"), "--out", Target, "--quiet");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "contains files but no figure", StringComparison.Ordinal);
        Assert.AreEqual(Mine, File.ReadAllText(Path.Combine(Target, "cores.png")));
        string runs = Directory.CreateDirectory(scratch.At("runs")).FullName, made = scratch.At("made");
        string run = Path.Combine(made, "line", "run.json");
        File.Copy(scratch.At("line.json"), Path.Combine(runs, "line.json"));
        Assert.AreEqual(0, Scratch.Run("figures", runs, "--out", made, "--quiet").Code);
        File.WriteAllText(Path.Combine(made, "cores.svg"), Mine);
        string before = File.ReadAllText(run);
        outcome = Scratch.Run("figures", runs, "--out", made, "--quiet", "--set", "time.warmup=9");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        Assert.AreEqual(before, File.ReadAllText(run));
        outcome = Scratch.Run("figures", scratch.At("figure.json"), "--out", made, "--quiet");
        StringAssert.Contains(outcome.Error, "contains cores.svg, which figures.json does not list", StringComparison.Ordinal);
        Assert.AreEqual(Mine, File.ReadAllText(Path.Combine(made, "cores.svg")));
    }

    [TestMethod]
    public void A_finished_study_keeps_its_files_until_it_is_done_again()
    {
        string study = scratch.Write("tradeoff.json", $$"""
            { "name": "t", "base": {{SmallRuns.Smooth}},
              "tradeoff": { "stops": [0.01], "samples": [10], "seeds": [1], "scores": [{ "kind": "empirical" }], "radius": 0.1,
                "draws": 20 } }
            """);
        Assert.AreEqual(0, Scratch.Run("study", study, "--out", Target, "--quiet", "--reproducible").Code);
        SortedDictionary<string, string> expected = Scratch.Contents(Target);
        Assert.AreEqual(
            ExitCode.Failed, Scratch.Run(new CancellationToken(true), "study", study, "--out", Target, "--quiet", "--reproducible").Code);
        Scratch.AssertSame(expected, Target, "interrupted");
        Assert.AreEqual(0, Scratch.Run("study", study, "--out", Target, "--quiet", "--reproducible").Code);
        Scratch.AssertSame(expected, Target, "again");
    }

    [TestMethod]
    [DataRow("con")]
    [DataRow("nul.txt")]
    [DataRow("Com1")]
    [DataRow("x.")]
    [DataRow("-rf")]
    [DataRow(".hidden")]
    [DataRow("a b")]
    public void A_name_that_some_system_cannot_hold_is_refused(string name)
    {
        Assert.IsFalse(PortableName.Is(name));
        string config = scratch.Write("named.json", SmallRuns.Line.Replace("\"line\"", $"\"{name}\"", StringComparison.Ordinal));
        Outcome outcome = Scratch.Run("check", config);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "name: must be 1 to 100 letters", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Names_in_use_stay_valid()
    {
        foreach (string name in new[] { "a", "_x", "console", "nul-1", "com10", "a.b-c_D.9", "three-diracs", "2024" })
            Assert.IsTrue(PortableName.Is(name), name);
    }

    [TestMethod]
    [DataRow("run", "line.json", "--out", "")]
    [DataRow("study", "study.json", "--out", " ")]
    [DataRow("figures", "figure.json", "--out", "")]
    [DataRow("plot", "")]
    [DataRow("run", "")]
    [DataRow("study", "")]
    [DataRow("check", "")]
    [DataRow("figures", "")]
    public void An_empty_path_is_told_in_a_line(string verb, string file, params string[] flags)
    {
        Outcome outcome = Scratch.Run([verb, file.Length == 0 ? "" : scratch.At(file), .. flags]);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        Assert.HasCount(1, outcome.Error.TrimEnd('\n').Split('\n'), outcome.Error);
        Assert.IsFalse(outcome.Error.Contains("unexpected", StringComparison.Ordinal), outcome.Error);
    }

    internal static void MakePipe(string path)
    {
        using System.Diagnostics.Process process = Scratch.StartFile("mkfifo", null, path);
        Assert.AreEqual(0, Scratch.Finish(process).Code);
    }

    private void Link(string path, bool isHard)
    {
        if (!isHard)
        {
            File.CreateSymbolicLink(path, scratch.At("outside"));
            return;
        }

        using System.Diagnostics.Process process = Scratch.StartFile("ln", null, scratch.At("outside"), path);
        Assert.AreEqual(0, Scratch.Finish(process).Code);
    }
}
