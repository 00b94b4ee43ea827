using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// u_ij = η + Σ_k a_k y_kj x_ki on a grid of two axes: the product of two matrices, components by rows and components by columns, η the
/// floor. Every cell takes one fused multiply-add per component, in the order of the components; four rows of a few columns stay in
/// registers meanwhile, and both matrices are read from packed copies.
/// </summary>
internal sealed unsafe class ComponentSums : IBlockWork
{
    private const int RowsAtOnce = 4;

    private const int GroupsPerBlock = 4;

    /// <summary>Components per pass, so that the packed columns of a panel stay in the first-level cache.</summary>
    private const int MostComponents = 256;

    private readonly Grid grid;
    private readonly WorkerTeam team;
    private readonly int atOnce;
    private readonly int columnsAtOnce = 2 * (RegisterWidth.IsEight ? Lanes8.Count : Lanes4.Count);
    private readonly Scratch packedColumns;
    private readonly Scratch packedRows;
    private double[] shares = [];
    private double[] alongX = [];
    private double[] alongY = [];
    private double[] target = [];
    private int first;
    private int count;
    private bool packs;

    public ComponentSums(Grid grid, int components, WorkerTeam team)
    {
        (this.grid, this.team) = (grid, team);
        atOnce = Math.Min(components, MostComponents);
        packedColumns = new Scratch((long)Panels * columnsAtOnce * atOnce);
        packedRows = new Scratch((long)Groups * RowsAtOnce * atOnce);
    }

    private int Panels => (grid.Columns + columnsAtOnce - 1) / columnsAtOnce;

    private int Groups => (grid.Rows + RowsAtOnce - 1) / RowsAtOnce;

    /// <param name="weights">a_k.</param>
    /// <param name="x">x_ki at k · columns + i.</param>
    /// <param name="y">y_kj at k · rows + j.</param>
    /// <param name="u">Overwritten.</param>
    public void Evaluate(double[] weights, double[] x, double[] y, double[] u)
    {
        (shares, alongX, alongY, target) = (weights, x, y, u);
        for (first = 0; first < weights.Length; first += atOnce)
        {
            count = Math.Min(atOnce, weights.Length - first);
            packs = true;
            team.Run(this, Panels + Groups);
            packs = false;
            team.Run(this, (Groups + GroupsPerBlock - 1) / GroupsPerBlock);
        }
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (packs && block < Panels)
            PackColumns(block);
        else if (packs)
            PackRows(block - Panels);
        else if (RegisterWidth.IsEight)
            Add<Lanes8>(block);
        else
            Add<Lanes4>(block);
    }

    private void PackColumns(int panel)
    {
        int from = panel * columnsAtOnce, size = Math.Min(columnsAtOnce, grid.Columns - from);
        var packed = new Span<double>(packedColumns.Start + (nint)panel * columnsAtOnce * atOnce, columnsAtOnce * count);
        for (int k = 0; k < count; k++)
        {
            Span<double> row = packed.Slice(k * columnsAtOnce, columnsAtOnce);
            alongX.AsSpan((first + k) * grid.Columns + from, size).CopyTo(row);
            row[size..].Clear();
        }
    }

    private void PackRows(int group)
    {
        int from = group * RowsAtOnce, size = Math.Min(RowsAtOnce, grid.Rows - from);
        double* packed = packedRows.Start + (nint)group * RowsAtOnce * atOnce;
        for (int k = 0; k < count; k++)
        {
            double share = shares[first + k];
            ReadOnlySpan<double> y = alongY.AsSpan((first + k) * grid.Rows + from, size);
            for (int row = 0; row < RowsAtOnce; row++)
                packed[k * RowsAtOnce + row] = row < size ? share * y[row] : 0;
        }
    }

    private void Add<TLanes>(int block)
        where TLanes : struct, ILanes<TLanes>
    {
        int end = Math.Min(Groups, (block + 1) * GroupsPerBlock);
        double* tile = stackalloc double[RowsAtOnce * columnsAtOnce];
        fixed (double* sums = target)
        {
            for (int panel = 0; panel < Panels; panel++)
            {
                int column = panel * columnsAtOnce, columns = Math.Min(columnsAtOnce, grid.Columns - column);
                double* x = packedColumns.Start + (nint)panel * columnsAtOnce * atOnce;
                for (int group = block * GroupsPerBlock; group < end; group++)
                {
                    int row = group * RowsAtOnce, rows = Math.Min(RowsAtOnce, grid.Rows - row);
                    double* y = packedRows.Start + (nint)group * RowsAtOnce * atOnce, corner = sums + (nint)row * grid.Columns + column;
                    if (rows == RowsAtOnce && columns == columnsAtOnce)
                        Add<TLanes>(x, y, count, corner, grid.Columns, first == 0);
                    else
                        AddPart<TLanes>(x, y, corner, rows, columns, tile);
                }
            }
        }
    }

    /// <summary>Fewer rows or columns than a tile has: through a tile that has them all.</summary>
    private void AddPart<TLanes>(double* x, double* y, double* corner, int rows, int columns, double* tile)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int row = 0; row < rows; row++)
            Copy(corner + (nint)row * grid.Columns, tile + row * columnsAtOnce, columns);
        Add<TLanes>(x, y, count, tile, columnsAtOnce, first == 0);
        for (int row = 0; row < rows; row++)
            Copy(tile + row * columnsAtOnce, corner + (nint)row * grid.Columns, columns);
    }

    private static void Copy(double* from, double* to, int count) =>
        new ReadOnlySpan<double>(from, count).CopyTo(new Span<double>(to, count));

    /// <summary>One tile, four rows of two registers.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void Add<TLanes>(double* x, double* y, int count, double* sums, nint stride, bool fromFloor)
        where TLanes : struct, ILanes<TLanes>
    {
        double* second = sums + stride, third = second + stride, fourth = third + stride;
        TLanes a = TLanes.Create(DensityFloor.Value), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        if (!fromFloor)
        {
            a = TLanes.Load(sums);
            b = TLanes.Load(sums + TLanes.Count);
            c = TLanes.Load(second);
            d = TLanes.Load(second + TLanes.Count);
            e = TLanes.Load(third);
            f = TLanes.Load(third + TLanes.Count);
            g = TLanes.Load(fourth);
            h = TLanes.Load(fourth + TLanes.Count);
        }

        for (double* end = y + count * RowsAtOnce; y < end; y += RowsAtOnce, x += 2 * TLanes.Count)
        {
            TLanes low = TLanes.Load(x), high = TLanes.Load(x + TLanes.Count), weight = TLanes.Create(y[0]);
            a = TLanes.Fused(weight, low, a);
            b = TLanes.Fused(weight, high, b);
            weight = TLanes.Create(y[1]);
            c = TLanes.Fused(weight, low, c);
            d = TLanes.Fused(weight, high, d);
            weight = TLanes.Create(y[2]);
            e = TLanes.Fused(weight, low, e);
            f = TLanes.Fused(weight, high, f);
            weight = TLanes.Create(y[3]);
            g = TLanes.Fused(weight, low, g);
            h = TLanes.Fused(weight, high, h);
        }

        a.Store(sums);
        b.Store(sums + TLanes.Count);
        c.Store(second);
        d.Store(second + TLanes.Count);
        e.Store(third);
        f.Store(third + TLanes.Count);
        g.Store(fourth);
        h.Store(fourth + TLanes.Count);
    }
}
