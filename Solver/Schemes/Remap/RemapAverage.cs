using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;

namespace PdeDiffusion.Schemes.Remap;

/// <summary>
/// The new w of a few lines from the old w and the donors of the faces. A new cell i averages w over the overlaps O_ij of its mass interval
/// with the old cells. The overlaps exhaust every old cell exactly, but their sum may differ from the new mass m_i by rounding, or by more
/// where a position is inaccurate. The surplus of a cell goes to the summit, the new cell with the most mass, and a deficit is filled from
/// there, both at the mean w of what is transferred. So w is an average with non-negative weights in every cell and all v-mass arrives,
/// whatever the positions (docs/remap.md, 1).
/// </summary>
internal static unsafe class RemapAverage
{
    /// <summary>A deficit below this fraction of the larger old cell's mass is the rounding error of that mass.</summary>
    private const double Noise = 8.0 / (1L << 53);

    /// <summary>
    /// Computes <paramref name="result"/>; without parabolas (<paramref name="left"/> null) w is constant in each old cell.
    /// </summary>
    /// <param name="deficits">A panel of scratch space.</param>
    /// <param name="space">
    /// Eleven lanes of scratch space. Its first lane receives the v-mass that a line gains or loses because its old and
    /// its new u-mass differ: their difference times w at the summit.
    /// </param>
    public static void Apply<TLanes>(
        RemapMarch march, int cells, bool periodic, double* massOld, double* massNew, double* w, double* left, double* right, double lowest,
        double highest, double* result, double* deficits, double* space)
        where TLanes : struct, ILanes<TLanes>
    {
        var line = new Line(cells, massOld, massNew, w, left, right, lowest, highest, result, deficits, space);
        if (left == null)
        {
            if (periodic)
                Apply<TLanes, Constants, Periodic>(march, line);
            else
                Apply<TLanes, Constants, NoFlux>(march, line);
        }
        else if (periodic)
        {
            Apply<TLanes, Parabolas, Periodic>(march, line);
        }
        else
        {
            Apply<TLanes, Parabolas, NoFlux>(march, line);
        }
    }

    /// <summary>Doubles of scratch space that <see cref="ApplyRange"/> needs.</summary>
    public const int RangeSpace = 16;

    /// <summary>
    /// The averages of some cells of a single no-flux line, four neighbours at once where possible; <see cref="FinishRanges"/> gathers what
    /// is left.
    /// </summary>
    /// <param name="deficits">A panel of zeros, which it is again after <see cref="FinishRanges"/>.</param>
    /// <param name="space">The range's own of the scratch spaces, <see cref="RangeSpace"/> doubles.</param>
    public static void ApplyRange(
        RemapMarch march, int cells, double* massOld, double* massNew, double* w, double* left, double* right, double lowest,
        double highest, double* result, double* deficits, double* space, int from, int to)
    {
        var line = new Line(cells, massOld, massNew, w, left, right, lowest, highest, result, deficits, space);
        var state = new State(space, 1);
        new Span<double>(space, RangeSpace).Clear();
        SetDonor(line, state, march.CommonDonors[from], march.Shares[from]);
        for (int cell = from; cell < to;)
        {
            cell = AverageAligned<Lanes4, Parabolas, LinePanel.Along>(march, line, state, cell, to);
            int near = Math.Min(cell + 4, to);
            if (cell < near)
                cell = AverageAligned<Lane, Parabolas, LinePanel.Beside>(march, line, state, cell, near);
            if (cell < near)
                cell = AverageGeneral<Lane, Parabolas, NoFlux>(march, line, state, cell, near);
        }
    }

    /// <summary>Gathers what all ranges passed to the summit, in their order.</summary>
    /// <param name="spaces">Their scratch spaces; the first receives what <see cref="Apply{TLanes}"/> stores.</param>
    public static void FinishRanges(
        RemapMarch march, int cells, double* massOld, double* massNew, double lowest, double highest, double* result, double* deficits,
        double* spaces, int ranges)
    {
        var line = new Line(cells, massOld, massNew, null, null, null, lowest, highest, result, deficits, spaces);
        var all = new State(spaces, 1);
        for (int range = 1; range < ranges; range++)
        {
            var next = new State(spaces + range * RangeSpace, 1);
            all.Extra[0] += next.Extra[0];
            all.ExtraSum[0] += next.ExtraSum[0];
            all.TopMass[0] += next.TopMass[0];
            all.TopSum[0] += next.TopSum[0];
            all.Lost[0] = Math.Max(all.Lost[0], next.Lost[0]);
        }

        Finish<Lane>(march, line, all, periodic: false);
        if (all.Lost[0] > 0)
            new Span<double>(deficits, cells).Clear();
    }

    private static void Apply<TLanes, TForm, TWalls>(RemapMarch march, in Line line)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TWalls : struct, IWalls
    {
        var state = new State(line.Space, TLanes.Count);
        Begin<TLanes, TForm, TWalls>(march, line, state);
        for (int cell = 0; cell < line.Cells;)
        {
            if (typeof(TWalls) == typeof(NoFlux))
                cell = AverageAligned<TLanes, TForm, LinePanel.Beside>(march, line, state, cell, line.Cells);
            if (cell < line.Cells)
                cell = AverageGeneral<TLanes, TForm, TWalls>(march, line, state, cell, line.Cells);
        }

        Finish<TLanes>(march, line, state, typeof(TWalls) == typeof(Periodic));
    }

    /// <summary>The summit's w from all that was passed to it, and what it fills.</summary>
    private static void Finish<TLanes>(RemapMarch march, in Line line, in State state, bool periodic)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes least = TLanes.Create(line.Lowest), most = TLanes.Create(line.Highest), place = TLanes.Load(march.Summits);
        TLanes gathered = TLanes.Load(state.TopMass) + TLanes.Load(state.Extra);
        TLanes top = (TLanes.Load(state.TopSum) + TLanes.Load(state.ExtraSum)) / gathered;
        top = TLanes.Min(TLanes.Max(top, least), most);
        if (periodic)
            place = march.Wrap(TLanes.Load(march.Starts) + place);
        top.Scatter(line.Result, place);
        TLanes given = TLanes.Gather(line.MassNew, place);
        if (TLanes.AnyPositive(TLanes.Load(state.Lost)))
            given += FillDeficits<TLanes>(march, line, top, periodic);
        (top * TLanes.Abs(gathered - given)).Store(line.Space);
    }

    private static void Begin<TLanes, TForm, TWalls>(RemapMarch march, in Line line, in State state)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TWalls : struct, IWalls
    {
        TLanes donor = TLanes.Load(march.Donors), zero = TLanes.Create(0), down = zero, up = zero;
        TLanes place = typeof(TWalls) == typeof(Periodic) ? march.Wrap(donor) : donor;
        TLanes mean = TLanes.Gather(line.Ratios, place);
        if (typeof(TForm) == typeof(Parabolas))
        {
            down = TLanes.Gather(line.Left, place) - mean;
            up = TLanes.Gather(line.Right, place) - mean;
        }

        donor.Store(state.Donor);
        TLanes.Load(march.Shares).Store(state.Share);
        TLanes.Gather(line.MassOld, place).Store(state.Mass);
        mean.Store(state.Mean);
        down.Store(state.Down);
        up.Store(state.Up);
        zero.Store(state.Extra);
        zero.Store(state.ExtraSum);
        zero.Store(state.TopMass);
        zero.Store(state.TopSum);
        zero.Store(state.Lost);
    }

    /// <summary>
    /// The common case, with the arithmetic of <see cref="AverageGeneral"/>: the faces of all lanes lie in the same old cell, or in two
    /// neighbouring ones, and the summit is elsewhere. Of a single line in lanes of neighbouring cells: each face lies in the old cell
    /// after that of the face below it. Returns the first cell where this does not hold.
    /// </summary>
    /// <param name="to">Where to stop at the latest.</param>
    [MethodImpl(KernelMethod.Own)]
    private static int AverageAligned<TLanes, TForm, TLayout>(RemapMarch march, in Line line, in State state, int cell, int to)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TLayout : struct
    {
        nint near = typeof(TLayout) == typeof(LinePanel.Along) ? 1 : TLanes.Count;
        int step = typeof(TLayout) == typeof(LinePanel.Along) ? TLanes.Count : 1;
        int commonDonor = RemapMarch.CommonValue(state.Donor, near);
        (int firstSummit, int lastSummit) = Summits(march, near);
        int end = cell < firstSummit ? Math.Min(firstSummit, to) : cell > lastSummit ? to : cell;
        if (commonDonor < 0 || cell == end)
            return cell;
        int* commonDonors = march.CommonDonors;
        double* shares = march.Shares, result = line.Result, deficits = line.Deficits, massNew = line.MassNew;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), noise = TLanes.Create(Noise);
        TLanes least = TLanes.Create(line.Lowest), most = TLanes.Create(line.Highest);
        TLanes share = zero, mass = zero, mean = zero, down = zero, up = zero, extra = zero, extraSum = zero;
        if (typeof(TLayout) == typeof(LinePanel.Along))
        {
            // A face that was moved in order that it is not behind another one.
            if (commonDonors[cell] != commonDonor || shares[cell] != state.Share[0])
                return cell;
        }
        else
        {
            (share, mass, mean) = (TLanes.Load(state.Share), TLanes.Load(state.Mass), TLanes.Load(state.Mean));
            (down, up) = (TLanes.Load(state.Down), TLanes.Load(state.Up));
            (extra, extraSum) = (TLanes.Load(state.Extra), TLanes.Load(state.ExtraSum));
        }

        for (; cell < end; cell += step)
        {
            int apart = commonDonors[cell + 1] - commonDonor;
            if (typeof(TLayout) == typeof(LinePanel.Along))
            {
                if (cell + step > end || !AreConsecutive(commonDonors + cell, step))
                    break;
                double* at = line.Ratios + commonDonor;
                (share, mass, mean) = (TLanes.Load(shares + cell), TLanes.Load(line.MassOld + commonDonor), TLanes.Load(at));
                if (typeof(TForm) == typeof(Parabolas))
                    (down, up) = (TLanes.Load(line.Left + commonDonor) - mean, TLanes.Load(line.Right + commonDonor) - mean);
            }
            else if ((uint)apart > 1)
            {
                break;
            }

            TLanes nextShare = TLanes.Load(shares + (cell + 1) * near), total, sum, bigMean, bigMass = mass;
            if (typeof(TLayout) == typeof(LinePanel.Beside) && apart == 0)
            {
                nextShare = TLanes.Max(share, nextShare);
                total = (nextShare - share) * mass;
                bigMean = mean;
                if (typeof(TForm) == typeof(Parabolas))
                    bigMean = Mean(mean, down, up, share, nextShare);
                sum = total * bigMean;
            }
            else
            {
                commonDonor++;
                nint at = commonDonor * near;
                TLanes lowMean = mean;
                if (typeof(TForm) == typeof(Parabolas))
                    lowMean = Above(mean, down, up, share);
                total = (one - share) * mass;
                sum = total * lowMean;
                mean = TLanes.Load(line.Ratios + at);
                TLanes highMean = mean;
                if (typeof(TForm) == typeof(Parabolas))
                {
                    down = TLanes.Load(line.Left + at) - mean;
                    up = TLanes.Load(line.Right + at) - mean;
                    highMean = Below(mean, down, up, nextShare);
                }

                mass = TLanes.Load(line.MassOld + at);
                TLanes part = nextShare * mass;
                total += part;
                sum = TLanes.Fused(part, highMean, sum);
                bigMean = TLanes.IfPositive(mass - bigMass, highMean, lowMean);
                bigMass = TLanes.Max(bigMass, mass);
            }

            share = nextShare;
            TLanes wanted = TLanes.Load(massNew + cell * near), deficit = wanted - total, own = deficit - noise * wanted;
            if (typeof(TLayout) == typeof(LinePanel.Along) && TLanes.AnyPositive(own))
            {
                commonDonor--;
                break;
            }

            TLanes value = TLanes.IfPositive(own, TLanes.Fused(deficit, bigMean, sum), sum) / TLanes.IfPositive(own, wanted, total);
            value = TLanes.Min(TLanes.Max(value, least), most);
            TLanes surplus = TLanes.Max(zero - deficit, zero);
            extra += surplus;
            extraSum = TLanes.Fused(surplus, value, extraSum);
            value.Store(result + cell * near);
            if (typeof(TLayout) == typeof(LinePanel.Along))
            {
                commonDonor += step - 1;
                continue;
            }

            zero.Store(deficits + cell * near);
            if (TLanes.AnyPositive(own))
            {
                TLanes far = TLanes.IfPositive(own, deficit - noise * bigMass, zero);
                TLanes.Max(TLanes.Load(state.Lost), far).Store(state.Lost);
                TLanes.IfPositive(far, sum, value).Store(result + cell * near);
                TLanes.IfPositive(far, deficit, zero).Store(deficits + cell * near);
            }
        }

        if (typeof(TLayout) == typeof(LinePanel.Along))
        {
            SetDonor(line, state, commonDonor, shares[cell]);
            AddLanes(extra, state.Extra);
            AddLanes(extraSum, state.ExtraSum);
            return cell;
        }

        TLanes.Create(commonDonor).Store(state.Donor);
        share.Store(state.Share);
        mass.Store(state.Mass);
        mean.Store(state.Mean);
        down.Store(state.Down);
        up.Store(state.Up);
        extra.Store(state.Extra);
        extraSum.Store(state.ExtraSum);
        return cell;
    }

    /// <summary>Whether each of the next <paramref name="count"/> faces lies in the old cell after that of the face below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreConsecutive(int* donors, int count)
    {
        bool all = true;
        for (int next = 1; next <= count; next++)
            all &= donors[next] - donors[0] == next;
        return all;
    }

    /// <summary>The state of a single line at a face.</summary>
    private static void SetDonor(in Line line, in State state, int donor, double share)
    {
        double mean = line.Ratios[donor];
        (state.Donor[0], state.Share[0], state.Mass[0], state.Mean[0]) = (donor, share, line.MassOld[donor], mean);
        if (line.Left != null)
            (state.Down[0], state.Up[0]) = (line.Left[donor] - mean, line.Right[donor] - mean);
    }

    private static void AddLanes<TLanes>(TLanes lanes, double* sum)
        where TLanes : struct, ILanes<TLanes>
    {
        double* parts = stackalloc double[TLanes.Count];
        lanes.Store(parts);
        for (int lane = 0; lane < TLanes.Count; lane++)
            sum[0] += parts[lane];
    }

    /// <summary>Any cells, up to the end or to one where <see cref="AverageAligned"/> applies again; returns that cell.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static int AverageGeneral<TLanes, TForm, TWalls>(RemapMarch march, in Line line, in State state, int cell, int to)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TWalls : struct, IWalls
    {
        nint lanes = TLanes.Count;
        int cells = line.Cells;
        (int firstSummit, int lastSummit) = Summits(march, lanes);
        double* massOld = line.MassOld, massNew = line.MassNew, w = line.Ratios, left = line.Left, right = line.Right, result = line.Result,
            deficits = line.Deficits;
        double* donors = march.Donors, shares = march.Shares;
        int* commonDonors = march.CommonDonors;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), half = TLanes.Create(0.5), noise = TLanes.Create(Noise);
        TLanes least = TLanes.Create(line.Lowest), most = TLanes.Create(line.Highest);
        TLanes start = TLanes.Load(march.Starts), summit = TLanes.Load(march.Summits), lastDonor = zero, lastShare = zero;
        if (typeof(TWalls) == typeof(Periodic))
        {
            lastDonor = TLanes.Load(donors + cells * lanes);
            lastShare = TLanes.Load(shares + cells * lanes);
        }

        TLanes donor = TLanes.Load(state.Donor), share = TLanes.Load(state.Share), mass = TLanes.Load(state.Mass),
            mean = TLanes.Load(state.Mean);
        TLanes down = TLanes.Load(state.Down), up = TLanes.Load(state.Up);
        while (cell < to)
        {
            int nextCommonDonor = commonDonors[cell + 1];
            TLanes nextShare = TLanes.Load(shares + (cell + 1) * lanes);
            TLanes nextDonor = nextCommonDonor >= 0 ? TLanes.Create(nextCommonDonor) : TLanes.Load(donors + (cell + 1) * lanes);

            // Rounding, or crossings that do not fit the masses, must not turn the order of faces round.
            TLanes back = donor - nextDonor, shareBack = share - nextShare;
            TLanes behind = TLanes.IfPositive(back, one, TLanes.IfPositive(back + half, shareBack, zero));
            nextDonor = TLanes.IfPositive(behind, donor, nextDonor);
            nextShare = TLanes.IfPositive(behind, share, nextShare);
            if (typeof(TWalls) == typeof(Periodic))
            {
                TLanes over = nextDonor - lastDonor;
                over = TLanes.IfPositive(over, one, TLanes.IfPositive(over + half, nextShare - lastShare, zero));
                nextDonor = TLanes.IfPositive(over, lastDonor, nextDonor);
                nextShare = TLanes.IfPositive(over, lastShare, nextShare);
            }

            TLanes apart = nextDonor - donor, highShare = TLanes.IfPositive(apart, one, nextShare);
            TLanes total = (highShare - share) * mass, bigMean = mean, bigMass = mass;
            if (typeof(TForm) == typeof(Parabolas))
                bigMean = TLanes.IfPositive(apart, Above(mean, down, up, share), Mean(mean, down, up, share, highShare));
            TLanes sum = total * bigMean;
            if (TLanes.AnyPositive(apart))
            {
                TLanes place = typeof(TWalls) == typeof(Periodic) ? march.Wrap(nextDonor) : nextDonor;
                mass = TLanes.Gather(massOld, place);
                mean = TLanes.Gather(w, place);
                TLanes highMean = mean;
                if (typeof(TForm) == typeof(Parabolas))
                {
                    down = TLanes.Gather(left, place) - mean;
                    up = TLanes.Gather(right, place) - mean;
                    highMean = Below(mean, down, up, nextShare);
                }

                TLanes part = TLanes.IfPositive(apart, nextShare * mass, zero);
                total += part;
                sum = TLanes.Fused(part, highMean, sum);
                bigMean = TLanes.IfPositive(TLanes.IfPositive(apart, mass - bigMass, zero), highMean, bigMean);
                bigMass = TLanes.Max(bigMass, mass);
                TLanes between = donor + one, inside = apart - one;
                while (TLanes.AnyPositive(inside))
                {
                    place = TLanes.IfPositive(inside, between, donor);
                    if (typeof(TWalls) == typeof(Periodic))
                        place = march.Wrap(place);
                    TLanes whole = TLanes.IfPositive(inside, TLanes.Gather(massOld, place), zero);
                    total += whole;
                    sum = TLanes.Fused(whole, TLanes.Gather(w, place), sum);
                    between += one;
                    inside -= one;
                }
            }

            TLanes target = TLanes.Create(cell);
            if (typeof(TWalls) == typeof(Periodic))
                target = march.Wrap(start + target);
            TLanes wanted = typeof(TWalls) == typeof(Periodic) ? TLanes.Gather(massNew, target) : TLanes.Load(massNew + cell * lanes);

            // A deficit within the rounding error of the cell's mass is given the cell's mean; within that of the larger donor, the donor's
            // mean.
            TLanes deficit = wanted - total, own = deficit - noise * wanted;
            TLanes value = TLanes.IfPositive(own, TLanes.Fused(deficit, bigMean, sum), sum) / TLanes.IfPositive(own, wanted, total);
            TLanes far = TLanes.IfPositive(own, deficit - noise * bigMass, zero), surplus = TLanes.Max(zero - deficit, zero);

            TLanes elsewhere = TLanes.Abs(TLanes.Create(cell) - summit);
            TLanes.IfPositive(elsewhere, TLanes.Load(state.TopMass), total).Store(state.TopMass);
            TLanes.IfPositive(elsewhere, TLanes.Load(state.TopSum), sum).Store(state.TopSum);
            surplus = TLanes.IfPositive(elsewhere, surplus, zero);
            far = TLanes.IfPositive(elsewhere, far, zero);
            (TLanes.Load(state.Extra) + surplus).Store(state.Extra);
            TLanes.Fused(surplus, value, TLanes.Load(state.ExtraSum)).Store(state.ExtraSum);
            TLanes.Max(TLanes.Load(state.Lost), far).Store(state.Lost);
            value = TLanes.IfPositive(far, sum, TLanes.Min(TLanes.Max(value, least), most));
            TLanes.IfPositive(far, deficit, zero).Store(deficits + cell * lanes);
            if (typeof(TWalls) == typeof(Periodic))
                value.Scatter(result, target);
            else
                value.Store(result + cell * lanes);
            donor = nextDonor;
            share = nextShare;
            cell++;
            if (typeof(TWalls) == typeof(NoFlux))
            {
                donor.Store(state.Donor);
                if ((cell < firstSummit || cell > lastSummit) && cell < to
                    && RemapMarch.CommonValue(state.Donor, lanes) is >= 0 and var commonDonor
                    && (uint)(commonDonors[cell + 1] - commonDonor) <= 1)
                    break;
            }
        }

        donor.Store(state.Donor);
        share.Store(state.Share);
        mass.Store(state.Mass);
        mean.Store(state.Mean);
        down.Store(state.Down);
        up.Store(state.Up);
        return cell;
    }

    private static (int First, int Last) Summits(RemapMarch march, nint lanes)
    {
        double first = march.Summits[0], last = first;
        for (nint lane = 1; lane < lanes; lane++)
        {
            first = Math.Min(first, march.Summits[lane]);
            last = Math.Max(last, march.Summits[lane]);
        }

        return ((int)first, (int)last);
    }

    /// <summary>Gives every cell the mass that it lacks, at the mean w of the summit.</summary>
    /// <returns>The mass given.</returns>
    private static TLanes FillDeficits<TLanes>(RemapMarch march, in Line line, TLanes top, bool periodic)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        TLanes start = TLanes.Load(march.Starts);
        TLanes least = TLanes.Create(line.Lowest), most = TLanes.Create(line.Highest), given = TLanes.Create(0);
        for (int cell = 0; cell < line.Cells; cell++)
        {
            TLanes deficit = TLanes.Load(line.Deficits + cell * lanes);
            if (!TLanes.AnyPositive(deficit))
                continue;
            given += deficit;
            TLanes target = periodic ? march.Wrap(start + TLanes.Create(cell)) : TLanes.Create(cell);
            TLanes value = TLanes.Gather(line.Result, target);
            TLanes filled = TLanes.Fused(deficit, top, value) / TLanes.Gather(line.MassNew, target);
            TLanes.IfPositive(deficit, TLanes.Min(TLanes.Max(filled, least), most), value).Scatter(line.Result, target);
        }

        return given;
    }

    /// <summary>
    /// Mean of a parabola with mean <paramref name="mean"/> and edge values <paramref name="down"/>, <paramref name="up"/> relative to it,
    /// over the shares [low, high] of a cell's mass.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mean<TLanes>(TLanes mean, TLanes down, TLanes up, TLanes low, TLanes high)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = low + high, half = TLanes.Create(0.5), third = TLanes.Create(1.0 / 3);
        TLanes curve = TLanes.Create(-3) * (up + down);
        TLanes bow = half * sum - third * TLanes.Fused(low, low, high * sum);
        return mean + TLanes.Fused(curve, bow, TLanes.Fused(half * (up - down), sum, down));
    }

    /// <summary>Mean over the shares [0, high].</summary>
    /// <remarks>With edge values d, u about it the parabola's integral is ξ w + ξ(1−ξ) q(ξ), q = d (1−ξ) − u ξ.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Below<TLanes>(TLanes mean, TLanes down, TLanes up, TLanes high)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes rest = TLanes.Create(1) - high;
        return TLanes.Fused(rest, down * rest - up * high, mean);
    }

    /// <summary>Mean over the shares [low, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Above<TLanes>(TLanes mean, TLanes down, TLanes up, TLanes low)
        where TLanes : struct, ILanes<TLanes> => TLanes.Fused(low, up * low - down * (TLanes.Create(1) - low), mean);

    /// <summary>The panels of one group of lines.</summary>
    private readonly struct Line(
        int cells, double* massOld, double* massNew, double* ratios, double* left, double* right, double lowest, double highest,
        double* result, double* deficits, double* space)
    {
        public readonly int Cells = cells;
        public readonly double* MassOld = massOld;
        public readonly double* MassNew = massNew;
        public readonly double* Ratios = ratios;
        public readonly double* Left = left;
        public readonly double* Right = right;
        public readonly double Lowest = lowest;
        public readonly double Highest = highest;
        public readonly double* Result = result;
        public readonly double* Deficits = deficits;
        public readonly double* Space = space;
    }

    /// <summary>
    /// State carried from cell to cell: donor and share of the upper face; mass, mean and relative edge values of the donor; surplus mass
    /// and its w-mass; contents of the summit; the largest deficit.
    /// </summary>
    private readonly struct State(double* space, int lanes)
    {
        public readonly double* Donor = space;
        public readonly double* Share = space + lanes;
        public readonly double* Mass = space + 2 * lanes;
        public readonly double* Mean = space + 3 * lanes;
        public readonly double* Down = space + 4 * lanes;
        public readonly double* Up = space + 5 * lanes;
        public readonly double* Extra = space + 6 * lanes;
        public readonly double* ExtraSum = space + 7 * lanes;
        public readonly double* TopMass = space + 8 * lanes;
        public readonly double* TopSum = space + 9 * lanes;
        public readonly double* Lost = space + 10 * lanes;
    }

    // Variants of the kernels (ILanes).
    private readonly struct Constants;

    private readonly struct Parabolas;
}
