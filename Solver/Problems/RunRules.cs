using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Problems;

/// <summary>Rules for a run beyond types and ranges. A rule is skipped if a value that it requires could not be read.</summary>
internal sealed class RunRules(RunConfig config, InputReport report)
{
    /// <summary>For larger p the norm equals the maximum norm to 15 digits.</summary>
    private const double LargestExponent = 1e9;

    /// <summary>
    /// Largest end/stop for particles. Places are of order √end, so exponents of their score reach end/stop; beyond 900 · 2⁵³ their
    /// rounding exceeds the range of the score's sum.
    /// </summary>
    public const double WidestTimes = 1e18;

    /// <summary>A level with its readings.</summary>
    private int BytesPerStep => RunSize.BytesOfStep(config.Monitors.Enabled && report.Sound("monitors") ? config.Monitors.Lp.Count : null);

    /// <summary>Reports everything that is wrong.</summary>
    /// <returns>The grid, which is built to check what lies on it; null if the mesh is wrong.</returns>
    public Grid? Check()
    {
        if (report.Sound("name"))
            CheckName(config.Name, report);
        Grid? grid = report.Sound("mesh") ? MeshRules.Check(config.Mesh, "mesh", report) : null;
        if (grid is not null)
            CheckOn(grid);
        if (report.Sound("time"))
            CheckTime();
        CheckForward();
        CheckMonitors();
        CheckParticles();
        AuditRules.Check(config, report);
        if (report.Sound("output") && config.Output is { AnimationScale: not null, Animation: null })
            report.Add("output.animationScale", "requires output.animation");
        if (config.Checkpoint is { } checkpoint && report.Sound("checkpoint")
            && checkpoint.Steps.HasValue == checkpoint.Seconds.HasValue)
            report.Add("checkpoint", "requires exactly one of steps and seconds");
        if (config.Reference is { } reference && ((string[])["reference", "data", "generation", "mesh"]).All(report.Sound))
            new ReferenceRule(config, report).Check(reference.Kind);
        if (grid is not null && config.Accuracy is { } accuracy && ((string[])["accuracy", "time"]).All(report.Sound))
            AccuracyRules.Check(accuracy, config, grid, report);
        if (grid is not null && report.Problems.Count == 0)
            CheckTotalMemory(grid);
        return grid;
    }

    /// <summary>Each part fits the memory by itself: so must all of them together.</summary>
    private void CheckTotalMemory(Grid grid)
    {
        IReadOnlyList<SizePart> parts = RunSize.Memory(config, grid);
        double available = MachineMemory.Total;
        if (parts.Sum(part => part.Bytes) > available)
        {
            report.Add("mesh",
                $"the whole run would need about {RunSize.Sum(parts, "memory")}, but this machine has {MeshRules.Bytes(available)}");
        }
    }

    /// <summary>The name becomes the name of a folder or file, so it must be portable and must not be a path.</summary>
    public static void CheckName(string name, InputReport report)
    {
        if (!PortableName.Is(name))
            report.Add("name", $"{PortableName.Rule}, but is {SourceValue.Quote(name)}");
    }

    private void CheckOn(Grid grid)
    {
        var data = new DataRules(grid, report, report.Sound("time") ? config.Time.End : null);
        if (report.Sound("data"))
            data.Check(config.Data, "data");
        if (report.Sound("output") && config.Output is { Plots: true, Snapshots: { } drawn })
        {
            int bytes = RunSize.BytesOfSnapshotCell(grid.Dimension, config.Generation is not { Score: not GridScore });
            MeshRules.CheckMemory(
                "output.snapshots", $"figures of {drawn.Count} snapshots", drawn.Count, (double)bytes * grid.CellCount,
                $"{bytes} bytes × cells per snapshot; not required without plots", report);
        }

        if (report.Sound("output") && config.Output is { Csv: false } output)
        {
            if (output.Formats?.Contains(SnapshotKind.Npz) != true)
                report.Add("output.csv", "false requires npz among output.formats: without CSV, snapshots are read back from it");
            if (output.Formats?.Contains(SnapshotKind.Csv) == true)
                report.Add("output.csv", "is false, but output.formats asks for csv");
        }

        if (config.Monitors.GradientBudget && grid.Dimension == 1)
            report.Add("monitors.gradientBudget", "requires two axes: on a line every error is a gradient");
        if (config.Generation is not { } generation)
            return;
        if (generation.Start is GaussianStart start && report.Sound("generation.start"))
        {
            if (data.CheckDimension(start.Mean, "generation.start.mean"))
                data.CheckPlaces([start.Mean], "generation.start.mean", "mean");
            CovarianceRules.Check(start, "generation.start", grid.Dimension, report);
        }

        new ScoreRules(config.Mesh, report.Sound("time") ? config.Time : null, report).Check(generation.Score, "generation.score", data);
    }

    private void CheckTime()
    {
        TimeConfig time = config.Time;
        bool ordered = time.End > time.Stop;
        if (!ordered)
            report.Add("time.end", $"must be > stop = {time.Stop:R}, but is {time.End:R}");
        bool spaced = time.Schedule is null && time.Levels is null;
        if (spaced && time.Stop == 0 && time.Spacing == TimeSpacing.Geometric && time.Shift == 0)
            report.Add("time.shift", "must be > 0 for geometric spacing with stop = 0 (or use \"spacing\": \"uniform\")");
        else if (ordered && MeshRules.CheckMemory(
            "time.steps", $"{time.Steps} steps", time.Steps, BytesPerStep, $"{BytesPerStep} bytes per step", report)
            && (report.Problems.Count > 0 || OutsideTime().Any()))
            CheckLevels(time);
        if (time.Stop == 0 && report.Sound("data") && config.Data.HasDiracs)
            report.Add(time.StopKey, "must be > 0: these data have Diracs, which have no density at t = 0");
        if (!ordered)
            return;
        foreach ((int index, double snapshot) in OutsideTime())
        {
            report.Add($"output.snapshots[{index}]",
                $"must lie within [stop, end] = [{time.Stop:R}, {time.End:R}], but is {snapshot:R}"
                    + FormattableString.Invariant($" (σ = {NoiseLevel.Sigma(snapshot):G6})"));
        }
    }

    private IEnumerable<(int Index, double Time)> OutsideTime() =>
        (report.Sound("output.snapshots") ? config.Output.Snapshots ?? [] : []).Index()
            .Where(snapshot => !(snapshot.Item >= config.Time.Stop && snapshot.Item <= config.Time.End));

    /// <summary>
    /// Reports errors of the time levels together with other errors; without others they are reported by <see cref="Problem"/>.
    /// </summary>
    private void CheckLevels(TimeConfig time)
    {
        try
        {
            _ = Schedules.Levels(time, time.Steps, time.Warmup, []);
        }
        catch (ArgumentException fault)
        {
            report.Add("time", MeshRules.WithoutParameter(fault));
        }
    }

    private void CheckForward()
    {
        if (config.Forward is not { } forward || !report.Sound("forward"))
            return;
        string kind = ConfigKeys.WordOf(forward.Kind);
        if (forward.Kind == ForwardKind.LatticeExact && report.Sound("mesh") && !config.Mesh.IsUniform)
            report.Add("forward.kind", "lattice-exact requires uniform axes, but the mesh is graded: use implicit-euler");
        if (forward.Kind == ForwardKind.ClosedForm && report.Sound("data") && !config.Data.HasClosedForm)
            report.Add("forward.kind", $"closed-form requires {DataConfig.ClosedForms} as data: use implicit-euler");
        else if (forward.Kind == ForwardKind.ClosedForm && report.Sound("data") && report.Sound("mesh")
            && !ConfigDefaults.HasClosedForm(config))
            report.Add("forward.kind", "closed-form with covariances requires no-flux on every axis: use lattice-exact or implicit-euler");
        if (forward.Kind != ForwardKind.ImplicitEuler && report.Sound("scheme") && config.Scheme is MarkovSchemeConfig
            && report.Sound("generation") && config.Generation is { } driven
            && MixedScores.Plain(driven.Score) is GridScore)
        {
            report.Add("forward.kind",
                $"markov with the score of the grid solution requires implicit-euler, but forward.kind is {kind}: "
                    + "use implicit-euler, or the scheme remap");
        }
    }

    private void CheckMonitors()
    {
        if (!report.Sound("monitors.lp"))
            return;
        IReadOnlyList<double> lp = config.Monitors.Lp;
        for (int index = 0; index < lp.Count; index++)
        {
            if (lp.Take(index).Contains(lp[index]))
                report.Add($"monitors.lp[{index}]", "the exponent is listed twice");
            if (lp[index] > LargestExponent && double.IsFinite(lp[index]))
                report.Add($"monitors.lp[{index}]", $"must be <= {LargestExponent:R} or \"inf\", but is {lp[index]:R}");
        }
    }

    private void CheckParticles()
    {
        if (config.Particles is not { } particles || !report.Sound("particles"))
            return;
        if (config.Generation is null && report.Sound("generation"))
            report.Add("particles", "require generation, which is missing");
        if (config.Generation is { } generation && report.Sound("generation") && report.Sound("data"))
            CheckParticleLaws(particles, generation);
        if (report.Sound("time") && config.Time.Stop > 0 && config.Time.End / config.Time.Stop > WidestTimes)
        {
            report.Add(config.Time.EndKey, $"must be <= {WidestTimes:R} × stop = {WidestTimes * config.Time.Stop:R} for particles, whose "
                + $"score is rounded away beyond, but is {config.Time.End:R}");
        }

        if (particles.ToZero && report.Sound("time") && config.Time.Stop == 0)
            report.Add("particles.toZero", "requires time.stop > 0: generation ends at sigma = 0 already");
        if (report.Sound("time") && config.Time.Levels is not null && particles.Steps is { } own && own != config.Time.Steps)
            report.Add("particles.steps", $"must be those of time.levels, {config.Time.Steps}, but are {own}: omit steps");
        if (particles.Trajectories > particles.Count)
            report.Add("particles.trajectories", $"must be <= count = {particles.Count}, but is {particles.Trajectories}");
        MeshRules.CheckMemory(
            "particles.count", $"{particles.Count} particles", particles.Count, RunSize.BytesOfParticle,
            $"{RunSize.BytesOfParticle} bytes per particle", report);
        if (report.Sound("time"))
        {
            double steps = particles.Steps ?? config.Time.Steps, times = steps + 1 + (config.Output.Snapshots?.Count ?? 2);
            MeshRules.CheckMemory(
                "particles.trajectories", $"{particles.Trajectories} trajectories of {steps} steps",
                times * particles.Trajectories, RunSize.BytesOfPlace, $"{RunSize.BytesOfPlace} bytes per step", report);
        }
    }

    /// <summary>Particles need a score and a start in closed form: they live on the whole space, where the grid has no values.</summary>
    private void CheckParticleLaws(ParticlesConfig particles, GenerationConfig generation)
    {
        SamplerRules.Check(particles, generation.Epsilon, report);
        const string Data = $"the data have none: use {DataConfig.ClosedForms} as data";
        ScoreConfig[] innermost = [.. MixedScores.Innermost(generation.Score)];
        if (innermost.Any(score => score is TabulatedScore) && report.Sound("time") && config.Time.Stop == 0)
            report.Add("particles", "follow a tabulated score to times t > 0 only: time.stop must be > 0");
        else if (generation.Score is MixedScore && report.Sound("time") && config.Time.Stop == 0)
            report.Add("particles", "follow a mixed score to times t > 0 only: time.stop must be > 0");
        if (innermost.Any(score => score is GridScore) && !config.Data.HasClosedForm)
        {
            report.Add(
                "particles", $"follow the closed-form score of the data, but {Data}, or a score of kind mixture, tabulated or network");
        }
        else if (generation.Start is ForwardStart && !config.Data.HasClosedForm)
            report.Add("particles", $"start from exact draws of u at t = end, but {Data}, or a start of kind gaussian or density");
    }
}
