using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Data.References;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Problems;

/// <summary>
/// The problem of a config, without threads: grid, time levels, u0, v_T and the exact solution. Each part is built once, on first access;
/// errors name its key and line. Problems of one file share equal parts.
/// </summary>
public sealed class Problem
{
    /// <summary>In a step of this many squares of its length every mode of an axis shrinks by a factor of 10⁴.</summary>
    private const double MostSquares = 1000;

    private readonly ConfigSource source;
    private readonly Lazy<Grid> grid;
    private readonly Lazy<TimeLevels> times;
    private readonly Lazy<InitialData> law;
    private readonly Lazy<InitialData> data;
    private readonly Lazy<InitialData?> start;
    private readonly Problem? given;

    /// <param name="config">A resolved config.</param>
    /// <param name="source">Locates its keys; parts that were built when the file was checked are taken from there.</param>
    public Problem(RunConfig config, ConfigSource source)
        : this(config, source, source?.Checked)
    {
    }

    private Problem(RunConfig config, ConfigSource source, Problem? other, Grid? built = null, Problem? given = null)
    {
        Config = config;
        this.source = source;
        this.given = given;
        bool sameMesh = other is not null && other.Config.Mesh == config.Mesh;
        grid = sameMesh ? other!.grid : built is null ? new(() => MeshFile.Build(config.Mesh)) : new(built);
        times = other is not null && other.Config.Time == config.Time && other.Config.Forward == config.Forward
            && other.SnapshotTimes.SequenceEqual(SnapshotTimes) ? other.times : new(BuildTimes);
        // A law in closed form does not depend on the grid, only whether it lies in the box does.
        bool sameData = other is not null && other.Config.Data == config.Data;
        law = sameData && (sameMesh || config.Data.HasClosedForm) ? other!.law : new(() => ProblemData.Of(config.Data, FileGrid));
        data = sameMesh && sameData ? other!.data : new(() => Inside(law.Value));
        start = sameMesh && other!.Config.Generation?.Start == config.Generation?.Start ? other.start : new(
            () => config.Generation is { } generation && ProblemData.Of(generation.Start, FileGrid) is { } law ? Inside(law) : null);
    }

    /// <summary>The resolved config.</summary>
    public RunConfig Config { get; }

    /// <exception cref="InputException">The grid cannot be built (likewise for the other parts).</exception>
    public Grid Grid => At("mesh", grid);

    /// <summary>t_0 = stop … t_n = T; times of snapshots are levels.</summary>
    public TimeLevels Times => At("time", times);

    /// <summary>u0.</summary>
    public InitialData Data => At("data", data);

    /// <summary>v_T; null if it is u_T, and without generation.</summary>
    public InitialData? Start => At("generation.start", start);

    /// <summary>How u is computed.</summary>
    public ForwardKind ForwardKind => (Config.Forward ?? throw new InvalidOperationException("the config is not resolved")).Kind;

    /// <summary>Times of snapshots; each is a level.</summary>
    public IReadOnlyList<double> SnapshotTimes => Config.Output.Snapshots ?? [Config.Time.End, Config.Time.Stop];

    /// <summary>The levels with another number of steps; snapshot times are levels too.</summary>
    /// <exception cref="ArgumentException">The levels are not distinct.</exception>
    public TimeLevels LevelsOf(int steps) => Schedules.Levels(Config.Time, steps, 1, [.. SnapshotTimes]);

    /// <summary>The problem of another config of the same file; parts whose keys are the same are shared.</summary>
    public Problem With(RunConfig config) => new(config, source, this);

    /// <summary>
    /// The same problem with other cells and steps, without monitors, particles and reference. Files that hold a value per cell are read on
    /// the grid that they were written for, and averaged over the new cells.
    /// </summary>
    public Problem At(Resolution resolution)
    {
        RunConfig refined = resolution.Of(Config);
        return new Problem(
            refined with
            {
                Monitors = refined.Monitors with { Enabled = false },
                Particles = null,
                Reference = null,
                Output = refined.Output with { Plots = false },
                ErrorEstimate = null,
                Accuracy = null,
            },
            source, this, null, given ?? this);
    }

    /// <summary>The grid that files with a value per cell were written for: the run's own, as its file describes it.</summary>
    internal Grid FileGrid => given?.Grid ?? Grid;

    /// <summary>The key that names a file with one value per cell, so that its cells are the run's; null if there is none.</summary>
    public string? FileWithCells => Config.Data is DensityData ? "data.file"
        : Config.Generation?.Start is DensityStart ? "generation.start.file"
        : Config.Generation?.Score is { } score && IsTable(score) ? "generation.score" : null;

    /// <summary>The problem of a config whose grid has been built to check it.</summary>
    /// <param name="other">A problem with which equal parts are shared; null for none.</param>
    internal static Problem On(Grid grid, RunConfig config, ConfigSource source, Problem? other) => new(config, source, other, grid);

    /// <summary>Builds every part to find its errors.</summary>
    /// <exception cref="InputException">A part cannot be built.</exception>
    public void Require()
    {
        RequireMassOfLongSteps(Times);
        if (Config.Time.Stop == 0 && !Data.HasDensity)
            throw source.Wrong(Config.Time.StopKey, "must be > 0 for data without a density at t = 0");
        if (Start is not null && Config.Reference is not null)
            _ = Reference();
        if (AccuracyRules.BeyondBox(this) is { } beyond && Config.Reference is not null)
            throw source.Wrong("accuracy.L1", beyond);
    }

    /// <summary>
    /// With the score of the grid solution ∫ v of a markov step is kept up to 32 · 2⁻⁵³ max(1, ε) Δt Σ_axes 1/h² (docs/monitors.md). Where
    /// u has long been constant on the box and this exceeds every useful tolerance, the mass that moves is noise.
    /// </summary>
    private void RequireMassOfLongSteps(TimeLevels levels)
    {
        if (Config.Scheme is not MarkovSchemeConfig || Config.Generation is not { Score: GridScore, Epsilon: var epsilon })
            return;
        double longest = Enumerable.Range(0, levels.Last).Max(levels.Step), shortest = Grid.Axes.Min(axis => axis.To - axis.From);
        double stiffness = Grid.Axes.Sum(axis => Math.Pow(axis.Cells / (axis.To - axis.From), 2));
        if (longest > MostSquares * shortest * shortest
            && 32 * Rounding.Unit * Math.Max(1, epsilon.Greatest) * longest * stiffness > Rounding.Largest)
        {
            string step = longest.ToString("G3", CultureInfo.InvariantCulture);
            throw source.Wrong("time.end",
                $"a step of {step} is over 1000 times the square of the shortest axis: markov would lose mass to rounding errors; end "
                    + "earlier, or use the scheme remap");
        }
    }

    /// <summary>
    /// Notes on columns that are not used, and on data that were normalised, are not resolved, or reach the walls, one line each.
    /// </summary>
    public IEnumerable<string> Notes() => ((string?[])
    [
        .. source.Notes,
        Data.NormalisationNote("data"), Start?.NormalisationNote("generation.start"),
        Data.ClosedForm is { } mixture ? RunNotes.Unresolved(Grid, mixture, SnapshotTimes) : null,
        Data.ClosedForm is { } law
            ? RunNotes.BeyondWalls(Grid, law, Start?.ClosedForm, Config.Time.End, Config.Reference is not null && Start is not null) : null,
        Config.Reference is null ? AccuracyRules.BeyondBox(this) : null,
        Config.Generation is { } generation ? MixedScores.NoteOn(generation.Score, "generation.score") : null,
        Config.Monitors.Enabled ? MixedScores.NoteOnTiltedLaw(Config.Generation?.Score, Data.ClosedForm) : null,
    ]).OfType<string>();

    /// <summary>What <c>check</c> would propose, one line each.</summary>
    public IEnumerable<string> Proposals() => Problems.Proposals.Of(this);

    /// <summary>
    /// Cell averages at stop of the exact v, or of the exact u without generation; null if the config names no exact solution.
    /// </summary>
    /// <exception cref="InputException">The reference does not apply.</exception>
    public double[]? ExactAverages()
    {
        if (Config.Reference is null)
            return null;
        double[] averages = CellValues.Zeros(Grid);
        if (Start is not null)
            Reference().CellAverages(Times[0], Grid, averages);
        else if (Data.ClosedForm is { } flow)
            flow.CellAverages(Grid, 2 * Times[0], averages);
        else
            throw Wrong("reference", new ArgumentException($"requires {DataConfig.ClosedForms} as data"));
        return averages;
    }

    /// <summary>The exception for a part's refusal.</summary>
    /// <param name="path">The part's key.</param>
    public InputException Wrong(string path, ArgumentException refusal) => source.Wrong(path, refusal);

    /// <summary>Builds a part; errors are reported at its key.</summary>
    /// <exception cref="InputException">It is refused.</exception>
    public T At<T>(string path, Func<T> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        try
        {
            return build();
        }
        catch (ArgumentException refusal)
        {
            throw Wrong(path, refusal);
        }
    }

    private T At<T>(string path, Lazy<T> part)
    {
        try
        {
            return part.Value;
        }
        catch (ArgumentException refusal)
        {
            throw Wrong(path, refusal);
        }
    }

    private static bool IsTable(ScoreConfig score) =>
        score is TabulatedScore || (score is PerturbedScore perturbed && IsTable(perturbed.Of))
        || (score is MixedScore mixed && mixed.Terms.Any(term => IsTable(term.Score)));

    private InitialData Inside(InitialData law)
    {
        // A density per cell of another grid is a function that is constant on its cells.
        if (law is GridDensity && FileGrid != Grid)
            law = new GridDensity(Grid, CellOverlap.Average(FileGrid, law.CellAverages(FileGrid), Grid));
        law.RequireInside(Grid);
        return law;
    }

    private TimeLevels BuildTimes()
    {
        TimeConfig time = Config.Time;
        return Schedules.Levels(
            time, time.Steps, ForwardKind == ForwardKind.ImplicitEuler ? time.Warmup : 1, [.. SnapshotTimes]);
    }

    private Reference Reference() => At("reference", () =>
    {
        if (Config.Generation is not { Start: GaussianStart from, Epsilon: var epsilon })
            throw new ArgumentException("a reference requires a start of kind gaussian or forward");
        double end = Config.Time.End;
        if (from.Covariance is not null)
        {
            Mixture law = ProblemData.Gaussian(from);
            return Config.Reference!.Kind switch
            {
                ReferenceKind.Gaussian => new GaussianReference(Data, epsilon, end, law),
                ReferenceKind.Characteristics => new CharacteristicsReference(Data, OfConstant(epsilon), end, law),
                _ => throw new ArgumentException("requires a start with a variance"),
            };
        }

        double[] mean = [.. from.Mean];
        double variance = from.Variance ?? throw new ArgumentException("requires a start with a variance");
        return (Reference)(Config.Reference!.Kind switch
        {
            ReferenceKind.Gaussian => new GaussianReference(Data, epsilon, end, mean, variance),
            ReferenceKind.HeatRatio => new HeatRatioReference(Data, OfConstant(epsilon), end, mean, variance),
            ReferenceKind.MassTransport => new MassTransportReference(Data, OfConstant(epsilon), end, mean, variance),
            ReferenceKind.Characteristics => new CharacteristicsReference(Data, OfConstant(epsilon), end, mean, variance),
            _ => throw new ArgumentException("unknown kind of reference"),
        });
    });

    private static double OfConstant(TimeFunction epsilon) =>
        epsilon.IsConstant ? epsilon.Values[0] : throw new ArgumentException($"requires a constant epsilon, but it is {epsilon}");
}
