using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// KL(v|u)(t) ≤ KL(T) + ∫_t^T ((1+ε)²/4ε) E dt', E the mean squared error of a score, over the levels read so far (docs/numerics.md, 2.7).
/// Tolerance: half the difference of the integral by the left and the right rectangle rule, and rounding.
/// </summary>
internal sealed class BudgetBound(TimeFunction epsilon, Rounding rounding)
{
    private readonly NoiseIntegral cost = new(epsilon, ScoreErrorBudget.Weight);
    private double atEnd = double.NaN;

    /// <summary>∫ E dt'.</summary>
    public double Integral => cost.Plain;

    /// <summary>The bound at the level read last.</summary>
    public double Bound { get; private set; }

    /// <summary>Its tolerance, absolute.</summary>
    public double Tolerance { get; private set; }

    /// <summary>Reads a level of generation; <c>not-applicable</c> where the bound is not finite.</summary>
    /// <param name="error">E at the level.</param>
    public Reading Read(LevelStatistics level, MonitorDescriptor descriptor, double error)
    {
        if (double.IsNaN(atEnd))
            atEnd = level.Divergence;
        cost.Add(level.Time, error);
        Bound = atEnd + cost.Value;
        Tolerance = cost.Uncertainty + (16 * Rounding.Unit + rounding.Mass) * level.DivergenceWeight;
        return double.IsFinite(Bound)
            ? Judge.Read(level, descriptor, level.Divergence, Bound, Tolerance / Judge.Scale(Bound), guaranteed: false)
            : Judge.NotApplicable(level, descriptor, level.Divergence, guaranteed: false);
    }

    public void Save(BinaryWriter state)
    {
        state.Write(atEnd);
        cost.Save(state);
    }

    public void Restore(BinaryReader state)
    {
        atEnd = state.ReadDouble();
        cost.Restore(state);
    }
}
