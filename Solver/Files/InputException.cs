using System.Globalization;

namespace PdeDiffusion.Files;

/// <summary>An error in the input.</summary>
/// <param name="File">The file as the user names it, or <c>--set</c>.</param>
/// <param name="Path">Where in the file's JSON, e.g. <c>time.steps</c>; null if it is not about a key.</param>
/// <param name="Line">1-based line; null if not known.</param>
/// <param name="Message">What is wrong, and what is allowed.</param>
public sealed record InputProblem(string File, string? Path, int? Line, string Message)
{
    /// <summary>One line, e.g. <c>configs/x.json:12: generation.epsilon: must be >= 0, but is -1</c>.</summary>
    public override string ToString()
    {
        string line = Line is { } number ? ":" + number.ToString(CultureInfo.InvariantCulture) : "";
        string path = string.IsNullOrEmpty(Path) ? "" : (Path.Length <= 200 ? Path : Path[..200] + "…") + ": ";

        // Names of files and keys are given by the user and may contain line ends.
        return Printable.Of($"{File}{line}: {path}{Message}");
    }
}

/// <summary>Invalid input: all errors found. The message has one line per problem.</summary>
public sealed class InputException : Exception
{
    public InputException(params IReadOnlyList<InputProblem> problems) : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>At least one, in the order found.</summary>
    public IReadOnlyList<InputProblem> Problems { get; }
}
