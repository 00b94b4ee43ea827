using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Particles;

/// <content>The truncated sum: a seed leaf near x, then every box of the tree whose bound exceeds the cut.</content>
public sealed partial class ScoreLevel
{
    /// <summary>Ints for ranges of packs between two sums: begin and end in turn.</summary>
    private const int RangeBuffer = 256;

    /// <summary>log2(1e-12).</summary>
    private const double LogCut = -39.863137138648355;

    [SkipLocalsInit]
    private void Near<TCase>(double x, double y, out double scoreX, out double scoreY, out double inverseVariance)
        where TCase : struct
    {
        Span<int> ranges = stackalloc int[RangeBuffer];
        double shift = Seed<TCase>(x, y, out double logSum);
        while (true)
        {
            Sums sums = default;
            Gather<TCase>(x, y, shift, shift + logSum + LogCut, ranges, ref sums);

            // The seed's leaf need not hold the nearest component: if the true one is far above it, start again from that one, now known.
            double excess = Largest(sums.Largest);
            if (excess <= Range)
            {
                Finish<TCase>(sums, out scoreX, out scoreY, out inverseVariance);
                return;
            }

            shift += excess;
            logSum = 0;
        }
    }

    /// <summary>Adds every component in a box whose bound exceeds the cut.</summary>
    [SkipLocalsInit]
    private void Gather<TCase>(double x, double y, double shift, double cut, Span<int> ranges, ref Sums sums)
        where TCase : struct
    {
        ComponentTree tree = kernel.Tree;
        Span<int> waiting = stackalloc int[128];
        Vector512<double> px = Vector512.Create(x), py = Vector512.Create(y), threshold = Vector512.Create(cut);
        int count = 1, filled = 0, openEnd = -1;
        waiting[0] = 0;
        while (count > 0)
        {
            int node = waiting[--count];
            ChildBounds<TCase>(node, px, py, out Vector512<double> highest, out Vector512<double> lowest);
            uint inside = (uint)Vector512.GreaterThan(lowest, threshold).ExtractMostSignificantBits();
            uint mattering = (uint)Vector512.GreaterThan(highest, threshold).ExtractMostSignificantBits();
            for (; mattering != 0; mattering &= mattering - 1)
            {
                int lane = BitOperations.TrailingZeroCount(mattering);
                int child = node * ComponentTree.Lanes + lane;
                if (tree.Nodes[child] >= 0 && (inside >> lane & 1) == 0)
                {
                    waiting[count++] = tree.Nodes[child];
                    continue;
                }

                if (tree.Begins[child] != openEnd)
                {
                    if (filled == ranges.Length)
                    {
                        Add<TCase>(ranges, x, y, shift, ref sums);
                        filled = 0;
                    }

                    ranges[filled] = tree.Begins[child];
                    filled += 2;
                }

                openEnd = tree.Ends[child];
                ranges[filled - 1] = openEnd;
            }
        }

        Add<TCase>(ranges[..filled], x, y, shift, ref sums);
    }

    /// <summary>The largest exponent in the leaf that the boxes' bounds lead to, and log2 of the leaf's sum relative to it.</summary>
    private double Seed<TCase>(double x, double y, out double logSum)
        where TCase : struct
    {
        Vector512<double> px = Vector512.Create(x), py = Vector512.Create(y);
        int node = 0, child;
        do
        {
            ChildBounds<TCase>(node, px, py, out Vector512<double> highest, out _);
            uint best = (uint)Vector512.Equals(highest, Vector512.Create(Largest(highest))).ExtractMostSignificantBits();
            child = node * ComponentTree.Lanes + BitOperations.TrailingZeroCount(best);
            node = kernel.Tree.Nodes[child];
        }
        while (node >= 0);

        int begin = kernel.Tree.Begins[child], last = kernel.Tree.Ends[child] - 1;
        Vector512<double> first = Exponents<TCase>(begin, px, py);
        Vector512<double> second = Exponents<TCase>(last, px, py);
        double shift = Largest(Vector512.MaxNative(first, second));
        var power = PowerOfTwo.Create();
        Vector512<double> terms = power.Evaluate(first - Vector512.Create(shift));
        if (last > begin)
            terms += power.Evaluate(second - Vector512.Create(shift));
        logSum = Math.ILogB(Vector512.Sum(terms));
        return shift;
    }

    /// <summary>Bounds from above and estimates from below of the exponents in the eight children of a node, weights left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ChildBounds<TCase>(
        int node, Vector512<double> px, Vector512<double> py, out Vector512<double> highest, out Vector512<double> lowest)
        where TCase : struct
    {
        kernel.Tree.SquaredDistances(node, px, py, out Vector512<double> nearest, out Vector512<double> farthest);
        if (typeof(TCase) == typeof(EqualCase))
        {
            highest = nearest * rate;
            lowest = farthest * rate;
            return;
        }

        nuint first = (nuint)(node * ComponentTree.Lanes);
        Vector512<double> slope = Vector512.LoadUnsafe(ref childRates[0], first), offset = Vector512.LoadUnsafe(ref childOffsets[0], first);
        highest = Vector512.FusedMultiplyAdd(nearest, slope, offset);
        lowest = Vector512.FusedMultiplyAdd(farthest, slope, offset);
    }
}
