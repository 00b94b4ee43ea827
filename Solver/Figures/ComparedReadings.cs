using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Figures;

/// <summary>The readings behind a figure of kind <c>compare</c>: runs are computed in memory, finished ones are read.</summary>
internal sealed class ComparedReadings(
    CompareFigure figure, ConfigSource source, IReadOnlyList<string> overrides, WorkerTeam team)
{
    /// <summary>Builds the runs that are computed and reads the others, to find their errors.</summary>
    /// <exception cref="InputException">A run cannot be built or read.</exception>
    public void Check()
    {
        for (int run = 0; run < figure.Runs.Count; run++)
        {
            if (figure.Runs[run].Folder is { } folder)
                Curve(run, Read(run, folder));
            else
                Build(run);
        }
    }

    /// <summary>The curves in the order of the runs.</summary>
    /// <exception cref="InputException">A run cannot be built or read, or has no such readings.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public IReadOnlyList<ComparedCurve> Curves(IRunProgress progress, CancellationToken cancellation)
    {
        var curves = new List<ComparedCurve>();
        for (int run = 0; run < figure.Runs.Count; run++)
            curves.Add(Curve(run, figure.Runs[run].Folder is { } folder ? Read(run, folder) : Compute(run, progress, cancellation)));
        return curves;
    }

    private static string PathOf(int run) => string.Create(CultureInfo.InvariantCulture, $"figure.runs[{run}]");

    private PreparedRun Build(int run)
    {
        ComparedRun one = figure.Runs[run];
        RunConfig config;
        ConfigSource ownSource;
        try
        {
            // The figure's own values are what its runs differ in: they hold whatever is set for all runs.
            config = ConfigFile.Read(one.File!, [.. overrides, .. one.Set], out ownSource);
        }
        catch (InputException fault) when (one.Set.Count > 0 && fault.Problems.All(problem => problem.File == ConfigSource.CommandLine))
        {
            throw source.Wrong($"{PathOf(run)}.set", string.Join("; ", fault.Problems.Select(
                problem => problem.Path is { } key ? $"{key}: {problem.Message}" : problem.Message)));
        }

        if (!config.Monitors.Enabled)
            throw source.Wrong($"{PathOf(run)}.file", $"the run {config.Name} has its monitors disabled, so it has no readings");
        return new PreparedRun(new Problem(LevelOnly(config), ownSource), team);
    }

    /// <summary>Only the readings are wanted.</summary>
    private static RunConfig LevelOnly(RunConfig config) => config with { Particles = null, Checkpoint = null, Reference = null };

    private IReadOnlyList<Reading> Compute(int run, IRunProgress progress, CancellationToken cancellation)
    {
        using var simulation = new Simulation(Build(run), null, progress);
        return simulation.Run(cancellation).Readings;
    }

    private IReadOnlyList<Reading> Read(int run, string folder)
    {
        try
        {
            return FinishedRun.ReadReadings(folder);
        }
        catch (InputException fault)
        {
            throw source.Wrong($"{PathOf(run)}.folder", fault.Message);
        }
    }

    private ComparedCurve Curve(int run, IReadOnlyList<Reading> readings)
    {
        LevelQuantity? quantity = LevelQuantity.All.FirstOrDefault(one => one.Name == figure.Quantity);
        string monitor = quantity?.Monitor ?? figure.Monitor!;
        Reading[] own = [.. readings.Where(reading => reading.Monitor == monitor && double.IsFinite(reading.Measured))];
        if (own.Length == 0)
        {
            string[] names = [.. readings.Select(reading => reading.Monitor).Distinct()];
            throw source.Wrong(
                PathOf(run), $"the run {figure.Runs[run].Title} has no readings of {monitor} (it has: {string.Join(", ", names)})");
        }

        return new ComparedCurve(
            figure.Runs[run].Title, [.. own.Select(reading => reading.Time)],
            [.. own.Select(reading => quantity?.Of(reading.Measured) ?? reading.Measured)],
            quantity is null ? [.. own.Select(reading => reading.Bound)] : []);
    }
}
