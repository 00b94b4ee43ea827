using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>A part of a run that takes time.</summary>
/// <param name="Name">As <see cref="IRunProgress.Begin"/> calls it.</param>
/// <param name="Steps">All its steps, also of a run that is resumed.</param>
/// <param name="Seconds">What they are expected to take together.</param>
public sealed record RunPhase(string Name, long Steps, double Seconds);

/// <summary>
/// What a run will take: time from timed steps of the same problem, memory, and files. A function of the problem and the machine;
/// nothing is written.
/// </summary>
/// <param name="Cells">Cells of the grid.</param>
/// <param name="Phases">In their order.</param>
/// <param name="Memory">Bytes, with those of the process.</param>
/// <param name="Files">By kind.</param>
public sealed record RunEstimate(
    int Cells, IReadOnlyList<RunPhase> Phases, double Memory, IReadOnlyList<RunFiles> Files)
{
    /// <summary>Names of the phases, as the progress line calls them.</summary>
    public const string Forward = "forward", Generation = "generation", Particles = "particles", Figures = "figures";

    /// <summary>Sums over a point and a particle per second, roughly.</summary>
    private const double RoughParticleRate = 1e8;

    /// <summary>All phases together.</summary>
    public double Seconds => Phases.Sum(phase => phase.Seconds);

    /// <summary>Steps of a phase; 0 if the run has none of that name.</summary>
    public long StepsOf(string phase) => Phases.Where(own => own.Name == phase).Sum(own => own.Steps);

    /// <summary>The phases of a run in rough proportions, without a measurement: good to decide whether one pays.</summary>
    public static IReadOnlyList<RunPhase> Rough(Problem problem, ParticleRun? particles, int threads)
    {
        ArgumentNullException.ThrowIfNull(problem);
        (double forward, double generation) = EstimateRule.ExpectedParts(problem);
        return PhasesOf(problem, particles, threads, phase => phase switch
        {
            Forward => forward + (problem.Config.Generation is null ? generation : 0),
            Generation => generation,
            _ => particles!.Levels.Last * (double)problem.Config.Particles!.Count * Math.Min(particles.Terms, 50) / RoughParticleRate,
        });
    }

    /// <summary>Times a few steps of each phase, the largest time first, and measures a snapshot and the memory.</summary>
    /// <exception cref="Files.InputException">The problem cannot be built.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public static RunEstimate Measure(Problem problem, WorkerTeam team, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(team);
        double before = Environment.WorkingSet;
        var probe = new StepProbe(problem, team);
        probe.Time(cancellation);
        RunConfig config = problem.Config;
        IReadOnlyList<RunPhase> phases = PhasesOf(
            problem, probe.Particles, team.Threads, phase => probe.SecondsPerStep(phase) * Steps(problem, probe.Particles, phase),
            probe.Monitors);
        double array = 8.0 * problem.Grid.CellCount;
        long levels = config.Generation is null ? 1
            : ForwardFlow.ArraysKept(problem.ForwardKind, problem.Times.Last, (long)(Discretisation.MemoryFor(config) / array));

        double memory = before + probe.WorkBytes + array * levels + RunSize.BesideGrid(config, problem.Grid).Sum(part => part.Bytes)
            + (config.Output.Plots ? FigureCount.Memory(problem.Grid.Dimension) : 0);
        return new RunEstimate(problem.Grid.CellCount, phases, memory, RunFileList.Expected(problem, probe));
    }

    /// <summary>One line, e.g. <c>about 4 min (…), 1.2 GB of memory, 34 files of 800 MB</c>.</summary>
    public string Line => $"about {Quoted.Span(Seconds)}, {Quoted.Bytes(Memory)} of memory, {Files.Sum(files => files.Count)} files of "
        + Quoted.Bytes(Files.Sum(files => files.Bytes));

    /// <summary>The same at length, one line per kind.</summary>
    public IEnumerable<string> Lines()
    {
        string steps = string.Join(" + ", Phases.Where(phase => phase.Name is Forward or Generation)
            .Select(phase => $"{Quoted.Count(phase.Steps)} {phase.Name}"));
        long updates = Cells * (StepsOf(Forward) + StepsOf(Generation));
        yield return $"cells x steps  {Quoted.Count(Cells)} x ({steps}) = {Quoted.Number(updates)}";
        yield return $"time           about {Quoted.Span(Seconds)} ("
            + string.Join(", ", Shares().Select(part => $"{part.Name} {Quoted.Number(part.Seconds)} s")) + "), from timed steps";
        yield return $"memory         about {Quoted.Bytes(Memory)}";
        yield return $"files          {Files.Sum(files => files.Count)}, about {Quoted.Bytes(Files.Sum(files => files.Bytes))}: "
            + string.Join(", ", Files.Select(files => $"{files.Count} {files.Name} {Quoted.Bytes(files.Bytes)}"));
    }

    /// <summary>Seconds per phase; the runs at lower resolution are one part.</summary>
    private IEnumerable<(string Name, double Seconds)> Shares() => Phases
        .GroupBy(phase => phase.Name.Contains(':', StringComparison.Ordinal) ? "error estimate" : phase.Name)
        .Select(part => (part.Key, part.Sum(phase => phase.Seconds)));

    private static long Steps(Problem problem, ParticleRun? particles, string phase) => phase switch
    {
        Forward => ForwardFlow.Hastened(problem.ForwardKind, problem.Config.Generation is not null, problem.Times),
        Generation => problem.Times.Last,
        _ => particles?.Levels.Last ?? 0,
    };

    private static List<RunPhase> PhasesOf(
        Problem problem, ParticleRun? particles, int threads, Func<string, double> seconds, int? monitors = null)
    {
        var phases = new List<RunPhase> { Of(Forward) };
        if (problem.Config.Generation is not null)
            phases.Add(Of(Generation));
        if (particles is not null)
            phases.Add(Of(Particles));
        phases.AddRange(Companions(problem, phases));
        if (problem.Config.Output.Plots)
        {
            FigureCount figures = FigureCount.Of(problem, particles is not null, monitors);
            phases.Add(new RunPhase(Figures, figures.All, figures.Seconds(threads)));
        }

        return phases;

        RunPhase Of(string name) => new(name, Steps(problem, particles, name), seconds(name));
    }

    /// <summary>The phases of the runs at half and a quarter of the resolution, in proportion to cells and steps.</summary>
    private static List<RunPhase> Companions(Problem problem, IReadOnlyList<RunPhase> own)
    {
        var phases = new List<RunPhase>();
        Resolution resolution = Resolution.Of(problem);
        if (!resolution.HasCompanions || !EstimateRule.Applies(problem, out _))
            return phases;
        foreach (string name in new[] { "half resolution", "quarter resolution" })
        {
            resolution = resolution.Half;
            Problem companion = problem.At(resolution);
            foreach (RunPhase phase in own.Where(phase => phase.Name is Forward or Generation))
            {
                // The forward flow alone ends at stop there.
                long steps = problem.Config.Generation is null ? companion.Times.Warmup : Steps(companion, null, phase.Name);
                double share = (double)resolution.Cells * steps / (problem.Grid.CellCount * Math.Max(1.0, phase.Steps));
                phases.Add(new RunPhase($"{name}: {phase.Name}", steps, share * phase.Seconds));
            }
        }

        return phases;
    }
}
