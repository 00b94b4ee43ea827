using System.Globalization;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Reports;

/// <summary>Pages in a real browser: what they show, and that slider, pointer, keys and tables do what they say.</summary>
[TestClass]
public sealed class BrowserTests : IDisposable
{
    private const string Particles = "particles={\"count\": 300, \"trajectories\": 5}";

    /// <summary>The folder of runs whose pages several tests read.</summary>
    private static readonly Scratch Shared = new();

    private static readonly Lazy<string> LinePage = new(() => Run(Shared, "line", SmallRuns.Line));

    private static readonly Lazy<string> PlanePage = new(() => Run(Shared, "plane", SmallRuns.Plane, Particles));

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [ClassCleanup]
    public static void DeleteShared() => Shared.Dispose();

    [AssemblyCleanup]
    public static Task EndBrowser() => Browser.End();

    [TestMethod]
    public async Task A_line_is_drawn_and_its_slider_pointer_and_keys_work()
    {
        await using Browser browser = await Browser.Open(LinePage.Value);
        Assert.AreEqual("held", (await browser.Text("h1 .verdict")).Trim());
        string last = await browser.Text("output");
        Assert.IsTrue(await browser.Ask<bool>("document.querySelectorAll('.lines .u-over').length === 3"));
        await browser.Page.FocusAsync("#time");
        await browser.Page.Keyboard.PressAsync("Home");
        await browser.Page.WaitForFunctionAsync("last => document.querySelector('output').textContent !== last", new(), last);
        string first = await browser.Text("output");
        StringAssert.Contains(first, "σ = ");
        await browser.Page.WaitForFunctionAsync("() => document.querySelector('.lines .plot').plot.data[1].some(value => value > 0)");

        // The pointer reads values, and so do the arrow keys.
        await browser.Page.HoverAsync(".lines .u-over");
        await browser.Page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('.lines .u-legend .u-value')].some(value => /\\d/.test(value.textContent))");
        await browser.Page.FocusAsync(".lines .plot");
        await browser.Page.Keyboard.PressAsync("ArrowRight");
        StringAssert.Matches(await browser.Text(".lines .unseen"), new("^x = .*u [-\\d]"));

        // Play moves on, and pauses.
        await browser.Page.ClickAsync("#play");
        await browser.Page.WaitForFunctionAsync("first => document.querySelector('output').textContent !== first", new(), first);
        Assert.AreEqual("true", await browser.Ask<string>("document.querySelector('#play').getAttribute('aria-pressed')"));
        await browser.Page.ClickAsync("#play");
        Assert.AreEqual("false", await browser.Ask<string>("document.querySelector('#play').getAttribute('aria-pressed')"));
        browser.AssertQuiet();
    }

    [TestMethod]
    public async Task The_curves_of_the_page_are_those_of_the_run()
    {
        string page = LinePage.Value;
        await using Browser browser = await Browser.Open(page);
        string[] rows = await File.ReadAllLinesAsync(Path.Combine(Path.GetDirectoryName(page)!, "snapshots",
            Directory.GetFiles(Path.Combine(Path.GetDirectoryName(page)!, "snapshots"), "*.csv").Select(Path.GetFileName).Order().Last()!));
        int column = Array.IndexOf(rows[0].Split(','), "v");
        double[] v = [.. rows.Skip(1).Select(row => double.Parse(row.Split(',')[column], CultureInfo.InvariantCulture))];
        double?[] shown = await browser.Ask<double?[]>("document.querySelector('.lines .plot').plot.data[2]");
        Assert.HasCount(v.Length, shown);

        // 16 bits over 12 decades: half a step is 2.2e-4 of the value.
        for (int cell = 0; cell < v.Length; cell++)
            Assert.AreEqual(v[cell], shown[cell]!.Value, 3e-4 * v[cell] + 2e-12 * v.Max(), $"cell {cell}");
    }

    [TestMethod]
    public async Task The_plane_is_drawn_with_particles_and_read_cell_by_cell()
    {
        await using Browser browser = await Browser.Open(PlanePage.Value);
        Assert.AreEqual(4, await browser.Ask<int>("document.querySelectorAll('.map').length"));
        Assert.IsTrue(await browser.Ask<bool>(
            "[...document.querySelectorAll('.map > canvas')].every(map => "
            + "new Set(map.getContext('2d').getImageData(0, 0, map.width, map.height).data).size > 20)"), "maps have colours");
        await browser.Page.FocusAsync(".map > canvas");
        await browser.Page.Keyboard.PressAsync("ArrowUp");
        string read = await browser.Text(".readout");
        StringAssert.Matches(read, new("^x = .*, y = .*: u = .*, v = .*, w = .*, \\|s\\| = "));
        await browser.Page.HoverAsync(".map:nth-child(2) > canvas");
        await browser.Page.WaitForFunctionAsync("read => document.querySelector('.readout').textContent !== read", new(), read);
        await browser.Page.ClickAsync(".controls input");
        await browser.Page.WaitForFunctionAsync("() => document.querySelector('.bar span:last-child').textContent.includes('log')");
        Assert.IsTrue(await browser.Ask<bool>("document.querySelector('canvas.paths').height > 100"));
        browser.AssertQuiet();
    }

    [TestMethod]
    public async Task Monitors_open_are_drawn_and_zoom_and_their_table_sorts()
    {
        await using Browser browser = await Browser.Open(LinePage.Value);
        await browser.Page.EvaluateExpressionAsync("document.querySelector('#monitor-li-yau').open = true");
        await browser.Page.WaitForSelectorAsync("#monitor-li-yau canvas");
        await browser.Page.EvaluateExpressionAsync(
            "(plot => plot.setScale('x', { min: plot.data[0][1], max: plot.data[0][3] }))"
            + "(document.querySelector('#monitor-li-yau .plot').plot)");
        Assert.IsTrue(await browser.Ask<bool>(
            "(plot => plot.scales.x.max < plot.data[0].at(-1))(document.querySelector('#monitor-li-yau .plot').plot)"));
        await browser.Page.FocusAsync("#monitor-li-yau .plot");
        await browser.Page.Keyboard.PressAsync("Escape");
        Assert.IsTrue(await browser.Ask<bool>(
            "(plot => plot.scales.x.max === plot.data[0].at(-1))(document.querySelector('#monitor-li-yau .plot').plot)"));

        const string names = "[...document.querySelector('table.sorts').tBodies[0].rows].map(row => row.cells[0].textContent)";
        await browser.Page.FocusAsync("th button");
        await browser.Page.Keyboard.PressAsync("Enter");
        string[] rising = await browser.Ask<string[]>(names);
        CollectionAssert.AreEqual(rising.Order(StringComparer.InvariantCulture).ToArray(), rising);
        Assert.AreEqual("ascending", await browser.Ask<string>("document.querySelector('table.sorts th').getAttribute('aria-sort')"));
        await browser.Page.Keyboard.PressAsync("Enter");
        Assert.AreEqual("descending", await browser.Ask<string>("document.querySelector('table.sorts th').getAttribute('aria-sort')"));
        browser.AssertQuiet();
    }

    [TestMethod]
    public async Task Tags_in_names_and_texts_appear_as_text()
    {
        const string hostile = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>&amp;\"'";
        string page = scratch.Write("hostile.html", ReportPageTests.Write(ReportPageTests.HostileContent(hostile)));
        await using Browser browser = await Browser.Open(page);
        Assert.AreEqual($"{hostile} – PdeDiffusion", await browser.Page.GetTitleAsync());
        Assert.AreEqual(hostile, await browser.Text("h2"));
        Assert.AreEqual(hostile, await browser.Text("pre"));
        Assert.AreEqual(hostile, await browser.Text("th button"));
        Assert.AreEqual(hostile, await browser.Ask<string>("document.querySelectorAll('.u-legend .u-label')[1].textContent"));
        Assert.AreEqual(0, await browser.Ask<int>("document.querySelectorAll('img').length"));

        // Numbers sort as numbers; what is none stays at the end.
        await browser.Page.ClickAsync("th:nth-child(2) button");
        CollectionAssert.AreEqual(
            (string[])["1e-3", "2", "10", "-"],
            await browser.Ask<string[]>("[...document.querySelectorAll('table.sorts tbody tr')].map(row => row.cells[1].textContent)"));
        browser.AssertQuiet();
    }

    [TestMethod]
    [DataRow(1200, false)]
    [DataRow(400, false)]
    [DataRow(400, true)]
    public async Task Nothing_is_wider_than_the_window(int width, bool isDark)
    {
        await using Browser browser = await Browser.Open(PlanePage.Value, width, 800, isDark);
        Assert.AreEqual(width, await browser.Ask<int>("document.documentElement.scrollWidth"));
        string ground = await browser.Ask<string>("getComputedStyle(document.body).backgroundColor");
        Assert.AreEqual(isDark ? "rgb(20, 23, 27)" : "rgb(255, 255, 255)", ground);
        browser.AssertQuiet();
    }

    [TestMethod]
    public async Task Without_scripts_the_texts_and_tables_are_there()
    {
        await using Browser browser = await Browser.Open(LinePage.Value, scripts: false);
        string text = await browser.Text("body");
        StringAssert.Contains(text, "Scripts are off");
        StringAssert.Contains(text, "guaranteed inequalities");
        StringAssert.Contains(text, "Li-Yau bound");
        StringAssert.Contains(text, "\"spacing\"");
    }

    [TestMethod]
    [DataRow("gif", "animation.gif", "image/gif")]
    [DataRow("apng", "animation.png", "image/png")]
    public async Task An_animation_plays_without_end(string kind, string file, string type)
    {
        string page = Run(scratch, "tiny", SmallRuns.Tiny, $"output.animation={kind}", Particles);
        byte[] content = await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(page)!, file));
        await using Browser browser = await Browser.Open(page);
        int frames = await browser.Ask<int>("Number(document.querySelector('#time').max) + 1");
        double[] found = await browser.Page.EvaluateFunctionAsync<double[]>(
            """
            async (text, type) => {
              const decoder = new ImageDecoder({ data: Uint8Array.from(atob(text), letter => letter.charCodeAt(0)), type });
              await decoder.tracks.ready;
              await decoder.completed;
              const track = decoder.tracks.selectedTrack, last = await decoder.decode({ frameIndex: track.frameCount - 1 });
              return [track.frameCount, track.repetitionCount === Infinity ? 1 : 0, last.image.duration / 1e6, last.image.displayWidth];
            }
            """,
            Convert.ToBase64String(content), type);
        CollectionAssert.AreEqual((double[])[frames, 1, 1.2], found[..3]);
        Assert.IsTrue(found[3] is > 500 and < 900, $"{found[3]} pixels wide");
        browser.AssertQuiet();
    }

    [TestMethod]
    public async Task A_study_shows_its_errors_with_fits_and_the_table_of_its_runs()
    {
        string config = scratch.Write(
            "study.json",
            """
            {
              "name": "orders",
              "base": {
                "name": "line",
                "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 40 } ] },
                "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
                "time": { "end": 1, "stop": 0.1, "steps": 10 }
              },
              "sweep": { "cells": [40, 80, 160], "steps": [10, 20, 40] },
              "output": { "plots": false }
            }
            """);
        string folder = scratch.At("study");
        Outcome outcome = Scratch.Run("study", config, "--out", folder);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        Assert.IsEmpty(Directory.GetDirectories(folder), "runs inside a study write no page");
        await using Browser browser = await Browser.Open(Path.Combine(folder, "report.html"));
        StringAssert.Contains(await browser.Text(".findings"), "refined in space and time, order ");
        StringAssert.Contains(await browser.Text(".u-legend"), "fit, order ");
        Assert.AreEqual(3, await browser.Ask<int>("document.querySelectorAll('table.sorts tbody tr').length"));
        await browser.Page.ClickAsync("table.sorts th:nth-child(3) button");
        await browser.Page.ClickAsync("table.sorts th:nth-child(3) button");
        CollectionAssert.AreEqual(
            (string[])["160", "80", "40"],
            await browser.Ask<string[]>("[...document.querySelectorAll('table.sorts tbody tr')].map(row => row.cells[2].textContent)"));
        browser.AssertQuiet();
    }

    /// <summary>Runs a config; returns its page.</summary>
    private static string Run(Scratch scratch, string name, string config, params string[] settings)
    {
        string folder = scratch.At(name);
        Outcome outcome = Scratch.Run(
        [
            "run", scratch.Write($"{name}.json", config), "--out", folder, "--set", "output.plots=false",
            .. settings.SelectMany(setting => (string[])["--set", setting]),
        ]);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        return Path.Combine(folder, "report.html");
    }
}
