namespace PdeDiffusion.Measures;

/// <summary>How much of a law its samples reach.</summary>
public static class Coverage
{
    /// <summary>The share of <paramref name="x"/>, <paramref name="y"/> within a radius of some generated point.</summary>
    /// <param name="x">First coordinates of fresh draws of the law.</param>
    /// <param name="y">Second coordinates; zeros in one dimension.</param>
    /// <param name="radius">r &gt; 0.</param>
    public static double Share(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> generatedX, ReadOnlySpan<double> generatedY, double radius)
    {
        int covered = 0;
        for (int point = 0; point < x.Length; point++)
        {
            for (int near = 0; near < generatedX.Length; near++)
            {
                double dx = x[point] - generatedX[near], dy = y[point] - generatedY[near];
                if (dx * dx + dy * dy <= radius * radius)
                {
                    covered++;
                    break;
                }
            }
        }

        return (double)covered / x.Length;
    }
}
