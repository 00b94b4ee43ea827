namespace PdeDiffusion.Monitors;

/// <summary>What a monitor checks, by the name and the place of its statement.</summary>
/// <param name="Name">The name of the statement, e.g. L^p stability.</param>
/// <param name="Section">Where it is stated and proved: section of docs/numerics.md, or of another page that it names.</param>
/// <param name="IsOfPaper">True for a statement of Liu and Zuazua (2025, arXiv:2511.05940); false for one proved here.</param>
public sealed record Theorem(string Name, string Section, bool IsOfPaper = false)
{
    /// <summary>For a caption, e.g. <c>L^p stability (Liu &amp; Zuazua 2025; numerics 2.2)</c>.</summary>
    public string Citation => $"{Name} ({(IsOfPaper ? "Liu & Zuazua 2025; " : "")}{Section})";
}
