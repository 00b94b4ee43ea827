using System.Numerics;
using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Particles.Scores;

/// <content>Input of <see cref="BoxComponents"/>: the components around a small box.</content>
public sealed unsafe partial class HeatFlowScore
{
    /// <summary>σ² + 2t of components that have the same variance.</summary>
    internal double CommonVariance => mixture.SmallestVariance + 2 * Time;

    /// <summary>Packs of components that matter at the place of component <paramref name="place"/>.</summary>
    internal int PacksNear(int place)
    {
        ComponentTree tree = mixture.Tree;
        double least = offsets[place] + LogCut;
        int packs = 0;
        for (int child = 0; child < tree.Children; child++)
        {
            if (tree.Nodes[child] >= 0 || tree.Begins[child] == tree.Ends[child])
                continue;
            double dx = Math.Max(0, Math.Max(tree.Left[child] - mixture.X[place], mixture.X[place] - tree.Right[child]));
            double dy = Math.Max(0, Math.Max(tree.Bottom[child] - mixture.Y[place], mixture.Y[place] - tree.Top[child]));
            packs += rate * (dx * dx + dy * dy) > least ? tree.Ends[child] - tree.Begins[child] : 0;
        }

        return packs;
    }

    /// <summary>Gathers the components that matter in a box; equal variances only.</summary>
    /// <param name="half">Half the box's side.</param>
    /// <param name="reach">The largest distance of a point of the box from its centre.</param>
    /// <returns>False if their sum would not stay within the range of numbers.</returns>
    [SkipLocalsInit]
    [MethodImpl(KernelMethod.Optimised)]
    internal bool TryGather<TRegister>(BoxComponents components, double x, double y, double half, double reach)
        where TRegister : struct, IRegister<TRegister>
    {
        double* sums = stackalloc double[Sums.Length];
        double shift = NearSums<EqualCase, TRegister>(x, y, sums);
        double total = SumOf(sums + Sums.Weight), logTotal = shift + Math.Log2(total);
        double meanX = x + SumOf(sums + Sums.X) / total, meanY = y + SumOf(sums + Sums.Y) / total;
        if (!double.IsFinite(logTotal))
            return false;
        components.Begin(x, y, half, reach, CommonVariance, rate, meanX, meanY, logTotal);
        ComponentTree tree = mixture.Tree;
        Span<int> waiting = stackalloc int[128];
        TRegister px = TRegister.Create(x), py = TRegister.Create(y), mx = TRegister.Create(meanX), my = TRegister.Create(meanY);
        TRegister threshold = TRegister.Create(logTotal + BoxComponents.LogCut), slope = TRegister.Create(rate);
        TRegister tilt = TRegister.Create(reach * inverse / 0.6931471805599453);
        int count = 1;
        waiting[0] = 0;
        fixed (double* xs = mixture.X, ys = mixture.Y, starts = offsets)
        {
            while (count > 0)
            {
                int node = waiting[--count];
                uint inside = 0, mattering = 0;
                for (int part = 0; part < ComponentTree.Lanes; part += TRegister.Count)
                {
                    int first = node * ComponentTree.Lanes + part;
                    tree.SquaredDistances(first, px, py, out TRegister nearest, out TRegister farthest);
                    tree.SquaredDistances(first, mx, my, out _, out TRegister fromMean);
                    inside |= TRegister.Signs(threshold - farthest * slope) << part;
                    TRegister highest = TRegister.Fused(nearest, slope, TRegister.Sqrt(fromMean) * tilt);
                    mattering |= TRegister.Signs(threshold - highest) << part;
                }

                for (; mattering != 0; mattering &= mattering - 1)
                {
                    int lane = BitOperations.TrailingZeroCount(mattering);
                    int child = node * ComponentTree.Lanes + lane;
                    int begin = tree.Begins[child] * ComponentTree.Lanes, end = tree.Ends[child] * ComponentTree.Lanes;
                    if (begin == end)
                        continue;
                    if (tree.Nodes[child] >= 0 && (inside >> lane & 1) == 0)
                        waiting[count++] = tree.Nodes[child];
                    else
                        components.Add<TRegister>(xs + begin, ys + begin, starts + begin, end - begin);
                }
            }
        }

        return components.Finish();
    }
}
