using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Scores;

/// <summary>
/// The score of a network at the centres of faces: evaluated once per level and axis, in batches of fixed content that the team shares, so
/// that the bits do not depend on the number of threads. The values of the two levels last asked for are kept.
/// </summary>
/// <remarks>Memory: two values per face, and three batches per thread.</remarks>
public sealed class NetworkFaceScore : IFaceScore, IBlockWork
{
    /// <summary>A time this near to a level's, relative to it, is the level's: schemes compute t_{k+1} − Δt.</summary>
    private const double SameTime = 1e-12;

    private readonly Grid grid;
    private readonly NetworkModel model;
    private readonly WorkerTeam team;
    private readonly double[] times;
    private readonly Kept[][] kept;
    private readonly double[][] positions, inputs, scores;
    private NetworkModel.Level level;
    private double[] values = [];
    private int axis;

    /// <param name="times">The levels t_0 … t_n, increasing, of the run.</param>
    /// <exception cref="ArgumentException">Another dimension than the grid's, or a level at which the network has no score.</exception>
    public NetworkFaceScore(Grid grid, NetworkModel model, double[] times, WorkerTeam team)
    {
        if (model.Dimension != grid.Dimension)
            throw new ArgumentException($"a network in {model.Dimension} dimensions on a grid of {grid.Dimension} axes");
        (this.grid, this.model, this.times, this.team) = (grid, model, times, team);
        _ = model.At(times[0]);
        _ = model.At(times[^1]);
        kept = [.. Enumerable.Range(0, grid.Dimension).Select(_ => new Kept[] { new(grid), new(grid) })];
        positions = Buffers();
        inputs = Buffers();
        scores = Buffers();
    }

    /// <summary>The network.</summary>
    public NetworkModel Model => model;

    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        time = LevelOf(time);
        Kept[] pair = kept[axis];
        if (pair[0].Time != time)
        {
            (pair[0], pair[1]) = (pair[1], pair[0]);
            if (pair[0].Time != time)
                Fill(axis, time, pair[0]);
        }

        pair[0].Values.CopyTo(normal);
    }

    private double[][] Buffers() =>
        [.. Enumerable.Range(0, team.Threads).Select(_ => new double[model.Batch * model.Dimension])];

    private double LevelOf(double time)
    {
        int found = Array.BinarySearch(times, time);
        if (found >= 0)
            return time;
        foreach (int near in (ReadOnlySpan<int>)[~found - 1, ~found])
        {
            if (near >= 0 && near < times.Length && Math.Abs(times[near] - time) <= SameTime * times[near])
                return times[near];
        }

        return time;
    }

    private void Fill(int along, double time, Kept into)
    {
        // Not complete until the end: a failure leaves no level that could be taken for evaluated.
        into.Time = double.NaN;
        (axis, level, values) = (along, model.At(time), into.Values);
        team.Run(this, (FaceCount + model.Batch - 1) / model.Batch);
        into.Time = time;
    }

    private int Links => grid.Axes[axis].Links;

    private int FaceCount => Links * (grid.CellCount / grid.Axes[axis].Cells);

    /// <summary>The cell below a face; faces are counted in memory order.</summary>
    private int CellOf(int face) => axis == 0 ? face / Links * grid.Columns + face % Links : face;

    void IBlockWork.Run(int block, int worker)
    {
        int first = block * model.Batch, count = Math.Min(model.Batch, FaceCount - first), d = model.Dimension;
        Span<double> places = positions[worker].AsSpan(0, count * d), found = scores[worker].AsSpan(0, count * d);
        for (int face = 0; face < count; face++)
        {
            int cell = CellOf(first + face);
            for (int component = 0; component < d; component++)
            {
                Axis of = grid.Axes[component];
                int place = grid.Position(cell, component);
                places[face * d + component] = component == axis ? of.Faces[place + 1] : of.Centres[place];
            }
        }

        model.Evaluate(worker, level, places, inputs[worker].AsSpan(0, count * d), found);
        for (int face = 0; face < count; face++)
            values[CellOf(first + face)] = found[face * d + axis];
    }

    /// <summary>ŝ·n of one axis at one time; 0 where there is no link.</summary>
    private sealed class Kept(Grid grid)
    {
        public double Time { get; set; } = double.NaN;

        public double[] Values { get; } = CellValues.Zeros(grid);
    }
}
