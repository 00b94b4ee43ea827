using System.Runtime.CompilerServices;
using System.Text;

namespace PdeDiffusion.Commands;

/// <summary>The start of a program with the verbs: streams, signals and the exit code.</summary>
public static class Entry
{
    /// <summary>Runs a program with the arguments of its command line.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Start(IReadOnlyList<string> args) => HandleLimit.IsTooLow() ? ExitCode.Failed : Run(args);

    // A method of its own: what it needs is loaded only once handles are known to suffice.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Run(IReadOnlyList<string> args)
    {
        TextWriter output = Writer(Console.OpenStandardOutput(), isOutput: true);
        TextWriter error = TextWriter.Synchronized(Writer(Console.OpenStandardError(), isOutput: false));
        using var interruption = new Interruption(error);
        return CommandLine.Run(args, new Session(output, error, Terminal: !Console.IsErrorRedirected, interruption.Token)
        {
            Columns = Columns,
        });
    }

    // A terminal that does not say how wide it is has 80 columns.
    private static int Columns()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    // Each write goes out at once, so that there is nothing left to write at the end.
    private static StreamWriter Writer(Stream stream, bool isOutput) =>
        new(new StandardStream(stream, isOutput), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
}
