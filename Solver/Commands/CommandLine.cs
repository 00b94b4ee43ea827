using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using PdeDiffusion.Figures;

namespace PdeDiffusion.Commands;

/// <summary>The program: verbs, flags and exit codes.</summary>
public static class CommandLine
{
    /// <summary>The command that the tool's package installs.</summary>
    public const string ToolName = "pdediffusion";

    /// <summary>How texts call the program: by <c>dotnet run</c> if it was built in a clone, by its name elsewhere.</summary>
    public static string Call { get; } = IsInClone(AppContext.BaseDirectory) ? "dotnet run -c Release --project Solver --" : ToolName;

    /// <summary>Runs one verb.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellation) =>
        Run(args, new Session(output, error, Terminal: false, cancellation));

    /// <inheritdoc cref="Run(IReadOnlyList{string}, TextWriter, TextWriter, CancellationToken)"/>
    public static int Run(IReadOnlyList<string> args, Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        RootCommand root = Root(session);
        ParseResult parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string message in parsed.Errors.Select(problem => problem.Message).Distinct())
                session.Error.WriteLine(message);
            session.Error.WriteLine($"{Call} --help lists the verbs and their options");
            return ExitCode.WrongCommandLine;
        }

        // The verbs run synchronously and watch the session's token themselves, so no termination timeout is set: a cancelled run completes
        // its pending writes.
        // Sentences and numbers do not depend on the language of the system; threads that the verb starts inherit this.
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        int code = session.Guard(
            () => parsed.Invoke(new InvocationConfiguration
            {
                Output = session.Output,
                Error = session.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            }),
            verbose: false);
        FigureWarmUp.Wait();
        CultureInfo.CurrentCulture = culture;
        return code;
    }

    private static RootCommand Root(Session session)
    {
        RootCommand? root = null;
        return root = new RootCommand(
            "Finite-volume solver for the heat equation and the backward Fokker-Planck equation (generation) "
            + "that checks the theorems at every step.")
        {
            NewCommand.Create(session),
            RunCommand.Create(session),
            StudyCommand.Create(session),
            AuditCommand.Create(session),
            CheckCommand.Create(session),
            PlotCommand.Create(session),
            FiguresCommand.Create(session),
            SchemaCommand.Create(session),
            MonitorsCommand.Create(session),
            CompletionsCommand.Create(session, () => root!),
        };
    }

    /// <summary>True if a folder lies in a working copy of the repository, where relative paths of the docs hold too.</summary>
    internal static bool IsInClone(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "PdeDiffusion.sln")))
                return true;
        }

        return false;
    }

    /// <summary>A verb's description with an example.</summary>
    internal static string Describe(string description, string example) => $"{description}\n\nExample:\n  {Call} {example}";
}
