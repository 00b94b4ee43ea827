using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Flows;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>Constants of the kernels, shared by both register widths.</summary>
internal static class SegmentKernels
{
    /// <summary>Most cells of a segment.</summary>
    public const int LongestSegment = 512;

    /// <summary>Number of partial sums of a segment, one for each place in eight neighbours, whatever the register width.</summary>
    public const int Places = 8;

    /// <summary>A cell with u below this is at the floor and not judged.</summary>
    public const double NearFloor = Snapshot.FloorMargin * DensityFloor.Value;

    /// <summary>Number of exponential moments, at λ = <see cref="LargestTilt"/> 2^{m+1−Tilts}, m = 0, 1, ….</summary>
    public const int Tilts = 8;

    /// <summary>Largest λ: the moments of the continuum exist below 1.</summary>
    public const double LargestTilt = 0.96;

    /// <summary>
    /// Cap of dist²/4t in an exponential moment, so that e^{λ dist²/4t} stays in range and u's floor, 1e-280, adds nothing.
    /// </summary>
    public const double LargestScaledDistance = 500;

    /// <summary>Lower cap of the ratios w in a relative Fisher information.</summary>
    public const double SmallestRatio = 1e-300;

    /// <summary>Its logarithm; a constant, so that the kernels read no static field of a generic class.</summary>
    public const double LogSmallestRatio = -690.7755278982137;

    /// <summary>A product of ratios below this may have lost bits: logarithms of single ratios are then summed instead.</summary>
    public const double SmallestProduct = 1e-290;

    /// <summary>The largest multiple of <see cref="Places"/> up to <paramref name="count"/>.</summary>
    public static int WholePlaces(int count) => count / Places * Places;

    /// <summary>
    /// Whether u, v, v/u, 1/u and v + u of a segment are so far from the ends of the range of a double that no operation on them loses
    /// bits: v − w u is smaller than v by up to 105 bits.
    /// </summary>
    public static bool AreInRange(double leastU, double greatestU, double leastV, double greatestV) =>
        leastU >= NearFloor && greatestU <= 1e300 && leastV >= 1e-290 * Math.Max(1, greatestU) && greatestV <= 1e300 * Math.Min(1, leastU);
}

/// <summary>
/// Sums and extrema of a segment: at most <see cref="SegmentKernels.LongestSegment"/> neighbouring cells of one row, so that every pass but
/// the first finds them in the first-level cache. A sum has <see cref="SegmentKernels.Places"/> partial sums of at most 64 terms; a
/// register of four takes them in two halves, with the same bits. The sums of segments are compensated. All arrays are read up to the next
/// multiple of eight: beyond the last cell they repeat it, with width 0. An extremum is reported with the segment's first cell; its own
/// cell is located only for the extrema of the whole level.
/// </summary>
/// <remarks>Each kernel is <see cref="KernelMethod.Own"/>.</remarks>
internal static unsafe class SegmentKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    /// <summary>Σ |i| value over the height of the row, and the extrema.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static double Totals(double* values, double* widths, int count, out double smallest, out double largest)
    {
        // Both halves of eight neighbours at once where a register holds four: each sum is a chain of additions that wait on each other.
        TRegister mass = TRegister.Create(0), upperMass = mass;
        TRegister least = TRegister.Create(double.PositiveInfinity), greatest = mass - least;
        for (int i = 0; i < count; i += SegmentKernels.Places)
        {
            TRegister value = TRegister.Load(values + i);
            mass = TRegister.Fused(value, TRegister.Load(widths + i), mass);
            least = TRegister.Min(least, value);
            greatest = TRegister.Max(greatest, value);
            if (typeof(TRegister) != typeof(Lanes4))
                continue;
            value = TRegister.Load(values + i + 4);
            upperMass = TRegister.Fused(value, TRegister.Load(widths + i + 4), upperMass);
            least = TRegister.Min(least, value);
            greatest = TRegister.Max(greatest, value);
        }

        (smallest, largest) = (TRegister.Least(least), TRegister.Greatest(greatest));
        return TRegister.Sum(mass) + TRegister.Sum(upperMass);
    }

    /// <summary>Mass and least value of u, and how many cells lie at the floor.</summary>
    /// <param name="segmentMass">∫ u over the segment.</param>
    public static void Density(
        LevelPart part, double* u, double* widths, double height, int count, int first, out double segmentMass, out double smallest,
        out double largest)
    {
        segmentMass = Totals(u, widths, count, out smallest, out largest) * height;
        part.MassU.Add(segmentMass);
        part.LeastU.OfferLow(smallest, first);
        for (int i = 0; smallest < SegmentKernels.NearFloor && i < count; i++)
            part.CellsAtFloor += u[i] < SegmentKernels.NearFloor ? 1 : 0;
    }

    /// <summary>Mass and extrema of v.</summary>
    /// <param name="segmentMass">∫ v over the segment.</param>
    public static void Generated(
        LevelPart part, double* v, double* widths, double height, int count, int first, out double smallest, out double largest,
        out double segmentMass)
    {
        segmentMass = Totals(v, widths, count, out smallest, out largest) * height;
        part.MassV.Add(segmentMass);
        part.LeastV.OfferLow(smallest, first);
        part.GreatestV.OfferHigh(largest, first);
    }

    /// <summary>w = v/u and its logarithm; w is NaN in cells that are not judged.</summary>
    /// <param name="logarithms">log w, 0 where w ≤ 0: 0 log 0 = 0, and a negative v is reported by the positivity monitor.</param>
    /// <param name="boundedLogarithms">log w for a Fisher information, at least that of <see cref="SegmentKernels.SmallestRatio"/>.</param>
    [MethodImpl(KernelMethod.Own)]
    public static void Ratios(double* u, double* v, double* ratios, double* logarithms, double* boundedLogarithms, int count)
    {
        TRegister zero = TRegister.Create(0), one = TRegister.Create(1), nearFloor = TRegister.Create(SegmentKernels.NearFloor);
        TRegister smallest = TRegister.Create(SegmentKernels.SmallestRatio);
        TRegister logSmallest = TRegister.Create(SegmentKernels.LogSmallestRatio);
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
    /// As <see cref="Ratios"/>, where every cell is judged and u, v and w are well within the range of a double (<see
    /// cref="SegmentKernels.AreInRange"/>), so that both logarithms agree: w = v · (1/u), corrected by the residual v − w u, and log w from
    /// s = (v' − u)/(v' + u), v' = 2⁻ᵏ v, w in 2ᵏ[√½, √2), where the difference is exact. One division per cell instead of two; v = u gives
    /// exactly 1 and 0. <see cref="DivergenceInRange"/> takes the logarithms.
    /// </summary>
    /// <param name="inverses">1/u.</param>
    /// <param name="terms">s.</param>
    /// <param name="exponents">k.</param>
    [MethodImpl(KernelMethod.Own)]
    public static void RatiosInRange(
        double* u, double* inverses, double* v, double* ratios, double* terms, double* exponents, int count)
    {
        TRegister zero = TRegister.Create(0);
        for (int i = 0; i < count; i += TRegister.Count)
        {
            TRegister density = TRegister.Load(u + i), value = TRegister.Load(v + i), inverse = TRegister.Load(inverses + i);
            TRegister quotient = value * inverse;
            TRegister ratio = TRegister.Fused(TRegister.Fused(zero - quotient, density, value), inverse, quotient);
            ratio.Store(ratios + i);
            VectorMath.TermOfQuotient(value, density, quotient, out TRegister exponent).Store(terms + i);
            exponent.Store(exponents + i);
        }
    }

    /// <summary>Σ |i| v log w, Σ |i| v |log w|, the extrema of w over the judged cells, and ∫ v over the others.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Divergence(
        LevelPart part, double* v, double* widths, double height, double* ratios, double* logarithms, int count, int first, bool allJudged)
    {
        double massAtFloor = 0, signed = 0, unsigned = 0, smallest = double.PositiveInfinity, largest = double.NegativeInfinity;
        TRegister zero = TRegister.Create(0), infinite = TRegister.Create(double.PositiveInfinity), minusInfinite = zero - infinite;
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister floor = zero, divergence = zero, absolute = zero, leastRatio = infinite, greatestRatio = minusInfinite;
            for (int i = place; i < count; i += SegmentKernels.Places)
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
                    // A comparison with NaN is false.
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

    /// <summary>As <see cref="Divergence"/> after <see cref="RatiosInRange"/>, whose s are replaced by log w.</summary>
    /// <param name="logarithms">s, then log w.</param>
    /// <param name="exponents">k.</param>
    /// <param name="ahead">Values that are prefetched, as <paramref name="farAhead"/>.</param>
    [MethodImpl(KernelMethod.Own)]
    public static void DivergenceInRange(
        LevelPart part, double* v, double* widths, double height, double* ratios, double* logarithms, double* exponents, int count,
        int first, double* ahead, double* farAhead)
    {
        double signed = 0, unsigned = 0;
        TRegister zero = TRegister.Create(0), least = TRegister.Create(double.PositiveInfinity), greatest = zero - least;
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister divergence = zero, absolute = zero;
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                if (Sse.IsSupported && place == 0)
                {
                    Sse.Prefetch0(ahead + i);
                    Sse.Prefetch0(farAhead + i);
                }

                TRegister log = VectorMath.LogOfTerm(TRegister.Load(logarithms + i), TRegister.Load(exponents + i));
                log.Store(logarithms + i);
                TRegister ratio = TRegister.Load(ratios + i), term = TRegister.Load(v + i) * TRegister.Load(widths + i) * log;
                divergence += term;
                absolute += TRegister.Abs(term);
                least = TRegister.Min(least, ratio);
                greatest = TRegister.Max(greatest, ratio);
            }

            signed += TRegister.Sum(divergence);
            unsigned += TRegister.Sum(absolute);
        }

        part.Divergence.Add(signed * height);
        part.AbsoluteDivergence.Add(unsigned * height);
        part.LeastRatio.OfferLow(TRegister.Least(least), first);
        part.GreatestRatio.OfferHigh(TRegister.Greatest(greatest), first);
    }

    /// <summary>
    /// Σ weight ū (w − w')(log w − log w') over the faces between each cell and its lower neighbour along an axis, whose u, w and log w are
    /// the arrays named Lower. Faces of a cell that is not judged are left out.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Fisher(
        LevelPart part, double* u, double* ratios, double* logarithms, double* uLower, double* ratiosLower, double* logarithmsLower,
        double* weights, double scale, int count)
    {
        double total = 0;
        TRegister zero = TRegister.Create(0), minusOne = TRegister.Create(-1);
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister sum = zero;
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                TRegister term = (TRegister.Load(u + i) + TRegister.Load(uLower + i)) * TRegister.Load(weights + i)
                    * ((TRegister.Load(ratios + i) - TRegister.Load(ratiosLower + i))
                        * (TRegister.Load(logarithms + i) - TRegister.Load(logarithmsLower + i)));

                // A comparison with NaN is false.
                sum += TRegister.IfGreater(TRegister.Abs(term), minusOne, term, zero);
            }

            total += TRegister.Sum(sum);
        }

        part.Fisher.Add(0.5 * scale * total);
    }

    /// <summary>
    /// Moments of the squared distance D to the data: Σ |i| v D and Σ |i| v c, c = min(D/4t, 500), and for <see cref="Tilts"/> the parts of
    /// e^{λ c} of each cell for the smallest λ (<see cref="VectorMath.PartsOfExp"/>).
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Distances(
        LevelPart part, double* v, double* distances, double* widths, double height, double inverseFourTimes, double* rests,
        double* exponents, int count)
    {
        double squared = 0, scaledSum = 0;
        TRegister smallest = TRegister.Create(SegmentKernels.LargestTilt / (1 << (SegmentKernels.Tilts - 1)));
        TRegister inverse = TRegister.Create(inverseFourTimes), cap = TRegister.Create(SegmentKernels.LargestScaledDistance);
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister squares = TRegister.Create(0), capped = squares;
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                TRegister distance = TRegister.Load(distances + i), generated = TRegister.Load(v + i) * TRegister.Load(widths + i);
                TRegister scaled = TRegister.Min(distance * inverse, cap);
                squares = TRegister.Fused(generated, distance, squares);
                capped = TRegister.Fused(generated, scaled, capped);
                VectorMath.PartsOfExp(scaled * smallest, out TRegister exponent).Store(rests + i);
                exponent.Store(exponents + i);
            }

            squared += TRegister.Sum(squares);
            scaledSum += TRegister.Sum(capped);
        }

        part.SquaredDistance.Add(height * squared);
        part.CappedDistance.Add(height * scaledSum);
    }

    /// <summary>e^{λ c} of each cell for the smallest λ, in the place of <paramref name="rests"/>.</summary>
    /// <param name="rests">With <paramref name="exponents"/>, of <see cref="Distances"/>.</param>
    [MethodImpl(KernelMethod.Own)]
    public static void Tilts(double* rests, double* exponents, int count)
    {
        for (int i = 0; i < count; i += TRegister.Count)
            VectorMath.ExpOfParts(TRegister.Load(rests + i), TRegister.Load(exponents + i)).Store(rests + i);
    }

    /// <summary>
    /// Σ |i| u e^{λ c} for each λ, from e^{λ c} for the smallest: each λ is twice the one before, so its exponential is the square.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Tilted(LevelPart part, double* u, double* tilts, double* widths, double height, int count)
    {
        double* sums = stackalloc double[SegmentKernels.Tilts];
        new Span<double>(sums, SegmentKernels.Tilts).Clear();
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister a = TRegister.Create(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
            for (int i = place; i < count; i += SegmentKernels.Places)
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

    /// <summary>1/u.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static void Inverses(double* u, double* inverses, int count)
    {
        TRegister one = TRegister.Create(1);
        for (int i = 0; i < count; i += TRegister.Count)
            (one / TRegister.Load(u + i)).Store(inverses + i);
    }
}
