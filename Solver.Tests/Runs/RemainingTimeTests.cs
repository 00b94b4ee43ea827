using System.Globalization;
using System.Text.RegularExpressions;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Runs;

[TestClass]
public sealed partial class RemainingTimeTests
{
    /// <summary>
    /// Runs of random phases on a simulated clock. Estimates are off by a common factor up to 3, as on a machine that is shared, and by
    /// up to 10 % per phase, so that phases are off by up to 1.1/0.9 = 1.22 against each other: after a tenth of the run the remaining
    /// time on the progress line is right within 25 %, and so until the end.
    /// </summary>
    [TestMethod]
    public void TheRemainingTimeIsRightWithinAQuarterAfterATenthOfTheRun()
    {
        var random = new Random(18);
        for (int run = 0; run < 50; run++)
        {
            double common = Math.Pow(3, 2 * random.NextDouble() - 1);
            string[] names = ["forward", "generation", "particles", "half resolution: generation", "figures"];
            RunPhase[] actual = [.. names.Take(random.Next(1, 6)).Select(
                name => new RunPhase(name, random.Next(20, 400), 100 * Math.Pow(10, 2 * random.NextDouble())))];
            RunPhase[] expected =
                [.. actual.Select(phase => phase with { Seconds = common * phase.Seconds * (0.9 + 0.2 * random.NextDouble()) })];
            double whole = actual.Sum(phase => phase.Seconds), elapsed = 0;
            using var output = new Latest();
            var clock = new SimulatedClock();
            var progress = new Progress(output, terminal: true, quiet: false, clock: clock);
            progress.Expect(expected);
            foreach (RunPhase phase in actual)
            {
                progress.Begin(phase.Name, phase.Steps, 0, 100);
                for (int step = 0; step < phase.Steps; step++)
                {
                    clock.Advance(phase.Seconds / phase.Steps);
                    elapsed += phase.Seconds / phase.Steps;
                    progress.Step();
                    double left = whole - elapsed;
                    if (elapsed >= 0.1 * whole && left > 10 && output.Line is { } line)
                        Assert.AreEqual(left, Seconds(line), 0.25 * left + 1, $"run {run}, {phase.Name}, step {step}: {line}");
                }
            }
        }
    }

    /// <summary>Without an estimate all steps count the same; a phase that is not in the estimate is reckoned by itself.</summary>
    [TestMethod]
    public void APhaseWithoutAnEstimateGoesByItsOwnRate()
    {
        var remaining = new RemainingTime([new RunPhase("forward", 10, 5)]);
        remaining.Begin("half resolution", 100, 0, 0);
        Assert.AreEqual((100 + 20 - 10) * 0.5, remaining.Left(10, 5, 20), 1e-12);
        Assert.AreEqual(0, remaining.Before);
    }

    [TestMethod]
    public void AResumedPhaseCountsItsStepsFromWhereItWas()
    {
        using var output = new Latest();
        var clock = new SimulatedClock();
        var progress = new Progress(output, terminal: true, quiet: false, clock: clock);
        progress.Expect([new RunPhase("forward", 400, 4), new RunPhase("generation", 400, 40)]);
        progress.Begin("generation", 100, 0, 100);
        for (int step = 0; step < 40; step++)
        {
            clock.Advance(0.1);
            progress.Step();
        }

        StringAssert.StartsWith(output.Line, "generation: step 340 of 400, ", StringComparison.Ordinal);
        Assert.AreEqual(6, Seconds(output.Line!), 0.1);
    }

    [TestMethod]
    [DataRow(200, "generation: step 3 of 48, 1 steps/s, 66 cell updates/s, 45 s left")]
    [DataRow(60, "generation: step 3 of 48, 1 steps/s, 45 s left")]
    [DataRow(40, "generation: step 3 of 48, 45 s left")]
    [DataRow(20, "45 s left")]
    [DataRow(6, "45 s")]
    public void TheLineFitsTheTerminal(int columns, string shown)
    {
        using var output = new Latest();
        var clock = new SimulatedClock();
        var progress = new Progress(output, terminal: true, quiet: false, () => columns, clock);
        progress.Begin("generation", 48, 0, 66);
        for (int step = 0; step < 3; step++)
        {
            clock.Advance(1);
            progress.Step();
        }

        Assert.AreEqual(shown, output.Line!.TrimEnd());
        Assert.IsLessThan(columns, output.Line!.Length);
    }

    private static double Seconds(string line)
    {
        Match left = Left().Match(line);
        return Number(left.Groups[1]) * 3600 + Number(left.Groups[2]) * 60 + Number(left.Groups[3]);

        static double Number(Group group) => group.Success ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"(?:(\d+) h )?(?:(\d+) min ?)?(?:(\d+) s )?left\s*$")]
    private static partial Regex Left();

    /// <summary>Keeps the line shown last.</summary>
    private sealed class Latest : StringWriter
    {
        public string? Line { get; private set; }

        public override void Write(string? value)
        {
            if (value is ['\r', ..] && !value.EndsWith('\r'))
                Line = value[1..];
        }
    }

    private sealed class SimulatedClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => now;

        public void Advance(double seconds) => now += (long)(seconds * 1e9);
    }
}
