using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Runs;

/// <summary>A monitor over a whole run: its worst reading.</summary>
/// <param name="Name">Name of the monitor.</param>
/// <param name="Worst">The reading with the worst verdict and, among these, the smallest slack; the first of equals.</param>
public sealed record MonitorSummary(string Name, Reading Worst);

/// <summary>Distance of the final density from the exact one, in cell averages.</summary>
public sealed record ErrorNorms(double L1, double L2, double Linf, double KullbackLeibler)
{
    /// <summary>The distances of one density from another.</summary>
    /// <param name="values">CellCount cell averages.</param>
    /// <param name="exact">The exact cell averages.</param>
    public static ErrorNorms Between(Grid grid, ReadOnlySpan<double> values, ReadOnlySpan<double> exact) => new(
        Density.Distance(grid, values, exact, 1), Density.Distance(grid, values, exact, 2),
        Density.Distance(grid, values, exact, double.PositiveInfinity),
        Density.KullbackLeibler(grid, values, [.. exact.ToArray().Select(value => value + DensityFloor.Value)]));
}

/// <summary>Wall times of the parts of a run, in seconds.</summary>
/// <param name="Estimate">The runs at lower resolution, from which the error is estimated.</param>
public sealed record RunTimings(double Solve, double Monitors, double Output, double Estimate = 0);

/// <summary>How many of the particles are bound to a point of the data.</summary>
/// <param name="Gamma">γ of the cores.</param>
/// <param name="Share">Share of the particles that lie in the γ-Voronoi core of some point at the stopping time.</param>
public sealed record MemorisedShare(double Gamma, double Share);

/// <summary>The particles at the stopping time, compared with v on the grid; particles move in all of R^d.</summary>
/// <param name="Count">Number of particles.</param>
/// <param name="Steps">Steps they were moved in.</param>
/// <param name="L1">‖particles − v‖_1 of cell averages, plus the fraction outside the box.</param>
/// <param name="ExpectedL1">The expected value for independent samples of v: the sampling error alone.</param>
/// <param name="KullbackLeibler">KL(particles | v) of cell averages; infinite if a particle lies outside the box.</param>
/// <param name="Outside">Share of the particles outside the box.</param>
/// <param name="Memorised">Null if the data of the score are not points.</param>
public sealed record ParticleSummary(
    int Count, int Steps, double L1, double ExpectedL1, double KullbackLeibler, double Outside, MemorisedShare? Memorised)
{
    /// <summary>Calls of the score per particle.</summary>
    public long Calls { get; init; }

    /// <summary>Where paths of a mixed score of two finite sets end, with the shares; null for another score.</summary>
    public LimitShares? Limits { get; init; }

    /// <summary>For churn the time that each step starts from, and the ε that its noise amounts to; else none.</summary>
    public IReadOnlyList<(double Time, double Epsilon)> ChurnedNoise { get; init; } = [];
}

/// <summary>The result of a run: <c>summary.json</c> and the table on standard output.</summary>
/// <param name="Errors">Null without a reference, and in a run that stopped before its last level.</param>
/// <param name="Timings">Null in a reproducible run.</param>
public sealed record RunSummary(IReadOnlyList<MonitorSummary> Monitors, ErrorNorms? Errors, RunTimings? Timings)
{
    /// <summary>Null without particles, and in a run that stopped before its last level.</summary>
    public ParticleSummary? Particles { get; init; }

    /// <summary>Null for a score of another kind than mixed.</summary>
    public MixedSummary? Mixed { get; init; }

    /// <summary>How the resolution was found; null if it is the config's.</summary>
    public AccuracyOutcome? Accuracy { get; init; }

    /// <summary>The estimated error; null where it is not estimated.</summary>
    public ErrorEstimate? Estimated { get; init; }

    /// <summary>True if a guaranteed reading was violated; an observed one never fails a run.</summary>
    public bool Violated { get; } = Monitors.Any(monitor => Violation.Is(monitor.Worst));

    /// <summary>The exponent of the mean distance to the data in t; null where it is not measured.</summary>
    public ConcentrationRate? Concentration { get; init; }

    /// <summary>From when on log u is concave; null where <c>curvature-above</c> is not read.</summary>
    public Concavity? Concavity { get; init; }

    /// <summary>Where the number of modes of u changes, with t increasing; empty in the plane.</summary>
    public IReadOnlyList<Speciation> Speciation { get; init; } = [];

    /// <summary>What the run found, in words; <see cref="Runs.Findings.Of"/>.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Summarises readings, with monitors in the order of first appearance.</summary>
    public static IReadOnlyList<MonitorSummary> Summarise(IReadOnlyList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        var places = new Dictionary<string, int>();
        var monitors = new List<MonitorSummary>();
        foreach (Reading reading in readings)
        {
            if (places.TryAdd(reading.Monitor, monitors.Count))
                monitors.Add(new MonitorSummary(reading.Monitor, reading));
            else if (reading.IsWorseThan(monitors[places[reading.Monitor]].Worst))
                monitors[places[reading.Monitor]] = new MonitorSummary(reading.Monitor, reading);
        }

        return monitors;
    }
}
