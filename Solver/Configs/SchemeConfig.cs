using System.Text.Json.Serialization;

namespace PdeDiffusion.Configs;

/// <summary>The scheme of the generation steps.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(MarkovSchemeConfig), "markov")]
[JsonDerivedType(typeof(RemapSchemeConfig), "remap")]
public abstract record SchemeConfig;

/// <summary><c>markov</c>: docs/numerics.md.</summary>
public sealed record MarkovSchemeConfig : SchemeConfig;

/// <summary>How the remap reconstructs w inside a cell.</summary>
public enum Reconstruction
{
    Constant,
    Parabolic,
}

/// <summary><c>remap</c>: docs/numerics.md.</summary>
public sealed record RemapSchemeConfig : SchemeConfig
{
    [Key("The reconstruction of w inside a cell.")]
    public Reconstruction Reconstruction { get; init; } = Reconstruction.Parabolic;
}
