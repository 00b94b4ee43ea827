using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Runs;

[TestClass]
public sealed class RunFolderTests
{
    private static readonly RunRecord One = new("""{"name":"one","steps":10}""", false, null);
    private static readonly RunRecord Other = new("""{"name":"one","steps":11}""", false, null);

    private readonly string root = Directory.CreateTempSubdirectory("pde").FullName;

    private string Target => Path.Combine(root, "deep", "out");

    [TestCleanup]
    public void Remove() => Directory.Delete(root, recursive: true);

    [TestMethod]
    public void An_absent_folder_is_made_and_an_empty_one_is_used()
    {
        Directory.CreateDirectory(Target);
        RunFolder.Open(Target, One, force: false).Finish(TimeSpan.Zero);
        Begin(Path.Combine(root, "new"), One);
        Assert.IsTrue(RunRecord.Read(Path.Combine(Target, "run.json"))!.Finished);
        Assert.IsFalse(RunRecord.Read(Path.Combine(root, "new", "run.json"))!.Finished);
    }

    [TestMethod]
    public void A_finished_run_of_the_same_config_is_replaced_even_if_its_numbers_are_spelt_otherwise()
    {
        RunFolder.Open(Target, One, force: false).Finish(TimeSpan.Zero);
        Begin(Target, new RunRecord("""{ "steps": 1e1, "name": "one" }""", false, null));
        Assert.IsFalse(RunRecord.Read(Path.Combine(Target, "run.json"))!.Finished);
    }

    [TestMethod]
    public void What_is_in_the_way_is_refused_and_left_alone()
    {
        RunFolder.Open(Target, One, force: false).Finish(TimeSpan.Zero);
        Refused(Target, Other, "a different config");
        Assert.IsTrue(RunRecord.Read(Path.Combine(Target, "run.json"))!.Finished);

        Begin(Target, One);
        Refused(Target, One, "unfinished");

        File.WriteAllText(Path.Combine(Target, "run.json"), "{ \"torn");
        Refused(Target, One, "does not belong to a run");

        string foreign = Path.Combine(root, "foreign");
        Directory.CreateDirectory(foreign);
        File.WriteAllText(Path.Combine(foreign, "thesis.tex"), "");
        Refused(foreign, One, "contains files but no run");
        CollectionAssert.AreEqual(new[] { Path.Combine(foreign, "thesis.tex") }, Directory.GetFileSystemEntries(foreign));

        Refused(Path.Combine(foreign, "thesis.tex"), One, "is a file");
        Refused(Path.Combine(foreign, "thesis.tex", "out"), One, "cannot be written");
    }

    [TestMethod]
    public void Force_deletes_only_files_that_a_run_writes()
    {
        using (RunFolder folder = RunFolder.Open(Target, One, force: false))
            folder.Write(new Snapshot(0, 1, new Grid(Axis.Uniform(0, 1, 1, Boundary.NoFlux)), [1], null, null, [[0]], [0]));
        string[] ours =
            [
                "readings.csv", "summary.json", "densities.png", "score-001.svg", "monitors.png", "monitor-mass-u.pdf",
                "column-lap-log-u-001.pdf", "snapshots/001.csv", "readings.csv.part",
            ];
        string[] theirs = ["notes.txt", "photo.png", "data.csv", "snapshots/mine.csv", "snapshots/01.csv", "score-mine.png",
            "densities-notes.svg", "column-notes.png", "snapshots/2024.csv"];
        foreach (string name in ours.Concat(theirs))
            File.WriteAllText(Path.Combine(Target, name), "x");
        using RunFolder later = RunFolder.Open(Target, Other, force: true);
        Assert.IsTrue(File.Exists(Path.Combine(Target, "readings.csv")), "nothing goes before the run is sure to start");
        later.Take();
        foreach (string name in ours.Append("snapshots/000.csv").Append("snapshots.csv"))
            Assert.IsFalse(File.Exists(Path.Combine(Target, name)), name);
        foreach (string name in theirs)
            Assert.IsTrue(File.Exists(Path.Combine(Target, name)), name);
    }

    [TestMethod]
    public void Snapshots_do_not_follow_a_link_out_of_the_folder()
    {
        string elsewhere = Path.Combine(root, "elsewhere");
        Directory.CreateDirectory(elsewhere);
        File.WriteAllText(Path.Combine(elsewhere, "000.csv"), "mine");
        Directory.CreateDirectory(Target);
        Directory.CreateSymbolicLink(Path.Combine(Target, "snapshots"), elsewhere);
        Refused(Target, One, "files but no run");
        InputException failure = Assert.ThrowsExactly<InputException>(() => RunFolder.Open(Target, One, force: true));
        StringAssert.Contains(failure.Message, "is a link", StringComparison.Ordinal);
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(elsewhere, "000.csv")));
    }

    [TestMethod]
    public void A_run_refused_before_it_wrote_anything_leaves_no_folder()
    {
        RunFolder.Open(Target, One, force: false).Abandon();
        Assert.IsFalse(Directory.Exists(Target));
    }

    [TestMethod]
    public void A_reproducible_record_holds_no_clock_and_no_machine()
    {
        RunFolder.Open(Target, One, force: false).Finish(TimeSpan.FromSeconds(3));
        string text = File.ReadAllText(Path.Combine(Target, "run.json"));
        foreach (string word in new[] { "machine", "threads", "start", "wall" })
            Assert.IsFalse(text.Contains(word, StringComparison.Ordinal), word);
        Assert.IsTrue(text.Contains("\"version\"", StringComparison.Ordinal));
    }

    [TestMethod]
    public void One_run_at_a_time_has_a_folder()
    {
        using (RunFolder first = RunFolder.Open(Target, One, force: false))
        {
            first.Take();
            foreach (bool force in new[] { false, true })
            {
                InputException failure = Assert.ThrowsExactly<InputException>(() => RunFolder.Open(Target, One, force));
                StringAssert.Contains(failure.Message, "by another run", StringComparison.Ordinal);
            }
        }

        Assert.IsFalse(File.Exists(Path.Combine(Target, ".pde-diffusion.lock")));
        File.WriteAllText(Path.Combine(Target, ".pde-diffusion.lock"), "");
        using RunFolder next = RunFolder.Open(Target, One, force: true);
        next.Take();
        Assert.IsTrue(File.Exists(Path.Combine(Target, "run.json")), "a lock that a killed run left locks nobody out");
    }

    /// <summary>A run that begins and goes no further.</summary>
    private static void Begin(string path, RunRecord record)
    {
        using RunFolder folder = RunFolder.Open(path, record, force: false);
        folder.Take();
    }

    private static void Refused(string path, RunRecord record, string reason)
    {
        InputException failure = Assert.ThrowsExactly<InputException>(() => RunFolder.Open(path, record, force: false));
        StringAssert.Contains(failure.Message, reason, StringComparison.Ordinal);
    }
}
