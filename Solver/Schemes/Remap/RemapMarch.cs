using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// Positions of the cell faces of a few lines one step later in forward time, in the mass coordinate m = ∫ u: a face lies in an old cell,
/// its donor (<see cref="Donors"/>), with a share of that cell's mass below it (<see cref="Shares"/>). Faces are found by marching through
/// the old and new cell masses together, away from anchors: the two ends of a no-flux line, and the minima of u, where the mass Φ that
/// crossed the face is known (<see cref="IForwardSweeps.Crossing"/>). From there u increases, so nothing small is computed as the
/// difference of two large masses, and positions are accurate relative to the donor's mass in both tails and in valleys of any depth. Two
/// marches meet at a maximum of u. The lanes march together, each in its own donor; where all have the same donor, as is usual for
/// neighbouring lines, its index is a scalar (<see cref="CommonDonors"/>) and its mass a single load.
/// </summary>
internal sealed unsafe partial class RemapMarch
{
    // A minimum is a valley if u falls by this factor and rises by it again; shallower ones cost about one digit.
    private const double Depth = 16;
    private const int MostLanes = 8;

    private readonly int cells;
    private readonly bool periodic;
    private readonly Scratch memory;
    private readonly int most;

    // Of each lane: the faces of its anchors, counted from the line's start, where these lie, and the summit of each stretch between two.
    private readonly int[] counts = new int[MostLanes];
    private readonly int[] faces;
    private readonly int[] peaks;
    private readonly int[] donors;
    private readonly double[] shares;
    private readonly int[] starts = new int[MostLanes];
    private readonly int[] turns = new int[MostLanes];

    public RemapMarch(int cells, bool periodic)
    {
        this.cells = cells;
        this.periodic = periodic;
        most = cells + 2;
        faces = new int[most * MostLanes];
        peaks = new int[most * MostLanes];
        donors = new int[most * MostLanes];
        shares = new double[most * MostLanes];
        memory = new Scratch(2L * (cells + 1) * MostLanes + MostLanes * 6 + (cells + 2) / 2);
    }

    /// <summary>
    /// The donor of each face where it is not common to all lanes: a panel of N + 1 faces counted from the start of each line; on periodic
    /// lines it may lie outside 0 … N − 1.
    /// </summary>
    public double* Donors => memory.Start;

    /// <summary>Share of the donor's mass below each face.</summary>
    public double* Shares => memory.Start + (nint)(cells + 1) * MostLanes;

    /// <summary>The first cell of each lane: 0, or on a periodic line the minimum of u.</summary>
    public double* Starts => memory.Start + (nint)2 * (cells + 1) * MostLanes;

    /// <summary>The cell of each lane with the largest new mass, counted from its start.</summary>
    public double* Summits => Starts + MostLanes;

    private double* Spill => Summits + MostLanes;

    /// <summary>The donor of each face if all lanes have the same, else −1; always −1 on periodic lines.</summary>
    public int* CommonDonors => (int*)(Spill + 4 * MostLanes);

    /// <summary>Index modulo the number of cells, for integers from −N to 3N − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Wrap<TLanes>(TLanes place)
        where TLanes : struct, ILanes<TLanes> => LinePanel.Wrap(place, cells);

    /// <summary>Finds donors and shares of all faces; masses are panels in units of u.</summary>
    public void Locate<TLanes>(double* massOld, double* massNew, in RemapCrossings crossings)
        where TLanes : struct, ILanes<TLanes>
    {
        double* flags = Spill;
        if (periodic)
            FindSummits<TLanes, Periodic>(massOld, massNew, flags);
        else
            FindSummits<TLanes, NoFlux>(massOld, massNew, flags);
        int lastPeak = 0, firstPeak = cells;
        for (int lane = 0; lane < TLanes.Count; lane++)
        {
            int first = lane * most, last = SetAnchors<TLanes>(lane, massOld, massNew, flags[lane] > 0, crossings);
            lastPeak = Math.Max(lastPeak, peaks[last - 1]);
            firstPeak = Math.Min(firstPeak, peaks[first]);
        }

        if (periodic)
        {
            Up<TLanes, Periodic>(massOld, massNew, firstPeak, lastPeak);
            Down<TLanes, Periodic>(massOld, massNew, firstPeak, lastPeak);
        }
        else
        {
            Up<TLanes, NoFlux>(massOld, massNew, firstPeak, lastPeak);
            Down<TLanes, NoFlux>(massOld, massNew, firstPeak, lastPeak);
        }
    }

    /// <summary>The anchors of one line; returns the place of the last one, at its upper end.</summary>
    private int SetAnchors<TLanes>(int lane, double* massOld, double* massNew, bool hasValley, in RemapCrossings crossings)
        where TLanes : struct, ILanes<TLanes>
    {
        starts[lane] = (int)Starts[lane];
        int first = lane * most, start = starts[lane];
        counts[lane] = 1;
        (faces[first], donors[first], shares[first]) = (0, start, 0);
        if (periodic)
            Anchor(massOld + lane, TLanes.Count, first, start, crossings.At(lane, start));
        peaks[first] = (int)Summits[lane];
        if (hasValley)
            FindValleys(massOld + lane, massNew + lane, TLanes.Count, lane, crossings);
        int last = first + counts[lane];
        (faces[last], donors[last], shares[last]) =
            periodic ? (cells, donors[first] + cells, shares[first]) : (cells, cells - 1, 1);
        return last;
    }

    /// <summary>The start and the summit of each line, and a positive flag if it has a valley.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void FindSummits<TLanes, TWalls>(double* massOld, double* massNew, double* flags)
        where TLanes : struct, ILanes<TLanes>
        where TWalls : struct, IWalls
    {
        nint lanes = TLanes.Count;
        TLanes start = TLanes.Create(0), zero = start, one = TLanes.Create(1), depth = TLanes.Create(Depth), deep = zero;
        if (typeof(TWalls) == typeof(Periodic))
        {
            TLanes least = TLanes.Create(double.PositiveInfinity);
            for (int cell = 0; cell < cells; cell++)
            {
                TLanes geometricMean = TLanes.Sqrt(TLanes.Load(massOld + cell * lanes)) * TLanes.Sqrt(TLanes.Load(massNew + cell * lanes));
                start = TLanes.IfPositive(least - geometricMean, TLanes.Create(cell), start);
                least = TLanes.Min(least, geometricMean);
            }
        }

        start.Store(Starts);
        TLanes summit = MassOfNew<TLanes, TWalls>(massNew, start, 0), low = summit, peak = zero, falling = zero;
        for (int cell = 1; cell < cells; cell++)
        {
            TLanes mass = MassOfNew<TLanes, TWalls>(massNew, start, cell);
            peak = TLanes.IfPositive(mass - summit, TLanes.Create(cell), peak);
            summit = TLanes.Max(summit, mass);
            low = TLanes.IfPositive(falling, TLanes.Min(low, mass), mass);
            deep = TLanes.Max(deep, TLanes.IfPositive(falling, mass - depth * low, zero));
            falling = TLanes.IfPositive(summit - depth * mass, one, falling);
        }

        peak.Store(Summits);
        deep.Store(flags);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes MassOfNew<TLanes, TWalls>(double* massNew, TLanes start, int cell)
        where TLanes : struct, ILanes<TLanes>
        where TWalls : struct, IWalls => typeof(TWalls) == typeof(Periodic)
            ? TLanes.Gather(massNew, Wrap(start + TLanes.Create(cell)))
            : TLanes.Load(massNew + (nint)cell * TLanes.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes MassOfOld<TLanes, TWalls>(double* massOld, TLanes donor)
        where TLanes : struct, ILanes<TLanes>
        where TWalls : struct, IWalls => TLanes.Gather(massOld, typeof(TWalls) == typeof(Periodic) ? Wrap(donor) : donor);

    /// <summary>The integer that all lanes contain, or −1.</summary>
    public static int CommonValue(double* places, nint lanes)
    {
        for (nint lane = 1; lane < lanes; lane++)
        {
            if (places[lane] != places[0])
                return -1;
        }

        return (int)places[0];
    }

    /// <summary>Sets anchors at the valleys of one line and finds the summits between them.</summary>
    private void FindValleys(double* massOld, double* massNew, nint stride, int lane, in RemapCrossings crossings)
    {
        int start = starts[lane], first = lane * most, count = 1, anchor = 0, peak = 0, valley = 0;
        double GeometricMean(int cell) => Math.Sqrt(massOld[Wrap(start + cell) * stride]) * Math.Sqrt(massNew[Wrap(start + cell) * stride]);
        double summit = massNew[Wrap(start) * stride], high = summit, low = summit, deepest = summit;
        bool falling = false;
        for (int cell = 1; cell < cells; cell++)
        {
            double mass = massNew[Wrap(start + cell) * stride];
            if (!falling)
            {
                high = Math.Max(high, mass);
                if (mass * Depth < high)
                {
                    falling = true;
                    low = mass;
                    deepest = GeometricMean(cell);
                    valley = cell;
                }
            }
            else
            {
                low = Math.Min(low, mass);
                if (mass > Depth * low)
                {
                    int face = GeometricMean(valley - 1) < GeometricMean(valley + 1) ? valley : valley + 1;
                    double crossing = crossings.At(lane, Wrap(start + face));
                    if (face > anchor && !double.IsNaN(crossing))
                    {
                        peaks[first + count - 1] = peak;
                        faces[first + count] = face;
                        Anchor(massOld, stride, first + count, start + face, crossing);
                        count++;
                        anchor = face;
                        peak = cell;
                        summit = mass;
                    }

                    falling = false;
                    high = mass;
                }
                else if (GeometricMean(cell) is var geometricMean && geometricMean < deepest)
                {
                    deepest = geometricMean;
                    valley = cell;
                }
            }

            if (mass > summit)
            {
                summit = mass;
                peak = cell;
            }
        }

        peaks[first + count - 1] = peak;
        counts[lane] = count;
    }

    /// <summary>Marches upward from the anchors; positions are valid up to the summit of each stretch.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Up<TLanes, TWalls>(double* massOld, double* massNew, int firstPeak, int end)
        where TLanes : struct, ILanes<TLanes>
        where TWalls : struct, IWalls
    {
        nint lanes = TLanes.Count;
        double* at = Spill, within = at + MostLanes, limits = within + MostLanes, donors = Donors, shares = Shares;
        int* commonDonors = CommonDonors;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), start = TLanes.Load(Starts);
        TLanes donor = zero, used = zero, size = zero, limit = zero;
        Array.Clear(turns);
        int next = 0, commonDonor = -1, most = 0;
        for (int face = 0; face <= end; face++)
        {
            if (face > 0)
            {
                TLanes need = MassOfNew<TLanes, TWalls>(massNew, start, face - 1);
                TLanes filled = used + need;
                bool done = false;
                if (typeof(TWalls) == typeof(NoFlux) && commonDonor >= 0 && commonDonor < most)
                {
                    // All lanes in one old cell: all stay there, or all end in the next one.
                    TLanes over = filled - size;
                    if (TLanes.AllPositive(over))
                    {
                        TLanes rest = TLanes.Max(zero, need - (size - used)), larger = TLanes.Load(massOld + (commonDonor + 1) * lanes);
                        if (commonDonor + 1 < most && !TLanes.AnyPositive(rest - larger))
                        {
                            commonDonor++;
                            used = rest;
                            size = larger;
                            done = true;
                        }
                    }
                    else if (!TLanes.AnyPositive(over))
                    {
                        used = filled;
                        done = true;
                    }
                }

                if (!done)
                {
                    if (commonDonor >= 0)
                        donor = TLanes.Create(commonDonor);
                    TLanes over = TLanes.IfPositive(limit - donor, filled - size, zero);
                    while (TLanes.AnyPositive(over))
                    {
                        need = TLanes.IfPositive(over, TLanes.Max(zero, need - (size - used)), need);
                        used = TLanes.IfPositive(over, zero, used);
                        donor = TLanes.IfPositive(over, donor + one, donor);
                        size = MassOfOld<TLanes, TWalls>(massOld, donor);
                        filled = used + need;
                        over = TLanes.IfPositive(limit - donor, filled - size, zero);
                    }

                    used = filled;
                    donor.Store(donors + face * lanes);
                    commonDonor = typeof(TWalls) == typeof(NoFlux) ? CommonValue(donors + face * lanes, lanes) : -1;
                }

                commonDonors[face] = commonDonor;
                TLanes.Min(one, used / size).Store(shares + face * lanes);
                if (face > firstPeak && commonDonor >= 0)
                {
                    // Some lanes get this face from above.
                    TLanes.Create(commonDonor).Store(donors + face * lanes);
                    commonDonors[face] = -1;
                }
            }

            if (face != next)
                continue;
            (commonDonor >= 0 ? TLanes.Create(commonDonor) : donor).Store(at);
            used.Store(within);
            limit.Store(limits);
            next = Restart(massOld, lanes, face);
            donor = TLanes.Load(at);
            used = TLanes.Load(within);
            limit = TLanes.Load(limits);
            size = MassOfOld<TLanes, TWalls>(massOld, donor);
            commonDonor = typeof(TWalls) == typeof(NoFlux) ? CommonValue(at, lanes) : -1;
            most = Least(limits, lanes);
            commonDonors[face] = -1;
        }
    }

    /// <summary>Lanes with an anchor at this face continue from it; the positions of all lanes are stored.</summary>
    /// <returns>The next face with an anchor.</returns>
    private int Restart(double* massOld, nint lanes, int face)
    {
        double* at = Spill, within = at + MostLanes, limits = within + MostLanes;
        int next = int.MaxValue;
        for (int lane = 0; lane < lanes; lane++)
        {
            int anchor = lane * most + turns[lane];
            if (turns[lane] < counts[lane] && faces[anchor] == face)
            {
                at[lane] = donors[anchor];
                Shares[face * lanes + lane] = shares[anchor];
                within[lane] = shares[anchor] * massOld[Wrap(donors[anchor]) * lanes + lane];
                limits[lane] = donors[anchor + 1];
                turns[lane]++;
                anchor++;
            }

            Donors[face * lanes + lane] = at[lane];
            if (turns[lane] < counts[lane])
                next = Math.Min(next, faces[anchor]);
        }

        return next;
    }

    private static int Least(double* limits, nint lanes)
    {
        double least = limits[0];
        for (nint lane = 1; lane < lanes; lane++)
            least = Math.Min(least, limits[lane]);
        return (int)least;
    }

    /// <summary>Marches downward to the summit of each stretch from the anchor above it.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Down<TLanes, TWalls>(double* massOld, double* massNew, int end, int lastPeak)
        where TLanes : struct, ILanes<TLanes>
        where TWalls : struct, IWalls
    {
        nint lanes = TLanes.Count;
        double* at = Spill, within = at + MostLanes, limits = within + MostLanes, tops = limits + MostLanes, donors = Donors,
            shares = Shares;
        int* commonDonors = CommonDonors;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), start = TLanes.Load(Starts);
        TLanes donor = zero, used = zero, size = zero, limit = zero, top = zero;
        for (int lane = 0; lane < lanes; lane++)
        {
            turns[lane] = counts[lane];
            at[lane] = donors[cells * lanes + lane] = this.donors[lane * most + counts[lane]];
            shares[cells * lanes + lane] = this.shares[lane * most + counts[lane]];
        }

        donor = TLanes.Load(at);
        int next = cells, commonDonor = typeof(TWalls) == typeof(NoFlux) ? CommonValue(at, lanes) : -1, least = 0;
        commonDonors[cells] = commonDonor;
        for (int face = cells; face > end; face--)
        {
            if (face < cells)
            {
                TLanes need = MassOfNew<TLanes, TWalls>(massNew, start, face);
                TLanes filled = used + need;
                bool done = false;
                if (typeof(TWalls) == typeof(NoFlux) && commonDonor > least)
                {
                    TLanes over = filled - size;
                    if (TLanes.AllPositive(over))
                    {
                        TLanes rest = TLanes.Max(zero, need - (size - used)), larger = TLanes.Load(massOld + (commonDonor - 1) * lanes);
                        if (commonDonor - 1 > least && !TLanes.AnyPositive(rest - larger))
                        {
                            commonDonor--;
                            used = rest;
                            size = larger;
                            done = true;
                        }
                    }
                    else if (!TLanes.AnyPositive(over))
                    {
                        used = filled;
                        done = true;
                    }
                }

                if (!done)
                {
                    if (commonDonor >= 0)
                        donor = TLanes.Create(commonDonor);
                    TLanes over = TLanes.IfPositive(donor - limit, filled - size, zero);
                    while (TLanes.AnyPositive(over))
                    {
                        need = TLanes.IfPositive(over, TLanes.Max(zero, need - (size - used)), need);
                        used = TLanes.IfPositive(over, zero, used);
                        donor = TLanes.IfPositive(over, donor - one, donor);
                        size = MassOfOld<TLanes, TWalls>(massOld, donor);
                        filled = used + need;
                        over = TLanes.IfPositive(donor - limit, filled - size, zero);
                    }

                    used = filled;
                    donor.Store(at);
                    commonDonor = typeof(TWalls) == typeof(NoFlux) ? CommonValue(at, lanes) : -1;
                }

                TLanes share = TLanes.Max(zero, one - used / size);
                if (commonDonor >= 0 && face > lastPeak)
                {
                    commonDonors[face] = commonDonor;
                    share.Store(shares + face * lanes);
                }
                else
                {
                    // Lanes whose summit is at or above this face have it from below.
                    if (commonDonor >= 0)
                        donor = TLanes.Create(commonDonor);
                    TLanes past = TLanes.Create(face) - top;
                    TLanes.IfPositive(past, donor, TLanes.Load(donors + face * lanes)).Store(donors + face * lanes);
                    TLanes.IfPositive(past, share, TLanes.Load(shares + face * lanes)).Store(shares + face * lanes);
                    commonDonors[face] = -1;
                }
            }

            if (face != next)
                continue;
            (commonDonor >= 0 ? TLanes.Create(commonDonor) : donor).Store(at);
            used.Store(within);
            limit.Store(limits);
            top.Store(tops);
            next = RestartDown(massOld, lanes, face);
            donor = TLanes.Load(at);
            used = TLanes.Load(within);
            limit = TLanes.Load(limits);
            top = TLanes.Load(tops);
            size = MassOfOld<TLanes, TWalls>(massOld, donor);
            commonDonor = typeof(TWalls) == typeof(NoFlux) ? CommonValue(at, lanes) : -1;
            least = Most(limits, lanes);
        }
    }

    /// <summary>The same as <see cref="Restart"/>, for the downward march.</summary>
    private int RestartDown(double* massOld, nint lanes, int face)
    {
        double* at = Spill, within = at + MostLanes, limits = within + MostLanes, tops = limits + MostLanes;
        int next = -1;
        for (int lane = 0; lane < lanes; lane++)
        {
            int anchor = lane * most + turns[lane];
            if (turns[lane] > 0 && faces[anchor] == face)
            {
                at[lane] = donors[anchor];
                within[lane] = (1 - shares[anchor]) * massOld[Wrap(donors[anchor]) * lanes + lane];
                limits[lane] = donors[anchor - 1];
                tops[lane] = peaks[anchor - 1];
                turns[lane]--;
                anchor--;
            }

            if (turns[lane] > 0)
                next = Math.Max(next, faces[anchor]);
        }

        return next;
    }

    private static int Most(double* limits, nint lanes)
    {
        double most = limits[0];
        for (nint lane = 1; lane < lanes; lane++)
            most = Math.Max(most, limits[lane]);
        return (int)most;
    }

    /// <summary>The position at a mass <paramref name="crossing"/> above a face of the old cells.</summary>
    private void Anchor(double* massOld, nint stride, int anchor, int face, double crossing)
    {
        int donor = crossing >= 0 ? face : face - 1;
        int end = periodic ? (crossing >= 0 ? donor + cells - 1 : donor - cells + 1) : crossing >= 0 ? cells - 1 : 0;
        double rest = Math.Abs(crossing), size = massOld[Wrap(donor) * stride];
        while (rest > size && donor != end)
        {
            rest -= size;
            donor += crossing >= 0 ? 1 : -1;
            size = massOld[Wrap(donor) * stride];
        }

        double share = Math.Min(1, rest / size);
        donors[anchor] = donor;
        shares[anchor] = crossing >= 0 ? share : 1 - share;
    }

    private int Wrap(int cell) => cell < 0 ? cell + cells : cell < cells ? cell : cell < 2 * cells ? cell - cells : cell - 2 * cells;
}
