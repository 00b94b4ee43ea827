using System.Runtime.CompilerServices;
using PdeDiffusion.Flows;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Monitors;

/// <summary>What the kernels of either width share.</summary>
internal static class SegmentKernels
{
    public const int LongestSegment = 512;

    /// <summary>Below this u lies at its floor: the cell is not judged.</summary>
    public const double NearFloor = Snapshot.FloorMargin * ForwardFlow.Floor;

    /// <summary>How many λ = <see cref="LargestTilt"/> 2^{m+1−Tilts}, m = 0, 1, ..., the exponential moments are taken at.</summary>
    public const int Tilts = 8;

    /// <summary>Largest λ: the moments of the continuum exist below 1.</summary>
    public const double LargestTilt = 0.96;

    /// <summary>dist²/4t counts as at most this in an exponential moment, so that e^{λ dist²/4t} stays in range and u's floor, 1e-280,
    /// adds nothing.</summary>
    public const double LargestScaledDistance = 500;

    /// <summary>Ratios below this count as this in a relative Fisher information.</summary>
    public const double SmallestRatio = 1e-300;

    /// <summary>Its logarithm; a constant, so that the kernels read no static field of a generic class.</summary>
    public const double LogSmallestRatio = -690.7755278982137;

    /// <summary>Below this a product of ratios may have lost bits: logarithms of single ratios are then summed instead.</summary>
    public const double SmallestProduct = 1e-290;
}

/// <summary>
/// Measures a segment: at most <see cref="SegmentKernels.LongestSegment"/> neighbouring cells of one row, so that every pass but the first
/// finds them in the nearest cache. Its sums are eight, one for each place in eight neighbours, at most 64 terms each; a register of four
/// takes half the places after the other, and the bits are the same. The sums of segments are compensated. All arrays are read up to the
/// next multiple of eight: behind the last cell they repeat it, with width 0. Extrema come with the segment's first cell; where they lie in
/// it is looked up for those of the whole level only.
/// </summary>
/// <remarks>
/// Kernels are methods of their own, optimised from the first call: the compiler's budget for inlining is then each kernel's alone, and no
/// short run spends its time in code where each of a register's operations is a call.
/// </remarks>
internal static unsafe class SegmentKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    private const int Places = 8;

    /// <summary>Mass and least value of u, and how many cells lie at the floor.</summary>
    /// <param name="segmentMass">∫ u over the segment.</param>
    /// <returns>True if none does, so that the other passes need not ask.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool Density(LevelPart part, double* u, double* widths, double height, int count, int first, out double segmentMass)
    {
        double* masses = stackalloc double[Places], leasts = stackalloc double[Places];
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister mass = TRegister.Create(0), least = TRegister.Create(double.PositiveInfinity);
            for (int i = place; i < count; i += Places)
            {
                TRegister value = TRegister.Load(u + i);
                mass = TRegister.Fused(value, TRegister.Load(widths + i), mass);
                least = TRegister.Min(least, value);
            }

            mass.Store(masses + place);
            least.Store(leasts + place);
        }

        double smallest = Least(leasts);
        segmentMass = Sum(masses) * height;
        part.MassU.Add(segmentMass);
        part.LeastU.OfferLow(smallest, first);
        if (smallest >= SegmentKernels.NearFloor)
            return true;
        for (int i = 0; i < count; i++)
            part.CellsAtFloor += u[i] < SegmentKernels.NearFloor ? 1 : 0;
        return false;
    }

    /// <summary>w = v/u, its logarithm, and the logarithm as a Fisher information takes it: one division and one logarithm a cell, in a
    /// loop that has nothing else to keep in registers. w is NaN where it is not judged.</summary>
    /// <param name="logarithms">log w, 0 where w ≤ 0: 0 log 0 = 0, and a negative v has no logarithm and is the positivity monitor's.</param>
    /// <param name="boundedLogarithms">log w, at least that of <see cref="SegmentKernels.SmallestRatio"/>.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Ratios(double* u, double* v, double* ratios, double* logarithms, double* boundedLogarithms, int count)
    {
        TRegister zero = TRegister.Create(0), one = TRegister.Create(1), nearFloor = TRegister.Create(SegmentKernels.NearFloor);
        TRegister smallest = TRegister.Create(SegmentKernels.SmallestRatio), logSmallest = TRegister.Create(SegmentKernels.LogSmallestRatio);
        for (int i = 0; i < count; i += TRegister.Count)
        {
            TRegister density = TRegister.Load(u + i), ratio = TRegister.Load(v + i) / density;
            TRegister log = VectorMath.Log(TRegister.IfGreater(ratio, zero, ratio, one));
            log.Store(logarithms + i);
            TRegister.IfGreater(ratio, smallest, log, logSmallest).Store(boundedLogarithms + i);
            TRegister.IfGreater(nearFloor, density, TRegister.Create(double.NaN), ratio).Store(ratios + i);
        }
    }

    /// <summary>Mass and extrema of v, extrema of w where it is judged, and Σ |i| v log w with and without sign.</summary>
    /// <returns>The greatest v.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Generated(
        LevelPart part, double* v, double* widths, double height, double* ratios, double* logarithms, int count, int first, bool allJudged)
    {
        double* masses = stackalloc double[4 * Places], extrema = stackalloc double[4 * Places];
        TRegister zero = TRegister.Create(0), infinite = TRegister.Create(double.PositiveInfinity), minusInfinite = zero - infinite;
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister mass = zero, floor = zero, divergence = zero, absolute = zero;
            TRegister leastV = infinite, leastRatio = infinite, greatestV = minusInfinite, greatestRatio = minusInfinite;
            for (int i = place; i < count; i += Places)
            {
                TRegister value = TRegister.Load(v + i), ratio = TRegister.Load(ratios + i);
                TRegister weighted = value * TRegister.Load(widths + i), term = weighted * TRegister.Load(logarithms + i);
                mass += weighted;
                divergence += term;
                absolute += TRegister.Abs(term);
                leastV = TRegister.Min(leastV, value);
                greatestV = TRegister.Max(greatestV, value);
                if (allJudged)
                {
                    leastRatio = TRegister.Min(leastRatio, ratio);
                    greatestRatio = TRegister.Max(greatestRatio, ratio);
                }
                else
                {
                    // NaN compares with nothing.
                    leastRatio = TRegister.IfGreater(leastRatio, ratio, ratio, leastRatio);
                    greatestRatio = TRegister.IfGreater(ratio, greatestRatio, ratio, greatestRatio);
                    floor += TRegister.IfGreater(ratio, minusInfinite, zero, weighted);
                }
            }

            mass.Store(masses + place);
            floor.Store(masses + Places + place);
            divergence.Store(masses + 2 * Places + place);
            absolute.Store(masses + 3 * Places + place);
            leastV.Store(extrema + place);
            greatestV.Store(extrema + Places + place);
            leastRatio.Store(extrema + 2 * Places + place);
            greatestRatio.Store(extrema + 3 * Places + place);
        }

        part.MassV.Add(Sum(masses) * height);
        part.MassAtFloor.Add(Sum(masses + Places) * height);
        part.Divergence.Add(Sum(masses + 2 * Places) * height);
        part.AbsoluteDivergence.Add(Sum(masses + 3 * Places) * height);
        double largest = Greatest(extrema + Places);
        part.LeastV.OfferLow(Least(extrema), first);
        part.GreatestV.OfferHigh(largest, first);
        part.LeastRatio.OfferLow(Least(extrema + 2 * Places), first);
        part.GreatestRatio.OfferHigh(Greatest(extrema + 3 * Places), first);
        return largest;
    }

    /// <summary>
    /// Σ weight ū (w − w')(log w − log w') over the faces between each cell and the cell <paramref name="uLower"/>, w' and log w' stand
    /// for: its lower neighbour along an axis. Faces of a cell that is not judged are left out.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Fisher(
        LevelPart part, double* u, double* ratios, double* logarithms, double* uLower, double* ratiosLower, double* logarithmsLower,
        double* weights, double scale, int count)
    {
        double* sums = stackalloc double[Places];
        TRegister zero = TRegister.Create(0), minusOne = TRegister.Create(-1);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister sum = zero;
            for (int i = place; i < count; i += Places)
            {
                TRegister term = (TRegister.Load(u + i) + TRegister.Load(uLower + i)) * TRegister.Load(weights + i)
                    * ((TRegister.Load(ratios + i) - TRegister.Load(ratiosLower + i))
                        * (TRegister.Load(logarithms + i) - TRegister.Load(logarithmsLower + i)));

                // NaN compares with nothing.
                sum += TRegister.IfGreater(TRegister.Abs(term), minusOne, term, zero);
            }

            sum.Store(sums + place);
        }

        part.Fisher.Add(0.5 * scale * Sum(sums));
    }

    /// <summary>
    /// Moments of the squared distance D to the data: Σ |i| v D, Σ |i| v c and Σ |i| u e^{λ c} for each λ, c = min(D/4t, 500). One
    /// exponential a cell: the next λ is twice the one before, so its exponential is the square.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Distances(
        LevelPart part, double* u, double* v, double* distances, double* widths, double height, double inverseFourTimes, int count)
    {
        double* sums = stackalloc double[10 * Places];
        TRegister smallest = TRegister.Create(SegmentKernels.LargestTilt / (1 << (SegmentKernels.Tilts - 1)));
        TRegister inverse = TRegister.Create(inverseFourTimes), cap = TRegister.Create(SegmentKernels.LargestScaledDistance);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister squares = TRegister.Create(0), capped = squares;
            TRegister a = squares, b = squares, c = squares, d = squares, e = squares, f = squares, g = squares, h = squares;
            for (int i = place; i < count; i += Places)
            {
                TRegister distance = TRegister.Load(distances + i), width = TRegister.Load(widths + i);
                TRegister generated = TRegister.Load(v + i) * width, density = TRegister.Load(u + i) * width;
                TRegister scaled = TRegister.Min(distance * inverse, cap);
                squares = TRegister.Fused(generated, distance, squares);
                capped = TRegister.Fused(generated, scaled, capped);
                TRegister tilt = VectorMath.ExpOfModerate(scaled * smallest);
                a = TRegister.Fused(density, tilt, a);
                tilt *= tilt;
                b = TRegister.Fused(density, tilt, b);
                tilt *= tilt;
                c = TRegister.Fused(density, tilt, c);
                tilt *= tilt;
                d = TRegister.Fused(density, tilt, d);
                tilt *= tilt;
                e = TRegister.Fused(density, tilt, e);
                tilt *= tilt;
                f = TRegister.Fused(density, tilt, f);
                tilt *= tilt;
                g = TRegister.Fused(density, tilt, g);
                h = TRegister.Fused(density, tilt * tilt, h);
            }

            squares.Store(sums + place);
            capped.Store(sums + Places + place);
            a.Store(sums + 2 * Places + place);
            b.Store(sums + 3 * Places + place);
            c.Store(sums + 4 * Places + place);
            d.Store(sums + 5 * Places + place);
            e.Store(sums + 6 * Places + place);
            f.Store(sums + 7 * Places + place);
            g.Store(sums + 8 * Places + place);
            h.Store(sums + 9 * Places + place);
        }

        part.SquaredDistance.Add(height * Sum(sums));
        part.CappedDistance.Add(height * Sum(sums + Places));
        for (int tilt = 0; tilt < SegmentKernels.Tilts; tilt++)
            part.Tilted[tilt].Add(height * Sum(sums + (2 + tilt) * Places));
    }

    /// <summary>Σ |i| (v/largest)^p for each exponent, largest that of the segment.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Powers(LevelPart part, double[] exponents, double* v, double largest, double* widths, double height, int count)
    {
        // A density of mass 1 has values near or above the reciprocal of the volume: these add nothing.
        if (!(largest > 1e-300))
            return;
        part.Powers.Raise(largest);
        double* sums = stackalloc double[Places];
        TRegister scale = TRegister.Create(1 / largest);
        for (int index = 0; index < exponents.Length; index++)
        {
            double p = exponents[index];
            for (int place = 0; place < Places; place += TRegister.Count)
            {
                TRegister sum = TRegister.Create(0);
                if (p == 2)
                {
                    for (int i = place; i < count; i += Places)
                    {
                        TRegister value = TRegister.Load(v + i) * scale;
                        sum = TRegister.Fused(value * value, TRegister.Load(widths + i), sum);
                    }
                }
                else if (p <= 64 && p == Math.Floor(p))
                {
                    for (int i = place; i < count; i += Places)
                        sum += IntegerPower(TRegister.Load(v + i) * scale, (int)p) * TRegister.Load(widths + i);
                }
                else
                {
                    for (int i = place; i < count; i += Places)
                    {
                        TRegister log = VectorMath.Log(TRegister.Load(v + i) * scale);
                        sum += VectorMath.Exp(log * TRegister.Create(p)) * TRegister.Load(widths + i);
                    }
                }

                sum.Store(sums + place);
            }

            part.Powers.Add(index, Sum(sums) * height, largest);
        }
    }

    /// <summary>The largest value of P 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void PropagatedOne(LevelPart part, double* one, int count, int first)
    {
        double* sums = stackalloc double[Places], extrema = stackalloc double[Places];
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister greatest = TRegister.Create(double.NegativeInfinity), sum = TRegister.Create(0);
            // To the end of the last eight: nothing weighs what is behind the last cell with 0 here.
            for (int i = place; i - place < count; i += Places)
            {
                TRegister value = TRegister.Load(one + i);
                greatest = TRegister.Max(greatest, value);
                sum += value;
            }

            greatest.Store(extrema + place);
            sum.Store(sums + place);
        }

        part.GreatestOne.OfferHigh(Greatest(extrema), first);
        part.One.Add(Sum(sums));
    }

    /// <summary>
    /// The smallest product of the ratios u_j/u_i over a cell's neighbours j. Where all spacings are the same h, Δ_h log u is its
    /// logarithm over h², and the logarithm of the smallest is the only one that is taken. <paramref name="u"/> has the segment's
    /// neighbours before and behind it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void CurvatureByProduct(LevelPart part, double* u, double* south, double* north, int count, int first, bool allJudged)
    {
        TRegister one = TRegister.Create(1), infinite = TRegister.Create(double.PositiveInfinity), undefined = TRegister.Create(0);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            RegisterLeast<TRegister> least = RegisterLeast<TRegister>.Start(place);
            for (int i = place; i < count; i += Places)
            {
                TRegister centre = TRegister.Load(u + i), inverse = one / centre;
                TRegister product = TRegister.Load(u + i - 1) * inverse * (TRegister.Load(u + i + 1) * inverse);
                if (south != null)
                    product *= TRegister.Load(south + i) * inverse * (TRegister.Load(north + i) * inverse);
                TRegister judged = one;
                if (!allJudged || i + Places > count)
                {
                    judged = Judged(centre, least.Places, count);
                    product = TRegister.IfPositive(judged, product, infinite);
                }

                undefined = TRegister.IfGreater(infinite, product, undefined, TRegister.Max(undefined, judged));
                least.Offer(product);
            }

            least.OfferTo(ref part.Curvature, first);
        }

        part.CurvatureUndefined |= TRegister.AnyPositive(undefined);
    }

    /// <summary>The smallest weightX · log(u_W u_E/u_i²) + weightY · log(u_S u_N/u_i²): Δ_h log u on a uniform grid with two
    /// spacings.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void CurvatureByAxes(
        LevelPart part, double* u, double* south, double* north, double weightX, double weightY, int count, int first)
    {
        TRegister one = TRegister.Create(1), zero = TRegister.Create(0), infinite = TRegister.Create(double.PositiveInfinity), undefined = zero;
        TRegister alongWeight = TRegister.Create(weightX), acrossWeight = TRegister.Create(weightY);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            RegisterLeast<TRegister> least = RegisterLeast<TRegister>.Start(place);
            for (int i = place; i < count; i += Places)
            {
                TRegister centre = TRegister.Load(u + i), inverse = one / centre, judged = Judged(centre, least.Places, count);
                TRegister alongX = TRegister.Load(u + i - 1) * inverse * (TRegister.Load(u + i + 1) * inverse);
                TRegister alongY = TRegister.Load(south + i) * inverse * (TRegister.Load(north + i) * inverse);

                // A product that leaves the range, to either side, has the level measured again face by face.
                TRegister smallest = TRegister.Create(SegmentKernels.SmallestProduct);
                TRegister inRange = TRegister.IfGreater(infinite, alongX, one, zero) * TRegister.IfGreater(infinite, alongY, one, zero)
                    * TRegister.IfGreater(alongX, smallest, one, zero) * TRegister.IfGreater(alongY, smallest, one, zero);
                undefined = TRegister.Max(undefined, judged * (one - inRange));
                TRegister sum = alongWeight * VectorMath.Log(alongX) + acrossWeight * VectorMath.Log(alongY);
                least.Offer(TRegister.IfPositive(judged, sum, infinite));
            }

            least.OfferTo(ref part.Curvature, first);
        }

        part.CurvatureUndefined |= TRegister.AnyPositive(undefined);
    }

    /// <summary>The smallest Δ_h log u = Σ_faces weight · log(u_j/u_i), one logarithm a face and side.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void CurvatureByFaces(
        LevelPart part, double* u, double* south, double* north, double* west, double* east, double southWeight, double northWeight, int count, int first)
    {
        TRegister one = TRegister.Create(1), infinite = TRegister.Create(double.PositiveInfinity);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            RegisterLeast<TRegister> least = RegisterLeast<TRegister>.Start(place);
            for (int i = place; i < count; i += Places)
            {
                TRegister centre = TRegister.Load(u + i), inverse = one / centre;
                TRegister sum = TRegister.Load(west + i) * VectorMath.Log(TRegister.Load(u + i - 1) * inverse)
                    + TRegister.Load(east + i) * VectorMath.Log(TRegister.Load(u + i + 1) * inverse);
                if (south != null)
                {
                    sum += TRegister.Create(southWeight) * VectorMath.Log(TRegister.Load(south + i) * inverse)
                        + TRegister.Create(northWeight) * VectorMath.Log(TRegister.Load(north + i) * inverse);
                }

                least.Offer(TRegister.IfPositive(Judged(centre, least.Places, count), sum, infinite));
            }

            least.OfferTo(ref part.Curvature, first);
        }
    }

    /// <summary>The sum of the eight places, in one order everywhere.</summary>
    private static double Sum(double* places) =>
        places[0] + places[1] + (places[2] + places[3]) + (places[4] + places[5] + (places[6] + places[7]));

    private static double Least(double* places)
    {
        double least = places[0];
        for (int place = 1; place < Places; place++)
            least = Math.Min(least, places[place]);
        return least;
    }

    private static double Greatest(double* places)
    {
        double greatest = places[0];
        for (int place = 1; place < Places; place++)
            greatest = Math.Max(greatest, places[place]);
        return greatest;
    }

    /// <summary>1 for a cell of the segment where u is above its floor, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TRegister Judged(TRegister u, TRegister place, int count)
    {
        TRegister zero = TRegister.Create(0);
        return TRegister.IfGreater(TRegister.Create(count), place, TRegister.IfGreater(TRegister.Create(SegmentKernels.NearFloor), u, zero, TRegister.Create(1)), zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TRegister IntegerPower(TRegister value, int exponent)
    {
        TRegister power = TRegister.Create(1);
        for (; ; value *= value)
        {
            if ((exponent & 1) != 0)
                power *= value;
            exponent >>= 1;
            if (exponent == 0)
                return power;
        }
    }
}
