using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using PdeDiffusion.Figures;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Commands;

/// <summary>The program: verbs, flags and exit codes.</summary>
public static class CommandLine
{
    /// <summary>Runs one verb.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellation) =>
        Run(args, new Session(output, error, Terminal: false, cancellation));

    /// <inheritdoc cref="Run(IReadOnlyList{string}, TextWriter, TextWriter, CancellationToken)"/>
    public static int Run(IReadOnlyList<string> args, Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Command root = Root(session);
        ParseResult parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string message in parsed.Errors.Select(problem => problem.Message).Distinct())
                session.Error.WriteLine(message);
            session.Error.WriteLine($"{ProgramCall.Text} --help lists the verbs and their options");
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

    // No RootCommand: that one is named after the file of the program, which users of the tool do not see.
    private static Command Root(Session session)
    {
        Command? root = null;
        return root = new Command(
            ProgramCall.ToolName,
            "Finite-volume solver for the heat equation and the backward Fokker-Planck equation (generation) "
            + "that checks the theorems at every step.")
        {
            new HelpOption(),
            new VersionOption(),
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

    /// <summary>A verb's description with an example.</summary>
    internal static string Describe(string description, string example) => $"{description}\n\nExample:\n  {ProgramCall.Text} {example}";
}
