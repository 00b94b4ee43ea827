using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Reports;

/// <summary>
/// Writes a page: one HTML file with its styles, scripts and data, which needs no network and no other file. Texts and tables are HTML, so
/// that the page can be read without scripts; curves and frames are JSON in a script element of a data type, where every &lt; is escaped.
/// The same content gives the same bytes.
/// </summary>
public static class ReportPage
{
    /// <summary>The name of the page in its folder.</summary>
    public const string FileName = RunFolder.ReportName;

    /// <summary>Characters of a cell beyond which its text is broken into lines.</summary>
    private const int MostUnbroken = 32;

    private static readonly Lazy<string> Styles = new(() => Resource("uplot.css") + Resource("page.css"));

    private static readonly Lazy<string> Scripts = new(() =>
        string.Concat(((string[])["uplot.js", "core.js", "curves.js", "paths.js", "frames.js", "page.js"]).Select(Resource)));

    /// <summary>Writes the page into a folder.</summary>
    /// <exception cref="IOException">It cannot be written; the other files of the folder are as they were.</exception>
    public static void Write(FolderClaim folder, ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder.WriteBesideTables(FileName, stream => Write(stream, content));
    }

    /// <summary>Writes the page as UTF-8.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(content);
        var drawn = new List<ReportPart>();
        string body = Body(content, drawn);
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy"
                content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="generator" content="PdeDiffusion {Text(RunRecord.Build.Version)}">
            <link rel="icon" href="data:,">
            <title>{Text(content.Title)} – PdeDiffusion</title>
            <style>
            {Styles.Value}</style>
            </head>
            <body>
            {body}
            """));
        writer.Write("<script type=\"application/json\" id=\"data\">");
        writer.Flush();
        using (var json = new Utf8JsonWriter(stream))
            WriteData(json, drawn);
        writer.Write("</script>\n<script>\n");
        writer.Write(Scripts.Value);
        writer.Write("</script>\n</body>\n</html>\n");
    }

    private static string Body(ReportContent content, List<ReportPart> drawn)
    {
        var html = new StringBuilder();
        string state = content.Good switch { true => "good", false => "bad", null => "neutral" };
        html.Append("<header><p class=\"kind\">").Append(Text(content.Kind)).Append("</p>\n<h1>").Append(Text(content.Title));
        if (content.Verdict is { } verdict)
            html.Append(" <span class=\"verdict ").Append(state).Append("\">").Append(Text(verdict)).Append("</span>");
        html.Append("</h1>\n<noscript><p class=\"note\">Scripts are off: texts and tables are complete, the curves and maps are not drawn.")
            .Append("</p></noscript></header>\n<main>\n");
        if (content.Sentences.Count > 0)
        {
            html.Append("<ul class=\"findings\">\n");
            foreach (ReportSentence sentence in content.Sentences)
            {
                html.Append("<li>").Append(Text(sentence.Text));
                if (sentence.More.Length > 0)
                    html.Append(" <span class=\"more\">").Append(Text(sentence.More)).Append("</span>");
                html.Append("</li>\n");
            }

            html.Append("</ul>\n");
        }

        foreach (ReportSection section in content.Sections)
        {
            html.Append("<section>\n<h2>").Append(Text(section.Title)).Append("</h2>\n");
            foreach (ReportPart part in section.Parts)
                Append(html, part, drawn);
            html.Append("</section>\n");
        }

        return html.Append("</main>\n").ToString();
    }

    private static void Append(StringBuilder html, ReportPart part, List<ReportPart> drawn)
    {
        switch (part)
        {
            case ReportText text:
                html.Append("<p>").Append(Text(text.Text)).Append("</p>\n");
                break;
            case ReportCode code:
                html.Append("<pre tabindex=\"0\">").Append(Text(code.Text)).Append("</pre>\n");
                break;
            case ReportTable table:
                Append(html, table);
                break;
            case ReportFold fold:
                html.Append("<details").Append(fold.Anchor is null ? "" : $" id=\"{Text(fold.Anchor)}\"").Append(fold.IsOpen ? " open" : "")
                    .Append("><summary>").Append(Text(fold.Summary)).Append("</summary>\n");
                foreach (ReportPart inner in fold.Parts)
                    Append(html, inner, drawn);
                html.Append("</details>\n");
                break;
            default:
                html.Append(CultureInfo.InvariantCulture, $"<div class=\"drawn\" data-part=\"{drawn.Count}\"></div>\n");
                drawn.Add(part);
                break;
        }
    }

    private static void Append(StringBuilder html, ReportTable table)
    {
        html.Append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"").Append(Text(table.Caption))
            .Append("\"><table class=\"sorts\"><caption>").Append(Text(table.Caption)).Append("</caption>\n<thead><tr>");
        foreach (string column in table.Columns)
            html.Append("<th scope=\"col\">").Append(Text(column)).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>");
            foreach (string cell in row)
                html.Append(cell.Length > MostUnbroken ? "<td class=\"long\">" : "<td>").Append(Text(cell)).Append("</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody></table></div>\n");
    }

    private static void WriteData(Utf8JsonWriter json, IReadOnlyList<ReportPart> parts)
    {
        json.WriteStartArray();
        foreach (ReportPart part in parts)
        {
            json.WriteStartObject();
            switch (part)
            {
                case ReportCurves curves:
                    WriteCurves(json, curves);
                    break;
                case ReportPaths paths:
                    WritePaths(json, paths);
                    break;
                case ReportFrames frames:
                    WriteFrames(json, frames.Frames);
                    break;
                default:
                    throw new ArgumentException($"a page has no part {part.GetType().Name}", nameof(parts));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCurves(Utf8JsonWriter json, ReportCurves curves)
    {
        json.WriteString("kind", "curves");
        json.WriteString("title", curves.Title);
        json.WriteString("xLabel", curves.XLabel);
        json.WriteString("yLabel", curves.YLabel);
        json.WriteBoolean("xLog", curves.IsXLog);
        json.WriteBoolean("yLog", curves.IsYLog);
        json.WriteStartArray("curves");
        foreach (ReportCurve curve in curves.Curves)
        {
            json.WriteStartObject();
            json.WriteString("name", curve.Name);
            json.WriteBoolean("dashed", curve.IsDashed);
            json.WriteBoolean("marks", curve.HasMarks);
            WriteNumbers(json, "x", curve.X);
            WriteNumbers(json, "y", curve.Y);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePaths(Utf8JsonWriter json, ReportPaths paths)
    {
        json.WriteString("kind", "paths");
        json.WriteString("title", paths.Title);
        json.WriteString("xLabel", paths.XLabel);
        json.WriteString("yLabel", paths.YLabel);
        json.WriteBoolean("xLog", paths.IsXLog);
        json.WriteBoolean("space", paths.IsSpace);
        json.WriteBoolean("bundle", paths.IsBundle);
        json.WriteStartArray("paths");
        foreach (ReportPath path in paths.Paths)
        {
            json.WriteStartObject();
            json.WriteString("name", path.Name);
            WriteNumbers(json, "x", path.X);
            WriteNumbers(json, "y", path.Y);
            json.WriteStartArray("labels");
            foreach (string label in path.Labels)
                json.WriteStringValue(label);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFrames(Utf8JsonWriter json, FrameSet frames)
    {
        json.WriteString("kind", "frames");
        json.WriteStartArray("faces");
        foreach (double[] faces in frames.Faces)
            WriteNumbers(json, null, faces);
        json.WriteEndArray();
        json.WriteStartArray("frames");
        foreach (Frame frame in frames.Frames)
        {
            json.WriteStartObject();
            json.WriteNumber("level", frame.Level);
            WriteNumber(json, "t", frame.Time);
            json.WriteStartObject("fields");
            foreach (FrameField field in frame.Fields)
            {
                json.WriteStartObject(field.Name);
                json.WriteBoolean("log", field.IsLog);
                json.WriteNumber("low", field.Low);
                json.WriteNumber("high", field.High);
                json.WriteNumber("bits", field.Bits);
                json.WriteBase64String("data", field.Packed);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("points");
        foreach (PointFrame points in frames.Points)
        {
            json.WriteStartObject();
            WriteNumber(json, "t", points.Time);
            json.WriteBase64String("x", LittleEndian(points.X));
            json.WriteBase64String("y", LittleEndian(points.Y));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static byte[] LittleEndian(float[] values)
    {
        byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            for (int value = 0; value < values.Length; value++)
                Array.Reverse(bytes, value * sizeof(float), sizeof(float));
        }

        return bytes;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string? name, double[] values)
    {
        if (name is null)
            json.WriteStartArray();
        else
            json.WriteStartArray(name);
        foreach (double value in values)
        {
            // Six digits are more than a screen shows; NaN and infinities leave a gap.
            if (double.IsFinite(value))
                json.WriteRawValue(value.ToString("G6", CultureInfo.InvariantCulture), skipInputValidation: true);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"PdeDiffusion.Reports.Page.{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
