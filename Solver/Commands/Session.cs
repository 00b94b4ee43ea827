using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Commands;

/// <summary>Output streams and cancellation of a verb.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Messages and progress.</param>
/// <param name="Terminal">True if a line of <paramref name="Error"/> can be rewritten.</param>
/// <param name="Cancellation">Ctrl-C and SIGTERM.</param>
public sealed record Session(TextWriter Output, TextWriter Error, bool Terminal, CancellationToken Cancellation)
{
    /// <summary>Width of the terminal in columns; null where there is none, or it is not known.</summary>
    public Func<int>? Columns { get; init; }

    /// <summary>Runs a verb; exceptions become a message and an exit code, with a stack trace if requested.</summary>
    public int Guard(Func<int> verb, bool verbose)
    {
        ArgumentNullException.ThrowIfNull(verb);
        try
        {
            return verb();
        }
        catch (Exception failure)
        {
            (int code, string message) = Explain(failure);
            Error.WriteLine(message);
            if (verbose)
                Error.WriteLine(failure);
            return code;
        }
    }

    private static (int Code, string Message) Explain(Exception failure) => failure switch
    {
        InputException input => (ExitCode.BadInput, input.Message),
        RunFailedException run => (ExitCode.Failed, run.Message),
        StandardOutputException full => (
            ExitCode.Failed, $"cannot write to standard output: {full.Message} (files already written are complete)"),
        OperationCanceledException => (ExitCode.Failed, "interrupted"),
        NotFiniteNumberException or NetworkFailedException => (ExitCode.Failed, failure.Message),
        OutOfMemoryException => (ExitCode.Failed, "out of memory: reduce the number of cells or \"memory\""),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, $"cannot write: {failure.Message}"),
        _ => (ExitCode.Failed, $"unexpected {failure.GetType().Name}: {failure.Message} (use --verbose for the stack trace)"),
    };
}
