using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>KL(v|u) of a blend (1 − s) a + s b of two arrays of cell averages, and the blend itself.</summary>
internal sealed unsafe class CrossBlend : IBlockWork
{
    private const int RowsPerBlock = 32, Places = 8;

    private readonly int columns, rows;
    private readonly double[] widths, heights;
    private readonly nint pitch;
    private readonly WorkerTeam team;
    private readonly Scratch[] scratch;
    private readonly Divergence[] parts;
    private double[]? u;
    private double[] first = [], second = [];
    private double share;

    public CrossBlend(Grid grid, WorkerTeam team)
    {
        this.team = team;
        (columns, rows) = (grid.Columns, grid.Rows);
        pitch = (columns + Places - 1) / Places * Places;
        widths = new double[pitch];
        grid.X.Widths.CopyTo(widths);
        heights = grid.Axes[1].Widths.ToArray();
        scratch = Scratch.ForWorkers(team.Threads, 2 * pitch);
        parts = new Divergence[(rows + RowsPerBlock - 1) / RowsPerBlock];
    }

    /// <summary>KL of (1 − s) a + s b.</summary>
    public Divergence Measure(double[] density, double[] a, double[] b, double s)
    {
        Apply(density, a, b, s);
        Divergence total = default;
        foreach (Divergence part in parts)
            total = total.With(part);
        return total;
    }

    /// <summary>Overwrites b by (1 − s) a + s b.</summary>
    public void Mix(double[] a, double[] b, double s) => Apply(null, a, b, s);

    void IBlockWork.Run(int block, int worker)
    {
        if (RegisterWidth.IsEight)
            Run<Lanes8>(block, worker);
        else
            Run<Lanes4>(block, worker);
    }

    private void Apply(double[]? density, double[] a, double[] b, double s)
    {
        (u, first, second, share) = (density, a, b, s);
        team.Run(this, parts.Length);
    }

    private void Run<TLanes>(int block, int worker)
        where TLanes : struct, IRegister<TLanes>
    {
        double* blended = scratch[worker].Start, ratio = blended + pitch;
        for (nint cell = columns; cell < pitch; cell++)
            (blended[cell], ratio[cell]) = (0, 1);
        nint side = columns & ~(TLanes.Count - 1);
        Divergence sum = default;
        for (int row = block * RowsPerBlock; row < Math.Min((block + 1) * RowsPerBlock, rows); row++)
        {
            nint start = (nint)row * columns;
            fixed (double* a = &first[start], b = &second[start], density = u, across = widths)
            {
                Blend<TLanes>(a, b, share, 0, side, blended);
                Blend<Lane>(a, b, share, side, columns, blended);
                if (density == null)
                {
                    new ReadOnlySpan<double>(blended, columns).CopyTo(new Span<double>(b, columns));
                    continue;
                }

                Divide<TLanes>(blended, density + start, 0, side, ratio);
                Divide<Lane>(blended, density + start, side, columns, ratio);
                sum = sum.With(Measure<TLanes>(blended, ratio, across, columns).Times(heights[row]));
            }
        }

        parts[block] = sum;
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Blend<TLanes>(double* a, double* b, double share, nint from, nint to, double* result)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes kept = TLanes.Create(1 - share), taken = TLanes.Create(share);
        for (nint at = from; at < to; at += TLanes.Count)
            TLanes.Fused(kept, TLanes.Load(a + at), taken * TLanes.Load(b + at)).Store(result + at);
    }

    /// <summary>Σ h v log w of a row and Σ h v (1 + |log w|); <paramref name="v"/> is 0 beyond its cells, up to eight neighbours.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static Divergence Measure<TLanes>(double* v, double* w, double* widths, int count)
        where TLanes : struct, IRegister<TLanes>
    {
        TLanes tiny = TLanes.Create(1e-300), unit = TLanes.Create(1);
        double total = 0, size = 0;
        for (int place = 0; place < Places; place += TLanes.Count)
        {
            TLanes sum = TLanes.Create(0), sizes = sum;
            for (nint at = place; at < count; at += Places)
            {
                TLanes part = TLanes.Load(v + at) * TLanes.Load(widths + at), log = VectorMath.Log(TLanes.Max(TLanes.Load(w + at), tiny));
                sum = TLanes.Fused(part, log, sum);
                sizes = TLanes.Fused(part, unit + TLanes.Abs(log), sizes);
            }

            total += TLanes.Sum(sum);
            size += TLanes.Sum(sizes);
        }

        return new Divergence(total, size);
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Divide<TLanes>(double* v, double* u, nint from, nint to, double* w)
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint at = from; at < to; at += TLanes.Count)
            (TLanes.Load(v + at) / TLanes.Load(u + at)).Store(w + at);
    }
}
