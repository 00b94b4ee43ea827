using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PdeDiffusion.Flows;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Monitors;

/// <summary>
/// Measures a segment: at most <see cref="LongestSegment"/> neighbouring cells of one row, so that every pass but the first finds them in
/// the nearest cache. Its sums are plain, at most 64 terms a lane; those of the segments are compensated. All arrays are read up to the
/// next multiple of eight: behind the last cell they repeat it, with width 0.
/// </summary>
internal static unsafe class SegmentKernels
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

    private static readonly double LogSmallestRatio = Math.Log(SmallestRatio);

    /// <summary>Below this a product of ratios may have lost bits: logarithms of single ratios are then summed instead.</summary>
    public const double SmallestProduct = 1e-290;

    private static readonly Vector512<double> Lanes = Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>Mass and least value of u, and how many cells lie at the floor.</summary>
    /// <returns>True if none does, so that the other passes need not ask.</returns>
    public static bool Density(LevelPart part, double* u, double* widths, double height, int count, int first)
    {
        VectorLeast least = VectorLeast.Start();
        Vector512<double> place = Lanes, mass = Vector512<double>.Zero;
        int atFloor = 0;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> value = Vector512.Load(u + i);
            mass += value * Vector512.Load(widths + i);
            least.Offer(value, place);
            place += Vector512.Create(8.0);
            if (Vector512.LessThanAny(value, Vector512.Create(NearFloor)))
                atFloor += CellsAtFloor(value, count - i);
        }

        part.MassU.Add(Vector512.Sum(mass) * height);
        least.OfferTo(ref part.LeastU, first);
        part.CellsAtFloor += atFloor;
        return atFloor == 0;
    }

    /// <summary>Mass and extrema of v, extrema of w = v/u where u is above its floor, and Σ |i| v log w with and without sign: one
    /// division and one logarithm a cell. Leaves w and log w
    /// behind, NaN where they are not judged.</summary>
    public static void Ratio(
        LevelPart part, double* u, double* v, double* widths, double height, double* ratios, double* logarithms, int count, int first, bool allJudged)
    {
        VectorLeast leastV = VectorLeast.Start(), leastRatio = VectorLeast.Start();
        VectorGreatest greatestV = VectorGreatest.Start(), greatestRatio = VectorGreatest.Start();
        Vector512<double> place = Lanes, zero = Vector512<double>.Zero, one = Vector512<double>.One;
        Vector512<double> mass = zero, floor = zero, divergence = zero, absolute = zero;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> density = Vector512.Load(u + i), value = Vector512.Load(v + i);
            Vector512<double> weighted = value * Vector512.Load(widths + i), ratio = value / density, judgedRatio = ratio;
            mass += weighted;
            leastV.Offer(value, place);
            greatestV.Offer(value, place);
            if (!allJudged)
            {
                Vector512<double> judged = Vector512.GreaterThanOrEqual(density, Vector512.Create(NearFloor));
                judgedRatio = Vector512.ConditionalSelect(judged, ratio, Vector512.Create(double.NaN));
                floor += Vector512.ConditionalSelect(judged, zero, weighted);
            }

            leastRatio.Offer(judgedRatio, place);
            greatestRatio.Offer(judgedRatio, place);
            place += Vector512.Create(8.0);

            // 0 log 0 = 0; a negative v has no logarithm and is the positivity monitor's.
            Vector512<double> log = VectorMath.Log(Vector512.ConditionalSelect(Vector512.GreaterThan(ratio, zero), ratio, one));
            Vector512<double> term = weighted * log;
            divergence += term;
            absolute += Vector512.Abs(term);
            StoreRatio(judgedRatio, log, ratios + i, logarithms + i);
        }

        part.MassV.Add(Vector512.Sum(mass) * height);
        part.MassAtFloor.Add(Vector512.Sum(floor) * height);
        part.Divergence.Add(Vector512.Sum(divergence) * height);
        part.AbsoluteDivergence.Add(Vector512.Sum(absolute) * height);
        leastV.OfferTo(ref part.LeastV, first);
        greatestV.OfferTo(ref part.GreatestV, first);
        leastRatio.OfferTo(ref part.LeastRatio, first);
        greatestRatio.OfferTo(ref part.GreatestRatio, first);
    }

    /// <summary>w = v/u and log w alone, as <see cref="Ratio"/> leaves them behind.</summary>
    public static void RatioOnly(double* u, double* v, double* ratios, double* logarithms, int count)
    {
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> density = Vector512.Load(u + i), ratio = Vector512.Load(v + i) / density;
            Vector512<double> log = VectorMath.Log(Vector512.ConditionalSelect(
                Vector512.GreaterThan(ratio, Vector512<double>.Zero), ratio, Vector512<double>.One));
            Vector512<double> judged = Vector512.GreaterThanOrEqual(density, Vector512.Create(NearFloor));
            StoreRatio(Vector512.ConditionalSelect(judged, ratio, Vector512.Create(double.NaN)), log, ratios + i, logarithms + i);
        }
    }

    /// <summary>
    /// Σ weight ū (w − w')(log w − log w') over the faces between each cell and the cell <paramref name="u"/>', w' and log w' stand for:
    /// its lower neighbour
    /// along an axis. Faces of a cell that is not judged are left out.
    /// </summary>
    public static void Fisher(
        LevelPart part, double* u, double* ratios, double* logarithms, double* uLower, double* ratiosLower, double* logarithmsLower,
        double* weights, double scale, int count)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> term = (Vector512.Load(u + i) + Vector512.Load(uLower + i)) * Vector512.Load(weights + i)
                * ((Vector512.Load(ratios + i) - Vector512.Load(ratiosLower + i)) * (Vector512.Load(logarithms + i) - Vector512.Load(logarithmsLower + i)));
            sum += Vector512.ConditionalSelect(Vector512.Equals(term, term), term, Vector512<double>.Zero);
        }

        part.Fisher.Add(0.5 * scale * Vector512.Sum(sum));
    }

    /// <summary>
    /// Moments of the squared distance D to the data: Σ |i| v D, Σ |i| v c and Σ |i| u e^{λ c} for each λ, c = min(D/4t, 500). One
    /// exponential a cell: the next λ is
    /// twice the one before, so its exponential is the square.
    /// </summary>
    public static void Distances(
        LevelPart part, double* u, double* v, double* distances, double* widths, double height, double inverseFourTimes, int count)
    {
        Vector512<double> squares = Vector512<double>.Zero, capped = squares;
        Vector512<double> a = squares, b = squares, c = squares, d = squares, e = squares, f = squares, g = squares, h = squares;
        var smallest = Vector512.Create(LargestTilt / (1 << (Tilts - 1)));
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> distance = Vector512.Load(distances + i), width = Vector512.Load(widths + i);
            Vector512<double> generated = Vector512.Load(v + i) * width, density = Vector512.Load(u + i) * width;
            Vector512<double> scaled = Vector512.MinNative(
                distance * Vector512.Create(inverseFourTimes), Vector512.Create(LargestScaledDistance));
            squares += generated * distance;
            capped += generated * scaled;
            Vector512<double> tilt = VectorMath.Exp(scaled * smallest);
            a += density * tilt;
            b += density * (tilt *= tilt);
            c += density * (tilt *= tilt);
            d += density * (tilt *= tilt);
            e += density * (tilt *= tilt);
            f += density * (tilt *= tilt);
            g += density * (tilt *= tilt);
            h += density * (tilt * tilt);
        }

        part.SquaredDistance.Add(height * Vector512.Sum(squares));
        part.CappedDistance.Add(height * Vector512.Sum(capped));
        part.Tilted[0].Add(height * Vector512.Sum(a));
        part.Tilted[1].Add(height * Vector512.Sum(b));
        part.Tilted[2].Add(height * Vector512.Sum(c));
        part.Tilted[3].Add(height * Vector512.Sum(d));
        part.Tilted[4].Add(height * Vector512.Sum(e));
        part.Tilted[5].Add(height * Vector512.Sum(f));
        part.Tilted[6].Add(height * Vector512.Sum(g));
        part.Tilted[7].Add(height * Vector512.Sum(h));
    }

    /// <summary>Σ |i| (v/largest)^p for each exponent, largest that of the segment.</summary>
    public static void Powers(LevelPart part, double[] exponents, double* v, double* widths, double height, int count)
    {
        Vector512<double> greatest = Vector512<double>.Zero;
        for (int i = 0; i < count; i += 8)
            greatest = Vector512.MaxNative(greatest, Vector512.Load(v + i));
        double largest = 0;
        for (int lane = 0; lane < 8; lane++)
            largest = Math.Max(largest, greatest[lane]);

        // A density of mass 1 has values near or above the reciprocal of the volume: these add nothing.
        if (!(largest > 1e-300))
            return;
        part.Powers.Raise(largest);
        var scale = Vector512.Create(1 / largest);
        for (int index = 0; index < exponents.Length; index++)
        {
            double p = exponents[index];
            Vector512<double> sum = Vector512<double>.Zero;
            if (p == 2)
            {
                for (int i = 0; i < count; i += 8)
                {
                    Vector512<double> value = Vector512.Load(v + i) * scale;
                    sum += value * value * Vector512.Load(widths + i);
                }
            }
            else if (p <= 64 && p == Math.Floor(p))
            {
                for (int i = 0; i < count; i += 8)
                    sum += IntegerPower(Vector512.Load(v + i) * scale, (int)p) * Vector512.Load(widths + i);
            }
            else
            {
                for (int i = 0; i < count; i += 8)
                {
                    Vector512<double> log = VectorMath.Log(Vector512.Load(v + i) * scale);
                    sum += VectorMath.Exp(log * Vector512.Create(p)) * Vector512.Load(widths + i);
                }
            }

            part.Powers.Add(index, Vector512.Sum(sum) * height, largest);
        }
    }

    /// <summary>The largest value of P 1.</summary>
    public static void PropagatedOne(LevelPart part, double* one, int count, int first)
    {
        VectorGreatest greatest = VectorGreatest.Start();
        Vector512<double> place = Lanes, sum = Vector512<double>.Zero;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> value = Vector512.Load(one + i);
            greatest.Offer(value, place);
            sum += value;
            place += Vector512.Create(8.0);
        }

        greatest.OfferTo(ref part.GreatestOne, first);
        part.One.Add(Vector512.Sum(sum));
    }

    /// <summary>
    /// The smallest product of the ratios u_j/u_i over a cell's neighbours j. Where all spacings are the same h, Δ_h log u is its
    /// logarithm over h²,
    /// and the logarithm of the smallest is the only one that is taken. <paramref name="u"/> has the segment's neighbours before and
    /// behind it.
    /// </summary>
    public static void CurvatureByProduct(LevelPart part, double* u, double* south, double* north, int count, int first, bool allJudged)
    {
        VectorLeast least = VectorLeast.Start();
        Vector512<double> place = Lanes, infinite = Vector512.Create(double.PositiveInfinity), defined = Vector512<double>.AllBitsSet;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> centre = Vector512.Load(u + i), inverse = Vector512<double>.One / centre;
            Vector512<double> product = Vector512.Load(u + i - 1) * inverse * (Vector512.Load(u + i + 1) * inverse);
            if (south != null)
                product *= Vector512.Load(south + i) * inverse * (Vector512.Load(north + i) * inverse);
            if (allJudged && i + 8 <= count)
            {
                defined &= Vector512.LessThan(product, infinite);
            }
            else
            {
                Vector512<double> judged = Judged(centre, place, count);
                defined &= Vector512.LessThan(product, infinite) | ~judged;
                product = Vector512.ConditionalSelect(judged, product, infinite);
            }

            least.Offer(product, place);
            place += Vector512.Create(8.0);
        }

        least.OfferTo(ref part.Curvature, first);
        part.CurvatureUndefined |= Vector512.ExtractMostSignificantBits(defined) != 0xFF;
    }

    /// <summary>The smallest weightX · log(u_W u_E/u_i²) + weightY · log(u_S u_N/u_i²): Δ_h log u on a uniform grid with two
    /// spacings.</summary>
    public static void CurvatureByAxes(
        LevelPart part, double* u, double* south, double* north, double weightX, double weightY, int count, int first)
    {
        VectorLeast least = VectorLeast.Start();
        Vector512<double> place = Lanes, infinite = Vector512.Create(double.PositiveInfinity), defined = Vector512<double>.AllBitsSet;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> centre = Vector512.Load(u + i), inverse = Vector512<double>.One / centre, judged = Judged(centre, place, count);
            Vector512<double> alongX = Vector512.Load(u + i - 1) * inverse * (Vector512.Load(u + i + 1) * inverse);
            Vector512<double> alongY = Vector512.Load(south + i) * inverse * (Vector512.Load(north + i) * inverse);

            // A product that leaves the range, to either side, has the level measured again face by face.
            Vector512<double> smallest = Vector512.Create(SmallestProduct);
            defined &= (Vector512.LessThan(alongX, infinite) & Vector512.LessThan(alongY, infinite)
                & Vector512.GreaterThan(alongX, smallest) & Vector512.GreaterThan(alongY, smallest)) | ~judged;
            Vector512<double> sum = Vector512.Create(weightX) * VectorMath.Log(alongX) + Vector512.Create(weightY) * VectorMath.Log(alongY);
            least.Offer(Vector512.ConditionalSelect(judged, sum, infinite), place);
            place += Vector512.Create(8.0);
        }

        least.OfferTo(ref part.Curvature, first);
        part.CurvatureUndefined |= Vector512.ExtractMostSignificantBits(defined) != 0xFF;
    }

    /// <summary>The smallest Δ_h log u = Σ_faces weight · log(u_j/u_i), one logarithm a face and side.</summary>
    public static void CurvatureByFaces(
        LevelPart part, double* u, double* south, double* north, double* west, double* east, double southWeight, double northWeight, int count, int first)
    {
        VectorLeast least = VectorLeast.Start();
        Vector512<double> place = Lanes;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> centre = Vector512.Load(u + i), inverse = Vector512<double>.One / centre;
            Vector512<double> sum = Vector512.Load(west + i) * VectorMath.Log(Vector512.Load(u + i - 1) * inverse)
                + Vector512.Load(east + i) * VectorMath.Log(Vector512.Load(u + i + 1) * inverse);
            if (south != null)
            {
                sum += Vector512.Create(southWeight) * VectorMath.Log(Vector512.Load(south + i) * inverse)
                    + Vector512.Create(northWeight) * VectorMath.Log(Vector512.Load(north + i) * inverse);
            }

            least.Offer(Vector512.ConditionalSelect(Judged(centre, place, count), sum, Vector512.Create(double.PositiveInfinity)), place);
            place += Vector512.Create(8.0);
        }

        least.OfferTo(ref part.Curvature, first);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreRatio(Vector512<double> ratio, Vector512<double> log, double* ratios, double* logarithms)
    {
        Vector512<double> isLarge = Vector512.GreaterThan(ratio, Vector512.Create(SmallestRatio));
        Vector512.Store(ratio, ratios);
        Vector512.Store(Vector512.ConditionalSelect(isLarge, log, Vector512.Create(LogSmallestRatio)), logarithms);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Judged(Vector512<double> u, Vector512<double> place, int count) =>
        Vector512.GreaterThanOrEqual(u, Vector512.Create(NearFloor)) & Vector512.LessThan(place, Vector512.Create((double)count));

    private static int CellsAtFloor(Vector512<double> u, int left)
    {
        ulong below = Vector512.ExtractMostSignificantBits(Vector512.LessThan(u, Vector512.Create(NearFloor)));
        return below == 0 ? 0 : BitOperations.PopCount(left >= 8 ? below : below & ((1UL << left) - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> IntegerPower(Vector512<double> value, int exponent)
    {
        Vector512<double> power = Vector512<double>.One;
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
