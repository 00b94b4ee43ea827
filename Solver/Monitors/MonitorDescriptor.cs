using System.Globalization;

namespace PdeDiffusion.Monitors;

/// <summary>How a monitor compares its measured quantity with its bound.</summary>
public enum Relation
{
    /// <summary>measured ≤ bound.</summary>
    AtMost,

    /// <summary>measured ≥ bound.</summary>
    AtLeast,

    /// <summary>measured = bound.</summary>
    Equal,
}

/// <summary>The description of a monitor: its name in <c>readings.csv</c> and the texts of its figure.</summary>
/// <param name="Name">Name in <c>readings.csv</c>; of a parametrised monitor the part before the bracket, e.g. <c>lp-stability</c>.</param>
/// <param name="Statement">The theorem in one line.</param>
/// <param name="Quantity">The measured quantity, for an axis label.</param>
/// <param name="Bound">The bound, for a legend.</param>
/// <param name="Unit">Unit of both; empty if dimensionless.</param>
/// <param name="Status">
/// <see cref="ReadingStatus.Guaranteed"/> if the statement is a theorem of some scheme; under other schemes its readings are observed.
/// </param>
public sealed record MonitorDescriptor(
    string Name, string Statement, string Quantity, string Bound, string Unit, Relation Relation, ReadingStatus Status)
{
    /// <summary>Symbol of the parameter, e.g. p; null for a monitor without one.</summary>
    public string? Parameter { get; init; }

    /// <summary>The statement that is checked; null for a count.</summary>
    public Theorem? Theorem { get; init; }

    /// <summary>What to make of a violation; null for a name that this version does not know.</summary>
    public MonitorHelp? Help { get; init; }

    /// <summary>True for a count, which never has a verdict.</summary>
    public bool IsCount => Theorem is null && Help is not null;

    /// <summary>Its name in the name of its figure, <c>monitor-NAME.png</c>: without brackets.</summary>
    public string FileName => string.Join('-', (Parameter is null ? Name : $"{Name}[{Parameter}]").Split(
        ['[', ']', '/', '\\', ' ', ':'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Its section of docs/monitors.md, where anchors follow the headings.</summary>
    public string Docs => $"docs/monitors.md#{Anchor ?? Name.Split('[')[0] + Parameter}";

    /// <summary>The anchor of its section, where several monitors share one.</summary>
    public string? Anchor { get; init; }

    /// <summary>
    /// The descriptor of one value of the parameter, e.g. <c>lp-stability[2]</c>; an infinite value is written <c>inf</c>.
    /// </summary>
    public MonitorDescriptor At(double value) =>
        At(double.IsPositiveInfinity(value) ? "inf" : value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>The descriptor of one value of the parameter as it is written in <c>readings.csv</c>.</summary>
    public MonitorDescriptor At(string value)
    {
        string shown = $"{Parameter} = {(value == "inf" ? "∞" : value)}";
        return this with
        {
            Name = $"{Name}[{value}]",
            Statement = $"{shown}: {Statement}",
            Quantity = $"{Quantity}, {shown}",
            Parameter = null,
            Anchor = Anchor ?? Name + Parameter,
        };
    }

    /// <summary>The description of an unknown name, as in a folder written by another version.</summary>
    internal static MonitorDescriptor Unknown(string name) =>
        new(name, "not described by this version", "value", "bound", "", Relation.AtMost, ReadingStatus.Observed);
}
