using System.Text.Json;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Records of the first level of run configs that have parts of their trees in common, and the problem read last.</summary>
internal sealed class BoundParts
{
    private readonly Dictionary<SourceValue, object> records = new(ReferenceEqualityComparer.Instance);

    /// <summary>The problem that was read last: the next one shares equal parts with it.</summary>
    public Problem? Last { get; set; }

    /// <summary>The record of a part; null if it has not been read.</summary>
    public object? Find(SourceValue part) => records.GetValueOrDefault(part);

    /// <summary>Keeps what a part without errors was read as.</summary>
    public void Keep(SourceValue part, object record)
    {
        if (part.Kind is JsonValueKind.Object or JsonValueKind.Array)
            records[part] = record;
    }
}
