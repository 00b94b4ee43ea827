using System.Numerics;
using System.Runtime.Intrinsics;
using PdeDiffusion.Flows;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Monitors;

/// <summary>
/// Measures a segment: at most <see cref="LongestSegment"/> neighbouring cells of one row, so that every pass but the first finds them in
/// the nearest cache. All arrays are read up to the next multiple of eight: behind the last cell they repeat it, with width 0.
/// </summary>
internal static unsafe class SegmentKernels
{
    public const int LongestSegment = 512;

    /// <summary>Below this u lies at its floor: the cell is not judged.</summary>
    public const double NearFloor = 1e3 * ForwardFlow.Floor;

    /// <summary>How many λ = <see cref="LargestTilt"/> 2^{m+1−Tilts}, m = 0, 1, ..., the exponential moments are taken at.</summary>
    public const int Tilts = 8;

    /// <summary>Largest λ: the moments of the continuum exist below 1.</summary>
    public const double LargestTilt = 0.96;

    /// <summary>dist²/4t counts as at most this in an exponential moment, so that e^{λ dist²/4t} stays in range and u's floor, 1e-280, adds nothing.</summary>
    public const double LargestScaledDistance = 500;

    /// <summary>Ratios below this count as this in a relative Fisher information.</summary>
    public const double SmallestRatio = 1e-300;

    private static readonly double LogSmallestRatio = Math.Log(SmallestRatio);

    private static readonly Vector512<double> Lanes = Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>Mass and least value of u, and how many cells lie at the floor.</summary>
    public static void Density(LevelPart part, double* u, double* widths, double height, int count, int first)
    {
        VectorSum mass = default;
        VectorLeast least = VectorLeast.Start();
        Vector512<double> place = Lanes;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> value = Vector512.Load(u + i);
            mass.Add(value * Vector512.Load(widths + i));
            least.Offer(value, place);
            place += Vector512.Create(8.0);
            part.CellsAtFloor += CellsAtFloor(value, count - i);
        }

        AddScaled(ref part.MassU, mass, height);
        least.OfferTo(ref part.LeastU, first);
    }

    /// <summary>Mass and extrema of v, extrema of w = v/u where u is above its floor, and Σ |i| v log w with and without sign: one division and one logarithm a cell. Leaves w and log w
    /// behind, NaN where they are not judged.</summary>
    public static void Ratio(
        LevelPart part, double* u, double* v, double* widths, double height, double* ratios, double* logarithms, int count, int first)
    {
        VectorSum mass = default, floor = default, divergence = default, absolute = default;
        VectorLeast leastV = VectorLeast.Start(), leastRatio = VectorLeast.Start();
        VectorGreatest greatestV = VectorGreatest.Start(), greatestRatio = VectorGreatest.Start();
        Vector512<double> place = Lanes, zero = Vector512<double>.Zero, one = Vector512<double>.One, nearFloor = Vector512.Create(NearFloor);
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> density = Vector512.Load(u + i), value = Vector512.Load(v + i);
            Vector512<double> weighted = value * Vector512.Load(widths + i), ratio = value / density;
            mass.Add(weighted);
            leastV.Offer(value, place);
            greatestV.Offer(value, place);

            Vector512<double> judged = Vector512.GreaterThanOrEqual(density, nearFloor);
            Vector512<double> unjudged = Vector512.Create(double.NaN);
            leastRatio.Offer(Vector512.ConditionalSelect(judged, ratio, unjudged), place);
            greatestRatio.Offer(Vector512.ConditionalSelect(judged, ratio, unjudged), place);
            floor.Add(Vector512.ConditionalSelect(judged, zero, weighted));
            place += Vector512.Create(8.0);

            // 0 log 0 = 0; a negative v has no logarithm and is the positivity monitor's.
            Vector512<double> log = VectorMath.Log(Vector512.ConditionalSelect(Vector512.GreaterThan(ratio, zero), ratio, one));
            Vector512<double> term = weighted * log;
            divergence.Add(term);
            absolute.Add(Vector512.Abs(term));
            StoreRatio(ratio, log, judged, ratios + i, logarithms + i);
        }

        AddScaled(ref part.MassV, mass, height);
        AddScaled(ref part.MassAtFloor, floor, height);
        AddScaled(ref part.Divergence, divergence, height);
        AddScaled(ref part.AbsoluteDivergence, absolute, height);
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
            StoreRatio(ratio, log, Vector512.GreaterThanOrEqual(density, Vector512.Create(NearFloor)), ratios + i, logarithms + i);
        }
    }

    /// <summary>
    /// Σ weight ū (w − w')(log w − log w') over the faces between each cell and the cell <paramref name="u"/>', w' and log w' stand for: its lower neighbour
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
    /// Moments of the squared distance D to the data: Σ |i| v D, Σ |i| v c and Σ |i| u e^{λ c} for each λ, c = min(D/4t, 500). One exponential a cell: the next λ is
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
    /// The smallest product of the ratios u_j/u_i over a cell's neighbours j. Where all spacings are the same h, Δ_h log u is its logarithm over h²,
    /// and the logarithm of the smallest is the only one that is taken. <paramref name="u"/> has the segment's neighbours before and behind it.
    /// </summary>
    public static void CurvatureByProduct(LevelPart part, double* u, double* south, double* north, int count, int first)
    {
        VectorLeast least = VectorLeast.Start();
        Vector512<double> place = Lanes, undefined = Vector512<double>.Zero;
        for (int i = 0; i < count; i += 8)
        {
            Vector512<double> centre = Vector512.Load(u + i), inverse = Vector512<double>.One / centre;
            Vector512<double> product = Vector512.Load(u + i - 1) * inverse * (Vector512.Load(u + i + 1) * inverse);
            if (south != null)
                product *= Vector512.Load(south + i) * inverse * (Vector512.Load(north + i) * inverse);
            Vector512<double> judged = Judged(centre, place, count);
            undefined |= Vector512.AndNot(judged, Vector512.Equals(product, product));
            least.Offer(Vector512.ConditionalSelect(judged, product, Vector512.Create(double.PositiveInfinity)), place);
            place += Vector512.Create(8.0);
        }

        least.OfferTo(ref part.Curvature, first);
        part.CurvatureUndefined |= Vector512.ExtractMostSignificantBits(undefined) != 0;
    }

    /// <summary>The smallest Δ_h log u = Σ_faces weight · log(u_j/u_i), one logarithm a face and side.</summary>
    public static void CurvatureByLogarithms(
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

    private static void StoreRatio(
        Vector512<double> ratio, Vector512<double> log, Vector512<double> judged, double* ratios, double* logarithms)
    {
        Vector512<double> bounded = Vector512.ConditionalSelect(
            Vector512.GreaterThan(ratio, Vector512.Create(SmallestRatio)), log, Vector512.Create(LogSmallestRatio));
        Vector512.Store(Vector512.ConditionalSelect(judged, ratio, Vector512.Create(double.NaN)), ratios);
        Vector512.Store(bounded, logarithms);
    }

    private static Vector512<double> Judged(Vector512<double> u, Vector512<double> place, int count) =>
        Vector512.GreaterThanOrEqual(u, Vector512.Create(NearFloor)) & Vector512.LessThan(place, Vector512.Create((double)count));

    private static int CellsAtFloor(Vector512<double> u, int left)
    {
        ulong below = Vector512.ExtractMostSignificantBits(Vector512.LessThan(u, Vector512.Create(NearFloor)));
        return below == 0 ? 0 : BitOperations.PopCount(left >= 8 ? below : below & ((1UL << left) - 1));
    }

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

    private static void AddScaled(ref CompensatedSum target, in VectorSum sum, double height)
    {
        CompensatedSum part = default;
        sum.AddTo(ref part);
        target.Add(part.Value * height);
    }
}
