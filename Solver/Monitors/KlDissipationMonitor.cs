using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>kl-dissipation</c>: the balance KL(τ) + ε ∫₀^τ I dτ = KL(T) [paper], I the discrete relative Fisher information
/// Σ_faces (A/δ) ū (w_j − w_i)(log w_j − log w_i), the integral by the trapezoid rule. With the arithmetic mean ū it equals the
/// dissipation of the rate function where the grid resolves the score, up to third differences (docs/monitors.md).
/// </summary>
/// <remarks>
/// Tolerance: half the difference of the integral by the left and the right rectangle rule. KL lost beyond it, where the scheme
/// guarantees that KL never grows, is numerical diffusion and reads <c>discretization</c>; KL gained beyond it is a violation. Held only by
/// a tolerance above 5 % of KL(T), the reading is <c>not-applicable</c>.
/// </remarks>
internal sealed class KlDissipationMonitor(MonitorSetup setup, TimeFunction epsilon) : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "kl-dissipation", "KL(v|u) + ε ∫ Fisher information dτ = KL at T", "KL + ε ∫ I dτ", "KL(v|u) at T", "", Relation.Equal,
        ReadingStatus.Observed)
    {
        Theorem = new Theorem("KL dissipation", "numerics 2.3", IsOfPaper: true),
        Help = new MonitorHelp(
            "KL(v|u) changes by another amount than the Fisher information accounts for",
            "numerical diffusion where KL is lost (markov, small epsilon), coarse time steps where it is gained",
            "the same run with the widths of cells and the steps halved")
        { NeedsScoreOfU = true },
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => setup.Epsilon is { } epsilon ? new KlDissipationMonitor(setup, epsilon) : null);

    // A balance that holds within a twentieth of KL(T) or more says nothing: the steps are too coarse for the integral.
    private const double LargestTolerance = 0.05;

    private readonly Rounding rounding = setup.Rounding;
    private readonly NoiseIntegral dissipated = new(epsilon, noise => noise);
    private double atEnd = double.NaN;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        double fisher = level.FisherInformation;
        if (double.IsNaN(atEnd))
            atEnd = level.Divergence;
        dissipated.Add(level.Time, fisher);
        double roundingOfDivergence = (16 * Rounding.Unit + rounding.Mass) * level.DivergenceWeight;
        double measured = level.Divergence + dissipated.Value;
        Reading balance = Judge.Read(
            level, Descriptor, measured, atEnd, (dissipated.Uncertainty + roundingOfDivergence) / Judge.Scale(atEnd), guaranteed: false);
        readings.Add(balance.Verdict == Verdict.Held && balance.Tolerance > LargestTolerance
            ? Judge.NotApplicable(level, Descriptor, measured, guaranteed: false)
            : Judge.Excuse(balance, measured < atEnd && level.Keeps(Guarantees.KlContraction)));
    }

    public void Save(BinaryWriter state)
    {
        state.Write(atEnd);
        dissipated.Save(state);
    }

    public void Restore(BinaryReader state)
    {
        atEnd = state.ReadDouble();
        dissipated.Restore(state);
    }
}
