using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Processes;
using PdeDiffusion.Runs;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Samplers;

/// <summary>The exact law of a study of samplers, with what is known of its own error.</summary>
/// <param name="Law">v at the ε of the base.</param>
/// <param name="Floor">What as many exact draws of it give.</param>
/// <param name="ToForward">W_1 and W_2 between v and u at stop.</param>
/// <param name="Error">W_1 and W_2 between v on the grid and the exact law, or v at half the resolution; NaN if neither is known.</param>
/// <param name="IsErrorExact">True if that is the distance from the exact law.</param>
/// <param name="Push">The exact law without a grid; null with noise or in the plane.</param>
public sealed record LawOfStudy(
    ExactLaw Law, SamplingFloor Floor, (double W1, double W2) ToForward, (double W1, double W2) Error, bool IsErrorExact,
    PushForward? Push);

/// <summary>A study of samplers, checked before the first of them runs.</summary>
public sealed class SamplerStudyRun
{
    /// <summary>Relative length of the jumps of a table of ε(t) that is constant in each step.</summary>
    private const double Jump = 1e-9;

    private readonly IReadOnlyList<Sampler> samplers;
    private readonly Problem problem;

    /// <exception cref="InputException">The base, or a sampler, cannot be built.</exception>
    public SamplerStudyRun(SamplerStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        Study = study;
        problem = study.Problem;
        samplers = Sampler.All(study.Config);
        using var team = new WorkerTeam(1);
        var mover = new ParticleMover(problem, team);

        // Of each method and its levels the fewest steps, with which churn begins at the largest σ.
        foreach (IGrouping<(ParticleMethod, string), Sampler> one in samplers.GroupBy(one => (one.Method, one.Schedule.Label)))
        {
            Sampler sampler = one.MinBy(each => each.Steps)!;
            _ = problem.At(
                "generation", () => mover.Particles(sampler.Config(problem.Config, study.Config, study.Config.Seeds[0])));
        }
    }

    /// <summary>The study.</summary>
    public SamplerStudy Study { get; }

    /// <summary>Number of samplers.</summary>
    public int Rows => samplers.Count;

    internal IReadOnlyList<Sampler> Samplers => samplers;

    /// <summary>True if the exact law is known without a grid: on the line, without noise.</summary>
    internal bool HasPush => problem.Grid.Dimension == 1 && problem.Config.Generation!.Epsilon.Is(0);

    /// <summary>Number of samplers with an exact law of their own.</summary>
    internal int LawsOfChurn => HasOneLaw ? 0 : samplers.Count(sampler => ChurnedNoise(sampler).Any(step => step.Epsilon > 0));

    /// <summary>Calls of the score per particle.</summary>
    internal static long CallsOf(Sampler sampler) => (long)sampler.Steps * CallsPerStep(sampler.Method);

    /// <summary>What its folder contains.</summary>
    internal IReadOnlyList<SizePart> Disk()
    {
        const double BytesOfRow = 2000, BytesOfFigure = 5e6, BytesOfPage = 1e6;
        return
        [
            new("record", Study.Json.Length), new("rows", BytesOfRow * Rows), new("figure", Study.Output.Plots ? BytesOfFigure : 0),
            new("page", Study.Output.Report != false ? BytesOfPage : 0),
        ];
    }

    /// <summary>The samplers that are not among rows that are known.</summary>
    public int[] Left(IReadOnlyList<SamplerRow> known)
    {
        HashSet<string> names = [.. known.Select(row => row.Name)];
        return [.. Enumerable.Range(0, samplers.Count).Where(sampler => !names.Contains(samplers[sampler].Name))];
    }

    /// <summary>The samplers of a shard.</summary>
    public int[] Own(Shard shard) => shard.Own([.. samplers.Select(WorkOf)]);

    /// <summary>The exact law, on the grid with all threads.</summary>
    /// <param name="left">The samplers that follow, for progress.</param>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    /// <exception cref="InputException">v_T has mass where u_T is at its floor, or the memory is too small.</exception>
    public LawOfStudy Law(IReadOnlyList<int> left, int threads, StudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(progress);
        progress.Begin(
            left.Count, problem.Grid.CellCount * (problem.Times.Warmup + 2.0 * problem.Times.Last)
                + left.Sum(sampler => WorkOf(samplers[sampler])));
        using var team = new WorkerTeam(threads);
        var counted = new LevelProgress(progress);
        try
        {
            ExactLaw law = OnGrid(problem, team, counted, cancellation);
            SamplingFloor floor = law.Floor(Study.Config.Count, threads, cancellation);
            if (HasPush)
            {
                var push = new PushForward(new ParticleMover(problem, team), new LevelProgress(progress, 0), cancellation);
                return new LawOfStudy(law, floor, law.ToForward, push.To(law.Quantiles!), true, push);
            }

            Resolution own = Resolution.Of(problem);
            (double, double) error = own.HasCompanions
                ? law.To(OnGrid(problem.At(own.Half), team, counted, cancellation)) : (double.NaN, double.NaN);
            return new LawOfStudy(law, floor, law.ToForward, error, false, null);
        }
        catch (RunInterruptedException)
        {
            throw StudyParts.Interrupted();
        }
    }

    /// <summary>Measures all samplers but those that are known, each with a thread of its own.</summary>
    /// <param name="known">Rows of an interrupted run of the same study.</param>
    /// <param name="written">Called, one at a time, whenever a row is there, with all rows so far in their order.</param>
    /// <returns>All rows, in the order method, schedule, steps.</returns>
    /// <exception cref="RunFailedException">A sampler failed, or the study was interrupted.</exception>
    public IReadOnlyList<SamplerRow> Run(
        LawOfStudy law, int threads, IReadOnlyList<SamplerRow> known, StudyProgress progress, Action<IReadOnlyList<SamplerRow>> written,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(written);
        ILookup<string, SamplerRow> byName = known.ToLookup(row => row.Name);
        SamplerRow?[] rows = [.. samplers.Select(sampler => byName[sampler.Name].FirstOrDefault())];
        var writing = new Lock();
        Run(
            law, Left(known), threads, progress, (sampler, row) =>
            {
                lock (writing)
                {
                    rows[sampler] = row;
                    written([.. rows.OfType<SamplerRow>()]);
                }
            }, cancellation);
        return [.. rows.Select(row => row!)];
    }

    /// <summary>Measures those samplers of a shard that its folder does not have, and keeps the row of each there.</summary>
    /// <exception cref="RunFailedException">A sampler failed, or the study was interrupted.</exception>
    public void Run(ShardFolder folder, IReadOnlyList<int> own, int threads, StudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        int[] left = [.. own.Except(folder.Kept)];
        if (left.Length > 0)
        {
            Run(
                Law(left, threads, progress, cancellation), left, threads, progress,
                (sampler, row) => folder.Keep(sampler, json => RowText.Write(json, [row.Row])), cancellation);
        }
    }

    /// <param name="finished">Called with each sampler and its row when it is there, by several threads.</param>
    private void Run(
        LawOfStudy law, int[] left, int threads, StudyProgress progress, Action<int, SamplerRow> finished, CancellationToken cancellation)
    {
        left = [.. left.OrderByDescending(sampler => WorkOf(samplers[sampler]))];
        using var movers = new ThreadLocal<ParticleMover>(() => new ParticleMover(problem, new WorkerTeam(1)), trackAllValues: true);
        try
        {
            StudyParts.Measure(
                threads, left, (sampler, ending) =>
                {
                    SamplerRow row = Measure(samplers[sampler], law, movers.Value!, progress, ending);
                    progress.FinishLevel();
                    finished(sampler, row);
                }, sampler => samplers[sampler].Name, cancellation);
        }
        finally
        {
            foreach (ParticleMover mover in movers.Values)
                mover.Team.Dispose();
            progress.Clear();
        }
    }

    /// <summary>ε(t) that churn amounts to: [t, ε] at the beginning of each step, from T down; empty for other methods.</summary>
    internal IReadOnlyList<(double Time, double Epsilon)> ChurnedNoise(Sampler sampler)
    {
        if (sampler.Method != ParticleMethod.Churn)
            return [];
        ChurnConfig keys = Study.Config.Churn!;
        var churn = new Churn(keys.SChurn, keys.STmin, keys.STmax ?? double.PositiveInfinity, keys.SNoise, sampler.Steps);
        double[] levels = Sampler.Levels(sampler.Schedule.Levels, problem.Config.Time.Stop, problem.Config.Time.End, sampler.Steps);
        return [.. Enumerable.Range(0, sampler.Steps).Select(step => levels.Length - 1 - step).Select(level =>
            (levels[level], churn.NoiseLevel(NoiseLevel.Sigma(levels[level]), NoiseLevel.Sigma(levels[level - 1]))))];
    }

    private SamplerRow Measure(
        Sampler sampler, LawOfStudy law, ParticleMover mover, StudyProgress progress, CancellationToken cancellation)
    {
        SamplersConfig config = Study.Config;
        IReadOnlyList<(double Time, double Epsilon)> noise = ChurnedNoise(sampler);
        bool hasOwn = noise.Any(step => step.Epsilon > 0);
        (ExactLaw exact, SamplingFloor floor) = hasOwn && !HasOneLaw ? OfNoise(sampler, noise, mover, progress, cancellation)
            : (law.Law, law.Floor);
        var errors = new double[config.Seeds.Count][];
        double outside = 0;
        long calls = 0;
        for (int seed = 0; seed < errors.Length; seed++)
        {
            ParticleRun run = mover.Particles(sampler.Config(problem.Config, config, config.Seeds[seed]));
            var counted = new LevelProgress(progress, (double)config.Count * CallsPerStep(sampler.Method));
            ParticleOutcome outcome = run.Move(mover.Team, counted, cancellation);
            errors[seed] = exact.Of(outcome.AtStop);
            outside += new ParticleDensity(exact.Grid, outcome.AtStop).Outside / errors.Length;
            calls = outcome.Calls;
        }

        (double, double) map = law.Push is null || sampler.Method == ParticleMethod.Churn ? (double.NaN, double.NaN)
            : law.Push.Of(mover, sampler.Config(problem.Config, config, 0), new LevelProgress(progress, 0), cancellation);
        TimeFunction epsilon = problem.Config.Generation!.Epsilon;
        return new SamplerRow(
            sampler.Word, sampler.Schedule.Label, sampler.Steps, checked((int)calls),
            hasOwn ? (noise.Min(step => step.Epsilon), noise.Max(step => step.Epsilon)) : (epsilon.Least, epsilon.Greatest),
            hasOwn ? SamplerRow.OfItsOwn : SamplerRow.OfBase,
            [.. Enum.GetValues<SamplerMeasure>().Select(measure => SampleMean.Of(errors.Select(values => values[(int)measure])))],
            floor, map, outside);
    }

    /// <summary>From u_T with the score of u, v = u at every ε.</summary>
    private bool HasOneLaw => problem.Config.Generation is { Start: ForwardStart, Score: GridScore };

    /// <summary>v at the ε(t) that a sampler's own noise amounts to, constant in each of its steps.</summary>
    private (ExactLaw Law, SamplingFloor Floor) OfNoise(
        Sampler sampler, IReadOnlyList<(double Time, double Epsilon)> noise, ParticleMover mover, StudyProgress progress,
        CancellationToken cancellation)
    {
        double[] levels = Sampler.Levels(sampler.Schedule.Levels, problem.Config.Time.Stop, problem.Config.Time.End, sampler.Steps);
        List<double> times = [], values = [];
        for (int level = 0; level + 1 < levels.Length; level++)
        {
            double epsilon = noise[noise.Count - 1 - level].Epsilon;
            if (levels[level] > 0)
            {
                times.Add(levels[level] * (1 + Jump));
                values.Add(epsilon);
            }

            times.Add(levels[level + 1]);
            values.Add(epsilon);
        }

        RunConfig own = problem.Config with
        {
            Generation = problem.Config.Generation! with { Epsilon = new TimeFunction(times, values) },
        };
        ExactLaw law = OnGrid(problem.With(own), mover.Team, new LevelProgress(progress, 0), cancellation);
        return (law, law.Floor(Study.Config.Count, 1, cancellation));
    }

    /// <summary>v and u at stop.</summary>
    private ExactLaw OnGrid(Problem of, WorkerTeam team, IRunProgress progress, CancellationToken cancellation)
    {
        ExactLaw? law = null;
        new Discretisation(of, team).Run(
            [
                new LevelWatcher(
                    level => level == 0,
                    level => law = new ExactLaw(of.Grid, [.. level.V!], [.. level.U], Study.Config.Directions)),
            ],
            progress, cancellation);
        return law!;
    }

    /// <summary>Calls of the score of all particles.</summary>
    private double WorkOf(Sampler sampler) =>
        (double)Study.Config.Count * Study.Config.Seeds.Count * CallsOf(sampler);

    private static int CallsPerStep(ParticleMethod method) => method switch
    {
        ParticleMethod.Heun or ParticleMethod.Churn => 2,
        ParticleMethod.Ode => 7,
        _ => 1,
    };
}
