using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>kl-dissipation</c>: the balance KL(τ) + ε ∫₀^τ I dτ = KL(T) [paper], I the discrete relative Fisher information
/// Σ_faces (A/δ) ū (w_j − w_i)(log w_j − log w_i), the integral by the trapezoid rule. With the arithmetic mean ū it is what the rate
/// function dissipates where the
/// grid resolves the score, up to third differences (docs/monitors.md).
/// </summary>
/// <remarks>
/// Tolerance: what the integral changes between the left and the right rectangle rule, halved. KL lost beyond it, where the scheme
/// guarantees that KL never grows,
/// is the scheme's own diffusion and reads <c>discretization</c>; KL gained beyond it is a miss.
/// </remarks>
internal sealed class KlDissipationMonitor(double epsilon, Rounding rounding) : IMonitor
{
    private double atEnd = double.NaN;
    private double timeBefore;
    private double fisherBefore;
    private double integral;
    private double uncertainty;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        double fisher = level.FisherInformation;
        if (double.IsNaN(atEnd))
        {
            atEnd = level.Divergence;
        }
        else
        {
            double step = timeBefore - level.Time;
            integral += 0.5 * step * (fisher + fisherBefore);
            uncertainty += 0.5 * step * Math.Abs(fisher - fisherBefore);
        }

        (timeBefore, fisherBefore) = (level.Time, fisher);
        double roundingOfDivergence = (16 * Rounding.Unit + rounding.Mass(level.Index)) * level.DivergenceWeight;
        double measured = level.Divergence + epsilon * integral;
        Reading balance = Judge.Equal(
            level, "kl-dissipation", measured, atEnd, (epsilon * uncertainty + roundingOfDivergence) / Judge.Scale(atEnd), guaranteed: false);
        if (balance.Verdict == Verdict.Violated && measured < atEnd && level.Keeps(Guarantees.KlContraction))
            balance = balance with { Verdict = Verdict.Discretization };
        readings.Add(balance);
    }

    public void Save(BinaryWriter state)
    {
        foreach (double value in new[] { atEnd, timeBefore, fisherBefore, integral, uncertainty })
            state.Write(value);
    }

    public void Restore(BinaryReader state) =>
        (atEnd, timeBefore, fisherBefore, integral, uncertainty) =
            (state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble());
}
