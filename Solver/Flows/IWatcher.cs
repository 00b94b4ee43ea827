namespace PdeDiffusion.Flows;

/// <summary>An observer of a march: monitors, snapshots, checkpoints, the levels of a figure.</summary>
public interface IWatcher
{
    /// <summary>The schedule: true if <see cref="Watch"/> is to be called now. Asked once after each step and before the first.</summary>
    bool IsDue(March march);

    /// <summary>Observes the march; its arrays are valid during the call only.</summary>
    /// <returns>False to end the run here.</returns>
    bool Watch(March march);
}
