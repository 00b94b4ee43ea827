using System.Text;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Locates the keys of a config in their files, for errors found when a run is built.</summary>
public sealed class ConfigSource
{
    /// <summary>How messages name the origin of a value that is set on the command line, or like it.</summary>
    public static string CommandLine => SourceOrigin.CommandLine.Name;

    private readonly InputReport report;

    internal ConfigSource(InputReport report) => this.report = report;

    /// <summary>The problem that was built to check the file; its parts are reused.</summary>
    internal Problem? Checked { get; init; }

    /// <summary>Notes on the files of the config, one line each.</summary>
    internal IReadOnlyList<string> Notes => report.Notes;

    /// <summary>The exception for an error at a path such as <c>data.scale</c>.</summary>
    public InputException Wrong(string path, string message) => new(report.Locate(path, message));

    /// <summary>The exception for a library's refusal of what stands at a path.</summary>
    public InputException Wrong(string path, ArgumentException refusal) => Wrong(path, MeshRules.WithoutParameter(refusal));
}

/// <summary>Reads run files: from strict JSON to a resolved config, or a list of all errors. docs/config.md is the reference.</summary>
public static class ConfigFile
{
    /// <summary>
    /// The config in a file, overridden by <c>KEY=VALUE</c> pairs, with defaults and the content of files it names filled in.
    /// </summary>
    /// <exception cref="InputException">A syntax error, or everything else that is wrong.</exception>
    public static RunConfig Read(string path, IReadOnlyList<string> overrides) => Read(path, overrides, out _);

    /// <inheritdoc cref="Read(string, IReadOnlyList{string})"/>
    /// <param name="source">Locates keys for problems found later.</param>
    public static RunConfig Read(string path, IReadOnlyList<string> overrides, out ConfigSource source) =>
        Read(ConfigDocument.Read(path), overrides, out source);

    /// <inheritdoc cref="Read(string, IReadOnlyList{string}, out ConfigSource)"/>
    public static RunConfig Read(ConfigDocument document, IReadOnlyList<string> overrides, out ConfigSource source)
    {
        ArgumentNullException.ThrowIfNull(document);
        document.Require(InputKind.Run);
        return ReadRun(document.Root, overrides, document.Report(), out source);
    }

    /// <summary>The run that an audit's file describes; without data its start stands in for them.</summary>
    /// <exception cref="InputException">Everything that is wrong.</exception>
    public static RunConfig ReadAudit(ConfigDocument document, IReadOnlyList<string> overrides, out ConfigSource source)
    {
        ArgumentNullException.ThrowIfNull(document);
        document.Require(InputKind.Audit);
        InputReport report = document.Report();
        AuditRules.StandIn(document.Root, report);
        RunConfig config = ReadRun(document.Root, overrides, report, out source);
        return config.Audit is not null ? config
            : throw new InputException(new InputProblem(document.Name, "audit", null, "required, but missing: { } for an audit"));
    }

    /// <inheritdoc cref="ReadFigure(ConfigDocument, out ConfigSource)"/>
    public static FigureFile ReadFigure(string path, out ConfigSource source) => ReadFigure(ConfigDocument.Read(path), out source);

    /// <summary>The figure in a file.</summary>
    /// <param name="source">Locates keys for problems found later.</param>
    /// <exception cref="InputException">Everything that is wrong.</exception>
    public static FigureFile ReadFigure(ConfigDocument document, out ConfigSource source)
    {
        ArgumentNullException.ThrowIfNull(document);
        document.Require(InputKind.Figure);
        InputReport report = document.Report();
        FigureFile? figure = new ConfigBinder(report).Read<FigureFile>(document.Root);
        if (figure is not null)
            new FigureRules(figure, report).Check();
        report.ThrowIfAny();
        source = new ConfigSource(report);
        return figure!;
    }

    /// <summary>Reads back what <see cref="Write"/> wrote.</summary>
    /// <param name="name">The file as messages call it; relative paths in the text are relative to its folder.</param>
    /// <exception cref="InputException">The text is not a run.</exception>
    public static RunConfig ReadText(string json, string name) =>
        Read(ConfigDocument.OfText(Encoding.UTF8.GetBytes(json), name), [], out _);

    /// <summary>The config of a tree: a run file's, or the inline run of a study.</summary>
    /// <param name="parts">What it shares with runs that were read before; null for none.</param>
    internal static RunConfig ReadRun(
        SourceValue root, IReadOnlyList<string> overrides, InputReport report, out ConfigSource source, BoundParts? parts = null)
    {
        if (root.Kind == JsonValueKind.Object)
            ConfigOverrides.Apply(overrides, report);

        RunConfig? config = new ConfigBinder(report, parts).Read<RunConfig>(root);
        Grid? grid = null;
        if (config is not null)
        {
            config = DataGradings.Resolve(Schedules.Resolve(config, report), report);
            grid = new RunRules(config, report).Check();
        }

        report.ThrowIfAny();
        config = ConfigDefaults.Fill(config!);
        source = new ConfigSource(report) { Checked = Problem.On(grid!, config, new ConfigSource(report), parts?.Last) };
        _ = source.Checked.Times;
        if (parts is not null)
            parts.Last = source.Checked;
        return config;
    }

    /// <summary>
    /// A config as canonical JSON: the same text for the same resolved run, and <see cref="Read(string, IReadOnlyList{string})"/>
    /// reads it back.
    /// </summary>
    public static string Write(RunConfig config) => ConfigWriter.Write(config);
}
