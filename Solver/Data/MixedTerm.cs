using PdeDiffusion.Processes;

namespace PdeDiffusion.Data;

/// <summary>A term w(t) ∇ log u(t) of a mixed score.</summary>
/// <param name="Data">The law whose heat flow u is.</param>
/// <param name="Weight">w(t).</param>
public sealed record MixedTerm(Mixture Data, TimeFunction Weight);
