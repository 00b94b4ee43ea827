using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>crossings</c>, one axis: how often v crosses u, the number of sign changes of v/u − 1, never grows in generation (docs/numerics.md,
/// 3.9). A theorem of steps that are variation diminishing (<see cref="Guarantees.VariationDiminishing"/>), until a limiter acts; otherwise
/// observed. Measured: the changes that are certain; bound: those that were possible at any level before.
/// </summary>
/// <remarks>A sign is certain where |v/u − 1| exceeds the rounding of v/u; cells where u is at its floor are left out.</remarks>
internal sealed class CrossingsMonitor(MonitorSetup setup) : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "crossings", "v crosses u no more often as t falls", "crossings of v and u", "crossings before", "", Relation.AtMost,
        ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("variation diminution: crossings", "numerics 5.2"),
        Help = new MonitorHelp(
            "v crosses u more often than before",
            "a score that is not that of u; the parabolic remap, whose limited reconstruction is not linear",
            "the same run with scheme markov and the score of u")
        { NeedsScoreOfU = true },
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => setup is { Grid.Dimension: 1, Epsilon: not null } ? new CrossingsMonitor(setup) : null)
        {
            IsExtended = true,
        };

    private readonly Axis axis = setup.Grid.X;
    private readonly Rounding rounding = setup.Rounding;
    private readonly sbyte[] signs = new sbyte[setup.Grid.CellCount];
    private int fewest = -1;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        ReadOnlySpan<double> u = level.U, v = level.V;
        double error = rounding.Ratio(level.Index), subnormal = 8 * double.Epsilon * rounding.LevelsFromEnd(level.Index);
        for (int cell = 0; cell < signs.Length; cell++)
        {
            signs[cell] = u[cell] < SegmentKernels.NearFloor ? SignChanges.None
                : SignChanges.Of(v[cell] - u[cell], error * Math.Max(u[cell], v[cell]) + subnormal);
        }

        bool guaranteed = level.Keeps(Guarantees.VariationDiminishing) && level.Counts.Repaired + level.Counts.Blended == 0;
        int certain = SignChanges.Least(signs, axis.IsPeriodic), possible = SignChanges.Most(signs, axis.IsPeriodic);
        readings.Add(fewest < 0
            ? Judge.NotApplicable(level, Descriptor, certain, guaranteed)
            : Judge.Read(level, Descriptor, certain, fewest, 0, guaranteed, level.Judged));
        fewest = fewest < 0 ? possible : Math.Min(fewest, possible);
    }

    public void Save(BinaryWriter state) => state.Write(fewest);

    public void Restore(BinaryReader state) => fewest = state.ReadInt32();
}
