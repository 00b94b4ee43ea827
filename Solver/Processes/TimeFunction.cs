using System.Globalization;

namespace PdeDiffusion.Processes;

/// <summary>
/// A function of forward time t: a constant, or a table that is linear in log t between its times and constant outside them, as ε(t) and
/// the weights of a mixed score.
/// </summary>
public sealed class TimeFunction : IEquatable<TimeFunction>
{
    private readonly double[] times;
    private readonly double[] values;

    /// <summary>A constant.</summary>
    public TimeFunction(double value) => (times, values, IsConstant) = ([], [value], true);

    /// <param name="times">At least one, above 0, strictly increasing, finite.</param>
    /// <param name="values">One per time, finite.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public TimeFunction(IReadOnlyList<double> times, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(values);
        if (times.Count == 0 || values.Count != times.Count)
            throw new ArgumentException($"a table requires rows of a time and a value, but has {times.Count} times", nameof(times));
        for (int row = 0; row < times.Count; row++)
        {
            if (!(times[row] > 0 && double.IsFinite(times[row])) || (row > 0 && !(times[row] > times[row - 1])))
                throw new ArgumentException($"the times must be above 0 and increase, but time {row} is {times[row]:R}", nameof(times));
            if (!double.IsFinite(values[row]))
                throw new ArgumentException($"value {row} is {values[row]:R}", nameof(values));
        }

        (this.times, this.values) = ([.. times], [.. values]);
        IsConstant = Array.TrueForAll(this.values, value => value == this.values[0]);
    }

    /// <summary>The times of the table; none for a constant.</summary>
    public IReadOnlyList<double> Times => times;

    /// <summary>The values at <see cref="Times"/>; the one value of a constant.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>True if the value is the same at every time.</summary>
    public bool IsConstant { get; }

    public double Least => values.Min();

    public double Greatest => values.Max();

    public static implicit operator TimeFunction(double value) => new(value);

    /// <summary>True if the function is this value at every time.</summary>
    public bool Is(double value) => IsConstant && values[0] == value;

    /// <summary>The value at a time t ≥ 0.</summary>
    public double At(double time)
    {
        if (IsConstant || time <= times[0])
            return values[0];
        if (time >= times[^1])
            return values[^1];
        int next = Array.BinarySearch(times, time);
        if (next >= 0)
            return values[next];
        next = ~next;
        double share = Math.Log(time / times[next - 1]) / Math.Log(times[next] / times[next - 1]);
        return values[next - 1] + share * (values[next] - values[next - 1]);
    }

    /// <summary>
    /// (1/(to − from)) ∫ f dt, exact: with f = p + q log(t/a) on a piece [a, b], ∫_a^b f dt = p (b − a) + q (b log(b/a) − (b − a)).
    /// </summary>
    /// <param name="from">The earlier forward time, at least 0.</param>
    /// <param name="to">The later one.</param>
    public double Mean(double from, double to)
    {
        if (IsConstant)
            return values[0];
        if (!(to > from))
            return At(to);
        double sum = 0, start = from;
        foreach (double time in times)
        {
            if (time <= start)
                continue;
            double end = Math.Min(time, to);
            sum += Integral(start, end);
            if ((start = end) >= to)
                break;
        }

        sum += start < to ? Integral(start, to) : 0;
        return Math.Clamp(sum / (to - from), Least, Greatest);
    }

    /// <summary>∫ f dt over a piece that contains no time of the table within.</summary>
    private double Integral(double from, double to)
    {
        double first = At(from), last = At(to), length = to - from;
        if (first == last)
            return first * length;
        double log = Math.Log(to / from);
        return first * length + (last - first) / log * (to * log - length);
    }

    public bool Equals(TimeFunction? other) =>
        other is not null && times.AsSpan().SequenceEqual(other.times) && values.AsSpan().SequenceEqual(other.values);

    public override bool Equals(object? obj) => Equals(obj as TimeFunction);

    public override int GetHashCode() => HashCode.Combine(times.Length, values[0], values[^1]);

    /// <summary>The constant, or the range of the table's values, for messages.</summary>
    public override string ToString() => IsConstant ? values[0].ToString("R", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Least:R} to {Greatest:R}");
}
