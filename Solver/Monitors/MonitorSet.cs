using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Monitors;

/// <summary>All monitors of a run: measures a level in one pass and appends each monitor's readings. Reads levels in the order of the flow.</summary>
public sealed class MonitorSet
{
    private readonly LevelStatistics statistics;
    private readonly RatioMonitors ratios;
    private readonly IMonitor[] monitors;
    private bool begun;

    /// <summary>
    /// Most readings of one level: the mass of u and v, the sign of v, three ratios, two of Li and Yau, the limiter, the balance of KL, two
    /// distances to the data, the hull or the budget, the identity of scores; and two per exponent.
    /// </summary>
    /// <param name="exponents">Number of L^p exponents.</param>
    public static int MostReadings(int exponents) => 14 + 2 * exponents;

    /// <param name="epsilon">Noise level of generation; null without it.</param>
    /// <param name="exponents">Exponents of the L^p monitors.</param>
    /// <param name="massRoundings">The number of axes for the markov scheme, that of columns and rows for the remap; see <see cref="Rounding"/>.</param>
    /// <param name="dataVariance">Smallest variance of the data's components, which bounds a closed-form u.</param>
    /// <param name="support">The data's support; without it nothing is said of the distance to the data.</param>
    /// <param name="score">The score that drives generation; null for the grid's own.</param>
    public MonitorSet(
        Grid grid, TimeLevels times, ForwardKind forward, double? epsilon, IReadOnlyList<double> exponents, WorkerTeam team, double dataVariance = 0,
        double massRoundings = 2, DataSupport? support = null, IFaceScore? score = null)
    {
        statistics = new LevelStatistics(grid, epsilon is null ? [] : exponents, team, epsilon is null ? null : support?.SquaredDistances);
        var rounding = new Rounding(grid, times, massRoundings, epsilon ?? 0);
        ratios = new RatioMonitors(rounding);
        var all = new List<IMonitor>
        {
            new MassMonitors(rounding, grid), ratios, new LiYauMonitors(grid, times, forward, dataVariance),
            new LpMonitors(exponents, epsilon ?? 0, grid.Dimension, times, rounding), new GuardMonitor(),
        };
        if (epsilon is { } noise)
        {
            all.Add(new KlDissipationMonitor(noise, rounding));
            all.Add(new ConcentrationMonitors(grid.Dimension));
            if (noise == 0 && support?.HullDistances is { } hull)
                all.Add(new SupportMonitor(grid, times, hull));
            if (noise > 0 && score is not null)
                all.Add(new ScoreBudgetMonitor(grid, noise, score, rounding, team));
        }

        if (support?.Points is { } points)
            all.Add(new ScoreIdentityMonitor(grid, times, points, team));
        monitors = [.. all];
    }

    /// <summary>Reads one level.</summary>
    public void Read(FlowLevel level, List<Reading> readings)
    {
        if (!begun && level.V is not null)
            ratios.Begin(level);
        begun = true;
        statistics.Measure(level);
        foreach (IMonitor monitor in monitors)
            monitor.Read(statistics, readings);
    }

    /// <summary>Writes what the monitors keep of earlier levels, for a checkpoint.</summary>
    public void Save(BinaryWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write(begun);
        foreach (IMonitor monitor in monitors)
            monitor.Save(state);
    }

    /// <summary>Takes back what <see cref="Save"/> wrote; the readings that follow have the same bits.</summary>
    /// <exception cref="EndOfStreamException">The state is of other monitors.</exception>
    public void Restore(BinaryReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        begun = state.ReadBoolean();
        foreach (IMonitor monitor in monitors)
            monitor.Restore(state);
    }
}
