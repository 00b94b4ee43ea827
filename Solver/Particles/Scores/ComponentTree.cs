using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// The components of a mixture in an order where neighbours in memory are neighbours in space, in packs of eight, under a tree of bounding
/// boxes with eight children per node, so that one vector operation tests eight boxes. Ranges of components are counted in packs.
/// </summary>
internal sealed class ComponentTree
{
    /// <summary>A range of at most this many packs is not divided further.</summary>
    public const int LeafPacks = 2;

    /// <summary>Children of a node, components of a pack: the lanes of a vector.</summary>
    public const int Lanes = 8;

    private readonly List<int> begins = [], ends = [], nodes = [];
    private readonly List<double> left = [], right = [], bottom = [], top = [], smallest = [], largest = [];
    private readonly double[] x, y, variances;

    /// <param name="order">Receives the order of the components in memory: place k holds component order[k].</param>
    public ComponentTree(double[] x, double[] y, double[] variances, int[] order)
    {
        (this.x, this.y, this.variances) = (x, y, variances);
        for (int k = 0; k < order.Length; k++)
            order[k] = k;
        Packs = (order.Length + Lanes - 1) / Lanes;
        Divide(order, 0, Packs);
        (Begins, Ends, Nodes) = ([.. begins], [.. ends], [.. nodes]);
        (Left, Right, Bottom, Top) = ([.. left], [.. right], [.. bottom], [.. top]);
        (SmallestVariances, LargestVariances) = ([.. smallest], [.. largest]);
    }

    /// <summary>Number of packs; the last may be partly empty.</summary>
    public int Packs { get; }

    /// <summary>First pack of each child, eight children per node; an empty child has Begins = Ends.</summary>
    public int[] Begins { get; }

    /// <summary>One past the last pack of each child.</summary>
    public int[] Ends { get; }

    /// <summary>The node that divides a child further; −1 for a leaf.</summary>
    public int[] Nodes { get; }

    /// <summary>Bounding boxes of the children; those of empty children lie infinitely far away.</summary>
    public double[] Left { get; }

    public double[] Right { get; }

    public double[] Bottom { get; }

    public double[] Top { get; }

    /// <summary>Smallest σ_k² in each child.</summary>
    public double[] SmallestVariances { get; }

    /// <summary>Largest σ_k² in each child.</summary>
    public double[] LargestVariances { get; }

    /// <summary>Number of children, empty ones included.</summary>
    public int Children => Begins.Length;

    /// <summary>Squared distances from a point to the boxes of children: to their nearest and to their farthest point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void SquaredDistances<TRegister>(int child, TRegister px, TRegister py, out TRegister nearest, out TRegister farthest)
        where TRegister : struct, IRegister<TRegister>
    {
        fixed (double* lefts = Left, rights = Right, bottoms = Bottom, tops = Top)
        {
            TRegister toLeft = TRegister.Load(lefts + child) - px, toRight = px - TRegister.Load(rights + child);
            TRegister toBottom = TRegister.Load(bottoms + child) - py, toTop = py - TRegister.Load(tops + child),
                zero = TRegister.Create(0);
            TRegister dx = TRegister.Max(TRegister.Max(toLeft, toRight), zero), dy = TRegister.Max(TRegister.Max(toBottom, toTop), zero);
            nearest = TRegister.Fused(dx, dx, dy * dy);
            (dx, dy) = (TRegister.Min(toLeft, toRight), TRegister.Min(toBottom, toTop));
            farthest = TRegister.Fused(dx, dx, dy * dy);
        }
    }

    private int Divide(int[] order, int begin, int end)
    {
        int node = begins.Count / Lanes;
        Span<int> cuts = stackalloc int[Lanes + 1];
        Split(order, begin, end, cuts, 0, Lanes);
        cuts[Lanes] = end;
        for (int child = 0; child < Lanes; child++)
            AddChild(order, cuts[child], cuts[child + 1]);
        for (int child = 0; child < Lanes; child++)
        {
            if (cuts[child + 1] - cuts[child] > LeafPacks)
                nodes[node * Lanes + child] = Divide(order, cuts[child], cuts[child + 1]);
        }

        return node;
    }

    /// <summary>Halves a range at its median along the wider side, as often as there are children to fill.</summary>
    private void Split(int[] order, int begin, int end, Span<int> cuts, int child, int children)
    {
        if (children == 1)
        {
            cuts[child] = begin;
            return;
        }

        int middle = begin + (end - begin + 1) / 2;
        if (end - begin > 1)
        {
            Span<int> range = order.AsSpan(begin * Lanes, Math.Min(end * Lanes, order.Length) - begin * Lanes);
            Bounds(range, out double x0, out double x1, out double y0, out double y1);
            double[] along = x1 - x0 >= y1 - y0 ? x : y;

            // Ties by number: the order, and with it every sum, is the same on every machine.
            range.Sort((a, b) => along[a] != along[b] ? along[a].CompareTo(along[b]) : a.CompareTo(b));
        }

        Split(order, begin, middle, cuts, child, children / 2);
        Split(order, middle, end, cuts, child + children / 2, children / 2);
    }

    private void AddChild(int[] order, int begin, int end)
    {
        begins.Add(begin);
        ends.Add(end);
        nodes.Add(-1);
        if (begin == end)
        {
            left.Add(double.PositiveInfinity);
            right.Add(double.PositiveInfinity);
            bottom.Add(double.PositiveInfinity);
            top.Add(double.PositiveInfinity);
            smallest.Add(1);
            largest.Add(1);
            return;
        }

        ReadOnlySpan<int> range = order.AsSpan(begin * Lanes, Math.Min(end * Lanes, order.Length) - begin * Lanes);
        Bounds(range, out double x0, out double x1, out double y0, out double y1);
        left.Add(x0);
        right.Add(x1);
        bottom.Add(y0);
        top.Add(y1);
        double least = double.PositiveInfinity, greatest = 0;
        foreach (int k in range)
        {
            least = Math.Min(least, variances[k]);
            greatest = Math.Max(greatest, variances[k]);
        }

        smallest.Add(least);
        largest.Add(greatest);
    }

    private void Bounds(ReadOnlySpan<int> range, out double x0, out double x1, out double y0, out double y1)
    {
        x0 = y0 = double.PositiveInfinity;
        x1 = y1 = double.NegativeInfinity;
        foreach (int k in range)
        {
            (x0, x1) = (Math.Min(x0, x[k]), Math.Max(x1, x[k]));
            (y0, y1) = (Math.Min(y0, y[k]), Math.Max(y1, y[k]));
        }
    }
}
