namespace PdeDiffusion.Figures;

/// <summary>Which figures of a run are drawn, and what part of it they show.</summary>
public sealed record FigureChoice
{
    /// <summary>The figures that a run draws by itself.</summary>
    public static FigureChoice Default { get; } = new();

    /// <summary>
    /// Names of figures, those on request among them: whole, without a snapshot's number, or with * for any characters; empty for the
    /// figures of <see cref="Default"/>.
    /// </summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Columns of the snapshots' files, a figure each; with them alone no other figure is drawn.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Times of the snapshots that are drawn, each to 0.5 %; empty for all, on screens of limited size for a few.</summary>
    public IReadOnlyList<double> Times { get; init; } = [];

    /// <summary>The part of the box that is shown, from and to of each axis; empty for where u and v are.</summary>
    public IReadOnlyList<(double From, double To)> Range { get; init; } = [];

    /// <summary>The whole box is shown.</summary>
    public bool WholeBox { get; init; }
}
