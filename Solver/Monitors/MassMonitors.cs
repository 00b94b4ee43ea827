using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// Theorems of every scheme: <c>mass[u]</c>, ∫ u = 1 plus the floor's mass; <c>mass[v]</c>, ∫ v(t) = ∫ v(T); <c>positivity</c>, v ≥ 0
/// (u ≥ 0 without generation).
/// </summary>
internal sealed class MassMonitors(MonitorSetup setup) : IMonitor
{
    private static readonly Theorem Conservation = new("conservation of mass", "numerics 3.2");

    private static readonly MonitorDescriptor MassU =
        new("mass[u]", "∫ u = 1", "∫ u", "1", "", Relation.Equal, ReadingStatus.Guaranteed)
        {
            Theorem = Conservation,
            Help = MonitorHelp.OfGuarantee("the forward scheme lost or created mass"),
            Anchor = "massu-massv",
        };

    private static readonly MonitorDescriptor MassV =
        new("mass[v]", "∫ v(t) = ∫ v(T)", "∫ v", "∫ v at T", "", Relation.Equal, ReadingStatus.Guaranteed)
        {
            Theorem = Conservation,
            Help = MonitorHelp.OfGuarantee("a generation step lost or created mass"),
            Anchor = "massu-massv",
        };

    private static readonly MonitorDescriptor Positivity =
        new("positivity", "no density is negative", "min density", "0", "1/length^d", Relation.AtLeast, ReadingStatus.Guaranteed)
        {
            Theorem = new Theorem("positivity", "numerics 3.2"),
            Help = MonitorHelp.OfGuarantee("a density is negative"),
        };

    public static MonitorKind Kind { get; } = new([MassU, MassV, Positivity], setup => new MassMonitors(setup));

    private readonly Rounding rounding = setup.Rounding;
    private readonly double massOfFloor =
        DensityFloor.Value * setup.Grid.Axes.Aggregate(1.0, (volume, axis) => volume * (axis.To - axis.From));

    private double massAtEnd = double.NaN;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        readings.Add(Judge.Within(level, MassU, level.MassU, 1 + massOfFloor, rounding.Forward(level.ForwardSteps), guaranteed: true));
        if (!level.HasGeneration)
        {
            readings.Add(Judge.Read(level, Positivity, level.LeastU, 0, 0, guaranteed: true, cell: level.LeastUCell));
            return;
        }

        if (double.IsNaN(massAtEnd))
            massAtEnd = level.MassV;
        bool mass = level.Keeps(Guarantees.Mass), positive = level.Keeps(Guarantees.Positivity);

        // A step that fails is reported with the mass before it as the bound, also where the run as a whole would pass.
        Reading run = Judge.Within(level, MassV, level.MassV, massAtEnd, rounding.Mass, mass);
        bool isStep = run.Verdict != Verdict.Violated && !double.IsNaN(rounding.MassBefore);
        Reading step = isStep ? Judge.Within(level, MassV, level.MassV, rounding.MassBefore, rounding.MassOfStep, mass) : run;
        readings.Add(step.Verdict == Verdict.Violated ? step : run);
        readings.Add(Judge.Read(level, Positivity, level.LeastV, 0, 0, positive, cell: level.LeastVCell));
    }

    public void Save(BinaryWriter state) => state.Write(massAtEnd);

    public void Restore(BinaryReader state) => massAtEnd = state.ReadDouble();
}
