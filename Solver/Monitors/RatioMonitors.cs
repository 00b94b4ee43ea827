using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The ratio equation (docs/numerics.md, 2.4): <c>ratio-bounds[min]</c> min w ≥ min w_T, <c>ratio-bounds[max]</c> max w ≤ max w_T,
/// w = v/u over the cells where u is not at its floor, and <c>kl-contraction</c>: KL(v|u) is at most its value one level earlier.
/// </summary>
internal sealed class RatioMonitors(MonitorSetup setup) : IMonitor
{
    private const string Section = "ratio-boundsmin-ratio-boundsmax";

    private static readonly Theorem MaximumPrinciple = new("ratio equation, maximum principle", "numerics 2.4");

    private static readonly MonitorHelp OutOfRange =
        MonitorHelp.OfGuarantee("v/u leaves the range that it has at T") with { NeedsScoreOfU = true };

    public static readonly MonitorDescriptor Least = new(
        "ratio-bounds[min]", "v/u never falls below its minimum at T", "min v/u", "min v/u at T", "", Relation.AtLeast,
        ReadingStatus.Guaranteed)
    { Theorem = MaximumPrinciple, Help = OutOfRange, Anchor = Section };

    public static readonly MonitorDescriptor Greatest = new(
        "ratio-bounds[max]", "v/u never exceeds its maximum at T", "max v/u", "max v/u at T", "", Relation.AtMost,
        ReadingStatus.Guaranteed)
    { Theorem = MaximumPrinciple, Help = OutOfRange, Anchor = Section };

    public static readonly MonitorDescriptor Contraction = new(
        "kl-contraction", "KL(v|u) never grows as t falls", "KL(v|u)", "KL(v|u) one step earlier", "", Relation.AtMost,
        ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("KL contraction", "numerics 2.3", IsOfPaper: true),
        Help = MonitorHelp.OfGuarantee("v moves away from u in a step") with { NeedsScoreOfU = true },
    };

    public static MonitorKind Kind { get; } = new([Least, Greatest, Contraction], setup => new RatioMonitors(setup));

    // A v below the normal range keeps an absolute rounding of 2⁻¹⁰⁷⁴ per step; divided by the least u that is judged.
    private const double Subnormal = 8 * double.Epsilon / SegmentKernels.NearFloor;

    private readonly Rounding rounding = setup.Rounding;
    private double least = double.NaN;
    private double greatest = double.NaN;
    private double before = double.NaN;

    /// <summary>Takes min and max of w over all cells of level T: the theorem is about all of them, the floor included.</summary>
    public void Begin(FlowLevel end) => (least, greatest) = Density.RatioRange(end.V!, end.U);

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        bool bounds = level.Keeps(Guarantees.RatioBounds), contracts = level.Keeps(Guarantees.KlContraction);
        double relative = rounding.Ratio(level.Index), absolute = Subnormal * rounding.LevelsFromEnd(level.Index);
        readings.Add(Judge.Read(
            level, Least, level.LeastRatio, least, relative + absolute / Judge.Scale(least), bounds, level.Judged, level.LeastRatioCell));
        readings.Add(Judge.Read(
            level, Greatest, level.GreatestRatio, greatest, relative + absolute / Judge.Scale(greatest), bounds, level.Judged,
            level.GreatestRatioCell));

        if (double.IsNaN(before))
        {
            readings.Add(Judge.NotApplicable(level, Contraction, level.Divergence, contracts));
        }
        else
        {
            double tolerance = (16 * Rounding.Unit + rounding.MassOfStep) * level.DivergenceWeight;
            readings.Add(Judge.Within(level, Contraction, level.Divergence, before, tolerance / Judge.Scale(before), contracts));
        }

        before = level.Divergence;
    }

    public void Save(BinaryWriter state)
    {
        state.Write(least);
        state.Write(greatest);
        state.Write(before);
    }

    public void Restore(BinaryReader state) => (least, greatest, before) = (state.ReadDouble(), state.ReadDouble(), state.ReadDouble());
}
