using PdeDiffusion.Schemes;

namespace PdeDiffusion.Runs;

/// <summary>The levels of a run that its page shows.</summary>
public static class FrameLevels
{
    /// <summary>Largest number of frames.</summary>
    public const int Most = 40;

    /// <summary>
    /// The levels nearest in log t to <paramref name="most"/> times in equal ratios from the first positive level to the last, and always
    /// the first and the last level; all levels if there are no more than that.
    /// </summary>
    /// <returns>Distinct, increasing: a function of the levels alone, so a resumed run shows the same ones.</returns>
    public static int[] Of(TimeLevels times, int most = Most)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (times.Last < most)
            return [.. Enumerable.Range(0, times.Last + 1)];
        var levels = new SortedSet<int> { 0, times.Last };
        int first = times[0] > 0 ? 0 : 1, targets = most - first;
        double ratio = Math.Log(times[times.Last] / times[first]);
        for (int target = 0; target < targets; target++)
            levels.Add(Nearest(times, times[first] * Math.Exp(ratio * target / (targets - 1))));
        return [.. levels];
    }

    /// <summary>The level of positive time nearest to a time in log t; the earlier of two.</summary>
    public static int Nearest(TimeLevels times, double time)
    {
        ArgumentNullException.ThrowIfNull(times);
        int low = times[0] > 0 ? 0 : 1, high = times.Last;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (times[middle] <= time)
                low = middle;
            else
                high = middle;
        }

        return Math.Abs(Math.Log(times[low] / time)) <= Math.Abs(Math.Log(times[high] / time)) ? low : high;
    }
}
