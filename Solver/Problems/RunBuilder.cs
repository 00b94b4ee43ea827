using PdeDiffusion.Configs;
using PdeDiffusion.Data.References;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Runs;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;
using PdeDiffusion.Tables;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Problems;

/// <summary>
/// Objects from a config: everything that a config can get wrong is found here, before the output folder is touched. What a library
/// refuses is
/// told with the place of its key in the file.
/// </summary>
public sealed class RunBuilder
{
    private readonly RunConfig config;
    private readonly ConfigSource source;
    private readonly InitialData data;
    private readonly InitialData? start;
    private readonly Reference? reference;

    /// <exception cref="InputException">The config describes something that cannot be built.</exception>
    public RunBuilder(RunConfig config, ConfigSource source, WorkerTeam team)
    {
        this.config = config;
        this.source = source;
        RefuseWhatIsNotRun();
        Grid = At("mesh", () => MeshFile.Build(config.Mesh));
        Times = At("time", () => new TimeLevels(
            config.Time.Stop, config.Time.End, config.Time.Steps, config.Time.Spacing, config.Time.Shift,
            ForwardKind == ForwardKind.ImplicitEuler ? config.Time.Warmup : 1,
            [.. SnapshotTimes]));
        data = At("data", () => DataBuilder.Build(config.Data, Grid));
        Initial = At("data", () => Averages(data));
        DrivingScore = config.Generation is null or { Score: Configs.GridScore } ? null
            : At("generation.score", () => BuildScore(config.Generation.Score, team));
        if (config.Time.Stop == 0 && !data.HasDensity)
            throw source.Wrong("time.stop", "must be > 0 for data without a density at t = 0");
        start = config.Generation is { } generation ? At("generation.start", () => DataBuilder.Build(generation.Start, Grid)) : null;
        Start = start is null ? null : At("generation.start", () => Averages(start));
        Particles = config.Particles is null ? null : At("particles", () => new ParticleRun(config, Grid, Start, [.. SnapshotTimes]));
        reference = config.Reference is { } kind && start is not null ? At("reference", () => BuildReference(kind.Kind)) : null;
    }

    public Grid Grid { get; }

    public TimeLevels Times { get; }

    /// <summary>u0, cell averages.</summary>
    public double[] Initial { get; }

    /// <summary>v_T, cell averages; null if it is u_T or there is no generation.</summary>
    public double[]? Start { get; }

    /// <summary>The score that drives generation; null for the grid's own.</summary>
    public IFaceScore? DrivingScore { get; }

    /// <summary>The particle view; null if the config asks for none.</summary>
    public ParticleRun? Particles { get; }

    /// <summary>True if the config names an exact solution.</summary>
    public bool HasReference => config.Reference is not null;

    /// <summary>Times of snapshots; each is a level.</summary>
    public IReadOnlyList<double> SnapshotTimes => config.Output.Snapshots ?? [config.Time.End, config.Time.Stop];

    /// <summary>What was changed on the way in, one line each.</summary>
    public IEnumerable<string> Notes()
    {
        foreach (string note in ConfigFile.Notes(config))
            yield return note;
        foreach ((string key, InitialData? density) in new (string, InitialData?)[] { ("data", data), ("generation.start", start) })
        {
            if (density is GridDensity given && Math.Abs(given.Mass - 1) > 1e-12)
                yield return FormattableString.Invariant($"{key} has mass {given.Mass:R} and is normalised to 1");
        }

        if (data is Mixture mixture && RunNotes.Unresolved(Grid, mixture, SnapshotTimes) is { } unresolved)
            yield return unresolved;
        if (reference is not null && data is Mixture law && start is Mixture from
            && RunNotes.BeyondWalls(Grid, law, from, config.Time.End) is { } outside)
            yield return outside;
    }

    /// <summary>Cell averages of the exact v(t); where v_T = u_T, and without generation, that is the heat flow of the data.</summary>
    /// <param name="averages">CellCount values, overwritten.</param>
    public void ExactAverages(double t, Span<double> averages)
    {
        if (reference is not null)
        {
            reference.CellAverages(t, Grid, averages);
            return;
        }

        var mixture = (Mixture)data;
        if (!mixture.IsIsotropic)
        {
            mixture.CellAverages(Grid, 2 * t, averages);
            return;
        }

        double[] variances = [.. mixture.Variances];
        for (int component = 0; component < variances.Length; component++)
            variances[component] += 2 * t;
        Mixture flow = mixture.Dimension == 1
            ? Mixture.Gaussians(mixture.X, variances, mixture.Weights)
            : Mixture.Gaussians(mixture.X, mixture.Y, variances, mixture.Weights);
        flow.CellAverages(Grid, averages);
    }

    /// <summary>u from 0 to T; its levels are kept for generation.</summary>
    /// <exception cref="InputException">The memory does not hold the levels that generation needs.</exception>
    public ForwardFlow Forward(WorkerTeam team)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        double free = 0.5 * Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        return At("memory", () => new ForwardFlow(
            Grid, Times, Stepper(team), Initial, (long)Math.Min(config.Memory ?? free, long.MaxValue / 2),
            keep: config.Generation is not null));
    }

    /// <summary>v from v_T down.</summary>
    /// <param name="forward">A forward flow at T.</param>
    /// <param name="startDensity">v_T; becomes the flow's own.</param>
    public BackwardFlow Backward(ForwardFlow forward, double[] startDensity, WorkerTeam team) =>
        new(forward, Scheme(forward, team), startDensity, NeedsPropagatedOne);

    /// <summary>v from a level that generation had reached before.</summary>
    /// <param name="forward">A forward flow at T.</param>
    /// <param name="density">v at that level; becomes the flow's own.</param>
    public BackwardFlow Backward(ForwardFlow forward, double[] density, int level, WorkerTeam team) =>
        new(forward, Scheme(forward, team), density, level, NeedsPropagatedOne);

    /// <summary>P 1 is a second right-hand side in every sweep: taken only where a certificate with p above 1 is asked for.</summary>
    private bool NeedsPropagatedOne => config.Monitors.Enabled && config.Monitors.Lp.Any(p => p > 1);

    /// <summary>The monitors of the run.</summary>
    public MonitorSet Monitors(WorkerTeam team) =>
        new(new MonitorSetup(Grid, Times, ForwardKind, config.Generation?.Epsilon, team)
        {
            Exponents = config.Monitors.Lp,
            DataVariance = data is Mixture mixture ? mixture.Variances.ToArray().Min() : 0,
            MassRoundings = config.Scheme is RemapSchemeConfig ? Grid.Columns + Grid.Rows : Grid.Dimension,
            Support = config.Data is CurveData curve
                ? DataSupport.OfCurve((Mixture)data, DataBuilder.ArcOf(curve), Grid, team)
                : DataSupport.Of(data, Grid, team),
            Score = DrivingScore,
        });

    /// <summary>The refusal of a value found wrong only when the run had begun.</summary>
    public InputException Wrong(string path, string message) => source.Wrong(path, message);

    private ForwardKind ForwardKind => config.Forward?.Kind ?? ForwardKind.ImplicitEuler;

    private IScheme Scheme(ForwardFlow forward, WorkerTeam team) => config.Scheme switch
    {
        RemapSchemeConfig remap => new RemapScheme(
            Grid, config.Generation!.Epsilon, remap.Reconstruction == Reconstruction.Parabolic, forward.Stepper, team, DrivingScore),
        _ => new MarkovScheme(Grid, config.Generation!.Epsilon, DrivingScore, team),
    };

    private IForwardSweeps Stepper(WorkerTeam team) => ForwardKind switch
    {
        ForwardKind.LatticeExact => new LatticeExact(Grid, team),
        ForwardKind.ClosedForm => data is Mixture { IsIsotropic: true } mixture
            ? new ClosedFormSweeps(Grid, mixture, team) : new CovarianceSweeps(Grid, (Mixture)data, team),
        _ => new ImplicitEuler(Grid, team),
    };

    private IFaceScore BuildScore(ScoreConfig score, WorkerTeam team) => score switch
    {
        Configs.GridScore => new Scores.GridScore(Grid),
        MixtureScore mixture => BuildMixture(DataBuilder.Mixture(mixture.Data), team),
        PerturbedScore perturbed => new PerturbedFaceScore(
            Grid, BuildScore(perturbed.Of, team), perturbed.Scale, perturbed.Bias is null ? [] : [.. perturbed.Bias], perturbed.Noise,
            (ulong)perturbed.Seed),
        TabulatedScore tabulated => BuildTable(ScoreTableReader.Read(tabulated.File, Grid)),
        _ => throw new ArgumentException("no score of this kind"),
    };

    private IFaceScore BuildMixture(Mixture mixture, WorkerTeam team) => Times[0] > 0 || mixture.HasDensity
        ? mixture.IsIsotropic ? new MixtureFaceScore(Grid, mixture, team) : new CovarianceFaceScore(Grid, mixture, team)
        : throw new ArgumentException("the score of points is infinite at t = 0: time.stop must be > 0");

    private TabulatedFaceScore BuildTable(ScoreTable table)
    {
        var score = new TabulatedFaceScore(Grid, Grid, table.Times, table.Values);
        return score.Covers(Times[0], Times[Times.Last]) ? score
            : throw new ArgumentException("the table's times do not reach from time.stop to time.end");
    }

    private Reference BuildReference(ReferenceKind kind)
    {
        if (config.Generation is not { Start: GaussianStart from, Epsilon: var epsilon })
            throw new ArgumentException("a reference needs a start of kind gaussian or forward");
        double end = config.Time.End;
        if (from.Covariance is not null)
        {
            Mixture law = DataBuilder.Gaussian(from);
            return kind switch
            {
                ReferenceKind.Gaussian => new GaussianReference(data, epsilon, end, law),
                ReferenceKind.Characteristics => new CharacteristicsReference(data, epsilon, end, law),
                _ => throw new ArgumentException("needs a start with a variance"),
            };
        }

        double[] mean = [.. from.Mean];
        double variance = from.Variance ?? throw new ArgumentException("needs a start with a variance");
        return kind switch
        {
            ReferenceKind.Gaussian => new GaussianReference(data, epsilon, end, mean, variance),
            ReferenceKind.HeatRatio => new HeatRatioReference(data, epsilon, end, mean, variance),
            ReferenceKind.MassTransport => new MassTransportReference(data, epsilon, end, mean, variance),
            ReferenceKind.Characteristics => new CharacteristicsReference(data, epsilon, end, mean, variance),
            _ => throw new ArgumentException("no reference of this kind"),
        };
    }

    /// <summary>Kinds that a config may name but this version does not run are refused, never ignored.</summary>
    private void RefuseWhatIsNotRun()
    {
        if (config.Reference is not null && config.Data is BoxData or DensityData)
            throw source.Wrong("reference", "needs points, gaussians, curve or curve-sample as data");
    }

    private double[] Averages(InitialData distribution)
    {
        double[] averages = CellValues.Zeros(Grid);
        distribution.CellAverages(Grid, averages);
        return averages;
    }

    private T At<T>(string path, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (ArgumentException refusal)
        {
            throw source.Wrong(path, refusal);
        }
    }
}
