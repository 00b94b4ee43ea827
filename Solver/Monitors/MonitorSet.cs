using PdeDiffusion.Flows;
using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The monitors of <see cref="MonitorRegistry"/> that apply to a problem: measures a level in one pass and appends each monitor's
/// readings. Levels are read in the order of the flow.
/// </summary>
public sealed class MonitorSet
{
    private readonly LevelStatistics statistics;
    private readonly Rounding rounding;
    private readonly IMonitor[] monitors;
    private readonly MonitorSetup setup;
    private bool begun;

    public MonitorSet(MonitorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        this.setup = setup = setup.WithOwnRounding();
        statistics = setup.Epsilon is null
            ? new LevelStatistics(setup.Grid, [], setup.Team) { Extended = setup.Extended }
            : new LevelStatistics(setup.Grid, setup.Exponents, setup.Team, setup.Support?.SquaredDistances) { Extended = setup.Extended };
        rounding = setup.Rounding;
        monitors = [.. MonitorRegistry.Kinds.Select(kind => kind.Build(setup)).OfType<IMonitor>()];
    }

    /// <summary>Reads one level.</summary>
    public void Read(FlowLevel level, List<Reading> readings)
    {
        if (!begun && level.V is not null)
        {
            foreach (IMonitor monitor in monitors)
                monitor.Begin(level);
        }

        begun = true;
        setup.Score?.StartFrom(level.V ?? level.U);
        statistics.Measure(level);
        rounding.Advance(statistics);
        foreach (IMonitor monitor in monitors)
            monitor.Read(statistics, readings);
    }

    /// <summary>
    /// Quantities of the level last read, e.g. <see cref="MeanSquaredDistance"/> or <see cref="ScoreErrorBudget"/>; null if no monitor of
    /// this problem measures them or they are undefined at that level.
    /// </summary>
    public T? Latest<T>()
        where T : struct
    {
        foreach (IMonitor monitor in monitors)
        {
            if (monitor is IMeasures<T> measuring)
                return measuring.Latest;
        }

        return null;
    }

    /// <summary>What a monitor recorded of the levels so far, e.g. <see cref="Mode"/>; empty if none of this problem does.</summary>
    public IReadOnlyList<T> Rows<T>()
        where T : struct => monitors.OfType<IRecords<T>>().FirstOrDefault()?.Rows ?? [];

    /// <summary>The exponent of concentration over a whole run; null where too few levels measure it.</summary>
    /// <param name="readings">The run's.</param>
    public ConcentrationRate? Concentration(IReadOnlyList<Reading> readings) =>
        setup.Support is { } support ? ConcentrationRate.Fit(readings, support.WidestCell(setup.Grid), setup.Grid.Dimension) : null;

    /// <summary>Writes the state of the monitors, for a checkpoint.</summary>
    public void Save(BinaryWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write(begun);
        rounding.Save(state);
        foreach (IMonitor monitor in monitors)
            monitor.Save(state);
    }

    /// <summary>Restores the state written by <see cref="Save"/>; the following readings have the same bits.</summary>
    /// <exception cref="EndOfStreamException">The checkpoint has different monitors.</exception>
    public void Restore(BinaryReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        begun = state.ReadBoolean();
        rounding.Restore(state);
        foreach (IMonitor monitor in monitors)
            monitor.Restore(state);
    }
}
