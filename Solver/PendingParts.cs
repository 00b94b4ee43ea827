using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Monitors;

public sealed class MonitorSet(
    Grid grid, TimeLevels times, ForwardKind forward, double? epsilon, IReadOnlyList<double> exponents, WorkerTeam team)
{
    public void Read(FlowLevel level, List<Reading> readings) =>
        throw new NotImplementedException($"{grid}{times}{forward}{epsilon}{exponents}{team}");

    public void Save(BinaryWriter state) => throw new NotImplementedException($"{grid}");

    public void Restore(BinaryReader state) => throw new NotImplementedException($"{grid}");
}
