using System.Diagnostics;
using System.Numerics;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// Memory bandwidth as STREAM's triad counts it, a_i = b_i + q c_i, 24 bytes an element, on arrays far larger than the caches. The write's
/// own read of the line is not counted, neither here nor in the steps' traffic.
/// </summary>
internal sealed class Triad : IBlockWork
{
    private const int Length = 1 << 24;
    private const int BlockLength = 1 << 16;
    private const int Repetitions = 9;

    private readonly double[] a = new double[Length];
    private readonly double[] b = new double[Length];
    private readonly double[] c = new double[Length];

    /// <summary>Bytes a second, the median of nine.</summary>
    public double Measure(WorkerTeam team)
    {
        var seconds = new double[Repetitions];
        team.Run(this, Length / BlockLength);
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            long start = Stopwatch.GetTimestamp();
            team.Run(this, Length / BlockLength);
            seconds[repetition] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return 24.0 * Length / seconds[Repetitions / 2];
    }

    void IBlockWork.Run(int block, int worker)
    {
        Span<double> to = a.AsSpan(block * BlockLength, BlockLength);
        ReadOnlySpan<double> first = b.AsSpan(block * BlockLength, BlockLength), second = c.AsSpan(block * BlockLength, BlockLength);
        var factor = new Vector<double>(1.5);
        for (int i = 0; i < BlockLength; i += Vector<double>.Count)
            (new Vector<double>(first[i..]) + factor * new Vector<double>(second[i..])).CopyTo(to[i..]);
    }
}
