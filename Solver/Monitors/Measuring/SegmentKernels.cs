using System.Runtime.CompilerServices;
using PdeDiffusion.Schemes;
using PdeDiffusion.Flows;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>What the kernels of either width share.</summary>
internal static class SegmentKernels
{
    public const int LongestSegment = 512;

    /// <summary>Below this u lies at its floor: the cell is not judged.</summary>
    public const double NearFloor = Snapshot.FloorMargin * DensityFloor.Value;

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

    /// <summary>
    /// Whether u, v, v/u, 1/u and v + u of a segment stay so far from the ends of the range that no operation on them loses bits: v − w u has
    /// 105 bits less than v.
    /// </summary>
    public static bool AreInRange(double leastU, double greatestU, double leastV, double greatestV) =>
        leastU >= NearFloor && greatestU <= 1e300 && leastV >= 1e-290 * Math.Max(1, greatestU) && greatestV <= 1e300 * Math.Min(1, leastU);
}

/// <summary>
/// Measures a segment: at most <see cref="SegmentKernels.LongestSegment"/> neighbouring cells of one row, so that every pass but the first
/// finds them in the nearest cache. Its sums are eight, one for each place in eight neighbours, at most 64 terms each; a register of four
/// takes half the places after the other, and the bits are the same. The sums of segments are compensated. All arrays are read up to the
/// next multiple of eight: behind the last cell they repeat it, with width 0. Extrema come with the segment's first cell; where they lie in
/// it is looked up for those of the whole level only. (The curvature of grids with several spacings comes with its own cell.)
/// </summary>
/// <remarks>
/// Kernels are methods of their own, optimised from the first call: the compiler's budget for inlining is then each kernel's alone, and no
/// short run spends its time in code where each of a register's operations is a call.
/// </remarks>
internal static unsafe class SegmentKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    private const int Places = 8;

    /// <summary>Σ |i| value over the height of the row, and the extrema.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Totals(double* values, double* widths, int count, out double smallest, out double largest)
    {
        double total = 0;
        (smallest, largest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister mass = TRegister.Create(0), least = TRegister.Create(double.PositiveInfinity), greatest = mass - least;
            for (int i = place; i < count; i += Places)
            {
                TRegister value = TRegister.Load(values + i);
                mass = TRegister.Fused(value, TRegister.Load(widths + i), mass);
                least = TRegister.Min(least, value);
                greatest = TRegister.Max(greatest, value);
            }

            total += TRegister.Sum(mass);
            smallest = Math.Min(smallest, TRegister.Least(least));
            largest = Math.Max(largest, TRegister.Greatest(greatest));
        }

        return total;
    }

    /// <summary>Mass and least value of u, and how many cells lie at the floor.</summary>
    /// <param name="segmentMass">∫ u over the segment.</param>
    public static void Density(
        LevelPart part, double* u, double* widths, double height, int count, int first, out double segmentMass, out double smallest, out double largest)
    {
        segmentMass = Totals(u, widths, count, out smallest, out largest) * height;
        part.MassU.Add(segmentMass);
        part.LeastU.OfferLow(smallest, first);
        for (int i = 0; smallest < SegmentKernels.NearFloor && i < count; i++)
            part.CellsAtFloor += u[i] < SegmentKernels.NearFloor ? 1 : 0;
    }

    /// <summary>Mass and extrema of v.</summary>
    public static void Generated(
        LevelPart part, double* v, double* widths, double height, int count, int first, out double smallest, out double largest)
    {
        part.MassV.Add(Totals(v, widths, count, out smallest, out largest) * height);
        part.LeastV.OfferLow(smallest, first);
        part.GreatestV.OfferHigh(largest, first);
    }

    /// <summary>w = v/u, its logarithm, and the logarithm as a Fisher information takes it. w is NaN where it is not judged.</summary>
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

    /// <summary>
    /// The same where every cell is judged and u, v and w are known to lie well within the range of a double (<see
    /// cref="SegmentKernels.AreInRange"/>), so that both logarithms are one: w from 1/u, corrected by what is left of
    /// v, and log w from (v' − u)/(v' + u), v' = 2⁻ᵏ v, w in 2ᵏ[√½, √2): the difference is exact there. A division a cell instead of two, and v = u gives 1 and 0 to the bit.
    /// </summary>
    /// <param name="inverses">1/u.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void RatiosInRange(double* u, double* inverses, double* v, double* ratios, double* logarithms, int count)
    {
        TRegister zero = TRegister.Create(0);
        for (int i = 0; i < count; i += TRegister.Count)
        {
            TRegister density = TRegister.Load(u + i), value = TRegister.Load(v + i), inverse = TRegister.Load(inverses + i);
            TRegister quotient = value * inverse;
            TRegister ratio = TRegister.Fused(TRegister.Fused(zero - quotient, density, value), inverse, quotient);
            ratio.Store(ratios + i);
            VectorMath.LogOfQuotient(value, density, quotient).Store(logarithms + i);
        }
    }

    /// <summary>Σ |i| v log w with and without sign, extrema of w and ∫ v over the cells where it is not judged.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Divergence(
        LevelPart part, double* v, double* widths, double height, double* ratios, double* logarithms, int count, int first, bool allJudged)
    {
        double massAtFloor = 0, signed = 0, unsigned = 0, smallest = double.PositiveInfinity, largest = double.NegativeInfinity;
        TRegister zero = TRegister.Create(0), infinite = TRegister.Create(double.PositiveInfinity), minusInfinite = zero - infinite;
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister floor = zero, divergence = zero, absolute = zero, leastRatio = infinite, greatestRatio = minusInfinite;
            for (int i = place; i < count; i += Places)
            {
                TRegister ratio = TRegister.Load(ratios + i), weighted = TRegister.Load(v + i) * TRegister.Load(widths + i);
                TRegister term = weighted * TRegister.Load(logarithms + i);
                divergence += term;
                absolute += TRegister.Abs(term);
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

            massAtFloor += TRegister.Sum(floor);
            signed += TRegister.Sum(divergence);
            unsigned += TRegister.Sum(absolute);
            smallest = Math.Min(smallest, TRegister.Least(leastRatio));
            largest = Math.Max(largest, TRegister.Greatest(greatestRatio));
        }

        part.MassAtFloor.Add(massAtFloor * height);
        part.Divergence.Add(signed * height);
        part.AbsoluteDivergence.Add(unsigned * height);
        part.LeastRatio.OfferLow(smallest, first);
        part.GreatestRatio.OfferHigh(largest, first);
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
        double total = 0;
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

            total += TRegister.Sum(sum);
        }

        part.Fisher.Add(0.5 * scale * total);
    }

    /// <summary>
    /// Moments of the squared distance D to the data: Σ |i| v D and Σ |i| v c, c = min(D/4t, 500), and e^{λ c} of each cell for the smallest λ.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Distances(
        LevelPart part, double* v, double* distances, double* widths, double height, double inverseFourTimes, double* tilts, int count)
    {
        double squared = 0, scaledSum = 0;
        TRegister smallest = TRegister.Create(SegmentKernels.LargestTilt / (1 << (SegmentKernels.Tilts - 1)));
        TRegister inverse = TRegister.Create(inverseFourTimes), cap = TRegister.Create(SegmentKernels.LargestScaledDistance);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister squares = TRegister.Create(0), capped = squares;
            for (int i = place; i < count; i += Places)
            {
                TRegister distance = TRegister.Load(distances + i), generated = TRegister.Load(v + i) * TRegister.Load(widths + i);
                TRegister scaled = TRegister.Min(distance * inverse, cap);
                squares = TRegister.Fused(generated, distance, squares);
                capped = TRegister.Fused(generated, scaled, capped);
                VectorMath.ExpOfModerate(scaled * smallest).Store(tilts + i);
            }

            squared += TRegister.Sum(squares);
            scaledSum += TRegister.Sum(capped);
        }

        part.SquaredDistance.Add(height * squared);
        part.CappedDistance.Add(height * scaledSum);
    }

    /// <summary>
    /// Σ |i| u e^{λ c} for each λ from e^{λ c} for the smallest one: the next λ is twice the one before, so its exponential is the square.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Tilted(LevelPart part, double* u, double* tilts, double* widths, double height, int count)
    {
        double* sums = stackalloc double[SegmentKernels.Tilts];
        new Span<double>(sums, SegmentKernels.Tilts).Clear();
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister a = TRegister.Create(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
            for (int i = place; i < count; i += Places)
            {
                TRegister tilt = TRegister.Load(tilts + i), density = TRegister.Load(u + i) * TRegister.Load(widths + i);
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

            sums[0] += TRegister.Sum(a);
            sums[1] += TRegister.Sum(b);
            sums[2] += TRegister.Sum(c);
            sums[3] += TRegister.Sum(d);
            sums[4] += TRegister.Sum(e);
            sums[5] += TRegister.Sum(f);
            sums[6] += TRegister.Sum(g);
            sums[7] += TRegister.Sum(h);
        }

        for (int tilt = 0; tilt < SegmentKernels.Tilts; tilt++)
            part.Tilted[tilt].Add(height * sums[tilt]);
    }

    /// <summary>
    /// Σ |i| (v/scale)^p for each exponent, the scale a power of two next to the segment's largest v; that value itself where a p is so large
    /// that 2^p would leave the range.
    /// </summary>
    public static void Powers(LevelPart part, double[] exponents, double* v, double largest, double* widths, double height, int count)
    {
        // A density of mass 1 has values near or above the reciprocal of the volume: these add nothing.
        if (!(largest > 1e-300))
            return;
        double scale = largest;
        if (!part.Powers.AreLarge)
            scale = Math.ScaleB(1, Math.ILogB(largest));
        part.Powers.Raise(scale);
        for (int index = 0; index < exponents.Length; index++)
        {
            double p = exponents[index];
            double sum = p == 2 ? SumOfPowers<Square>(v, 1 / scale, widths, count, p)
                : p <= 64 && p == Math.Floor(p) ? SumOfPowers<WholePower>(v, 1 / scale, widths, count, p)
                : SumOfPowers<RealPower>(v, 1 / scale, widths, count, p);
            part.Powers.Add(index, sum * height, scale);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double SumOfPowers<TPower>(double* v, double factor, double* widths, int count, double exponent)
        where TPower : struct
    {
        double total = 0;
        TRegister scale = TRegister.Create(factor), power = TRegister.Create(exponent);
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister sum = TRegister.Create(0);
            for (int i = place; i < count; i += Places)
            {
                TRegister value = TRegister.Load(v + i) * scale, width = TRegister.Load(widths + i);
                if (typeof(TPower) == typeof(Square))
                    sum = TRegister.Fused(value * value, width, sum);
                else if (typeof(TPower) == typeof(WholePower))
                    sum += IntegerPower(value, (int)exponent) * width;
                else
                    sum += VectorMath.Exp(VectorMath.Log(value) * power) * width;
            }

            total += TRegister.Sum(sum);
        }

        return total;
    }

    /// <summary>1/u.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Inverses(double* u, double* inverses, int count)
    {
        TRegister one = TRegister.Create(1);
        for (int i = 0; i < count; i += TRegister.Count)
            (one / TRegister.Load(u + i)).Store(inverses + i);
    }

    /// <summary>
    /// The smallest product of the ratios u_j/u_i over a cell's neighbours j. Where all spacings are the same h, Δ_h log u is its
    /// logarithm over h², and the logarithm of the smallest is the only one that is taken. <paramref name="u"/> has the segment's
    /// neighbours before and behind it; <paramref name="south"/> is null in one dimension.
    /// </summary>
    public static void CurvatureByProduct(
        LevelPart part, double* u, double* inverses, double* south, double* north, int count, int first, bool allJudged)
    {
        double least = double.PositiveInfinity, sum = 0;
        int plain = allJudged ? count / Places * Places : 0;
        if (south == null)
        {
            Products<OneAxis>(u, inverses, south, north, plain, ref least, ref sum);
            JudgedProducts<OneAxis>(u, inverses, south, north, plain, count, ref least, ref sum);
        }
        else
        {
            Products<TwoAxes>(u, inverses, south, north, plain, ref least, ref sum);
            JudgedProducts<TwoAxes>(u, inverses, south, north, plain, count, ref least, ref sum);
        }

        // The sum is finite only if every product is.
        part.CurvatureUndefined |= !double.IsFinite(sum);
        part.Curvature.OfferLow(least, first);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Products<TAxes>(double* u, double* inverses, double* south, double* north, int end, ref double smallest, ref double total)
        where TAxes : struct
    {
        for (int place = 0; place < Places; place += TRegister.Count)
        {
            TRegister least = TRegister.Create(double.PositiveInfinity), sum = TRegister.Create(0);
            for (int i = place; i < end; i += Places)
            {
                TRegister product = Product<TAxes>(u, inverses, south, north, i);
                least = TRegister.Min(least, product);
                sum += product;
            }

            smallest = Math.Min(smallest, TRegister.Least(least));
            total += TRegister.Sum(sum);
        }
    }

    /// <summary>The same from cell <paramref name="start"/> on, of the cells that are judged.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void JudgedProducts<TAxes>(
        double* u, double* inverses, double* south, double* north, int start, int count, ref double smallest, ref double total)
        where TAxes : struct
    {
        TRegister zero = TRegister.Create(0), infinite = TRegister.Create(double.PositiveInfinity);
        for (int place = 0; place < Places && start < count; place += TRegister.Count)
        {
            TRegister places = RegisterLeast<TRegister>.Start(start + place).Places;
            TRegister least = TRegister.Create(double.PositiveInfinity), sum = TRegister.Create(0);
            for (int i = start + place; i < count; i += Places)
            {
                TRegister product = Product<TAxes>(u, inverses, south, north, i), judged = Judged(TRegister.Load(u + i), places, count);
                least = TRegister.Min(least, TRegister.IfPositive(judged, product, infinite));
                sum += TRegister.IfPositive(judged, product, zero);
                places += TRegister.Create(Places);
            }

            smallest = Math.Min(smallest, TRegister.Least(least));
            total += TRegister.Sum(sum);
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TRegister Product<TAxes>(double* u, double* inverses, double* south, double* north, int i)
        where TAxes : struct
    {
        TRegister inverse = TRegister.Load(inverses + i);
        TRegister product = TRegister.Load(u + i - 1) * inverse * (TRegister.Load(u + i + 1) * inverse);
        return typeof(TAxes) == typeof(OneAxis)
            ? product
            : product * (TRegister.Load(south + i) * inverse * (TRegister.Load(north + i) * inverse));
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

    // What a kernel is compiled for, compared as types.
    private readonly struct OneAxis;

    private readonly struct TwoAxes;

    private readonly struct Square;

    private readonly struct WholePower;

    private readonly struct RealPower;
}
