using PdeDiffusion.Flows;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Plots;

/// <summary>A column of the snapshots' files as a figure of its own.</summary>
internal sealed class SnapshotColumn
{
    private readonly SnapshotField source;

    private SnapshotColumn(SnapshotField source) => this.source = source;

    /// <summary>The columns of a snapshot that can be drawn, in their order.</summary>
    public static IReadOnlyList<SnapshotColumn> All(Snapshot snapshot) =>
        [.. SnapshotField.Of(snapshot).Select(field => new SnapshotColumn(field))];

    /// <summary>Its name in the header.</summary>
    public string Name => source.Name;

    /// <summary>Name of its figure, without a snapshot's number.</summary>
    public string FigureName => SnapshotField.FigureOf(Name);

    public string Title => source.LongName;

    /// <summary>True for u and v.</summary>
    public bool IsDensity => Name is "u" or "v";

    /// <summary>True if it has no sign.</summary>
    public bool IsPositive => IsDensity || Name == "w";

    public string Symbol => Name switch
    {
        "score" => "ŝ",
        "score_x" => "ŝ_x",
        "score_y" => "ŝ_y",
        "div_score" => "div ŝ",
        "grad_log_u" => "∇ log u",
        "grad_log_u_x" => "∂_x log u",
        "grad_log_u_y" => "∂_y log u",
        "lap_log_u" => "Δ log u",
        _ => Name,
    };

    public string Units => source.Units switch
    {
        "1" => "dimensionless",
        "1/length^2" => "1/length²",
        _ => source.Units,
    };

    /// <summary>Its values in a snapshot; null if the snapshot has none.</summary>
    public double[]? Of(Snapshot snapshot) => SnapshotField.Of(snapshot).FirstOrDefault(own => own.Name == Name)?.Values;
}
