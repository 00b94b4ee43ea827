namespace PdeDiffusion.Schemes;

/// <summary>
/// One generation step for v on the whole grid. To add a scheme, implement this and add a case to Problems/Discretisation.cs.
/// </summary>
public interface IScheme
{
    /// <summary>The theorems that the scheme satisfies for any step size.</summary>
    Guarantees Guarantees { get; }

    /// <summary>Formal order of accuracy of v.</summary>
    SchemeOrder Order { get; }

    /// <summary>How often the limiter acted since the first step; <see cref="SchemeCounts.None"/> for a scheme without one.</summary>
    SchemeCounts Counts { get; }

    /// <summary>Advances <see cref="GenerationStep.V"/> by one step; allocates nothing.</summary>
    /// <returns>
    /// max P 1, P the step as a linear map, if <see cref="GenerationStep.One"/> is given and the scheme is linear; else NaN.
    /// </returns>
    double Step(in GenerationStep step);

    /// <summary>Writes the scheme's state between steps to a checkpoint; the default writes nothing.</summary>
    void Save(BinaryWriter state)
    {
    }

    /// <summary>Restores the state written by <see cref="Save"/>.</summary>
    void Restore(BinaryReader state)
    {
    }
}
