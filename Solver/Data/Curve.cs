using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Statistics;

namespace PdeDiffusion.Data;

/// <summary>
/// A rectifiable curve in the plane, made of smooth pieces, with positions by arc length: the lengths of short parameter intervals by
/// Gauss–Legendre, inverted by Newton's method to about 1e-13 of the length.
/// </summary>
public sealed class Curve
{
    /// <summary>Parameter intervals a smooth piece is cut into.</summary>
    private const int Intervals = 64;

    private readonly List<Piece> pieces = [];
    private readonly List<double> starts = [0];

    private Curve(IEnumerable<Piece> smooth)
    {
        foreach (Piece piece in smooth)
        {
            int count = piece.IsStraight ? 1 : Intervals;
            for (int interval = 0; interval < count; interval++)
            {
                double from = piece.From + (piece.To - piece.From) * interval / count;
                double to = piece.From + (piece.To - piece.From) * (interval + 1) / count;
                Piece part = piece with { From = from, To = to };
                double length = part.LengthTo(to);
                if (length == 0)
                    continue;
                pieces.Add(part);
                starts.Add(starts[^1] + length);
            }
        }

        if (!(Length > 0 && double.IsFinite(Length)))
            throw new ArgumentException("the curve has no length");
    }

    /// <summary>Total arc length.</summary>
    public double Length => starts[^1];

    /// <summary>Bernoulli's lemniscate (x² + y²)² = scale² (x² − y²); length 5.2441151085842… · scale.</summary>
    /// <exception cref="ArgumentException">scale is not positive and finite, here and below.</exception>
    public static Curve Lemniscate(double scale)
    {
        RequireScale(scale);
        return new([new Piece(
            0,
            2 * Math.PI,
            angle =>
            {
                (double sine, double cosine) = Math.SinCos(angle);
                double radius = scale * cosine / (1 + sine * sine);
                return (radius, radius * sine);
            },
            angle => scale / Math.Sqrt(1 + Math.Sin(angle) * Math.Sin(angle)))]);
    }

    /// <summary>The circle of radius <paramref name="scale"/> about the origin.</summary>
    /// <inheritdoc cref="Lemniscate"/>
    public static Curve Circle(double scale)
    {
        RequireScale(scale);
        return new([Arc(0, 0, scale, 0, 2 * Math.PI)]);
    }

    /// <summary>The segment from (−scale, 0) to (scale, 0).</summary>
    /// <inheritdoc cref="Lemniscate"/>
    public static Curve Segment(double scale)
    {
        RequireScale(scale);
        return new([Straight((-scale, 0), (scale, 0))]);
    }

    /// <summary>
    /// Two interleaved half circles of radius <paramref name="scale"/>: the upper one about (−½, −¼) scale, the lower one about (½, ¼)
    /// scale.
    /// </summary>
    /// <inheritdoc cref="Lemniscate"/>
    public static Curve TwoMoons(double scale)
    {
        RequireScale(scale);
        return new([
            Arc(-0.5 * scale, -0.25 * scale, scale, 0, Math.PI),
            Arc(0.5 * scale, 0.25 * scale, scale, Math.PI, 2 * Math.PI)]);
    }

    /// <summary>Two turns of Archimedes' spiral, r = scale θ/4π, 0 ≤ θ ≤ 4π.</summary>
    /// <inheritdoc cref="Lemniscate"/>
    public static Curve Spiral(double scale)
    {
        RequireScale(scale);
        double growth = scale / (4 * Math.PI);
        return new([new Piece(
            0,
            4 * Math.PI,
            angle => (growth * angle * Math.Cos(angle), growth * angle * Math.Sin(angle)),
            angle => growth * Math.Sqrt(1 + angle * angle))]);
    }

    /// <summary>Straight lines from vertex to vertex; a repeated vertex is harmless.</summary>
    /// <exception cref="ArgumentException">Coordinates that differ in number or are not finite, or a curve with no length.</exception>
    public static Curve Polyline(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"{x.Length} first and {y.Length} second coordinates");
        var lines = new List<Piece>();
        for (int vertex = 0; vertex < x.Length; vertex++)
        {
            if (!double.IsFinite(x[vertex]) || !double.IsFinite(y[vertex]))
                throw new ArgumentException($"vertex {vertex} is not finite");
            if (vertex > 0)
                lines.Add(Straight((x[vertex - 1], y[vertex - 1]), (x[vertex], y[vertex])));
        }

        return new(lines);
    }

    /// <summary>The point at arc length <paramref name="length"/> from the beginning, clamped to the curve.</summary>
    public (double X, double Y) At(double length)
    {
        int found = starts.BinarySearch(length);
        int index = Math.Clamp(found >= 0 ? found : ~found - 1, 0, pieces.Count - 1);
        return pieces[index].At(Math.Clamp(length - starts[index], 0, starts[index + 1] - starts[index]));
    }

    /// <summary>
    /// Equal weights at the midpoints of <paramref name="count"/> pieces of equal arc length: a quadrature of the uniform law on the
    /// curve.
    /// </summary>
    /// <exception cref="ArgumentException">count &lt; 1.</exception>
    public Mixture Nodes(int count) => Place(count, (index, _) => (index + 0.5) / count, 0, Length / count);

    /// <summary>
    /// <paramref name="count"/> independent points, uniform in arc length, with equal weights. Point i depends on (seed, i) only.
    /// </summary>
    /// <exception cref="ArgumentException">count &lt; 1.</exception>
    public Mixture Sample(int count, ulong seed) =>
        Place(count, static (index, seed) => new RandomStream(seed, (ulong)index, 3UL << 62).NextUniform(), seed, null);

    private Mixture Place(int count, Func<int, ulong, double> share, ulong seed, double? arcLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var x = new double[count];
        var y = new double[count];
        for (int index = 0; index < count; index++)
            (x[index], y[index]) = At(Length * share(index, seed));
        return Mixture.Nodes(x, y, arcLength);
    }

    private static void RequireScale(double scale)
    {
        if (!(scale > 0 && double.IsFinite(scale)))
            throw new ArgumentException($"a curve of scale {scale:R} has no length; the scale must be positive and finite", nameof(scale));
    }

    private static Piece Arc(double x, double y, double radius, double from, double to) =>
        new(from, to, angle => (x + radius * Math.Cos(angle), y + radius * Math.Sin(angle)), _ => radius);

    private static Piece Straight((double X, double Y) a, (double X, double Y) b)
    {
        double length = double.Hypot(b.X - a.X, b.Y - a.Y);
        return new Piece(0, 1, share => (a.X + share * (b.X - a.X), a.Y + share * (b.Y - a.Y)), _ => length) { IsStraight = true };
    }

    /// <summary>A smooth piece γ(θ), From ≤ θ ≤ To, with its speed |γ'|.</summary>
    private sealed record Piece(double From, double To, Func<double, (double X, double Y)> Position, Func<double, double> Speed)
    {
        public bool IsStraight { get; init; }

        /// <summary>Arc length from From to <paramref name="parameter"/>.</summary>
        public double LengthTo(double parameter) => (parameter - From) * GaussLegendre.Mean(Speed, From, parameter);

        /// <summary>The point at arc length <paramref name="length"/> from the beginning of the piece.</summary>
        public (double X, double Y) At(double length)
        {
            double parameter = From + length / Speed(0.5 * (From + To));
            for (int iteration = 0; iteration < 20; iteration++)
            {
                double correction = (LengthTo(parameter) - length) / Speed(parameter);
                parameter = Math.Clamp(parameter - correction, From, To);
                if (Math.Abs(correction) <= 1e-15 * (To - From))
                    break;
            }

            return Position(parameter);
        }
    }
}
