using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Problems;

/// <summary>
/// Time levels in the words of a noising process, or as listed: <see cref="Resolve"/> finds where they begin and end while the config is
/// read, <see cref="Levels"/> computes each from its index.
/// </summary>
internal static class Schedules
{
    /// <summary>
    /// A box with walls holds a Gaussian of σ up to this share of its length: at the centre, 0.3 % of its mass lies beyond three σ.
    /// </summary>
    private const double Held = 1.0 / 6;

    /// <summary>From this share on, a third of the mass has met a wall: the flow is no longer that of R^d in any sense.</summary>
    private const double Beyond = 0.5;

    /// <summary>The config with end, stop and steps of its schedule or levels; what is wrong is reported.</summary>
    public static RunConfig Resolve(RunConfig config, InputReport report)
    {
        if (!report.Sound("time"))
            return config;
        TimeConfig time = config.Time;
        if (time.Levels is { } levels)
            return OfLevels(config, levels, report);
        if (time.Schedule is not { } schedule)
            return config;
        double box = report.Sound("mesh") ? ShortestWalled(config.Mesh) : double.PositiveInfinity;
        var range = schedule is EdmSchedule edm ? OfEdm(edm, box, report) : OfProcess((ProcessSchedule)schedule, box, report);
        if (range is not { } found)
        {
            report.MarkUnread("time");
            return config;
        }

        return config with { Time = time with { Stop = found.Stop, End = found.End } };
    }

    /// <summary>The levels of a resolved config.</summary>
    /// <param name="steps">Number of steps; those of the config, except with listed levels any other.</param>
    /// <param name="extra">Times that become levels of their own.</param>
    /// <exception cref="ArgumentException">The levels are not distinct.</exception>
    public static TimeLevels Levels(TimeConfig time, int steps, int warmup, ReadOnlySpan<double> extra)
    {
        if (time.Levels is { } levels)
            return new TimeLevels(levels, warmup, extra);
        if (time.Schedule is not { } schedule)
            return new TimeLevels(time.Stop, time.End, steps, time.Spacing, time.Shift, warmup, extra);
        var times = new double[steps + 1];
        Func<double, double> at = Curve(schedule);
        for (int level = 0; level <= steps; level++)
            times[level] = level == 0 ? time.Stop : level == steps ? time.End : at((double)level / steps);
        return new TimeLevels(times, warmup, extra);
    }

    /// <summary>Forward time as a function of the share of the way from stop, 0, to end, 1.</summary>
    private static Func<double, double> Curve(ScheduleConfig schedule)
    {
        if (schedule is EdmSchedule edm)
        {
            double low = Math.Pow(edm.SigmaMin, 1 / edm.Rho), high = Math.Pow(edm.SigmaMax, 1 / edm.Rho);
            return share => NoiseLevel.Time(Math.Pow(low + share * (high - low), edm.Rho));
        }

        var steps = (ProcessSchedule)schedule;
        Process process = ProcessRules.Of(ProcessOf(steps));
        double from = steps.From, to = steps.To ?? process.To;
        return share => process.HeatTime(from + share * (to - from));
    }

    private static ProcessConfig ProcessOf(ProcessSchedule schedule) => schedule switch
    {
        VeSchedule ve => new VeProcessConfig { SigmaMin = ve.SigmaMin, SigmaMax = ve.SigmaMax },
        VpSchedule vp => new VpProcessConfig { BetaMin = vp.BetaMin, BetaMax = vp.BetaMax },
        SubVpSchedule sub => new SubVpProcessConfig { BetaMin = sub.BetaMin, BetaMax = sub.BetaMax },
        CosineSchedule cosine => new CosineProcessConfig { Offset = cosine.Offset },
        DdpmSchedule ddpm => new DdpmProcessConfig { AlphaBar = ddpm.AlphaBar },
        RectifiedFlowSchedule => new RectifiedFlowProcessConfig(),
        _ => throw new ArgumentException("unknown kind of schedule"),
    };

    private static RunConfig OfLevels(RunConfig config, IReadOnlyList<double> levels, InputReport report)
    {
        bool falls = levels[0] > levels[^1];
        for (int level = 1; level < levels.Count; level++)
        {
            if (falls ? levels[level] < levels[level - 1] : levels[level] > levels[level - 1])
                continue;
            report.Add($"time.levels[{level}]",
                $"the levels must rise or fall, but {NoiseLevel.Text(levels[level])} follows {NoiseLevel.Text(levels[level - 1])}");
            report.MarkUnread("time");
            return config;
        }

        IReadOnlyList<double> rising = falls ? [.. levels.Reverse()] : levels;
        return config with
        {
            Time = config.Time with { Levels = rising, Stop = rising[0], End = rising[^1], Steps = rising.Count - 1 },
        };
    }

    private static (double Stop, double End)? OfEdm(EdmSchedule edm, double box, InputReport report)
    {
        const string Path = "time.schedule";
        ProcessRules.CheckSigmas(edm.SigmaMin, edm.SigmaMax, Path, report);
        if (!(edm.SigmaMin < edm.SigmaMax))
            return null;
        if (edm.SigmaMax > Beyond * box)
        {
            report.Add($"{Path}.sigmaMax", FormattableString.Invariant(
                $"sigma = {edm.SigmaMax:R} (t = {NoiseLevel.Time(edm.SigmaMax):G6}) is beyond what the box can hold: ")
                + FormattableString.Invariant($"its length {box:R} allows sigmaMax <= {Down(Held * box)}"));
            return null;
        }

        return (NoiseLevel.Time(edm.SigmaMin), NoiseLevel.Time(edm.SigmaMax));
    }

    private static (double Stop, double End)? OfProcess(ProcessSchedule schedule, double box, InputReport report)
    {
        const string Path = "time.schedule";
        if (ProcessRules.Check(ProcessOf(schedule), Path, report) is not { } process)
            return null;
        double from = schedule.From, to = schedule.To ?? process.To;
        foreach ((string key, double time) in new[] { ("from", from), ("to", to) })
        {
            if (!(time >= process.From && time <= process.To))
            {
                report.Add($"{Path}.{key}", $"must lie within the process's times [{process.From:R}, {process.To:R}], but is {time:R}");
                return null;
            }
        }

        if (!(from < to))
        {
            report.Add($"{Path}.from", $"must be < to = {to:R}, but is {from:R}");
            return null;
        }

        double end = process.HeatTime(to), sigma = NoiseLevel.Sigma(end);
        if (sigma <= Beyond * box && double.IsFinite(end))
            return (process.HeatTime(from), end);

        // Without walls a box holds any σ, but none that is infinite.
        string allowed = double.IsFinite(box) ? FormattableString.Invariant(
            $"its length {box:R} allows to <= {Down(process.OwnTime(NoiseLevel.Time(Held * box)))}, where sigma = {Held * box:G3}")
            : FormattableString.Invariant($"give to < {to:R}");
        report.Add($"{Path}.to", FormattableString.Invariant($"{to:R}{(schedule.To is null ? ", where the process ends," : "")} is ")
            + FormattableString.Invariant($"sigma = {Words(sigma)} (t = {Words(end)}), beyond what the box can hold: {allowed}"));
        return null;
    }

    private static string Words(double value) => double.IsInfinity(value) ? "∞" : value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>Three digits, rounded down, so that what a message allows is allowed.</summary>
    private static string Down(double value)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 2);
        return (Math.Floor(value / unit) * unit).ToString("G3", CultureInfo.InvariantCulture);
    }

    /// <summary>Length of the shortest axis with walls; ∞ if there is none.</summary>
    private static double ShortestWalled(MeshConfig mesh) => mesh.Axes.Where(axis => axis.Boundary == Boundary.NoFlux)
        .Select(axis => axis.Faces is { } faces ? faces[^1] - faces[0] : (axis.To - axis.From) ?? double.PositiveInfinity)
        .Where(length => length > 0).DefaultIfEmpty(double.PositiveInfinity).Min();
}
