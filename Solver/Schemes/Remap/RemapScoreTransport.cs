using System.Runtime.CompilerServices;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// ∂τ v = −∂x(ŝ v) along a few lines for any score: each face is traced back from t_n to its departure point at t_{n+1} by Heun's method,
/// with ŝ at both times and linear in x between faces, and the new cell takes the old mass between its two departure points. The overlaps
/// exhaust every old cell exactly, so mass is conserved up to rounding error, and v ≥ 0 if the reconstruction is non-negative; there is no
/// time step restriction.
/// </summary>
internal sealed unsafe class RemapScoreTransport
{
    private const int MostLanes = 8;

    private readonly Axis axis;
    private readonly int cells;
    private readonly bool periodic;
    private readonly double length;

    // What times ŝ'' + ŝ ŝ' makes a ratio of averages a value at the face.
    private readonly double atFaces;
    private readonly Scratch memory;

    /// <param name="ratioOfAverages"><see cref="Scores.IFaceScore.IsRatioOfAverages"/>.</param>
    public RemapScoreTransport(Axis axis, bool ratioOfAverages)
    {
        atFaces = ratioOfAverages ? -axis.Widths[0] * axis.Widths[0] / 12 : 0;
        this.axis = axis;
        cells = axis.Cells;
        periodic = axis.IsPeriodic && cells > 1;
        length = axis.To - axis.From;
        memory = new Scratch(4 * (cells + 1) * MostLanes);
    }

    private double* Donors => memory.Start;

    private double* Shares => memory.Start + (nint)(cells + 1) * MostLanes;

    private double* SpeedsOld => memory.Start + 2 * (nint)(cells + 1) * MostLanes;

    private double* SpeedsNew => memory.Start + 3 * (nint)(cells + 1) * MostLanes;

    /// <summary>Traces the faces of all lanes.</summary>
    /// <param name="scoreOld">ŝ·n at t_{n+1} at the upper face of each cell, a panel.</param>
    /// <param name="scoreNew">The same at t_n.</param>
    /// <param name="corrected">
    /// Correct the ends of the trapezoidal rule, ∫ ŝ dτ = (Δt/2)(ŝ_0 + ŝ_1) + (Δt²/12)(ŝ_0' − ŝ_1') + O(Δt⁵), on a uniform axis. Along a
    /// path ŝ' = −(∂xx ŝ + ŝ ∂x ŝ), since the score of a heat flow has ∂t s = ∂xx s + 2 s ∂x s; another score loses nothing by it but the
    /// higher order.
    /// </param>
    public void Locate<TLanes>(double* scoreOld, double* scoreNew, double timeStep, bool corrected)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        corrected &= axis.IsUniform;
        if (corrected)
        {
            Correct<TLanes>(scoreOld, atFaces - timeStep / 6, SpeedsOld);
            Correct<TLanes>(scoreNew, atFaces + timeStep / 6, SpeedsNew);
            scoreOld = SpeedsOld;
            scoreNew = SpeedsNew;
        }

        for (int lane = 0; lane < lanes; lane++)
        {
            int near = 0, donor = periodic ? -cells : 0;
            double share = 0, least = double.NegativeInfinity, first = 0;
            for (int face = 0; face <= cells; face++)
            {
                bool wall = !periodic && (face == 0 || face == cells);
                double at = axis.Faces[face], departure = at;
                if (periodic && face == cells)
                {
                    departure = first + length;
                }
                else if (!wall)
                {
                    double slope = Score(scoreNew + lane, lanes, face);
                    departure = Confine(at - timeStep * slope, at);
                    for (int round = 0; round < (corrected ? 3 : 1); round++)
                    {
                        near = Find(near, departure);
                        double part = (departure - Face(near)) / (Face(near + 1) - Face(near));
                        double other = (1 - part) * Score(scoreOld + lane, lanes, near) + part * Score(scoreOld + lane, lanes, near + 1);
                        departure = Confine(at - 0.5 * timeStep * (slope + other), at);
                    }
                }

                // Faces never overtake one another; where a coarse step would have them do so, the cell between them is empty.
                departure = Math.Max(departure, least);
                if (periodic && face > 0)
                    departure = Math.Min(departure, first + length);
                least = departure;
                if (face == 0)
                    first = departure;
                if (periodic && face == cells)
                {
                    donor = (int)Donors[lane] + cells;
                    share = Shares[lane];
                }
                else
                {
                    int before = donor;
                    double shareBefore = share;
                    donor = Find(donor, departure);
                    share = Math.Clamp((departure - Face(donor)) / (Face(donor + 1) - Face(donor)), 0, 1);
                    if (face > 0 && donor == before)
                        share = Math.Max(share, shareBefore);
                }

                if (!periodic && face == cells)
                    (donor, share) = (cells - 1, 1);
                Donors[face * lanes + lane] = donor;
                Shares[face * lanes + lane] = share;
            }
        }
    }

    /// <summary>ŝ + c (∂xx ŝ + ŝ ∂x ŝ) at the faces; the second term is at most a quarter of the largest ŝ near by.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Correct<TLanes>(double* score, double factor, double* result)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count, top = cells - 1;
        double width = axis.Widths[0];
        TLanes zero = TLanes.Create(0), bend = TLanes.Create(factor / (width * width)), slope = TLanes.Create(0.5 * factor / width),
            quarter = TLanes.Create(0.25);
        for (nint link = 0; link <= top; link++)
        {
            if (!periodic && link == top)
            {
                zero.Store(result + link * lanes);
                continue;
            }

            TLanes here = TLanes.Load(score + link * lanes), above = TLanes.Load(score + (link == top ? 0 : link + 1) * lanes);
            TLanes below = link > 0 ? TLanes.Load(score + (link - 1) * lanes) : periodic ? TLanes.Load(score + top * lanes) : zero;
            TLanes change = TLanes.Fused(bend, (above - here) - (here - below), slope * here * (above - below));
            TLanes most = quarter * TLanes.Max(TLanes.Abs(here), TLanes.Max(TLanes.Abs(above), TLanes.Abs(below)));
            (here + TLanes.Max(zero - most, TLanes.Min(most, change))).Store(result + link * lanes);
        }
    }

    /// <summary>
    /// The new v, from parabolas (edge values <paramref name="left"/>, <paramref name="right"/>) or, if these are null, constants.
    /// </summary>
    /// <param name="widths">A panel of cell widths.</param>
    [MethodImpl(KernelMethod.Own)]
    public void Apply<TLanes>(double* v, double* left, double* right, double* widths, double* result)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1);
        TLanes donor = TLanes.Load(Donors), share = TLanes.Load(Shares);
        for (int cell = 0; cell < cells; cell++)
        {
            TLanes nextDonor = TLanes.Load(Donors + (cell + 1) * lanes), nextShare = TLanes.Load(Shares + (cell + 1) * lanes);
            TLanes apart = nextDonor - donor;
            TLanes sum = Part(v, left, right, widths, donor, share, TLanes.IfPositive(apart, one, nextShare));
            if (TLanes.AnyPositive(apart))
            {
                sum += TLanes.IfPositive(apart, Part(v, left, right, widths, nextDonor, zero, nextShare), zero);
                TLanes between = donor + one, inside = apart - one;
                while (TLanes.AnyPositive(inside))
                {
                    TLanes place = Wrap(TLanes.IfPositive(inside, between, donor));
                    sum += TLanes.IfPositive(inside, TLanes.Gather(v, place) * TLanes.Gather(widths, place), zero);
                    between += one;
                    inside -= one;
                }
            }

            (TLanes.Max(sum, zero) / TLanes.Load(widths + cell * lanes)).Store(result + cell * lanes);
            donor = nextDonor;
            share = nextShare;
        }
    }

    /// <summary>The mass between two shares of an old cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Part<TLanes>(double* v, double* left, double* right, double* widths, TLanes donor, TLanes low, TLanes high)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes place = Wrap(donor), mean = TLanes.Gather(v, place), width = (high - low) * TLanes.Gather(widths, place);
        if (left == null)
            return width * mean;
        return width * RemapAverage.Mean(mean, TLanes.Gather(left, place) - mean, TLanes.Gather(right, place) - mean, low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Wrap<TLanes>(TLanes place)
        where TLanes : struct, ILanes<TLanes> => periodic ? LinePanel.Wrap(place, cells) : place;

    /// <summary>ŝ·n at a face; on a periodic line the index may lie beyond its ends.</summary>
    private double Score(double* scores, nint lanes, int face)
    {
        if (!periodic)
            return face == 0 || face == cells ? 0 : scores[(face - 1) * lanes];
        return scores[Rest(face - 1) * lanes];
    }

    private double Confine(double departure, double at) => periodic
        ? Math.Clamp(departure, at - length, at + length)
        : Math.Clamp(departure, axis.From, axis.To);

    private int Find(int cell, double place)
    {
        int last = periodic ? 2 * cells : cells - 1, first = periodic ? -cells : 0;
        while (cell < last && place > Face(cell + 1))
            cell++;
        while (cell > first && place < Face(cell))
            cell--;
        return cell;
    }

    private double Face(int face)
    {
        if (!periodic)
            return axis.Faces[face];
        int rest = Rest(face);
        return axis.Faces[rest] + (face - rest) / cells * length;
    }

    private int Rest(int place) => ((place % cells) + cells) % cells;
}
