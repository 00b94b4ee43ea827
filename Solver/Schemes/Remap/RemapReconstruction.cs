using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// Parabolic reconstruction of w in the cells of lines held in panels. A parabola lives in the share ξ of the cell's u-mass and has the
/// mean w_i and the edge values w_L, w_R. The edge values are computed by a fourth-order formula in x, where w is smooth (in the mass
/// coordinate it is not, in the tails), corrected for w_i being a mean weighted with u (docs/remap.md, 2). The limiter acts where the data
/// are not smooth and preserves smooth extrema, after P. Colella and M. D. Sekora, J. Comput. Phys. 227 (2008); finally the parabola is
/// scaled about its mean until it lies within the given bounds.
/// </summary>
internal sealed unsafe class RemapReconstruction
{
    // Colella and Sekora's constant C > 1: how much neighbouring second differences may differ where w counts as smooth.
    private const double Smoothness = 1.25;
    private const double Tiny = 1e-300;

    private readonly int cells;
    private readonly bool uniform;

    // Edge value: w_{e−1} − lower d_{e−1} + (middle − tilt σ_e) d_e + upper d_{e+1}, d the differences of w across faces.
    private readonly double[] lower;
    private readonly double[] middle;
    private readonly double[] upper;
    private readonly double[] tilt;

    public RemapReconstruction(Axis axis)
    {
        cells = axis.Cells;
        uniform = axis.IsUniform;
        lower = new double[cells + 1];
        middle = new double[cells + 1];
        upper = new double[cells + 1];
        tilt = new double[cells + 1];
        Span<double> widths = stackalloc double[4];
        Span<double> weights = stackalloc double[4];
        for (int face = 0; face <= cells; face++)
        {
            for (int near = 0; near < 4; near++)
                widths[near] = axis.IsUniform ? 1 : axis.Widths[GhostCells.Source(face - 2 + near, cells, axis.IsPeriodic)];
            FaceWeights(widths, weights);
            double distance = 0.5 * (widths[1] + widths[2]), second = 0;
            for (int near = 0; near < 4; near++)
                second += weights[near] * widths[near] * widths[near];
            lower[face] = weights[0];
            middle[face] = weights[2] + weights[3];
            upper[face] = weights[3];
            tilt[face] = second / (12 * distance * distance);
        }
    }

    /// <summary>
    /// Computes <paramref name="left"/> and <paramref name="right"/>, the edge values of each cell; w and u have two ghost cells at each
    /// end.
    /// </summary>
    /// <param name="bounds">One lane of lowest, then one lane of highest admissible values.</param>
    public void Build<TLanes>(double* w, double* u, double* left, double* right, double* bounds)
        where TLanes : struct, ILanes<TLanes>
    {
        if (TLanes.Count == 1)
        {
            InterpolateRange(w, u, left, 0, cells + 1);
            LimitRange(w, left, left, right, bounds, 0, cells);
            return;
        }

        Interpolate<TLanes, LinePanel.Beside>(w, u, left, 0, cells + 1);
        Limit<TLanes, LinePanel.Beside>(w, left, left, right, bounds, 0, cells);
    }

    /// <summary>The first half of <see cref="Build"/> for some faces of a single line: the values at <paramref name="edges"/>.</summary>
    public void InterpolateRange(double* w, double* u, double* edges, int from, int to)
    {
        int done = from + ((Math.Min(to, cells) - from) & ~3);
        Interpolate<Lanes4, LinePanel.Along>(w, u, edges, from, done);
        Interpolate<Lane, LinePanel.Beside>(w, u, edges, done, to);
    }

    /// <summary>The second half for some cells; <paramref name="left"/> may be <paramref name="edges"/> if these are all.</summary>
    public static void LimitRange(double* w, double* edges, double* left, double* right, double* bounds, int from, int to)
    {
        int done = from + ((to - from) & ~3);
        Limit<Lanes4, LinePanel.Along>(w, edges, left, right, bounds, from, done);
        Limit<Lane, LinePanel.Beside>(w, edges, left, right, bounds, done, to);
    }

    /// <summary>The value of w at some of the N + 1 faces.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Interpolate<TLanes, TLayout>(double* w, double* u, double* edges, nint from, nint to)
        where TLanes : struct, ILanes<TLanes>
        where TLayout : struct
    {
        // Faces are `step` apart in the loop, cells `near` apart in the panel.
        nint near = typeof(TLayout) == typeof(LinePanel.Along) ? 1 : TLanes.Count,
            step = typeof(TLayout) == typeof(LinePanel.Along) ? TLanes.Count : 1;
        TLanes zero = TLanes.Create(0), two = TLanes.Create(2);
        double* at = w + from * near;
        TLanes before = TLanes.Load(at - near), density = TLanes.Load(u + (from - 1) * near),
            riseBelow = before - TLanes.Load(at - 2 * near);
        fixed (double* lowers = lower, middles = middle, uppers = upper, tilts = tilt)
        {
            // On a uniform axis all faces have the same.
            TLanes low = TLanes.Create(lowers[0]), central = TLanes.Create(middles[0]), high = TLanes.Create(uppers[0]),
                lean = TLanes.Create(tilts[0]);
            for (nint face = from; face < to; face += step, at += step * near)
            {
                if (typeof(TLayout) == typeof(LinePanel.Along))
                {
                    before = TLanes.Load(at - 1);
                    density = TLanes.Load(u + face - 1);
                    riseBelow = before - TLanes.Load(at - 2);
                    if (!uniform)
                    {
                        (low, central) = (TLanes.Load(lowers + face), TLanes.Load(middles + face));
                        (high, lean) = (TLanes.Load(uppers + face), TLanes.Load(tilts + face));
                    }
                }
                else
                {
                    (low, central) = (TLanes.Create(lowers[face]), TLanes.Create(middles[face]));
                    (high, lean) = (TLanes.Create(uppers[face]), TLanes.Create(tilts[face]));
                }

                // here = w_face, before = w_{face−1}: the cells on the two sides.
                TLanes here = TLanes.Load(at), rise = here - before, densityHere = TLanes.Load(u + face * near);
                TLanes weight = central - lean * (two * ((densityHere - density) / (densityHere + density)));
                TLanes edge = before - low * riseBelow;
                edge = TLanes.Fused(weight, rise, edge);
                edge = TLanes.Fused(high, TLanes.Load(at + near) - here, edge);
                edge.Store(edges + face * near);

                // An edge value outside its neighbours stands only as far as second differences of one sign explain it.
                TLanes outside = zero - (edge - before) * (here - edge);
                if (TLanes.AnyPositive(outside))
                {
                    TLanes bow = TLanes.Create(3) * (before - edge + (here - edge));
                    TLanes bend = Bend<TLanes>(at - near, near), bendHere = Bend<TLanes>(at, near);
                    TLanes size = TLanes.Min(TLanes.Abs(bow), TLanes.Create(Smoothness) * Common(bow, bend, bendHere, bendHere));
                    TLanes limited = before + rise / two - TLanes.IfPositive(bow, size, zero - size) / TLanes.Create(6);
                    TLanes.IfPositive(outside, limited, edge).Store(edges + face * near);
                }

                riseBelow = rise;
                before = here;
                density = densityHere;
            }
        }
    }

    /// <summary>Limits the edge values of some cells, given the values at faces.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void Limit<TLanes, TLayout>(
        double* w, double* edges, double* left, double* right, double* bounds, nint from, nint to)
        where TLanes : struct, ILanes<TLanes>
        where TLayout : struct
    {
        nint near = typeof(TLayout) == typeof(LinePanel.Along) ? 1 : TLanes.Count, end = to * near;
        TLanes zero = TLanes.Create(0), two = TLanes.Create(2), lowest, highest;
        if (typeof(TLayout) == typeof(LinePanel.Along))
            (lowest, highest) = (TLanes.Create(bounds[0]), TLanes.Create(bounds[1]));
        else
            (lowest, highest) = (TLanes.Load(bounds), TLanes.Load(bounds + near));
        if (from == to)
            return;
        nint at = from * near;
        TLanes edge = TLanes.Load(edges + at), here = TLanes.Load(w + at), rise = here - TLanes.Load(w + at - near);
        for (; at < end; at += TLanes.Count)
        {
            if (typeof(TLayout) == typeof(LinePanel.Along))
            {
                edge = TLanes.Load(edges + at);
                here = TLanes.Load(w + at);
                rise = here - TLanes.Load(w + at - 1);
            }

            TLanes down = edge - here, next = TLanes.Load(w + at + near), riseNext = next - here;
            edge = TLanes.Load(edges + at + near);
            TLanes up = edge - here, turns = TLanes.Max(up * down, zero - riseNext * rise);
            TLanes reach = TLanes.Max(TLanes.Abs(up), TLanes.Abs(down)), smaller = TLanes.Min(TLanes.Abs(up), TLanes.Abs(down));
            if (TLanes.AnyPositive(TLanes.Max(turns, reach - (smaller + smaller))))
            {
                TLanes bow = TLanes.Create(6) * (up + down);
                TLanes common =
                    Common(bow, Bend<TLanes>(w + at - near, near), Bend<TLanes>(w + at, near), Bend<TLanes>(w + at + near, near));
                TLanes smooth = TLanes.Create(Smoothness) * common, size = TLanes.Abs(bow);
                TLanes share = TLanes.Min(size, smooth) / TLanes.Max(size, TLanes.Create(Tiny));
                TLanes rough = size - smooth;
                TLanes upLimited = TLanes.IfPositive(TLanes.Abs(up) - two * TLanes.Abs(down), zero - two * down, up);
                TLanes downLimited = TLanes.IfPositive(TLanes.Abs(down) - two * TLanes.Abs(up), zero - two * up, down);
                up = TLanes.IfPositive(rough, TLanes.IfPositive(turns, up * share, upLimited), up);
                down = TLanes.IfPositive(rough, TLanes.IfPositive(turns, down * share, downLimited), down);
                reach = TLanes.Max(TLanes.Abs(up), TLanes.Abs(down));
            }

            // A parabola of mean 0 never exceeds its larger edge value in size.
            if (TLanes.AnyPositive(TLanes.Max(here + reach - highest, lowest - (here - reach))))
            {
                TLanes scale = Fit(up, down, TLanes.Max(highest - here, zero), TLanes.Max(here - lowest, zero));
                up *= scale;
                down *= scale;
            }

            (here + down).Store(left + at);
            (here + up).Store(right + at);
            rise = riseNext;
            here = next;
        }
    }

    /// <summary>Second difference at a cell whose neighbours are <paramref name="near"/> doubles away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Bend<TLanes>(double* cell, nint near)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes here = TLanes.Load(cell);
        return TLanes.Load(cell + near) - here - (here - TLanes.Load(cell - near));
    }

    /// <summary>The smallest magnitude of three second differences if all have the sign of <paramref name="bow"/>, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Common<TLanes>(TLanes bow, TLanes first, TLanes second, TLanes third)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0);
        TLanes positive = TLanes.Max(TLanes.Min(first, TLanes.Min(second, third)), zero);
        TLanes negative = TLanes.Max(zero - TLanes.Max(first, TLanes.Max(second, third)), zero);
        return TLanes.IfPositive(bow, positive, negative);
    }

    /// <summary>
    /// The largest factor ≤ 1 that keeps the parabola with end values up and down about 0 within [−roomBelow, roomAbove].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Fit<TLanes>(TLanes up, TLanes down, TLanes roomAbove, TLanes roomBelow)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), tiny = TLanes.Create(Tiny);
        TLanes slope = up - down, curve = TLanes.Create(-3) * (up + down);
        TLanes inner = TLanes.Abs(curve) - TLanes.Abs(slope);
        TLanes safe = TLanes.IfPositive(inner, curve, one);
        TLanes vertex = down + (slope + curve) * ((slope + curve) / (TLanes.Create(4) * safe));
        TLanes most = TLanes.Max(up, down), least = TLanes.Min(up, down);
        most = TLanes.IfPositive(inner, TLanes.Max(most, vertex), most);
        least = TLanes.IfPositive(inner, TLanes.Min(least, vertex), least);
        TLanes above = TLanes.IfPositive(most - roomAbove, roomAbove / TLanes.Max(most, tiny), one);
        TLanes below = TLanes.IfPositive(zero - least - roomBelow, roomBelow / TLanes.Max(zero - least, tiny), one);
        return TLanes.Min(above, below);
    }

    /// <summary>
    /// Weights of four cell averages for the value at the face in their middle, exact for cubics: the derivative there of the quartic
    /// through the primitive's values at the five faces.
    /// </summary>
    private static void FaceWeights(ReadOnlySpan<double> widths, Span<double> weights)
    {
        Span<double> faces = [-(widths[0] + widths[1]), -widths[1], 0, widths[2], widths[2] + widths[3]];
        Span<double> derivative = stackalloc double[5];
        double own = 0;
        for (int node = 0; node < 5; node++)
        {
            if (node == 2)
                continue;
            double value = 1 / faces[node];
            for (int other = 0; other < 5; other++)
            {
                if (other != node && other != 2)
                    value *= -faces[other] / (faces[node] - faces[other]);
            }

            derivative[node] = value;
            own -= value;
        }

        derivative[2] = own;
        double above = 0;
        for (int cell = 3; cell >= 0; cell--)
        {
            // The primitive's value at a face is the sum of the cells below it.
            above += derivative[cell + 1];
            weights[cell] = above * widths[cell];
        }
    }
}
