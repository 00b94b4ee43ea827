using PdeDiffusion.Commands;
using PdeDiffusion.Runs;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Commands;

[TestClass]
public sealed class StarterConfigTests : IDisposable
{
    private readonly Scratch scratch = new();

    public static IEnumerable<object[]> Names => StarterConfig.Names.Select(name => new object[] { name });

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_template_runs_with_its_verb_as_it_is_written(string name)
    {
        StarterConfig starter = StarterConfig.All.Single(starter => starter.Name == name);
        string file = scratch.At($"{name}.json"), folder = scratch.At("out");
        Outcome written = Scratch.Run("new", name, "--out", file);
        Assert.AreEqual(ExitCode.Finished, written.Code, written.Error);
        Assert.AreEqual($"{file}\nnext: {ProgramCall.Text} {starter.Verb} {file}\n", written.Output);
        string text = File.ReadAllText(file);
        StringAssert.Contains(text, $"{ProgramCall.Text} {starter.Verb} {file}", StringComparison.Ordinal);
        Assert.IsFalse(text.Contains("PROGRAM", StringComparison.Ordinal) || text.Contains("FILE", StringComparison.Ordinal));

        Outcome check = Scratch.Run("check", file);
        Assert.AreEqual(ExitCode.Finished, check.Code, check.Error);
        Assert.AreEqual("", check.Error, "check has nothing to note or to propose");

        // The figures of a run and the estimate of its error are tested elsewhere; a study and an audit have no keys for them.
        string[] quick = starter.Verb == "run" ? ["--set", "output.plots=false", "--set", "errorEstimate=false"]
            : starter.Verb == "study" ? ["--set", "tradeoff.seeds=[1]", "--set", "tradeoff.samples=[20]"] : [];
        Outcome run = Scratch.Run([starter.Verb, file, "--out", folder, "--quiet", .. quick]);
        Assert.AreEqual(ExitCode.Finished, run.Code, run.Error);
        Assert.IsTrue(File.Exists(Path.Combine(folder, "report.html")) || starter.Verb == "audit");
    }

    [TestMethod]
    public void The_list_names_every_template_and_writes_nothing()
    {
        Outcome list = Scratch.Run("new", "--list");
        Assert.AreEqual(ExitCode.Finished, list.Code);
        foreach (string name in StarterConfig.Names)
            StringAssert.Contains(list.Output, name, StringComparison.Ordinal);
        Assert.AreEqual(0, Directory.GetFileSystemEntries(scratch.Root).Length);
    }

    [TestMethod]
    public void A_file_that_exists_is_kept_without_force()
    {
        string file = scratch.Write("mine.json", "mine");
        Outcome refused = Scratch.Run("new", "--out", file);
        Assert.AreEqual(ExitCode.BadInput, refused.Code);
        Assert.AreEqual($"{file}: exists: use --force to replace it, or --out for another file\n", refused.Error);
        Assert.AreEqual("mine", File.ReadAllText(file));
        Assert.AreEqual(ExitCode.Finished, Scratch.Run("new", "--out", file, "--force").Code);
        StringAssert.Contains(File.ReadAllText(file), "\"points\"", StringComparison.Ordinal);
        Assert.AreEqual(1, Directory.GetFileSystemEntries(scratch.Root).Length);
    }

    [TestMethod]
    public void A_folder_or_a_missing_folder_is_refused_by_name()
    {
        Outcome folder = Scratch.Run("new", "--out", scratch.Root);
        Assert.AreEqual($"{ExitCode.BadInput} {scratch.Root}: is a folder: name a file with --out\n", $"{folder.Code} {folder.Error}");
        string missing = Path.Combine(scratch.Root, "none", "x.json");
        Outcome none = Scratch.Run("new", "--out", missing);
        Assert.AreEqual($"{ExitCode.BadInput} {missing}: its folder does not exist\n", $"{none.Code} {none.Error}");
    }

    [TestMethod]
    public void An_unknown_template_is_a_wrong_command_line_that_names_the_others()
    {
        Outcome unknown = Scratch.Run("new", "torus");
        Assert.AreEqual(ExitCode.WrongCommandLine, unknown.Code);
        foreach (string name in StarterConfig.Names)
            StringAssert.Contains(unknown.Error, $"'{name}'", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Outside_a_clone_texts_call_the_program_by_its_name()
    {
        Assert.IsTrue(ProgramCall.IsInClone(AppContext.BaseDirectory));
        Assert.IsFalse(ProgramCall.IsInClone(scratch.Root));
    }
}
