using MathNet.Numerics.Integration;

namespace PdeDiffusion.SpecialFunctions;

/// <summary>Gauss–Legendre quadrature on short intervals.</summary>
public static class GaussLegendre
{
    private static readonly (double[] Nodes, double[] Weights)[] Rules =
        [.. Enumerable.Range(1, 20).Select(Rule)];

    /// <summary>Nodes on (0, 1), ascending, and weights of sum 1 of the rule with 1 ≤ n ≤ 20 points, exact to degree 2n − 1.</summary>
    public static (double[] Nodes, double[] Weights) Points(int n) => Rules[n - 1];

    /// <summary>Mean of a smooth function over [from, to], by 12 points.</summary>
    public static double Mean(Func<double, double> function, double from, double to)
    {
        (double[] nodes, double[] weights) = Points(12);
        double sum = 0;
        for (int k = 0; k < nodes.Length; k++)
            sum += weights[k] * function(from + (to - from) * nodes[k]);
        return sum;
    }

    private static (double[] Nodes, double[] Weights) Rule(int n)
    {
        var rule = new GaussLegendreRule(0, 1, n);
        double[] nodes = rule.Abscissas, weights = rule.Weights;
        Array.Sort(nodes, weights);
        return (nodes, weights);
    }
}
