using System.Runtime.CompilerServices;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Schemes;

/// <summary>
/// The new w of a few lines from the old one and the old positions of the faces. A new cell i takes the overlaps O_ij of its old interval
/// with the old cells; these use up every old cell exactly, but their sum may miss the new mass m_i by rounding, or by more where a position
/// is lost. What a cell has too much of goes to the summit, the new cell with the most mass, and what it lacks comes from there, both at the
/// mean of what is given: so w is a mean with non-negative weights in every cell, and every old cell's v-mass arrives, whatever the positions
/// are (docs/remap.md, 1).
/// </summary>
internal static unsafe class RemapAverage
{
    /// <summary>A lack below this many roundings of the larger old cell is that cell's own rounding.</summary>
    private const double Noise = 8.0 / (1L << 53);

    /// <summary>Fills <paramref name="result"/>; without parabolas (<paramref name="left"/> null) w is constant in each old cell.</summary>
    /// <param name="lacks">A panel of scratch.</param>
    /// <param name="space">Two lanes of scratch.</param>
    public static void Apply<TLanes>(
        RemapMarch march, int cells, bool periodic, double* old, double* now, double* w, double* left, double* right, double lowest,
        double highest, double* result, double* lacks, double* space)
        where TLanes : struct, ILanes<TLanes>
    {
        var line = new Line(cells, old, now, w, left, right, lowest, highest, result, lacks, space);
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

    // A method of its own, optimised from the first call: the compiler's budget for inlining is then the kernel's alone.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TLanes, TForm, TWalls>(RemapMarch march, in Line line)
        where TLanes : struct, ILanes<TLanes>
        where TForm : struct
        where TWalls : struct
    {
        nint lanes = TLanes.Count;
        int cells = line.Cells;
        double* old = line.Old, now = line.Now, w = line.Ratios, left = line.Left, right = line.Right, result = line.Result, lacks = line.Lacks;
        double* homes = march.Homes, shares = march.Shares, space = line.Space;
        int* commons = march.Commons;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), half = TLanes.Create(0.5), noise = TLanes.Create(Noise);
        TLanes least = TLanes.Create(line.Lowest), most = TLanes.Create(line.Highest);
        TLanes start = TLanes.Load(march.Starts), summit = TLanes.Load(march.Summits);
        int firstSummit = cells, lastSummit = 0;
        for (nint lane = 0; lane < lanes; lane++)
        {
            firstSummit = Math.Min(firstSummit, (int)march.Summits[lane]);
            lastSummit = Math.Max(lastSummit, (int)march.Summits[lane]);
        }

        TLanes home = TLanes.Load(homes), share = TLanes.Load(shares), lastHome = zero, lastShare = zero;
        if (typeof(TWalls) == typeof(Periodic))
        {
            lastHome = TLanes.Load(homes + cells * lanes);
            lastShare = TLanes.Load(shares + cells * lanes);
        }

        // The cell that all lanes' last face lies in, or −1.
        int common = typeof(TWalls) == typeof(Periodic) ? -1 : RemapMarch.Agreed(homes, lanes);
        TLanes place = typeof(TWalls) == typeof(Periodic) ? march.Wrap(home) : home;
        TLanes mass = TLanes.Gather(old, place), mean = TLanes.Gather(w, place), down = zero, up = zero;
        if (typeof(TForm) == typeof(Parabolas))
        {
            down = TLanes.Gather(left, place) - mean;
            up = TLanes.Gather(right, place) - mean;
        }

        TLanes extra = zero, extraSum = zero, topMass = zero, topSum = zero, lost = zero;
        for (int cell = 0; cell < cells; cell++)
        {
            TLanes nextShare = TLanes.Load(shares + (cell + 1) * lanes), nextHome;
            TLanes wanted, total, sum, bigMean, bigMass, lack, own, far, surplus, value;
            bool away = cell < firstSummit || cell > lastSummit;
            int nextCommon = commons[cell + 1];
            if (typeof(TWalls) == typeof(NoFlux) && away && common >= 0 && (uint)(nextCommon - common) <= 1)
            {
                // The common case, and the arithmetic of the general one below: all lanes' faces lie in one old cell, or in two neighbours.
                wanted = TLanes.Load(now + cell * lanes);
                if (nextCommon == common)
                {
                    nextShare = TLanes.Max(share, nextShare);
                    total = (nextShare - share) * mass;
                    bigMean = mean;
                    if (typeof(TForm) == typeof(Parabolas))
                        bigMean = Mean(mean, down, up, share, nextShare);
                    sum = total * bigMean;
                    bigMass = mass;
                }
                else
                {
                    TLanes nextMass = TLanes.Load(old + nextCommon * lanes), nextMean = TLanes.Load(w + nextCommon * lanes);
                    TLanes lowMean = mean, highMean = nextMean;
                    if (typeof(TForm) == typeof(Parabolas))
                    {
                        lowMean = Mean(mean, down, up, share, one);
                        down = TLanes.Load(left + nextCommon * lanes) - nextMean;
                        up = TLanes.Load(right + nextCommon * lanes) - nextMean;
                        highMean = Mean(nextMean, down, up, zero, nextShare);
                    }

                    total = (one - share) * mass;
                    sum = total * lowMean;
                    TLanes part = nextShare * nextMass;
                    total += part;
                    sum = TLanes.Fused(part, highMean, sum);
                    bigMean = TLanes.IfPositive(nextMass - mass, highMean, lowMean);
                    bigMass = TLanes.Max(mass, nextMass);
                    mass = nextMass;
                    mean = nextMean;
                    common = nextCommon;
                }

                share = nextShare;
                lack = wanted - total;
                own = lack - noise * wanted;
                value = TLanes.IfPositive(own, TLanes.Fused(lack, bigMean, sum), sum) / TLanes.IfPositive(own, wanted, total);
                value = TLanes.Min(TLanes.Max(value, least), most);
                surplus = TLanes.Max(zero - lack, zero);
                extra += surplus;
                extraSum = TLanes.Fused(surplus, value, extraSum);
                value.Store(result + cell * lanes);
                zero.Store(lacks + cell * lanes);
                if (TLanes.AnyPositive(own))
                {
                    far = TLanes.IfPositive(own, lack - noise * bigMass, zero);
                    lost = TLanes.Max(lost, far);
                    TLanes.IfPositive(far, sum, value).Store(result + cell * lanes);
                    TLanes.IfPositive(far, lack, zero).Store(lacks + cell * lanes);
                }

                continue;
            }

            if (typeof(TWalls) == typeof(NoFlux))
            {
                home = common >= 0 ? TLanes.Create(common) : home;
                nextHome = nextCommon >= 0 ? TLanes.Create(nextCommon) : TLanes.Load(homes + (cell + 1) * lanes);
            }
            else
            {
                nextHome = TLanes.Load(homes + (cell + 1) * lanes);
            }

            // Rounding, or crossings that do not fit the masses, must not turn the order of faces round.
            TLanes back = home - nextHome, shareBack = share - nextShare;
            TLanes behind = TLanes.IfPositive(back, one, TLanes.IfPositive(back + half, shareBack, zero));
            nextHome = TLanes.IfPositive(behind, home, nextHome);
            nextShare = TLanes.IfPositive(behind, share, nextShare);
            if (typeof(TWalls) == typeof(Periodic))
            {
                TLanes over = nextHome - lastHome;
                over = TLanes.IfPositive(over, one, TLanes.IfPositive(over + half, nextShare - lastShare, zero));
                nextHome = TLanes.IfPositive(over, lastHome, nextHome);
                nextShare = TLanes.IfPositive(over, lastShare, nextShare);
            }

            TLanes apart = nextHome - home;
            TLanes highShare = TLanes.IfPositive(apart, one, nextShare);
            TLanes massBelow = mass;
            total = (highShare - share) * mass;
            bigMean = mean;
            if (typeof(TForm) == typeof(Parabolas))
                bigMean = Mean(mean, down, up, share, highShare);
            sum = total * bigMean;
            bigMass = mass;
            if (TLanes.AnyPositive(apart))
            {
                place = typeof(TWalls) == typeof(Periodic) ? march.Wrap(nextHome) : nextHome;
                mass = TLanes.Gather(old, place);
                mean = TLanes.Gather(w, place);
                TLanes highMean = mean;
                if (typeof(TForm) == typeof(Parabolas))
                {
                    down = TLanes.Gather(left, place) - mean;
                    up = TLanes.Gather(right, place) - mean;
                    highMean = Mean(mean, down, up, zero, nextShare);
                }

                TLanes part = TLanes.IfPositive(apart, nextShare * mass, zero);
                total += part;
                sum = TLanes.Fused(part, highMean, sum);
                bigMean = TLanes.IfPositive(TLanes.IfPositive(apart, mass - massBelow, zero), highMean, bigMean);
                bigMass = TLanes.Max(massBelow, mass);
                TLanes between = home + one, inside = apart - one;
                while (TLanes.AnyPositive(inside))
                {
                    place = TLanes.IfPositive(inside, between, home);
                    if (typeof(TWalls) == typeof(Periodic))
                        place = march.Wrap(place);
                    TLanes whole = TLanes.IfPositive(inside, TLanes.Gather(old, place), zero);
                    total += whole;
                    sum = TLanes.Fused(whole, TLanes.Gather(w, place), sum);
                    between += one;
                    inside -= one;
                }
            }

            TLanes target = TLanes.Create(cell);
            if (typeof(TWalls) == typeof(Periodic))
                target = march.Wrap(start + target);
            wanted = typeof(TWalls) == typeof(Periodic) ? TLanes.Gather(now, target) : TLanes.Load(now + cell * lanes);
            lack = wanted - total;

            // The cell's own rounding counts as mass of what it has, and the larger old cell's as mass of that.
            own = lack - noise * wanted;
            value = TLanes.IfPositive(own, TLanes.Fused(lack, bigMean, sum), sum) / TLanes.IfPositive(own, wanted, total);
            far = TLanes.IfPositive(own, lack - noise * bigMass, zero);
            surplus = TLanes.Max(zero - lack, zero);

            TLanes elsewhere = TLanes.Abs(TLanes.Create(cell) - summit);
            topMass = TLanes.IfPositive(elsewhere, topMass, total);
            topSum = TLanes.IfPositive(elsewhere, topSum, sum);
            surplus = TLanes.IfPositive(elsewhere, surplus, zero);
            far = TLanes.IfPositive(elsewhere, far, zero);
            extra += surplus;
            extraSum = TLanes.Fused(surplus, value, extraSum);
            lost = TLanes.Max(lost, far);
            value = TLanes.IfPositive(far, sum, TLanes.Min(TLanes.Max(value, least), most));
            TLanes.IfPositive(far, lack, zero).Store(lacks + cell * lanes);
            if (typeof(TWalls) == typeof(Periodic))
                value.Scatter(result, target);
            else
                value.Store(result + cell * lanes);
            home = nextHome;
            share = nextShare;
            if (typeof(TWalls) == typeof(NoFlux))
            {
                home.Store(space);
                common = RemapMarch.Agreed(space, lanes);
            }
        }

        TLanes top = TLanes.Min(TLanes.Max((topSum + extraSum) / (topMass + extra), least), most);
        top.Scatter(result, typeof(TWalls) == typeof(Periodic) ? march.Wrap(start + summit) : summit);
        lost.Store(space);
        top.Store(space + lanes);
        if (TLanes.AnyPositive(lost))
            Mend<TLanes>(march, line, typeof(TWalls) == typeof(Periodic));
    }

    /// <summary>Gives the cells that lack mass what they lack, at the summit's mean.</summary>
    private static void Mend<TLanes>(RemapMarch march, in Line line, bool periodic)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        TLanes start = TLanes.Load(march.Starts), top = TLanes.Load(line.Space + lanes);
        TLanes least = TLanes.Create(line.Lowest), most = TLanes.Create(line.Highest);
        for (int cell = 0; cell < line.Cells; cell++)
        {
            TLanes lack = TLanes.Load(line.Lacks + cell * lanes);
            if (!TLanes.AnyPositive(lack))
                continue;
            TLanes target = periodic ? march.Wrap(start + TLanes.Create(cell)) : TLanes.Create(cell);
            TLanes value = TLanes.Gather(line.Result, target);
            TLanes mended = TLanes.Fused(lack, top, value) / TLanes.Gather(line.Now, target);
            TLanes.IfPositive(lack, TLanes.Min(TLanes.Max(mended, least), most), value).Scatter(line.Result, target);
        }
    }

    /// <summary>Mean over the shares [low, high] of a cell's mass of the parabola of that mean and these edge values about it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Mean<TLanes>(TLanes mean, TLanes down, TLanes up, TLanes low, TLanes high)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes sum = low + high, half = TLanes.Create(0.5), third = TLanes.Create(1.0 / 3);
        TLanes curve = TLanes.Create(-3) * (up + down);
        TLanes bow = half * sum - third * TLanes.Fused(low, low, high * sum);
        return mean + TLanes.Fused(curve, bow, TLanes.Fused(half * (up - down), sum, down));
    }

    /// <summary>One line's panels.</summary>
    private readonly struct Line(
        int cells, double* old, double* now, double* ratios, double* left, double* right, double lowest, double highest, double* result,
        double* lacks, double* space)
    {
        public readonly int Cells = cells;
        public readonly double* Old = old;
        public readonly double* Now = now;
        public readonly double* Ratios = ratios;
        public readonly double* Left = left;
        public readonly double* Right = right;
        public readonly double Lowest = lowest;
        public readonly double Highest = highest;
        public readonly double* Result = result;
        public readonly double* Lacks = lacks;
        public readonly double* Space = space;
    }

    // What a kernel is compiled for.
    private readonly struct Constants;

    private readonly struct Parabolas;

    private readonly struct NoFlux;

    private readonly struct Periodic;
}
