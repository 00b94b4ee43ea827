using PdeDiffusion.Runs;

namespace PdeDiffusion.Reports;

/// <summary>What a page says: everything that is not layout. The strings are plain text; the page escapes them.</summary>
/// <param name="Title">The name of the run, study or other subject.</param>
/// <param name="Kind">What it is in a word or two, e.g. run.</param>
/// <param name="Verdict">The result in a word or two; null if there is none.</param>
/// <param name="Good">False if the verdict is a failure; null if it is neither.</param>
/// <param name="Sentences">What was found, the most important first.</param>
public sealed record ReportContent(
    string Title, string Kind, string? Verdict, bool? Good, IReadOnlyList<ReportSentence> Sentences, IReadOnlyList<ReportSection> Sections)
{
    /// <summary>A sentence for each finding of a run.</summary>
    public static IReadOnlyList<ReportSentence> Of(IEnumerable<Finding> findings) =>
        [.. findings.Select(finding => new ReportSentence(finding.Text)
        {
            More = (finding.Cause is { } cause ? $"Probable cause: {cause}. " : "") + (finding.Docs is { } docs ? $"See {docs}." : ""),
        })];
}

/// <summary>A sentence without a full stop.</summary>
public sealed record ReportSentence(string Text)
{
    /// <summary>Its cause and where to read on; empty for none.</summary>
    public string More { get; init; } = "";
}

/// <summary>A section with its heading.</summary>
public sealed record ReportSection(string Title, IReadOnlyList<ReportPart> Parts);

/// <summary>A part of a section.</summary>
public abstract record ReportPart;

/// <summary>A paragraph.</summary>
public sealed record ReportText(string Text) : ReportPart;

/// <summary>Text with its line breaks: a config, a command.</summary>
public sealed record ReportCode(string Text) : ReportPart;

/// <summary>A table that sorts by each of its columns. Cells are text as shown; those that begin with a number sort as numbers.</summary>
/// <param name="Caption">What the rows are.</param>
/// <param name="Rows">As many cells per row as there are columns.</param>
public sealed record ReportTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : ReportPart;

/// <summary>Parts that are folded away until asked for; open in print.</summary>
public sealed record ReportFold(string Summary, IReadOnlyList<ReportPart> Parts) : ReportPart
{
    /// <summary>True to show them from the beginning.</summary>
    public bool IsOpen { get; init; }

    /// <summary>A name to link to; null for none.</summary>
    public string? Anchor { get; init; }
}

/// <summary>Curves over one variable, with values under the pointer and a zoom.</summary>
/// <param name="Title">What they show.</param>
public sealed record ReportCurves(string Title, string XLabel, string YLabel, IReadOnlyList<ReportCurve> Curves) : ReportPart
{
    public bool IsXLog { get; init; }

    public bool IsYLog { get; init; }
}

/// <summary>A curve.</summary>
/// <param name="X">Increasing.</param>
/// <param name="Y">As many; NaN leaves a gap.</param>
public sealed record ReportCurve(string Name, double[] X, double[] Y)
{
    /// <summary>True for a bound or a fit.</summary>
    public bool IsDashed { get; init; }

    /// <summary>True for measured points, with marks.</summary>
    public bool HasMarks { get; init; }
}

/// <summary>Paths in a plane: trajectories, a frontier.</summary>
public sealed record ReportPaths(string Title, string XLabel, string YLabel, IReadOnlyList<ReportPath> Paths) : ReportPart
{
    public bool IsXLog { get; init; }

    /// <summary>True for a plane of space, whose axes have one scale.</summary>
    public bool IsSpace { get; init; }

    /// <summary>True to draw all paths in one colour, without a legend.</summary>
    public bool IsBundle { get; init; }
}

/// <summary>A path; <paramref name="Labels"/> name its points, or are empty.</summary>
public sealed record ReportPath(string Name, double[] X, double[] Y, IReadOnlyList<string> Labels);

/// <summary>The frames of a run under a slider.</summary>
public sealed record ReportFrames(FrameSet Frames) : ReportPart
{
    /// <summary>Bits of the roughest and of the smoothest field.</summary>
    public (int Least, int Most) Bits => (
        Frames.Frames.Min(frame => frame.Fields.Min(one => one.Bits)), Frames.Frames.Max(frame => frame.Fields.Max(one => one.Bits)));
}
