using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>
/// The smallest Δ_h log u of a segment's judged cells, as <see cref="SegmentKernels{TRegister}"/> reads its arrays: from the smallest
/// product of ratios u_j/u_i where all spacings are equal, by axes on other uniform grids, face by face on graded ones.
/// </summary>
internal static unsafe class CurvatureKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    /// <summary>
    /// The smallest product of the ratios u_j/u_i over a cell's neighbours j. Where all spacings are h, Δ_h log u is its logarithm over h²:
    /// a single logarithm per level. <paramref name="u"/> includes the neighbours of the segment at −1 and at <paramref name="count"/>;
    /// <paramref name="south"/> is null in one dimension.
    /// </summary>
    public static void CurvatureByProduct(
        LevelPart part, double* u, double* inverses, double* south, double* north, int count, int first, bool allJudged)
    {
        double least = double.PositiveInfinity, sum = 0;
        int plain = allJudged ? SegmentKernels.WholePlaces(count) : 0;
        if (south == null)
            Products<OneAxis>(u, inverses, south, north, plain, ref least, ref sum);
        else
            Products<TwoAxes>(u, inverses, south, north, plain, ref least, ref sum);
        OfferByProduct(part, u, inverses, south, north, plain, count, first, least, sum);
    }

    /// <summary>
    /// Offers to the part's extremum the smallest product over the judged cells from <paramref name="start"/> on and <paramref
    /// name="least"/>, that over the cells before.
    /// </summary>
    /// <param name="sum">The sum of the products before, not finite if one of them is not.</param>
    public static void OfferByProduct(
        LevelPart part, double* u, double* inverses, double* south, double* north, int start, int count, int first, double least,
        double sum)
    {
        if (south == null)
            JudgedProducts<OneAxis>(u, inverses, south, north, start, count, ref least, ref sum);
        else
            JudgedProducts<TwoAxes>(u, inverses, south, north, start, count, ref least, ref sum);

        // The sum is finite only if every product is.
        part.CurvatureUndefined |= !double.IsFinite(sum);
        part.Curvature.OfferLow(least, first);
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Products<TAxes>(
        double* u, double* inverses, double* south, double* north, int end, ref double smallest, ref double total)
        where TAxes : struct
    {
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            TRegister least = TRegister.Create(double.PositiveInfinity), sum = TRegister.Create(0);
            for (int i = place; i < end; i += SegmentKernels.Places)
            {
                TRegister product = Product<TAxes>(u, inverses, south, north, i);
                least = TRegister.Min(least, product);
                sum += product;
            }

            smallest = Math.Min(smallest, TRegister.Least(least));
            total += TRegister.Sum(sum);
        }
    }

    /// <summary>As <see cref="Products{TAxes}"/>, over the judged cells from <paramref name="start"/> on.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void JudgedProducts<TAxes>(
        double* u, double* inverses, double* south, double* north, int start, int count, ref double smallest, ref double total)
        where TAxes : struct
    {
        TRegister zero = TRegister.Create(0), infinite = TRegister.Create(double.PositiveInfinity);
        for (int place = 0; place < SegmentKernels.Places && start < count; place += TRegister.Count)
        {
            TRegister places = RegisterLeast<TRegister>.Start(start + place).Places;
            TRegister least = TRegister.Create(double.PositiveInfinity), sum = TRegister.Create(0);
            for (int i = start + place; i < count; i += SegmentKernels.Places)
            {
                TRegister product = Product<TAxes>(u, inverses, south, north, i), judged = Judged(TRegister.Load(u + i), places, count);
                least = TRegister.Min(least, TRegister.IfPositive(judged, product, infinite));
                sum += TRegister.IfPositive(judged, product, zero);
                places += TRegister.Create(SegmentKernels.Places);
            }

            smallest = Math.Min(smallest, TRegister.Least(least));
            total += TRegister.Sum(sum);
        }
    }

    /// <summary>
    /// The smallest weightX · log(u_W u_E/u_i²) + weightY · log(u_S u_N/u_i²): Δ_h log u on a uniform grid with two spacings.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    public static void CurvatureByAxes(
        LevelPart part, double* u, double* south, double* north, double weightX, double weightY, int count, int first)
    {
        TRegister one = TRegister.Create(1), zero = TRegister.Create(0), undefined = zero;
        TRegister infinite = TRegister.Create(double.PositiveInfinity);
        TRegister alongWeight = TRegister.Create(weightX), acrossWeight = TRegister.Create(weightY);
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            RegisterLeast<TRegister> least = RegisterLeast<TRegister>.Start(place);
            for (int i = place; i < count; i += SegmentKernels.Places)
            {
                TRegister centre = TRegister.Load(u + i), inverse = one / centre, judged = Judged(centre, least.Places, count);
                TRegister alongX = TRegister.Load(u + i - 1) * inverse * (TRegister.Load(u + i + 1) * inverse);
                TRegister alongY = TRegister.Load(south + i) * inverse * (TRegister.Load(north + i) * inverse);

                // After a product out of range, to either side, the level is measured again face by face.
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

    /// <summary>The smallest Δ_h log u = Σ_faces weight · log(u_j/u_i), one logarithm per face and side.</summary>
    [MethodImpl(KernelMethod.Own)]
    public static void CurvatureByFaces(
        LevelPart part, double* u, double* south, double* north, double* west, double* east, double southWeight, double northWeight,
        int count, int first)
    {
        TRegister one = TRegister.Create(1), infinite = TRegister.Create(double.PositiveInfinity);
        for (int place = 0; place < SegmentKernels.Places; place += TRegister.Count)
        {
            RegisterLeast<TRegister> least = RegisterLeast<TRegister>.Start(place);
            for (int i = place; i < count; i += SegmentKernels.Places)
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

    /// <summary>1 for a judged cell of the segment, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TRegister Judged(TRegister u, TRegister place, int count)
    {
        TRegister zero = TRegister.Create(0);
        TRegister aboveFloor = TRegister.IfGreater(TRegister.Create(SegmentKernels.NearFloor), u, zero, TRegister.Create(1));
        return TRegister.IfGreater(TRegister.Create(count), place, aboveFloor, zero);
    }

    // What a kernel is compiled for, compared as types.
    private readonly struct OneAxis;

    private readonly struct TwoAxes;
}
