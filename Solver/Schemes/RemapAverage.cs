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
    public static void Apply<TLanes>(
        RemapMarch march, int cells, bool periodic, double* old, double* now, double* w, double* left, double* right, double lowest,
        double highest, double* result, double* lacks)
        where TLanes : struct, ILanes<TLanes>
    {
        nint lanes = TLanes.Count;
        TLanes zero = TLanes.Create(0), one = TLanes.Create(1), half = TLanes.Create(0.5), noise = TLanes.Create(Noise);
        TLanes least = TLanes.Create(lowest), most = TLanes.Create(highest);
        TLanes start = TLanes.Load(march.Starts), summit = TLanes.Load(march.Summits);
        TLanes home = TLanes.Load(march.Homes), share = TLanes.Load(march.Shares);
        TLanes lastHome = TLanes.Load(march.Homes + cells * lanes), lastShare = TLanes.Load(march.Shares + cells * lanes);
        TLanes place = periodic ? march.Wrap(home) : home;
        TLanes mass = TLanes.Gather(old, place), mean = TLanes.Gather(w, place), down = zero, up = zero;
        if (left != null)
        {
            down = TLanes.Gather(left, place) - mean;
            up = TLanes.Gather(right, place) - mean;
        }

        TLanes extra = zero, extraSum = zero, topMass = zero, topSum = zero, lost = zero;
        for (int cell = 0; cell < cells; cell++)
        {
            TLanes nextHome = TLanes.Load(march.Homes + (cell + 1) * lanes), nextShare = TLanes.Load(march.Shares + (cell + 1) * lanes);

            // Rounding, or crossings that do not fit the masses, must not turn the order of faces round.
            TLanes back = home - nextHome, shareBack = share - nextShare;
            TLanes behind = TLanes.IfPositive(back, one, TLanes.IfPositive(back + half, shareBack, zero));
            nextHome = TLanes.IfPositive(behind, home, nextHome);
            nextShare = TLanes.IfPositive(behind, share, nextShare);
            if (periodic)
            {
                TLanes over = nextHome - lastHome;
                over = TLanes.IfPositive(over, one, TLanes.IfPositive(over + half, nextShare - lastShare, zero));
                nextHome = TLanes.IfPositive(over, lastHome, nextHome);
                nextShare = TLanes.IfPositive(over, lastShare, nextShare);
            }

            TLanes apart = nextHome - home;
            TLanes highShare = TLanes.IfPositive(apart, one, nextShare);
            TLanes nextMass = mass, nextMean = mean, nextDown = down, nextUp = up;
            TLanes total = (highShare - share) * mass, lowMean = Mean(mean, down, up, share, highShare);
            TLanes sum = total * lowMean, bigMean = lowMean, bigMass = mass;
            if (TLanes.AnyPositive(apart))
            {
                place = periodic ? march.Wrap(nextHome) : nextHome;
                nextMass = TLanes.Gather(old, place);
                nextMean = TLanes.Gather(w, place);
                if (left != null)
                {
                    nextDown = TLanes.Gather(left, place) - nextMean;
                    nextUp = TLanes.Gather(right, place) - nextMean;
                }

                TLanes part = TLanes.IfPositive(apart, nextShare * nextMass, zero);
                TLanes highMean = Mean(nextMean, nextDown, nextUp, zero, nextShare);
                total += part;
                sum = TLanes.Fused(part, highMean, sum);
                bigMean = TLanes.IfPositive(TLanes.IfPositive(apart, nextMass - mass, zero), highMean, bigMean);
                bigMass = TLanes.Max(mass, nextMass);
                TLanes between = home + one, inside = apart - one;
                while (TLanes.AnyPositive(inside))
                {
                    place = TLanes.IfPositive(inside, between, home);
                    if (periodic)
                        place = march.Wrap(place);
                    TLanes whole = TLanes.IfPositive(inside, TLanes.Gather(old, place), zero);
                    total += whole;
                    sum = TLanes.Fused(whole, TLanes.Gather(w, place), sum);
                    between += one;
                    inside -= one;
                }
            }

            TLanes target = periodic ? march.Wrap(start + TLanes.Create(cell)) : TLanes.Create(cell);
            TLanes wanted = periodic ? TLanes.Gather(now, target) : TLanes.Load(now + cell * lanes);
            TLanes lack = wanted - total;

            // The cell's own rounding counts as mass of what it has, and the larger old cell's as mass of that.
            TLanes own = TLanes.IfPositive(lack - noise * wanted, one, zero);
            TLanes filled = TLanes.IfPositive(own, TLanes.Fused(lack, bigMean, sum), sum);
            TLanes value = filled / TLanes.IfPositive(own, wanted, total);
            TLanes far = TLanes.IfPositive(own, lack - noise * bigMass, zero);
            TLanes surplus = TLanes.Max(zero - lack, zero);

            TLanes here = TLanes.Create(cell) - summit;
            TLanes away = TLanes.Abs(here);
            topMass = TLanes.IfPositive(away, topMass, total);
            topSum = TLanes.IfPositive(away, topSum, sum);
            surplus = TLanes.IfPositive(away, surplus, zero);
            far = TLanes.IfPositive(away, far, zero);
            extra += surplus;
            extraSum = TLanes.Fused(surplus, value, extraSum);
            lost = TLanes.Max(lost, far);
            value = TLanes.IfPositive(far, sum, TLanes.Min(TLanes.Max(value, least), most));
            TLanes.IfPositive(far, lack, zero).Store(lacks + cell * lanes);
            if (periodic)
                value.Scatter(result, target);
            else
                value.Store(result + cell * lanes);
            home = nextHome;
            share = nextShare;
            mass = nextMass;
            mean = nextMean;
            down = nextDown;
            up = nextUp;
        }

        TLanes top = TLanes.Min(TLanes.Max((topSum + extraSum) / (topMass + extra), least), most);
        TLanes topPlace = periodic ? march.Wrap(start + summit) : summit;
        top.Scatter(result, topPlace);
        if (!TLanes.AnyPositive(lost))
            return;
        for (int cell = 0; cell < cells; cell++)
        {
            TLanes lack = TLanes.Load(lacks + cell * lanes);
            if (!TLanes.AnyPositive(lack))
                continue;
            TLanes target = periodic ? march.Wrap(start + TLanes.Create(cell)) : TLanes.Create(cell);
            TLanes value = TLanes.Gather(result, target);
            TLanes mended = TLanes.Fused(lack, top, value) / TLanes.Gather(now, target);
            TLanes.IfPositive(lack, TLanes.Min(TLanes.Max(mended, least), most), value).Scatter(result, target);
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
}
