using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using PdeDiffusion.Figures;

namespace PdeDiffusion.Commands;

/// <summary>The program: verbs, flags and exit codes.</summary>
public static class CommandLine
{
    /// <summary>How help texts call the program.</summary>
    public const string Call = "dotnet run -c Release --project Solver --";

    /// <summary>Runs one verb.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellation) =>
        Run(args, new Session(output, error, Terminal: false, cancellation));

    /// <inheritdoc cref="Run(IReadOnlyList{string}, TextWriter, TextWriter, CancellationToken)"/>
    public static int Run(IReadOnlyList<string> args, Session session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var root = new RootCommand(
            "Finite-volume solver for the heat equation and the backward Fokker-Planck equation (generation) "
            + "that checks the theorems at every step.")
        {
            RunCommand.Create(session),
            StudyCommand.Create(session),
            AuditCommand.Create(session),
            CheckCommand.Create(session),
            PlotCommand.Create(session),
            FiguresCommand.Create(session),
            SchemaCommand.Create(session),
            MonitorsCommand.Create(session),
        };
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

    /// <summary>A verb's description with an example.</summary>
    internal static string Describe(string description, string example) => $"{description}\n\nExample:\n  {Call} {example}";
}
