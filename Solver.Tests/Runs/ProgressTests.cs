using PdeDiffusion.Monitors;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Runs;

[TestClass]
public sealed class ProgressTests
{
    [TestMethod]
    public void A_terminal_gets_one_line_rewritten_and_a_note_takes_it_away()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new Progress(output, terminal: true, quiet: false);
        progress.Begin("forward", 1000, 500, 100);
        Thread.Sleep(250);
        progress.Step();
        string line = output.ToString();
        StringAssert.StartsWith(line, "\rforward: step 1 of 1000, ", StringComparison.Ordinal);
        StringAssert.Contains(line, "cell updates/s", StringComparison.Ordinal);
        StringAssert.EndsWith(line, " left", StringComparison.Ordinal);
        progress.Note("note");
        string blank = new(' ', line.Length - 1);
        Assert.AreEqual(line + '\r' + blank + "\rnote\n", output.ToString());
    }

    [TestMethod]
    public void Quiet_shows_nothing_but_notes()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new Progress(output, terminal: true, quiet: true);
        progress.Begin("forward", 10, 0, 1);
        Thread.Sleep(250);
        progress.Step();
        progress.Note("note");
        Assert.AreEqual("note\n", output.ToString());
    }

    [TestMethod]
    public void The_table_is_aligned_and_ends_with_the_findings_and_the_folder()
    {
        using var output = new StringWriter { NewLine = "\n" };
        IReadOnlyList<MonitorSummary> monitors = RunSummary.Summarise(
        [
            new Reading(12, 0.25, "lp-certificate[inf]", 1, 2, 0.5, 0, 1, ReadingStatus.Guaranteed, Verdict.Held),
            new Reading(0, 0.001, "li-yau", 1, 2, double.NaN, 0, 1, ReadingStatus.Observed, Verdict.NotApplicable),
        ]);
        var summary = new RunSummary(monitors, null, null)
        {
            Findings = [new Finding("held: one"), new Finding("a is not satisfied", "the grid", "docs/x.md#a")],
        };
        ResultTable.Write(output, summary, "/x/out");
        const string Said = "\nheld: one\na is not satisfied; probable cause: the grid (docs/x.md#a)\n/x/out\n";
        Assert.AreEqual(
            "monitor              worst slack  step  time  status      verdict\n"
            + "lp-certificate[inf]      5.00e-1    12  0.25  guaranteed  held\n" + Said,
            output.ToString());
        output.GetStringBuilder().Clear();
        ResultTable.Write(output, summary, "/x/out", Detail.Verbose);
        Assert.AreEqual(
            "monitor              worst slack  step   time  status      verdict\n"
            + "lp-certificate[inf]      5.00e-1    12   0.25  guaranteed  held\n"
            + "li-yau                         -     0  0.001  observed    not-applicable\n" + Said,
            output.ToString());
        output.GetStringBuilder().Clear();
        ResultTable.Write(output, summary, "/x/out", Detail.Quiet);
        Assert.AreEqual("held: one\n/x/out\n", output.ToString());
    }
}
