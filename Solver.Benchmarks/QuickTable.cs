using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>One row of the table.</summary>
/// <param name="FloorRatio">Time over (bytes that the step must move ÷ triad bandwidth with as many threads).</param>
internal sealed record QuickRow(
    string Name, long Cells, int Dimension, int Threads, double SecondsPerStep, double NanosecondsPerCell, double FloorRatio);

/// <summary>Every workload for a fraction of a second: medians in one table.</summary>
internal static class QuickTable
{
    private const double WarmSeconds = 0.3;
    private const double MeasureSeconds = 0.25;
    private const int FewestSamples = 5;
    private const int MostSamples = 500;

    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true
    };

    /// <param name="only">Part of a name; empty for all.</param>
    /// <param name="cellsPerAxis">The only size of the grid workloads; 0 for all.</param>
    public static void Run(string only, int cellsPerAxis, string? jsonPath)
    {
        var rows = new List<QuickRow>();
        using var one = new WorkerTeam(1);
        using var two = new WorkerTeam(2);
        WorkerTeam[] teams = [one, two];
        double[] bandwidths = Bandwidths(teams);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"triad: {bandwidths[0] / 1e9:0.0} GB/s with 1 thread, {bandwidths[1] / 1e9:0.0} GB/s with 2"));
        Console.WriteLine($"{"name",-24}{"cells",10}{"dim",5}{"threads",9}{"s/step",12}{"ns/cell",10}{"GB/s",8}{"floor",8}{"B/step",8}");

        void Measure(Workload workload, WorkerTeam team) => rows.Add(Sample(workload, bandwidths[team.Threads - 1]));

        void MeasureRun(string scheme, WorkerTeam team)
        {
            if (!Wanted(RunWorkload.NameOf(scheme, monitored: true)))
                return;

            var pair = new RunPair(scheme, team);
            (double without, double with) = pair.Measure();
            rows.Add(Row(pair.Without, without, bandwidths[team.Threads - 1], null));
            rows.Add(Row(pair.With, with, bandwidths[team.Threads - 1], null));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"  monitored / not",-24}{with / without,10:0.00}"));
        }

        void MeasureExtended(string scheme, WorkerTeam team)
        {
            if (!Wanted(MonitorPair.NameOf(scheme, extended: true)))
                return;
            var pair = new MonitorPair(scheme, team);
            (double without, double with, double ratio) = pair.Measure();
            rows.Add(Row(pair.Without, without, bandwidths[team.Threads - 1], null));
            rows.Add(Row(pair.With, with, bandwidths[team.Threads - 1], null));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"  with / without",-24}{ratio,10:0.00}"));
        }

        void MeasureCorrection(Problem problem, double epsilon, WorkerTeam team)
        {
            var pair = new CorrectionPair(problem, epsilon, team);
            (double without, double with, double ratio) = pair.Measure();
            rows.Add(Row(pair.Without, without, bandwidths[team.Threads - 1], null));
            rows.Add(Row(pair.With, with, bandwidths[team.Threads - 1], null));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"  with / without",-24}{ratio,10:0.00}"));
        }

        void MeasureLine()
        {
            if (!Wanted(LinePair.NameOf(2)))
                return;
            var pair = new LinePair(one, two);
            (double alone, double shared, double ratio) = pair.Measure();
            rows.Add(Row(pair.Alone, alone, bandwidths[0], null));
            rows.Add(Row(pair.Shared, shared, bandwidths[1], null));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"  two threads / one",-24}{ratio,10:0.00}"));
        }

        bool Wanted(string name) => name.Contains(only, StringComparison.Ordinal);

        bool Sized(int cells) => cellsPerAxis == 0 || cells == cellsPerAxis;

        foreach ((int dimension, int cells) in Catalogue.Grids.Where(grid => Sized(grid.Cells)))
        {
            foreach (ForwardKind kind in new[] { ForwardKind.ImplicitEuler, ForwardKind.LatticeExact })
            {
                string[] names = [.. Catalogue.GridNames.Where(name => Wanted(name) && Catalogue.Forward(name) == kind)];
                foreach (WorkerTeam team in names.Length == 0 ? [] : teams)
                {
                    var problem = new Problem(dimension, cells, kind, team);
                    foreach (string name in names)
                        Measure(Catalogue.OnGrid(name, problem, team), team);
                }
            }
        }

        MeasureLine();
        foreach (int cells in CorrectionPair.Sizes.Where(Sized))
        {
            double[] noises = [.. CorrectionPair.Noises.Where(epsilon => Wanted(CorrectionPair.NameOf(epsilon, true)))];
            var problem = noises.Length == 0 ? null : new Problem(2, cells, ForwardKind.LatticeExact, one);
            foreach (WorkerTeam team in teams)
            {
                foreach (double epsilon in noises)
                    MeasureCorrection(problem!, epsilon, team);
            }
        }

        foreach (WorkerTeam team in teams)
        {
            foreach (bool truncated in new[] { false, true })
            {
                if (Wanted(truncated ? "particles-truncated" : "particles"))
                    Measure(Catalogue.Particles(truncated, team), team);
            }
        }

        foreach (WorkerTeam team in teams)
        {
            foreach (string scheme in Catalogue.Schemes)
                MeasureRun(scheme, team);
        }

        foreach (string scheme in Catalogue.Schemes)
            MeasureExtended(scheme, one);

        if (Wanted("snapshot-csv"))
        {
            using SnapshotWorkload snapshot = SnapshotWorkload.Create(new Problem(2, 1024, ForwardKind.ImplicitEuler, two));
            Measure(snapshot, one);
        }

        if (jsonPath is not null)
            File.WriteAllText(jsonPath, JsonSerializer.Serialize(rows, Layout) + "\n");
    }

    private static double[] Bandwidths(WorkerTeam[] teams)
    {
        var triad = new Triad();
        foreach (WorkerTeam team in teams)
            triad.Measure(team);
        return [.. teams.Select(triad.Measure)];
    }

    private static QuickRow Sample(Workload workload, double bandwidth)
    {
        // The compiler's last tier is reached after some 30 calls and a tenth of a second.
        long begin = Stopwatch.GetTimestamp();
        for (int call = 0; call < 2 || Stopwatch.GetElapsedTime(begin).TotalSeconds < WarmSeconds; call++)
            Time(workload);

        var samples = new List<double>(MostSamples);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        begin = Stopwatch.GetTimestamp();
        while (samples.Count < MostSamples
            && (samples.Count < FewestSamples || Stopwatch.GetElapsedTime(begin).TotalSeconds < MeasureSeconds))
        {
            samples.Add(Time(workload));
        }

        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / samples.Count;
        samples.Sort();
        return Row(workload, samples[samples.Count / 2], bandwidth, allocated);
    }

    private static QuickRow Row(Workload workload, double seconds, double bandwidth, long? allocated)
    {
        var row = new QuickRow(
            workload.Name, workload.Cells, workload.Dimension, workload.Threads, seconds, 1e9 * seconds / workload.Cells,
            seconds * bandwidth / workload.Bytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Name,-24}{row.Cells,10}{row.Dimension,5}{row.Threads,9}{seconds,12:0.00e+00}{row.NanosecondsPerCell,10:0.00}"
            + $"{workload.Bytes / seconds / 1e9,8:0.00}{row.FloorRatio,8:0.0}{allocated,8}"));
        return row;
    }

    internal static double Time(Workload workload)
    {
        workload.Prepare();
        long start = Stopwatch.GetTimestamp();
        workload.Step();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
