namespace PdeDiffusion.Flows;

/// <summary>Something that looks at a march on its way: monitors, snapshots, checkpoints, the levels that a figure shows.</summary>
public interface IWatcher
{
    /// <summary>The schedule: true if <see cref="Watch"/> is to be called now. Asked once after each step and before the first.</summary>
    bool IsDue(March march);

    /// <summary>Looks at the march; its arrays are lent for the call only.</summary>
    /// <returns>False to end the run here.</returns>
    bool Watch(March march);
}
