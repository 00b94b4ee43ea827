using System.Text.Json;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Reports;

/// <summary>A page has a bounded size and opens at once, whatever the run.</summary>
[TestClass]
public sealed class BoundedPageTests : IDisposable
{
    private const int MostBytes = 8_000_000;

    private const string Short = """
        {
          "name": "many",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 24 } ] },
          "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
          "time": { "end": 1, "stop": 0.1, "steps": 500 },
          "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2.4 } },
          "errorEstimate": false,
          "output": { "plots": false }
        }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [TestCategory("Slow")]
    public void A_run_of_10_000_levels_makes_a_page_of_the_size_of_one_of_500_and_says_what_it_leaves_out()
    {
        string few = Page(), many = Page("time.steps=10000");
        Assert.IsLessThan(1.05 * few.Length, many.Length);
        StringAssert.Contains(many, "40 of 10001 levels");
        StringAssert.Contains(many, "300 of 10001 readings");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_run_of_a_million_particles_makes_a_page_of_the_size_of_one_of_2000_and_says_what_it_leaves_out()
    {
        string few = Page("time.steps=20", "particles={\"count\": 2000, \"steps\": 8, \"trajectories\": 60}");
        string many = Page("time.steps=20", "particles={\"count\": 1000000, \"steps\": 8, \"trajectories\": 1000}");
        Assert.IsLessThan(1.02 * few.Length, many.Length);
        StringAssert.Contains(many, "particles are the first 2000 of 1000000");
        StringAssert.Contains(many, "60 of 1000 trajectories at 9 of 9 times");
    }

    /// <summary>Forty frames of 256 × 256 cells of noise, than which nothing is rougher, and particles.</summary>
    [TestMethod]
    public void The_roughest_fields_stay_below_the_bound() => Assert.IsLessThan(MostBytes, Written(Noise()).Length);

    [TestMethod]
    [TestCategory("Slow")]
    public async Task A_page_of_40_frames_of_256_by_256_cells_opens_in_less_than_a_second()
    {
        string path = scratch.At("page.html");
        await File.WriteAllBytesAsync(path, Written(Smooth()));
        Assert.IsLessThan(MostBytes, new FileInfo(path).Length);
        await using Browser browser = await Browser.Open(path);
        // The time that the processor works for the page, in tasks of its thread: other programs may use the machine.
        PuppeteerSharp.ICDPSession session = await browser.Page.CreateCDPSessionAsync();
        await session.SendAsync("Performance.enable", new { timeDomain = "threadTicks" });
        await browser.Reload();
        JsonElement metrics = await session.SendAsync<JsonElement>("Performance.getMetrics");
        double seconds = metrics.GetProperty("metrics").EnumerateArray().First(one => one.GetProperty("name").GetString() == "TaskDuration")
            .GetProperty("value").GetDouble();
        Console.WriteLine($"{seconds:0.000} s");
        Assert.IsTrue(seconds is > 0.01 and < 1, $"{seconds} s");
    }

    private string Page(params string[] settings)
    {
        string folder = scratch.At("out");
        Outcome outcome = Scratch.Run(
        [
            "run", scratch.Write("config.json", Short), "--out", folder, "--force",
            .. settings.SelectMany(one => (string[])["--set", one]),
        ]);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        return File.ReadAllText(Path.Combine(folder, "report.html"));
    }

    private static byte[] Written(FrameSet frames)
    {
        using var stream = new MemoryStream();
        ReportPage.Write(stream, new ReportContent(
            "frames", "Run", null, null, [], [new ReportSection("Over time", [new ReportFrames(frames)])]));
        return stream.ToArray();
    }

    private static FrameSet Noise()
    {
        var random = new Random(3);
        return Set(_ => random.NextDouble(), frames: 3);
    }

    /// <summary>Four peaks that narrow.</summary>
    private static FrameSet Smooth()
    {
        int call = 0;
        return Set(
            cell =>
            {
                double width = 0.3 + 3.0 / (1 + call++ / (4.0 * 65536));
                double x = cell % 256 / 25.6 - 5, y = cell / 256 / 25.6 - 5;
                return Math.Exp(-(Math.Pow(Math.Abs(x) - 2, 2) + Math.Pow(Math.Abs(y) - 2, 2)) / width) + 1e-9;
            },
            frames: 40);
    }

    /// <param name="frames">That differ; they are repeated to 40.</param>
    private static FrameSet Set(Func<int, double> value, int frames)
    {
        double[] faces = [.. Enumerable.Range(0, 257).Select(face => -5 + face / 25.6)];
        var own = new List<Frame>();
        for (int index = 0; index < frames; index++)
        {
            double[][] fields = [.. Enumerable.Range(0, 4).Select(_ => (double[])[.. Enumerable.Range(0, 65536).Select(value)])];
            own.Add(new Frame(
                index, Math.Pow(0.9, index),
                [
                    FrameField.OfLog("u", fields[0], 256, 12), FrameField.OfLog("v", fields[1], 256, 12),
                    FrameField.OfLog("w", fields[2], 256, 12), FrameField.OfLinear("score", fields[3], 256, 12),
                ]));
        }

        var random = new Random(4);
        float[] places = [.. Enumerable.Range(0, FrameSet.MostPoints).Select(_ => (float)(10 * random.NextDouble() - 5))];
        Frame[] all = [.. Enumerable.Range(0, FrameLevels.Most).Select(index => own[index % frames])];
        return new FrameSet([faces, faces], [1, 1], all, [.. all.Select(frame => new PointFrame(frame.Time, places, places))]);
    }
}
