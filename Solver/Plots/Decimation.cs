namespace PdeDiffusion.Plots;

/// <summary>Min–max decimation: curves of any length reduced to what a figure can show.</summary>
internal static class Decimation
{
    private const int Buckets = 1000;

    /// <summary>
    /// At most 2 · 1000 points: the smallest and the largest value of each bucket of neighbours, in their order, so that no peak is lost.
    /// Values are clamped to [low, high]; a run of values that are not finite leaves one gap.
    /// </summary>
    public static (double[] X, double[] Y) MinMax(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double low, double high)
    {
        int count = Math.Min(x.Length, y.Length);
        var keptX = new List<double>();
        var keptY = new List<double>();
        bool any = false;
        int buckets = count <= 2 * Buckets ? count : Buckets;
        for (int bucket = 0; bucket < buckets; bucket++)
        {
            int from = (int)((long)bucket * count / buckets), to = (int)((long)(bucket + 1) * count / buckets);
            int least = -1, greatest = -1;
            for (int index = from; index < to; index++)
            {
                if (!double.IsFinite(y[index]) || !double.IsFinite(x[index]))
                    continue;
                if (least < 0 || y[index] < y[least])
                    least = index;
                if (greatest < 0 || y[index] > y[greatest])
                    greatest = index;
            }

            if (least < 0)
            {
                if (any && !double.IsNaN(keptY[^1]))
                    Keep(keptX[^1], double.NaN);
                continue;
            }

            any = true;
            int first = Math.Min(least, greatest), second = Math.Max(least, greatest);
            Keep(x[first], Math.Clamp(y[first], low, high));
            if (second != first)
                Keep(x[second], Math.Clamp(y[second], low, high));
        }

        return (keptX.ToArray(), keptY.ToArray());

        void Keep(double atX, double atY)
        {
            keptX.Add(atX);
            keptY.Add(atY);
        }
    }
}
