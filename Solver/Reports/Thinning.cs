namespace PdeDiffusion.Reports;

/// <summary>Fewer items where a page would have too many.</summary>
public static class Thinning
{
    /// <summary>
    /// The first and last of some items and, of each of the runs of equal length between, the one of greatest weight: at most
    /// <paramref name="most"/> items, in order; all of them if there are no more.
    /// </summary>
    /// <param name="most">At least 3.</param>
    public static int[] Heaviest(int count, int most, Func<int, double> weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 3);
        if (count <= most)
            return [.. Enumerable.Range(0, count)];
        var kept = new List<int>(most) { 0 };
        for (int group = 0; group < most - 2; group++)
        {
            int from = 1 + (int)((long)group * (count - 2) / (most - 2)), to = 1 + (int)((long)(group + 1) * (count - 2) / (most - 2));
            int best = from;
            for (int item = from + 1; item < to; item++)
                best = weight(item) > weight(best) ? item : best;
            kept.Add(best);
        }

        kept.Add(count - 1);
        return [.. kept];
    }

    /// <summary>The first, the last and evenly spaced items between: at most <paramref name="most"/>, in order.</summary>
    public static int[] Even(int count, int most) => count <= most
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, most).Select(item => (int)Math.Round((double)item * (count - 1) / (most - 1)))];
}
