using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Studies;

/// <summary>A study, checked before its first run starts.</summary>
public sealed class StudyRun
{
    private readonly Study study;
    private readonly List<(StudySeries Series, Refinement? Refinement, IReadOnlyList<StudyLevel> Levels)> series = [];

    /// <exception cref="InputException">Levels without an order, or a run that cannot be built.</exception>
    public StudyRun(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        this.study = study;
        using var team = new WorkerTeam(1);
        foreach (StudySeries one in study.Series)
        {
            Refinement? refinement = study.IsGrid ? null : Refinement.Of(study, one);
            IReadOnlyList<StudyLevel> levels = refinement?.Levels ?? one.Levels;
            foreach (StudyLevel level in levels)
                _ = new PreparedRun(level.Problem.With(LevelRunner.Reduced(level.Config, IsMeasured, study.IsGrid)), team);
            if (study.Config.Against == StudyTarget.Finest)
                RequireOneBox(one, levels);
            series.Add((one, refinement, levels));
        }
    }

    private bool IsMeasured => study.Config.Against == StudyTarget.Reference;

    /// <summary>Number of runs.</summary>
    public int Runs => series.Sum(one => one.Levels.Count);

    /// <summary>The problems of all runs, as they are run.</summary>
    internal IReadOnlyList<Problem> Problems => [.. series.SelectMany(one => one.Levels)
        .Select(level => level.Problem.With(LevelRunner.Reduced(level.Config, IsMeasured, study.IsGrid)))];

    /// <summary>The study whose runs these are.</summary>
    internal Study Study => study;

    /// <summary>Runs all levels and measures them.</summary>
    /// <exception cref="RunFailedException">A run failed, or the study was interrupted.</exception>
    /// <exception cref="InputException">A run was refused during the study.</exception>
    public IReadOnlyList<SeriesOutcome> Run(int threads, StudyProgress progress, CancellationToken cancellation)
    {
        return Gather(new LevelRunner(threads, IsMeasured, study.IsGrid, progress).Run(Levels, null, cancellation));
    }

    /// <summary>What the runs of a study must agree in to be joined.</summary>
    /// <exception cref="InputException">A file that the study names cannot be read.</exception>
    public RunIdentity Identity => RunIdentity.Of(study.Json, [.. Levels.Select(level => level.Config)]);

    /// <summary>The runs of a shard.</summary>
    public int[] Own(Shard shard) => shard.Own([.. Problems.Select(LevelRunner.Work)]);

    /// <summary>Runs those of a shard that its folder does not have, and keeps each there.</summary>
    /// <exception cref="RunFailedException">A run failed, or the study was interrupted.</exception>
    /// <exception cref="InputException">A run was refused during the study.</exception>
    public void Run(ShardFolder folder, IReadOnlyList<int> own, int threads, StudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        int[] left = [.. own.Except(folder.Kept)];
        StudyLevel[] levels = [.. left.Select(run => Levels[run])];
        new LevelRunner(threads, IsMeasured, study.IsGrid, progress).Run(
            levels, (level, outcome) => folder.Keep(left[level], json => LevelText.Write(json, outcome, NeedsDensities)), cancellation);
    }

    /// <summary>The results of runs that shards computed.</summary>
    /// <param name="parts">The content of each run's part.</param>
    public IReadOnlyList<SeriesOutcome> Join(IReadOnlyList<JsonElement> parts) =>
        Gather([.. Levels.Zip(parts).Select(run => LevelText.Read(run.Second, run.First.Problem.Grid))]);

    /// <summary>Whether runs are compared by their densities at stop.</summary>
    private bool NeedsDensities => !study.IsGrid || series.Exists(one => NoiseGap.IsMeasuredIn(one.Series));

    private StudyLevel[] Levels => [.. series.SelectMany(one => one.Levels)];

    private List<SeriesOutcome> Gather(LevelOutcome[] outcomes)
    {
        var results = new List<SeriesOutcome>();
        int first = 0;
        foreach ((StudySeries one, Refinement? refinement, IReadOnlyList<StudyLevel> levels) in series)
        {
            LevelOutcome[] own = outcomes[first..(first + levels.Count)];
            results.Add(SeriesOutcome.Of(study.Config, one, refinement, levels, study.IsGrid ? NoiseGap.AddTo(one, own) : own));
            first += levels.Count;
        }

        return results;
    }

    private void RequireOneBox(StudySeries one, IReadOnlyList<StudyLevel> levels)
    {
        Grid finest = levels[^1].Problem.Grid;
        if (levels.Any(level => !CellOverlap.SameBox(level.Problem.Grid, finest)))
            throw study.Source.Wrong(one.Path, "its levels lie on different boxes, so that they cannot be compared with the finest");
        double stop = levels[^1].Config.Time.Stop;
        if (levels.Any(level => level.Config.Time.Stop != stop))
            throw study.Source.Wrong(one.Path, "its levels stop at different times, so that they cannot be compared with the finest");
    }
}
