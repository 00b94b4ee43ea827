namespace PdeDiffusion.Schemes;

/// <summary>One generation step for v, from level k + 1 to level k, on the whole grid.</summary>
public interface IScheme
{
    /// <summary>What the scheme keeps for any step size.</summary>
    Guarantees Guarantees { get; }
}
