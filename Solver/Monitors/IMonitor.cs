using PdeDiffusion.Flows;
using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>
/// A monitored inequality or balance: turns the measured quantities of each level into readings. A monitor keeps of earlier levels
/// only scalars and what it records, never modifies the flow, and allocates nothing in <see cref="Read"/>. Its class declares a
/// <see cref="MonitorKind"/>, which <see cref="MonitorRegistry"/> lists.
/// </summary>
public interface IMonitor
{
    /// <summary>Initialises from the first level of a generation, before that level is measured.</summary>
    void Begin(FlowLevel end)
    {
    }

    /// <summary>Appends this monitor's readings of a level.</summary>
    void Read(LevelStatistics level, List<Reading> readings);

    /// <summary>Writes its state, for a checkpoint; a monitor without state writes nothing.</summary>
    void Save(BinaryWriter state)
    {
    }

    /// <summary>Restores the state written by <see cref="Save"/>; the following readings have the same bits.</summary>
    void Restore(BinaryReader state)
    {
    }
}

/// <summary>A monitor that keeps a record of every level, a file of the run (<see cref="MonitorSet.Rows{T}"/>).</summary>
internal interface IRecords<T>
    where T : struct
{
    /// <summary>In the order of the flow.</summary>
    IReadOnlyList<T> Rows { get; }
}

/// <summary>A monitor whose quantities other code reads as numbers, not as a reading (<see cref="MonitorSet.Latest"/>).</summary>
internal interface IMeasures<T>
    where T : struct
{
    /// <summary>The quantities at the level last read; null if they are undefined there.</summary>
    T? Latest { get; }
}
