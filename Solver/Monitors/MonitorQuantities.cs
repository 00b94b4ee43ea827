namespace PdeDiffusion.Monitors;

/// <summary>Mean squared distance of v to the data's support K (docs/numerics.md, 2.5).</summary>
/// <param name="Value">E_v dist(x, K)², length².</param>
/// <param name="Bound">The continuum bound on it.</param>
public readonly record struct MeanSquaredDistance(double Value, double Bound);

/// <summary>The bound that a score's error puts on KL(v|u) (docs/numerics.md, 2.7).</summary>
/// <param name="Divergence">KL(v|u) at this level.</param>
/// <param name="Error">∫_t^T E_v|ŝ − s|² dt', by the trapezoid rule over the levels.</param>
/// <param name="Bound">KL(T) + <see cref="Weight"/> times the error.</param>
/// <param name="Tolerance">Absolute tolerance on the bound: quadrature in t, and rounding.</param>
public readonly record struct ScoreErrorBudget(double Divergence, double Error, double Bound, double Tolerance)
{
    /// <summary>(1+ε)²/4ε, the growth of KL(v|u) that the bound allows per unit of ∫ E_v|ŝ − s|² dt.</summary>
    public static double Weight(double epsilon) => (1 + epsilon) * (1 + epsilon) / (4 * epsilon);
}
