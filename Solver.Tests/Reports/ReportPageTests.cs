using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PdeDiffusion.Commands;
using PdeDiffusion.Files;
using PdeDiffusion.Reports;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Reports;

[TestClass]
public sealed partial class ReportPageTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow(SmallRuns.Line)]
    [DataRow(SmallRuns.Plane)]
    [DataRow(SmallRuns.Forward)]
    [DataRow(SmallRuns.Cross)]
    public void The_other_files_have_the_same_bytes_with_and_without_a_page(string text)
    {
        string config = scratch.Write("config.json", text), with = scratch.At("with"), without = scratch.At("without");
        Succeed("run", config, "--out", with, "--reproducible");
        Succeed("run", config, "--out", without, "--reproducible", "--set", "output.report=false");
        SortedDictionary<string, string> expected = Scratch.Contents(without), found = Scratch.Contents(with);
        Assert.IsTrue(found.Remove("report.html"));
        // The record contains the key itself.
        Assert.IsTrue(found.Remove("run.json") && expected.Remove("run.json"));
        CollectionAssert.AreEqual(expected.Keys, found.Keys);
        foreach ((string name, string bytes) in expected)
            Assert.IsTrue(bytes == found[name], $"{name} differs");
    }

    [TestMethod]
    public void A_page_is_one_file_without_an_address_and_the_same_bytes_each_time()
    {
        string config = scratch.Write("config.json", SmallRuns.Plane);
        Succeed("run", config, "--out", scratch.At("a"), "--reproducible");
        Succeed("run", config, "--out", scratch.At("b"), "--reproducible");
        string page = File.ReadAllText(Path.Combine(scratch.At("a"), "report.html"));
        Assert.AreEqual(page, File.ReadAllText(Path.Combine(scratch.At("b"), "report.html")));
        Assert.IsFalse(Address().IsMatch(page), Address().Match(page).Value);
        StringAssert.Contains(page, "Permission is hereby granted", "the notice of uPlot");
        StringAssert.Contains(page, "<noscript>");
        StringAssert.Contains(page, "Li-Yau bound");
        Assert.IsFalse(page.Contains(scratch.Root, StringComparison.Ordinal), "no path of this machine");
    }

    [TestMethod]
    public void A_page_that_cannot_be_written_leaves_the_tables_whole_and_exits_with_4()
    {
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole"), folder = scratch.At("out");
        Succeed("run", config, "--out", whole, "--reproducible");
        OpenFolder.Disk.Value = (path, stream) =>
            path.EndsWith("report.html", StringComparison.Ordinal) ? throw new IOException("No space left on device") : stream;
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--reproducible");
        OpenFolder.Disk.Value = null;
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "cannot write: report.html: No space left on device");
        StringAssert.Contains(outcome.Error, $"; the tables in {folder} are complete");
        foreach (string table in (string[])["readings.csv", "summary.json", "snapshots.csv", "snapshots/000.csv"])
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(whole, table)), File.ReadAllBytes(Path.Combine(folder, table)), table);
        Succeed("run", config, "--out", folder, "--reproducible", "--resume");
        Scratch.AssertSame(Scratch.Contents(whole), folder, "resumed");
    }

    [TestMethod]
    public void Every_character_of_a_text_is_escaped()
    {
        const string hostile = "</script><script>fail('<&\"')</script><!--";
        string page = Write(HostileContent(hostile));
        Assert.AreEqual(2, Regex.Count(page, "<script"), "the data and the scripts of the page");
        Assert.IsFalse(page.Contains("fail('<", StringComparison.Ordinal));
        string data = Data().Match(page).Groups[1].Value;
        using var json = JsonDocument.Parse(data);
        Assert.AreEqual(hostile, json.RootElement[0].GetProperty("title").GetString());
        Assert.AreEqual(hostile, json.RootElement[0].GetProperty("curves")[0].GetProperty("name").GetString());
    }

    [TestMethod]
    public void Ten_thousand_readings_are_thinned_and_the_worst_is_kept()
    {
        int[] kept = Thinning.Heaviest(10_001, RunReport.MostReadings, index => index == 7777 ? 1 : 0);
        Assert.HasCount(RunReport.MostReadings, kept);
        CollectionAssert.Contains(kept, 7777);
        CollectionAssert.AreEqual(kept.Distinct().Order().ToArray(), kept);
        Assert.AreEqual(0, kept[0]);
        Assert.AreEqual(10_000, kept[^1]);
    }

    internal static ReportContent HostileContent(string hostile) => new(
        hostile, hostile, hostile, false, [new ReportSentence(hostile) { More = hostile }],
        [
            new ReportSection(hostile,
            [
                new ReportText(hostile), new ReportCode(hostile),
                new ReportTable(hostile, [hostile, "number"], [[hostile, "2"], ["b", "10"], ["c", "-"], ["a", "1e-3"]]),
                new ReportCurves(hostile, hostile, hostile, [new ReportCurve(hostile, [1, 2, 3], [1, double.NaN, 2])]),
                new ReportPaths(hostile, hostile, hostile, [new ReportPath(hostile, [1, 2], [3, 4], [hostile, hostile])]),
                new ReportFold(hostile, [new ReportText(hostile)]) { Anchor = hostile },
            ]),
        ]);

    internal static string Write(ReportContent content)
    {
        using var stream = new MemoryStream();
        ReportPage.Write(stream, content);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Succeed(params string[] args)
    {
        Outcome outcome = Scratch.Run(args);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
    }

    [GeneratedRegex(@"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}|src=|@import|url\(", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();
}
