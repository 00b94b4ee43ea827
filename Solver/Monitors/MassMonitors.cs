using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>mass[u]</c>: ∫ u = 1 (and the floor's mass), <c>mass[v]</c>: ∫ v is what it was at T, and <c>positivity</c>: v ≥ 0 (u ≥ 0 without generation), theorems of every scheme.
/// </summary>
internal sealed class MassMonitors(Rounding rounding, Grid grid) : IMonitor
{
    private readonly double massOfFloor = DensityFloor.Value * grid.Axes.Aggregate(1.0, (volume, axis) => volume * (axis.To - axis.From));
    private double massAtEnd = double.NaN;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        readings.Add(Judge.Equal(level, "mass[u]", level.MassU, 1 + massOfFloor, rounding.Forward(level.ForwardSteps), guaranteed: true));
        if (!level.HasGeneration)
        {
            readings.Add(Judge.Lower(level, "positivity", level.LeastU, 0, 0, guaranteed: true, cell: level.LeastUCell));
            return;
        }

        if (double.IsNaN(massAtEnd))
            massAtEnd = level.MassV;
        bool mass = level.Keeps(Guarantees.Mass), positive = level.Keeps(Guarantees.Positivity);
        readings.Add(Judge.Equal(level, "mass[v]", level.MassV, massAtEnd, rounding.Mass(level.Index) + Rounding.Unit, mass));
        readings.Add(Judge.Lower(level, "positivity", level.LeastV, 0, 0, positive, cell: level.LeastVCell));
    }

    public void Save(BinaryWriter state) => state.Write(massAtEnd);

    public void Restore(BinaryReader state) => massAtEnd = state.ReadDouble();
}
