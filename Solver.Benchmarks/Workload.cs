namespace PdeDiffusion.Benchmarks;

/// <summary>
/// One thing whose time is measured: a step of a scheme, a reading of all monitors, a move of all particles, a snapshot's CSV.
/// </summary>
/// <param name="name">As in the table.</param>
/// <param name="cells">Cells of the grid; particles for the particle flow.</param>
/// <param name="bytes">Bytes that one step must move between memory and processor, each array once a sweep (docs/performance.md).</param>
internal abstract class Workload(string name, long cells, int dimension, int threads, double bytes)
{
    public string Name { get; } = name;

    public long Cells { get; } = cells;

    public int Dimension { get; } = dimension;

    public int Threads { get; } = threads;

    public double Bytes { get; } = bytes;

    /// <summary>How many steps a call of <see cref="Step"/> takes; times are told for one.</summary>
    public virtual int Steps => 1;

    /// <summary>Not measured: puts back what the step changed, where its next step needs that.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Measured.</summary>
    public abstract void Step();
}
