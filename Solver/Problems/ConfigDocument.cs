using PdeDiffusion.Files;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>
/// An input file, read and parsed once. The reader of its kind turns its tree into records, and may change the tree: a document is read by
/// one reader, once.
/// </summary>
public sealed class ConfigDocument
{
    private readonly List<InputProblem> duplicates = [];

    private ConfigDocument(JsonInput input)
    {
        Root = SourceParser.Parse(input.Utf8, new SourceOrigin(input.Name, input.Folder, OriginKind.Json), duplicates);
        Kind = InputKind.Of(Root);
    }

    /// <summary>What the file is; null if it has the marks of no kind.</summary>
    public InputKind? Kind { get; }

    /// <summary>The file as messages call it.</summary>
    public string Name => Root.Origin.Name;

    internal SourceValue Root { get; }

    /// <summary>Reads the file that a verb is given: a pipe and <c>-</c>, for standard input, will do.</summary>
    /// <exception cref="InputException">It cannot be read, or a syntax error.</exception>
    /// <exception cref="OperationCanceledException">The wait for a pipe was ended.</exception>
    public static ConfigDocument Read(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new ConfigDocument(InputText.ReadArgument(path, cancellation));
    }

    /// <summary>JSON that is there already.</summary>
    /// <param name="name">As messages call it; relative paths in the text are relative to its folder.</param>
    /// <exception cref="InputException">A syntax error.</exception>
    internal static ConfigDocument OfText(byte[] utf8, string name) =>
        new(new JsonInput(name, Path.GetDirectoryName(Path.GetFullPath(name))!, utf8));

    /// <summary>
    /// Refuses a file of another kind, and says what takes it. A file of no kind passes: its reader says what is missing.
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
