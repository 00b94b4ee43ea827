using PdeDiffusion.Monitors.Measuring;

namespace PdeDiffusion.Monitors;

/// <summary>
/// A theorem watched: at each level it turns the measured quantities into readings. A monitor keeps what it needs of earlier levels (scalars),
/// never touches the flow, and allocates nothing in <see cref="Read"/>.
/// </summary>
public interface IMonitor
{
    /// <summary>Appends this monitor's readings of a level.</summary>
    void Read(LevelStatistics level, List<Reading> readings);

    /// <summary>Writes what it keeps of earlier levels, for a checkpoint; a monitor that keeps nothing writes nothing.</summary>
    void Save(BinaryWriter state)
    {
    }

    /// <summary>Takes back what <see cref="Save"/> wrote; the readings that follow have the same bits.</summary>
    void Restore(BinaryReader state)
    {
    }
}
