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
    private readonly StudyLevel[] levels;

    /// <exception cref="InputException">Levels without an order, or a run that cannot be built.</exception>
    public StudyRun(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        this.study = study;
        using var team = new WorkerTeam(1);
        foreach (StudySeries one in study.Series)
        {
            Refinement? refinement = study.IsGrid ? null : Refinement.Of(study, one);
            IReadOnlyList<StudyLevel> own = refinement?.Levels ?? one.Levels;
            foreach (StudyLevel level in own)
                _ = new PreparedRun(level.Problem.With(LevelRunner.Reduced(level.Config, IsMeasured, study.IsGrid)), team);
            if (study.Config.Against == StudyTarget.Finest)
                RequireOneBox(one, own);
            series.Add((one, refinement, own));
        }

        levels = [.. series.SelectMany(one => one.Levels)];
    }

    private bool IsMeasured => study.Config.Against == StudyTarget.Reference;

    /// <summary>Number of runs.</summary>
    public int Runs => levels.Length;

    /// <summary>The problems of all runs, as they are run.</summary>
    internal IReadOnlyList<Problem> Problems =>
        [.. levels.Select(level => level.Problem.With(LevelRunner.Reduced(level.Config, IsMeasured, study.IsGrid)))];

    /// <summary>The study whose runs these are.</summary>
    internal Study Study => study;

    /// <summary>Runs all levels and measures them.</summary>
    /// <exception cref="RunFailedException">A run failed, or the study was interrupted.</exception>
    /// <exception cref="InputException">A run was refused during the study.</exception>
    public IReadOnlyList<SeriesOutcome> Run(int threads, StudyProgress progress, CancellationToken cancellation) =>
        Gather(new LevelRunner(threads, IsMeasured, study.IsGrid, progress).Run(levels, null, cancellation));

    /// <summary>What the runs of a study must agree in to be joined.</summary>
    /// <exception cref="InputException">A file that the study names cannot be read.</exception>
    public RunIdentity Identity => RunIdentity.Of(study.Json, [.. levels.Select(level => level.Config)]);

    /// <summary>The runs of a shard.</summary>
    public int[] Own(Shard shard) => shard.Own([.. Problems.Select(LevelRunner.Work)]);

    /// <summary>Runs those of a shard that its folder does not have, and keeps each there.</summary>
    /// <exception cref="RunFailedException">A run failed, or the study was interrupted.</exception>
    /// <exception cref="InputException">A run was refused during the study.</exception>
    public void Run(ShardFolder folder, IReadOnlyList<int> own, int threads, StudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        int[] left = [.. own.Except(folder.Kept)];
        new LevelRunner(threads, IsMeasured, study.IsGrid, progress).Run(
            [.. left.Select(run => levels[run])],
            (level, outcome) => folder.Keep(left[level], json => LevelText.Write(json, outcome, NeedsDensities)), cancellation);
    }

    /// <summary>The results of runs that shards computed.</summary>
    /// <param name="parts">The content of each run's part.</param>
    public IReadOnlyList<SeriesOutcome> Join(IReadOnlyList<JsonElement> parts) =>
        Gather([.. levels.Zip(parts).Select(run => LevelText.Read(run.Second, run.First.Problem.Grid))]);

    /// <summary>Whether runs are compared by their densities at stop.</summary>
    private bool NeedsDensities => !study.IsGrid || series.Exists(one => NoiseGap.IsMeasuredIn(one.Series));

    private List<SeriesOutcome> Gather(LevelOutcome[] outcomes)
    {
        var results = new List<SeriesOutcome>();
        int first = 0;
        foreach ((StudySeries one, Refinement? refinement, IReadOnlyList<StudyLevel> inputs) in series)
        {
            LevelOutcome[] own = outcomes[first..(first + inputs.Count)];
            results.Add(SeriesOutcome.Of(study.Config, one, refinement, inputs, study.IsGrid ? NoiseGap.AddTo(one, own) : own));
            first += inputs.Count;
        }

        return results;
    }

    private void RequireOneBox(StudySeries one, IReadOnlyList<StudyLevel> inputs)
    {
        Grid finest = inputs[^1].Problem.Grid;
        if (inputs.Any(level => !CellOverlap.SameBox(level.Problem.Grid, finest)))
            throw study.Source.Wrong(one.Path, "its levels lie on different boxes, so that they cannot be compared with the finest");
        double stop = inputs[^1].Config.Time.Stop;
        if (inputs.Any(level => level.Config.Time.Stop != stop))
            throw study.Source.Wrong(one.Path, "its levels stop at different times, so that they cannot be compared with the finest");
    }
}
