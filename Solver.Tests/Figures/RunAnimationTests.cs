using System.Text;
using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;
using PdeDiffusion.Tests.Robustness;
using SkiaSharp;

namespace PdeDiffusion.Tests.Figures;

[TestClass]
public sealed class RunAnimationTests : IDisposable
{
    private const string Gif = "output.animation=gif", Few = "time.steps=6";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Every frame, in the order of the flow; all other files as without it; redrawn to the same bytes.</summary>
    [TestMethod]
    [DataRow(SmallRuns.Line, "particles={\"count\": 200}")]
    [DataRow(SmallRuns.Tiny, "particles={\"count\": 200}")]
    [DataRow(SmallRuns.Forward, Few)]
    public void A_run_has_its_animation_beside_the_same_other_files(string text, string setting)
    {
        string config = scratch.Write("config.json", text), with = scratch.At("with"), without = scratch.At("without");
        string[] settings = ["--reproducible", "--set", setting, "--set", Few, "--set", "output.plots=false"];
        Succeed(["run", config, "--out", without, .. settings]);
        Succeed(["run", config, "--out", with, "--set", Gif, .. settings]);
        byte[] animation = File.ReadAllBytes(Path.Combine(with, "animation.gif"));
        FrameSet frames = FrameFile.Read(Path.Combine(with, "frames.dat"));
        using (var codec = SKCodec.Create(new SKMemoryStream(animation)))
        {
            Assert.AreEqual(frames.Frames.Count, codec.FrameCount);
            Assert.AreEqual(1200, codec.FrameInfo[^1].Duration);
        }

        SortedDictionary<string, string> expected = Scratch.Contents(without), found = Scratch.Contents(with);
        Assert.IsTrue(found.Remove("animation.gif") && found.Remove("frames.dat"));
        // Both contain the config.
        foreach (string name in (string[])["run.json", "report.html"])
            Assert.IsTrue(found.Remove(name) && expected.Remove(name));
        CollectionAssert.AreEqual(expected, found);

        File.Delete(Path.Combine(with, "animation.gif"));
        Succeed("plot", with, "--animate");
        CollectionAssert.AreEqual(animation, File.ReadAllBytes(Path.Combine(with, "animation.gif")));
        Succeed("plot", with, "--animate", "--animation-scale", "fixed");
        CollectionAssert.AreNotEqual(animation, File.ReadAllBytes(Path.Combine(with, "animation.gif")));
        Succeed(["run", config, "--out", with, "--force", .. settings]);
        Assert.IsFalse(File.Exists(Path.Combine(with, "animation.gif")) || File.Exists(Path.Combine(with, "frames.dat")));
    }

    [TestMethod]
    public void An_animated_PNG_needs_neither_page_nor_figures_and_a_resumed_run_has_the_same_one()
    {
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole"), parts = scratch.At("parts");
        string[] settings =
        [
            "--set", "output.animation=apng", "--set", "output.report=false", "--set", Few, "--set", "errorEstimate=false",
            "--reproducible",
        ];
        Succeed(["run", config, "--out", whole, .. settings]);
        Assert.IsFalse(File.Exists(Path.Combine(whole, "report.html")));
        byte[] animation = File.ReadAllBytes(Path.Combine(whole, "animation.png"));
        StringAssert.Contains(Encoding.Latin1.GetString(animation), "acTL");
        using (var cancellation = new InterruptAfter(4))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(cancellation.Token, ["run", config, "--out", parts, .. settings]).Code);
        Succeed(["run", config, "--out", parts, "--resume", .. settings]);
        Scratch.AssertSame(Scratch.Contents(whole), parts, "resumed");
    }

    [TestMethod]
    public void Without_frames_there_is_nothing_to_animate_and_damaged_ones_are_named()
    {
        string config = scratch.Write("config.json", SmallRuns.Line), folder = scratch.At("out");
        Succeed("run", config, "--out", folder, "--set", Few);
        Outcome outcome = Scratch.Run("plot", folder, "--animate");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "contains no frames: run its config with output.animation = gif or apng");
        Succeed("run", config, "--out", folder, "--set", Few, "--set", Gif, "--force");
        string frames = Path.Combine(folder, "frames.dat");
        byte[] content = File.ReadAllBytes(frames);
        content.AsSpan(content.Length / 2, 200).Fill(0xFF);
        File.WriteAllBytes(frames, content);
        outcome = Scratch.Run("plot", folder, "--animate");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "frames.dat: contains ");
        outcome = Scratch.Run("run", config, "--out", scratch.At("no"), "--set", "output.animationScale=fixed");
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, "output.animationScale: requires output.animation");
    }

    [TestMethod]
    public void An_animation_that_cannot_be_written_leaves_the_tables_whole_and_the_run_can_be_resumed()
    {
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole"), folder = scratch.At("out");
        Succeed("run", config, "--out", whole, "--reproducible", "--set", Few, "--set", Gif);
        OpenFolder.Disk.Value = (path, stream) =>
            path.EndsWith(".gif", StringComparison.Ordinal) ? throw new IOException("No space left on device") : stream;
        Outcome outcome = Scratch.Run("run", config, "--out", folder, "--reproducible", "--set", Few, "--set", Gif);
        OpenFolder.Disk.Value = null;
        Assert.AreEqual(ExitCode.Failed, outcome.Code, outcome.Error);
        StringAssert.Contains(outcome.Error, "cannot write: animation.gif: No space left on device");
        foreach (string table in (string[])["readings.csv", "summary.json", "snapshots.csv", "snapshots/000.csv", "frames.dat"])
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(whole, table)), File.ReadAllBytes(Path.Combine(folder, table)), table);
        Succeed("run", config, "--out", folder, "--reproducible", "--resume", "--set", Few, "--set", Gif);
        Scratch.AssertSame(Scratch.Contents(whole), folder, "resumed");
    }

    /// <summary>Noise does not compress: 11 bits per pixel in a GIF, three bytes in a PNG.</summary>
    [TestMethod]
    [DataRow(AnimationKind.Gif, 40, 200_000, 40)]
    [DataRow(AnimationKind.Gif, 40, 60_000, 21)]
    [DataRow(AnimationKind.Apng, 40, 40_000, 6)]
    [DataRow(AnimationKind.Gif, 40, 1000, 2)]
    public void A_file_that_is_too_large_shows_fewer_frames(AnimationKind kind, int frames, int mostBytes, int expected)
    {
        var random = new Random(5);
        Picture[] pictures =
        [
            .. Enumerable.Range(0, frames).Select(_ => new Picture(
                40, 40, [.. Enumerable.Range(0, 1600).Select(_ => (uint)random.Next(1 << 24))])),
        ];
        (byte[] content, int shown) = RunAnimation.Fitted(kind, pictures, mostBytes, CancellationToken.None);
        Assert.AreEqual(expected, shown);
        Assert.IsTrue(content.Length <= mostBytes || shown == 2);
    }

    private static void Succeed(params string[] args)
    {
        Outcome outcome = Scratch.Run(args);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
    }
}
