using System.Diagnostics;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Samplers;

/// <summary>
/// What a study of samplers will take, from timed steps of the exact law and of the sampler with the fewest calls. Nothing is written.
/// </summary>
/// <param name="Calls">Calls of the score of all particles together.</param>
/// <param name="LawSeconds">Wall time of the exact law, its floor included.</param>
/// <param name="SamplerSeconds">Wall time of the samplers, side by side.</param>
/// <param name="Memory">Bytes, with those of the process.</param>
public sealed record SamplerStudyEstimate(
    int Samplers, int Seeds, double Calls, double LawSeconds, double SamplerSeconds, double Memory, int Files, double Bytes)
{
    /// <summary>Particles whose steps are timed.</summary>
    private const int Timed = 1000;

    /// <exception cref="InputException">The base cannot be built.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public static SamplerStudyEstimate Measure(SamplerStudyRun run, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        SamplerStudy study = run.Study;
        SamplersConfig config = study.Config;
        using var team = new WorkerTeam(threads);
        RunEstimate grid = RunEstimate.Measure(study.Problem, team, cancellation);
        Sampler cheapest = run.Samplers.MinBy(SamplerStudyRun.CallsOf)!;
        double perCall = SecondsPerCall(study, cheapest, SamplerStudyRun.CallsOf(cheapest), cancellation);
        double perSet = SecondsPerSet(study, config.Count);
        double calls = run.Samplers.Sum(SamplerStudyRun.CallsOf) * (double)config.Count * config.Seeds.Count;
        double sets = (double)run.Rows * config.Seeds.Count;
        int beside = Math.Min(threads, run.Rows);

        // With noise or in the plane v is computed at half the resolution too; each churn has a law and a floor of its own.
        int halved = 1 << (study.Problem.Grid.Dimension + 1), own = run.LawsOfChurn;
        double law = grid.Seconds * (run.HasPush ? 1 : 1 + 1.0 / halved), floor = SamplingFloor.Sets * perSet;
        double samplers = calls * perCall + sets * perSet + own * (grid.Seconds * threads + floor);
        double bytes = run.Disk().Sum(part => part.Bytes);
        return new SamplerStudyEstimate(
            run.Rows, config.Seeds.Count, calls, law + floor / threads, samplers / beside,
            grid.Memory + beside * (double)config.Count * RunSize.BytesOfParticle,
            3 + (study.Output.Plots ? study.Output.FilesPerFigure : 0) + (study.Output.Report != false ? 1 : 0), bytes);
    }

    /// <summary>The estimate in lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"calls          {Quoted.Number(Calls)} of the score: {Samplers} samplers, {Seeds} seeds each";
        yield return $"time           about {Quoted.Span(LawSeconds + SamplerSeconds)} (exact law {Quoted.Number(LawSeconds)} s, "
            + $"samplers {Quoted.Number(SamplerSeconds)} s), from timed steps";
        yield return $"memory         about {Quoted.Bytes(Memory)}";
        yield return $"files          about {Files}, at most {Quoted.Bytes(Bytes)}";
    }

    private static double SecondsPerCall(SamplerStudy study, Sampler sampler, long calls, CancellationToken cancellation)
    {
        using var team = new WorkerTeam(1);
        var method = new Discretisation(study.Problem, team);
        int count = Math.Min(Timed, study.Config.Count);
        RunConfig timed = sampler.Config(study.Base.Run, study.Config with { Count = count }, study.Config.Seeds[0]);
        double seconds = double.PositiveInfinity;

        // The first time compiles.
        for (int repeat = 0; repeat < 2; repeat++)
        {
            var particles = new ParticleRun(study.Problem.With(timed), method.ScoreMixture, method.PointScore);
            long start = Stopwatch.GetTimestamp();
            particles.Move(team, new LevelProgress(new StudyProgress(TextWriter.Null, false, true)), cancellation);
            seconds = Math.Min(seconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return seconds / count / calls;
    }

    /// <summary>Drawing and comparing one set of particles.</summary>
    private static double SecondsPerSet(SamplerStudy study, int count)
    {
        double[] density = [.. Enumerable.Repeat(1.0, study.Problem.Grid.CellCount)];
        var law = new ExactLaw(study.Problem.Grid, density, density, study.Config.Directions);
        double seconds = double.PositiveInfinity;
        for (int repeat = 0; repeat < 2; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = law.Of(ParticleEnsemble.FromCells(study.Problem.Grid, density, count, 0));
            seconds = Math.Min(seconds, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return seconds;
    }
}
