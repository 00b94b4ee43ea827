namespace PdeDiffusion.Monitors;

/// <summary>Everything the monitors need of one level, measured in one pass over memory.</summary>
public sealed class LevelStatistics
{
}
