using PdeDiffusion.Processes;

namespace PdeDiffusion.Scores;

/// <summary>
/// The times of a tabulated score. Between two positive times 2t ŝ is linear in log t, which is exact for one Dirac; from a time 0 to the
/// next ŝ is linear in t (docs/numerics.md, 3.7).
/// </summary>
public sealed class TableTimes
{
    private readonly double[] times;

    /// <param name="times">Forward times, at least two, not negative, strictly increasing; lent for good.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public TableTimes(double[] times)
    {
        if (times.Length < 2)
            throw new ArgumentException($"the table has {times.Length} time(s); a score that varies in time requires at least two");
        for (int level = 0; level < times.Length; level++)
        {
            if (!(times[level] >= 0 && double.IsFinite(times[level])) || (level > 0 && !(times[level] > times[level - 1])))
                throw new ArgumentException(
                    $"the times must be finite, not negative and increasing, but time {level} is {times[level]:R}", nameof(times));
        }

        this.times = times;
    }

    /// <summary>Number of times.</summary>
    public int Count => times.Length;

    /// <summary>The earliest and the latest time in words.</summary>
    public string Range => $"{NoiseLevel.Text(times[0], "G6")} to {NoiseLevel.Text(times[^1], "G6")}";

    /// <summary>A time of the table.</summary>
    public double this[int level] => times[level];

    /// <summary>True if the table has a value at every time from <paramref name="stop"/> to <paramref name="end"/>.</summary>
    public bool Covers(double stop, double end) => Position(stop) >= 0 && Position(end) >= 0;

    /// <summary>The two tables around a time and their weights: ŝ(t) = early · ŝ(level) + late · ŝ(level + 1).</summary>
    /// <exception cref="ArgumentException">A time outside the table; see <see cref="Covers"/>.</exception>
    public (int Level, double Early, double Late) At(double time)
    {
        double position = Position(time);
        if (position < 0)
            throw new ArgumentException($"{NoiseLevel.Text(time)} lies outside the table's times, {Range}", nameof(time));
        int level = Math.Min((int)position, times.Length - 2);
        double share = position - level, early = 1 - share, late = share;
        if (times[level] > 0 && share is > 0 and < 1)
            (early, late) = (early * (times[level] / time), late * (times[level + 1] / time));
        return (level, early, late);
    }

    /// <summary>
    /// Index of the table's time before <paramref name="time"/> plus the fraction of the way to the next; −1 outside the table.
    /// </summary>
    private double Position(double time)
    {
        double slack = 1e-12 * times[^1];
        if (!(time >= times[0] - slack && time <= times[^1] + slack))
            return -1;
        int found = Array.BinarySearch(times, time);
        if (found >= 0)
            return found;
        int level = Math.Clamp(~found - 1, 0, times.Length - 2);
        double from = times[level], to = times[level + 1];
        double share = from > 0 ? Math.Log(time / from) / Math.Log(to / from) : (time - from) / (to - from);
        return level + Math.Clamp(share, 0, 1);
    }
}
