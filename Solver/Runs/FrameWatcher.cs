using PdeDiffusion.Flows;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Runs;

/// <summary>
/// Keeps the frames of a run while it computes. It observes only: no result depends on it. Frames are coded on the thread that writes the
/// files; those before a checkpoint are written with it, so that a resumed run has the same ones.
/// </summary>
/// <param name="write">Queues work behind all earlier writes.</param>
public sealed class FrameWatcher(Problem problem, IFaceScore? score, Action<Action> write) : IWatcher
{
    private readonly HashSet<int> levels = [.. FrameLevels.Of(problem.Times)];
    private readonly FrameGrid grid = new(problem.Grid);
    private readonly List<Frame> frames = [];
    private readonly List<PointFrame> points = [];
    private int written;

    /// <inheritdoc/>
    public bool IsDue(March march) => march.Level.Index >= 0 && levels.Contains(march.Level.Index);

    /// <inheritdoc/>
    public bool Watch(March march)
    {
        int level = march.Level.Index;
        var fields = Snapshot.Take(march.Level, score, 0);
        write(() => frames.Add(grid.Take(level, fields)));
        return true;
    }

    /// <summary>The frames that no checkpoint has been written with; call it where frames are coded.</summary>
    public FrameSet Unwritten()
    {
        var fresh = new FrameSet(grid.Faces, grid.Joined, [.. frames.Skip(written)], []);
        written = frames.Count;
        return fresh;
    }

    /// <summary>Takes over the frames that a checkpoint was written with.</summary>
    public void Restore(IEnumerable<Frame> earlier)
    {
        frames.AddRange(earlier);
        written = frames.Count;
    }

    /// <summary>Keeps the first few particles at the levels of theirs that are nearest to those of the frames.</summary>
    /// <param name="particles">Their levels.</param>
    /// <returns>What to call with every level of theirs.</returns>
    public Action<int, ParticleEnsemble> Points(TimeLevels particles)
    {
        HashSet<int> near = [.. levels.Select(level => problem.Times[level])
            .Select(time => time > 0 ? FrameLevels.Nearest(particles, time) : 0)];
        return (level, ensemble) =>
        {
            if (!near.Contains(level))
                return;
            int shown = Math.Min(ensemble.Count, FrameSet.MostPoints);
            points.Add(new PointFrame(
                particles[level], Rounded(ensemble.X[..shown]), ensemble.Dimension == 1 ? [] : Rounded(ensemble.Y[..shown])));
        };
    }

    /// <summary>All frames; once all writes are done.</summary>
    public FrameSet All() => new(grid.Faces, grid.Joined, [.. frames], [.. points]) { Levels = problem.Times.Last + 1 };

    private static float[] Rounded(ReadOnlySpan<double> coordinates)
    {
        var rounded = new float[coordinates.Length];
        for (int particle = 0; particle < rounded.Length; particle++)
            rounded[particle] = (float)coordinates[particle];
        return rounded;
    }
}
