using System.Diagnostics;
using System.Text.Json;
using PdeDiffusion.Monitors;
using PdeDiffusion.Runs;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Runs;

[TestClass]
public sealed class RunSummaryTests
{
    private static Reading Of(int step, string monitor, double slack, ReadingStatus status, Verdict verdict) =>
        new(step, step, monitor, 0, 0, slack, 0, 1, status, verdict);

    [TestMethod]
    public void The_worst_reading_is_the_gravest_then_the_one_with_least_slack()
    {
        IReadOnlyList<MonitorSummary> monitors = RunSummary.Summarise(
        [
            Of(3, "a", double.NaN, ReadingStatus.Guaranteed, Verdict.NotApplicable), Of(3, "b", -0.2, ReadingStatus.Observed,
                Verdict.Violated),
            Of(2, "a", 0.5, ReadingStatus.Guaranteed, Verdict.Held), Of(2, "b", -0.3, ReadingStatus.Observed, Verdict.Violated),
            Of(1, "a", 0.25, ReadingStatus.Guaranteed, Verdict.Held), Of(1, "b", -0.9, ReadingStatus.Observed, Verdict.Discretization),
        ]);
        CollectionAssert.AreEqual(new[] { "a", "b" }, monitors.Select(monitor => monitor.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2 }, monitors.Select(monitor => monitor.Worst.Step).ToArray());
        Assert.IsFalse(new RunSummary(monitors, null, null).Violated, "an observed miss is a finding, not a broken guarantee");
    }

    [TestMethod]
    public void The_timings_of_a_run_are_parts_of_its_time()
    {
        using var scratch = new Scratch();
        string config = scratch.Write("config.json", SmallRuns.Line), folder = scratch.At("run");
        long start = Stopwatch.GetTimestamp();
        Assert.AreEqual(0, Scratch.Run("run", config, "--out", folder, "--quiet").Code);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")));
        double[] parts = [.. json.RootElement.GetProperty("timings").EnumerateObject().Select(part => part.Value.GetDouble())];
        Assert.HasCount(4, parts);
        foreach (double part in parts)
            Assert.IsGreaterThan(0, part);
        Assert.IsLessThan(elapsed, parts.Sum());
    }

    [TestMethod]
    public void The_file_carries_verdict_monitors_errors_and_timings()
    {
        string path = Path.GetTempFileName();
        try
        {
            IReadOnlyList<MonitorSummary> monitors = RunSummary.Summarise([Of(1, "mass[v]", -1, ReadingStatus.Guaranteed,
                Verdict.Violated)]);
            var summary = new RunSummary(monitors, new ErrorNorms(1e-3, 2e-3, double.PositiveInfinity, 4e-3), new RunTimings(1, 2, 3))
            {
                Concentration = new ConcentrationRate(0.5, 0.48, 0.52, 7),
            };
            Scratch.WriteFile(path, stream => SummaryFile.Write(stream, summary));
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = json.RootElement;
            Assert.AreEqual("violated", root.GetProperty("verdict").GetString());
            Assert.AreEqual("mass[v]", root.GetProperty("monitors")[0].GetProperty("name").GetString());
            Assert.AreEqual(-1, root.GetProperty("monitors")[0].GetProperty("worstSlack").GetDouble());
            Assert.AreEqual(0.5, root.GetProperty("concentration").GetProperty("exponent").GetDouble());
            Assert.AreEqual(0.48, root.GetProperty("concentration").GetProperty("low").GetDouble());
            Assert.AreEqual(0.52, root.GetProperty("concentration").GetProperty("high").GetDouble());
            Assert.AreEqual(7, root.GetProperty("concentration").GetProperty("levels").GetInt32());
            Assert.IsTrue(root.GetProperty("concentration").GetProperty("resolved").GetBoolean());
            Assert.AreEqual(1e-3, root.GetProperty("errors").GetProperty("L1").GetDouble());
            Assert.AreEqual(JsonValueKind.Null, root.GetProperty("errors").GetProperty("Linf").ValueKind);
            Assert.AreEqual(1, root.GetProperty("timings").GetProperty("solveSeconds").GetDouble());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
