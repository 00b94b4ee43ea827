// Local stand-ins for parts that arrive from other branches; this file is deleted when they are joined.
#pragma warning disable CA1822, CA1801, IDE0060, CA1065
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.IO
{
    public sealed class ConfigSource
    {
        public InputException Wrong(string path, string message) => new(new InputProblem("config", path, null, message));

        public InputException Wrong(string path, ArgumentException refusal) => Wrong(path, refusal.Message);
    }

    public static class ConfigFile
    {
        public static RunConfig Read(string path, IReadOnlyList<string> overrides, out ConfigSource source) => throw new NotImplementedException();

        public static RunConfig ReadText(string json, string name) => throw new NotImplementedException();

        public static string Write(RunConfig config) => throw new NotImplementedException();

        public static IReadOnlyList<string> Notes(RunConfig config) => throw new NotImplementedException();
    }

    public static class ConfigSchema
    {
        public static string Schema() => throw new NotImplementedException();
    }

    public static class MeshFile
    {
        public static Grid Build(MeshConfig mesh) => throw new NotImplementedException();
    }

    public sealed record SnapshotEntry(int Number, double Time, string File);

    public static class SnapshotReader
    {
        public static double[] ReadDensity(string path, string column, Grid grid) => throw new NotImplementedException();

        public static Snapshot ReadSnapshot(string path, Grid grid, int number, double time) => throw new NotImplementedException();

        public static IReadOnlyList<SnapshotEntry> ReadList(string folder) => throw new NotImplementedException();
    }
}

namespace PdeDiffusion.Data.References
{
    public abstract class Reference
    {
        public abstract void CellAverages(double t, Grid grid, Span<double> averages);
    }

    public sealed class GaussianReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance) : Reference
    {
        private readonly double[] mean = [.. mean];

        public override void CellAverages(double t, Grid grid, Span<double> averages) =>
            throw new NotImplementedException($"{data}{epsilon}{end}{mean}{variance}");
    }

    public sealed class HeatRatioReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance) : Reference
    {
        private readonly double[] mean = [.. mean];

        public override void CellAverages(double t, Grid grid, Span<double> averages) =>
            throw new NotImplementedException($"{data}{epsilon}{end}{mean}{variance}");
    }

    public sealed class MassTransportReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance) : Reference
    {
        private readonly double[] mean = [.. mean];

        public override void CellAverages(double t, Grid grid, Span<double> averages) =>
            throw new NotImplementedException($"{data}{epsilon}{end}{mean}{variance}");
    }

    public sealed class CharacteristicsReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance) : Reference
    {
        private readonly double[] mean = [.. mean];

        public override void CellAverages(double t, Grid grid, Span<double> averages) =>
            throw new NotImplementedException($"{data}{epsilon}{end}{mean}{variance}");
    }
}

namespace PdeDiffusion.Monitors
{
    public sealed class MonitorSet(
        Grid grid, TimeLevels times, ForwardKind forward, double? epsilon, IReadOnlyList<double> exponents, WorkerTeam team)
    {
        public void Read(FlowLevel level, List<Reading> readings) =>
            throw new NotImplementedException($"{grid}{times}{forward}{epsilon}{exponents}{team}");
    }
}

namespace PdeDiffusion.Plots
{
    public sealed record Figure(string Name, byte[] Png, string? Svg);

    public static class Fonts
    {
        public static bool Available => true;

        public static string Message => "";
    }

    public static class RunPlots
    {
        public static IEnumerable<Figure> Draw(
            string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, bool svg) => throw new NotImplementedException();
    }
}

namespace PdeDiffusion.Data
{
    public sealed class GridDensity(Grid grid, ReadOnlySpan<double> averages) : InitialData
    {
        private readonly double[] averages = averages.ToArray();

        public double Mass => Density.Mass(grid, averages);

        public override int Dimension => grid.Dimension;

        public override bool HasDensity => true;

        public override void CellAverages(Grid grid, Span<double> averages) => throw new NotImplementedException();

        public override double SquaredDistance(double x, double y) => throw new NotImplementedException();
    }

    public sealed class UniformBox(ReadOnlySpan<double> from, ReadOnlySpan<double> to) : InitialData
    {
        private readonly double[] corners = [.. from, .. to];

        public override int Dimension => corners.Length / 2;

        public override bool HasDensity => true;

        public override void CellAverages(Grid grid, Span<double> averages) => throw new NotImplementedException();

        public override double SquaredDistance(double x, double y) => throw new NotImplementedException();
    }

    public sealed class Curve
    {
        public static Curve Lemniscate(double scale) => throw new NotImplementedException();

        public static Curve Circle(double scale) => throw new NotImplementedException();

        public static Curve Segment(double scale) => throw new NotImplementedException();

        public static Curve TwoMoons(double scale) => throw new NotImplementedException();

        public static Curve Spiral(double scale) => throw new NotImplementedException();

        public static Curve Polyline(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => throw new NotImplementedException();

        public Mixture Nodes(int count) => throw new NotImplementedException();

        public Mixture Sample(int count, ulong seed) => throw new NotImplementedException();
    }
}
