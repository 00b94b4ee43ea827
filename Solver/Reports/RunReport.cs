using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Runs;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Reports;

/// <summary>What the page of a run says: findings, frames, monitors, particles, and how to repeat the run.</summary>
public static class RunReport
{
    /// <summary>Most points of a curve of readings; of more levels the worst reading of each group is shown.</summary>
    public const int MostReadings = 300;

    /// <summary>Most trajectories, and most times of each.</summary>
    private const int MostPaths = 60, MostTimes = 200;

    /// <summary>The content of the page.</summary>
    /// <param name="config">The resolved config.</param>
    /// <param name="frames">Null to show none.</param>
    public static ReportContent Of(RunConfig config, RunResult result, FrameSet? frames)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(result);
        RunSummary summary = result.Summary;
        var sections = new List<ReportSection>();
        if (frames is { Frames.Count: > 0 })
            sections.Add(OverTime(frames, result.Particles?.End.Count));
        if (result.Readings.Count > 0)
            sections.Add(Monitors(summary, result.Readings));
        if (Measured(summary) is { Rows.Count: > 0 } measured)
            sections.Add(new ReportSection("Errors and measures", [measured]));
        if (result.Particles is { } particles)
            sections.Add(Particles(config, particles, summary.Particles));
        sections.Add(HowToRepeat.Of(
            "config", RunIdentity.JsonOf(config), RunRecord.FileName, "Save the config as config.json, then:", "run config.json"));
        bool judged = summary.Monitors.Count > 0;
        return new ReportContent(
            config.Name, config.Generation is null ? "Run of the forward flow" : "Run",
            !judged ? null : summary.Violated ? "violated" : "held", judged ? !summary.Violated : null,
            ReportContent.Of(summary.Findings), sections);
    }

    private static ReportSection OverTime(FrameSet frames, int? allParticles)
    {
        var part = new ReportFrames(frames);
        (int least, int most) = part.Bits;
        bool isLine = frames.Dimension == 1;
        string joined = frames.Joined.All(cells => cells == 1) ? "every cell is shown"
            : string.Create(CultureInfo.InvariantCulture,
                $"averages over {string.Join(" × ", frames.Joined)} cells of the run are shown");
        string bits = least == most ? $"{most}" : $"{least} to {most}";
        string particles = frames.Points.Count == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; particles are the first {frames.Points[0].X.Length} of {allParticles}");
        string note = string.Create(
            CultureInfo.InvariantCulture,
            $"{frames.Frames.Count} of {frames.Levels} levels, those nearest to times in equal ratios; {joined}. "
            + $"u, v and w = v/u are stored by their logarithm, {(isLine ? "the score" : "|s|")} linearly, between the extremes of its "
            + $"frame ({FrameField.Decades:0} decades below the maximum at most) with {bits} bits{particles}.");
        return new ReportSection("Over time", [part, new ReportText(note)]);
    }

    private static ReportSection Monitors(RunSummary summary, IReadOnlyList<Reading> readings)
    {
        var table = new ReportTable(
            "Each monitor with its worst reading",
            ["monitor", "verdict", "status", "worst slack", "t", "statement"],
            [.. summary.Monitors.Select(monitor => (IReadOnlyList<string>)
            [
                monitor.Name, ReadingWords.Of(monitor.Worst.Verdict), ReadingWords.Of(monitor.Worst.Status), Short(monitor.Worst.Slack),
                Short(monitor.Worst.Time), MonitorRegistry.Describe(monitor.Name).Statement,
            ])]);
        var parts = new List<ReportPart> { table };
        ILookup<string, Reading> byName = readings.ToLookup(reading => reading.Monitor);
        // Where there is no bound at any level there is nothing to draw.
        foreach (MonitorSummary monitor in summary.Monitors.Where(monitor => monitor.Worst.Verdict != Verdict.NotApplicable))
            parts.Add(Fold(monitor, [.. byName[monitor.Name].Where(reading => double.IsFinite(reading.Time))]));
        return new ReportSection("Monitors", parts);
    }

    private static ReportFold Fold(MonitorSummary monitor, Reading[] readings)
    {
        MonitorDescriptor descriptor = MonitorRegistry.Describe(monitor.Name);
        Reading worst = monitor.Worst;
        var parts = new List<ReportPart>
        {
            new ReportText(descriptor.Statement + (descriptor.Theorem is { } theorem ? $". {theorem.Citation}." : ".")),
        };
        if (readings.Any(reading => double.IsFinite(reading.Measured)))
        {
            int[] kept = Thinning.Heaviest(readings.Length, MostReadings, index => -readings[index].Slack);
            Reading[] shown = [.. kept.Select(index => readings[index]).OrderBy(reading => reading.Time)];
            if (readings.Length > shown.Length)
            {
                parts.Add(new ReportText(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{shown.Length} of {readings.Length} readings: of each group of neighbours the one with the least slack.")));
            }

            parts.Add(Curves(descriptor, shown));
        }

        if (descriptor.Help is { } help)
        {
            parts.Add(new ReportText(
                $"If it fails: {help.Meaning}. Usual causes: {(help.NeedsScoreOfU ? "a score that is not that of u; " : "")}{help.Causes}. "
                + $"Look at: {help.LookAt}."));
        }

        parts.Add(new ReportText($"More: {descriptor.Docs}"));
        return new ReportFold($"{monitor.Name}: {ReadingWords.Of(worst.Verdict)}", parts)
        {
            IsOpen = worst.Verdict == Verdict.Violated,
            Anchor = "monitor-" + descriptor.FileName,
        };
    }

    /// <summary>Measured against bound; on a log axis if all is positive.</summary>
    private static ReportCurves Curves(MonitorDescriptor descriptor, Reading[] readings)
    {
        double[] times = [.. readings.Select(reading => reading.Time)];
        double[] measured = [.. readings.Select(reading => reading.Measured)], bound = [.. readings.Select(reading => reading.Bound)];
        bool hasBound = bound.Any(double.IsFinite);
        bool isLog = measured.Concat(bound).Where(double.IsFinite).All(value => value > 0);
        string unit = descriptor.Unit.Length > 0 ? $" [{descriptor.Unit}]" : "";
        return new ReportCurves(
            $"{descriptor.Name}: measured and bound", "t", descriptor.Quantity + unit,
            [
                new ReportCurve("measured", times, measured),
                .. hasBound ? (ReportCurve[])[new ReportCurve("bound: " + descriptor.Bound, times, bound) { IsDashed = true }] : [],
            ])
        {
            IsXLog = times.Where(time => time != 0).All(time => time > 0) && times.Any(time => time > 0) && times[0] > 0,
            IsYLog = isLog,
        };
    }

    private static ReportTable Measured(RunSummary summary)
    {
        var rows = new List<IReadOnlyList<string>>();
        if (summary.Errors is { } errors)
        {
            Add("error against the exact solution, L1", errors.L1);
            Add("error against the exact solution, L2", errors.L2);
            Add("error against the exact solution, Linf", errors.Linf);
            Add("error against the exact solution, KL", errors.KullbackLeibler);
        }

        if (summary.Estimated is { } estimated)
        {
            Add("estimated error, L1", estimated.L1);
            Add("estimated error, L2", estimated.L2);
            Add("estimated error, Linf", estimated.Linf);
            Add("observed order", estimated.Order);
        }

        if (summary.Concentration is { } rate)
            Add("exponent of the mean distance to the data in t", rate.Exponent);
        foreach (Speciation one in summary.Speciation)
        {
            rows.Add([string.Create(CultureInfo.InvariantCulture, $"modes of u from {one.Before} to {one.After}, with t increasing"),
                $"{Short(one.Low)} < t < {Short(one.High)}"]);
        }

        if (summary.Timings is { } timings)
        {
            Add("seconds for the solve", timings.Solve);
            Add("seconds for the monitors", timings.Monitors);
            Add("seconds for the output", timings.Output);
        }

        return new ReportTable("Results at the stopping time and over all levels", ["quantity", "value"], rows);

        void Add(string name, double value) => rows.Add([name, Short(value)]);
    }

    private static ReportSection Particles(RunConfig config, ParticleOutcome outcome, ParticleSummary? summary)
    {
        var parts = new List<ReportPart>();
        if (summary is not null)
        {
            List<IReadOnlyList<string>> rows =
            [
                ["particles", summary.Count.ToString(CultureInfo.InvariantCulture)],
                ["steps", summary.Steps.ToString(CultureInfo.InvariantCulture)],
                ["L1 distance to v on the grid", Short(summary.L1)],
                ["expected of independent samples of v", Short(summary.ExpectedL1)],
                ["KL(particles | v)", Short(summary.KullbackLeibler)],
                ["fraction outside the box", Short(summary.Outside)],
            ];
            if (summary.Memorised is { } memorised)
                rows.Add([$"fraction in the {Short(memorised.Gamma)}-Voronoi core of a data point", Short(memorised.Share)]);
            parts.Add(new ReportTable("Particles at the stopping time", ["quantity", "value"], rows));
        }

        Trajectories all = outcome.Trajectories;
        if (all.Particles > 0)
        {
            int[] paths = Thinning.Even(all.Particles, MostPaths), times = Thinning.Even(all.Times.Length, MostTimes);
            bool isLine = all.Dimension == 1;
            double[] t = [.. times.Select(level => all.Times[level])];
            parts.Add(new ReportPaths(
                string.Create(CultureInfo.InvariantCulture, $"Trajectories from t = {config.Time.End} to {config.Time.Stop}"),
                isLine ? "t" : "x", isLine ? "x" : "y",
                [.. paths.Select(path => new ReportPath(
                    string.Create(CultureInfo.InvariantCulture, $"particle {path}"),
                    isLine ? t : [.. times.Select(level => all.X(level)[path])],
                    [.. times.Select(level => isLine ? all.X(level)[path] : all.Y(level)[path])],
                    isLine ? [] : [.. t.Select(time => $"t = {Short(time)}")]))])
            {
                IsXLog = isLine && t.All(time => time > 0),
                IsSpace = !isLine,
                IsBundle = true,
            });
            if (paths.Length < all.Particles || times.Length < all.Times.Length)
            {
                parts.Add(new ReportText(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{paths.Length} of {all.Particles} trajectories at {times.Length} of {all.Times.Length} times; "
                    + $"{ParticleWriter.TrajectoriesFile} has all of them.")));
            }
        }

        return new ReportSection("Particles", parts);
    }

    private static string Short(double value) => ReportNumber.Text(value);
}
