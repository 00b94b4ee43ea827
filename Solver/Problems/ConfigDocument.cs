using PdeDiffusion.Files;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>
/// An input file, read and parsed once. The reader of its kind converts its tree into records and may change the tree, so a document is
/// read once.
/// </summary>
public sealed class ConfigDocument
{
    private readonly List<InputProblem> duplicates = [];

    private ConfigDocument(JsonInput input)
    {
        Root = SourceParser.Parse(input.Utf8, new SourceOrigin(input.Name, input.Folder, OriginKind.Json), duplicates);
        Kind = InputKind.Of(Root);
    }

    /// <summary>The kind of the file; null if it is not recognised.</summary>
    public InputKind? Kind { get; }

    /// <summary>The file as messages call it.</summary>
    public string Name => Root.Origin.Name;

    internal SourceValue Root { get; }

    /// <summary>Reads the input file of a verb; a pipe, or <c>-</c> for standard input, is allowed.</summary>
    /// <exception cref="InputException">It cannot be read, or a syntax error.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting for a pipe.</exception>
    public static ConfigDocument Read(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new ConfigDocument(InputText.ReadArgument(path, cancellation));
    }

    /// <summary>Parses JSON text.</summary>
    /// <param name="name">As messages call it; relative paths in the text are relative to its folder.</param>
    /// <exception cref="InputException">A syntax error.</exception>
    internal static ConfigDocument OfText(byte[] utf8, string name) =>
        new(new JsonInput(name, Path.GetDirectoryName(Path.GetFullPath(name))!, utf8));

    /// <summary>
    /// Refuses a file of another kind and names the verb for it. A file of unknown kind is accepted; its reader reports what is missing.
    /// </summary>
    /// <exception cref="InputException">The file is of another kind.</exception>
    public void Require(InputKind wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (Kind is null || Kind == wanted)
            return;
        string mark = Kind.Marks[0];
        throw new InputException(new InputProblem(
            Name, mark, Root.Members[mark].Line,
            Kind.Verb is { } verb ? $"this is {Kind.Noun}: use the verb {verb}" : $"this is {Kind.Noun}, not {wanted.Noun}"));
    }

    /// <summary>A report on this file, with the keys that it gives twice.</summary>
    internal InputReport Report()
    {
        var report = new InputReport { Root = Root };
        report.Problems.AddRange(duplicates);
        return report;
    }
}
