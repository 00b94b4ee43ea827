using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>
/// The smallest second differences of log u along x, y and both diagonals over a segment's judged cells: logarithms of the smallest
/// products u(i + e) u(i − e)/u(i)², as <see cref="CurvatureKernels{TRegister}"/> takes them.
/// </summary>
internal static unsafe class DirectionKernels<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    /// <summary>
    /// Offers the four smallest products to the part's extrema. <paramref name="u"/> and the rows south and north of it include their
    /// neighbours at −1 and at <paramref name="count"/>.
    /// </summary>
    public static void Least(
        LevelPart part, double* u, double* inverses, double* south, double* north, int count, int first, bool allJudged)
    {
        double* least = stackalloc double[LevelPart.Directions];
        new Span<double>(least, LevelPart.Directions).Fill(double.PositiveInfinity);
        int plain = allJudged ? SegmentKernels.WholePlaces(count) : 0;
        Products(u, inverses, south, north, plain, least);
        Offer(part, u, inverses, south, north, plain, count, first, least);
    }

    /// <summary>
    /// As <see cref="Least"/> and <see cref="CurvatureKernels{TRegister}.CurvatureByProduct"/>, which share two products.
    /// </summary>
    public static void LeastWithCurvature(
        LevelPart part, double* u, double* inverses, double* south, double* north, int count, int first, bool allJudged)
    {
        double* least = stackalloc double[LevelPart.Directions];
        new Span<double>(least, LevelPart.Directions).Fill(double.PositiveInfinity);
        int plain = allJudged ? SegmentKernels.WholePlaces(count) : 0;
        double smallest = ProductsWithCurvature(u, inverses, south, north, plain, least, out double sum);
        CurvatureKernels<TRegister>.OfferByProduct(part, u, inverses, south, north, plain, count, first, smallest, sum);
        Offer(part, u, inverses, south, north, plain, count, first, least);
    }

    private static void Offer(
        LevelPart part, double* u, double* inverses, double* south, double* north, int start, int count, int first, double* least)
    {
        if (start < count)
            JudgedProducts(u, inverses, south, north, start, count, least);
        for (int direction = 0; direction < LevelPart.Directions; direction++)
            part.Directional[direction].OfferLow(least[direction], first);
    }

    [MethodImpl(KernelMethod.Own)]
    private static void Products(double* u, double* inverses, double* south, double* north, int end, double* smallest)
    {
        TRegister x = TRegister.Create(double.PositiveInfinity), y = x, rising = x, falling = x;
        for (int i = 0; i < end; i += TRegister.Count)
        {
            TRegister inverse = TRegister.Load(inverses + i);
            x = TRegister.Min(x, TRegister.Load(u + i - 1) * inverse * (TRegister.Load(u + i + 1) * inverse));
            y = TRegister.Min(y, TRegister.Load(south + i) * inverse * (TRegister.Load(north + i) * inverse));
            rising = TRegister.Min(rising, TRegister.Load(south + i - 1) * inverse * (TRegister.Load(north + i + 1) * inverse));
            falling = TRegister.Min(falling, TRegister.Load(south + i + 1) * inverse * (TRegister.Load(north + i - 1) * inverse));
        }

        Take(x, y, rising, falling, smallest);
    }

    /// <summary>As <see cref="Products"/>, and the smallest and the sum of the products over a cell's four neighbours.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static double ProductsWithCurvature(
        double* u, double* inverses, double* south, double* north, int end, double* smallest, out double total)
    {
        TRegister x = TRegister.Create(double.PositiveInfinity), y = x, rising = x, falling = x, least = x, sum = TRegister.Create(0);
        for (int i = 0; i < end; i += TRegister.Count)
        {
            TRegister inverse = TRegister.Load(inverses + i);
            TRegister alongX = TRegister.Load(u + i - 1) * inverse * (TRegister.Load(u + i + 1) * inverse);
            TRegister alongY = TRegister.Load(south + i) * inverse * (TRegister.Load(north + i) * inverse);
            TRegister product = alongX * alongY;
            x = TRegister.Min(x, alongX);
            y = TRegister.Min(y, alongY);
            rising = TRegister.Min(rising, TRegister.Load(south + i - 1) * inverse * (TRegister.Load(north + i + 1) * inverse));
            falling = TRegister.Min(falling, TRegister.Load(south + i + 1) * inverse * (TRegister.Load(north + i - 1) * inverse));
            least = TRegister.Min(least, product);
            sum += product;
        }

        Take(x, y, rising, falling, smallest);
        total = TRegister.Sum(sum);
        return TRegister.Least(least);
    }

    /// <summary>As <see cref="Products"/>, over the judged cells from <paramref name="start"/> on.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static void JudgedProducts(double* u, double* inverses, double* south, double* north, int start, int count, double* smallest)
    {
        TRegister infinite = TRegister.Create(double.PositiveInfinity), x = infinite, y = x, rising = x, falling = x;
        TRegister floor = TRegister.Create(SegmentKernels.NearFloor), end = TRegister.Create(count);
        TRegister places = RegisterLeast<TRegister>.Start(start).Places;
        for (int i = start; i < count; i += TRegister.Count)
        {
            TRegister inverse = TRegister.Load(inverses + i), zero = TRegister.Create(0);
            TRegister judged = TRegister.IfGreater(floor, TRegister.Load(u + i), zero, TRegister.IfGreater(end, places, inverse, zero));
            TRegister west = TRegister.Load(u + i - 1) * inverse * (TRegister.Load(u + i + 1) * inverse);
            TRegister below = TRegister.Load(south + i) * inverse * (TRegister.Load(north + i) * inverse);
            TRegister up = TRegister.Load(south + i - 1) * inverse * (TRegister.Load(north + i + 1) * inverse);
            TRegister down = TRegister.Load(south + i + 1) * inverse * (TRegister.Load(north + i - 1) * inverse);
            x = TRegister.Min(x, TRegister.IfPositive(judged, west, infinite));
            y = TRegister.Min(y, TRegister.IfPositive(judged, below, infinite));
            rising = TRegister.Min(rising, TRegister.IfPositive(judged, up, infinite));
            falling = TRegister.Min(falling, TRegister.IfPositive(judged, down, infinite));
            places += TRegister.Create(TRegister.Count);
        }

        Take(x, y, rising, falling, smallest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(TRegister x, TRegister y, TRegister rising, TRegister falling, double* smallest)
    {
        smallest[0] = Math.Min(smallest[0], TRegister.Least(x));
        smallest[1] = Math.Min(smallest[1], TRegister.Least(y));
        smallest[2] = Math.Min(smallest[2], TRegister.Least(rising));
        smallest[3] = Math.Min(smallest[3], TRegister.Least(falling));
    }
}
