using System.Runtime.CompilerServices;
using System.Text;
using PdeDiffusion.Commands;

return HandleLimit.IsTooLow() ? ExitCode.Failed : Run(args);

// A method of its own: what it needs is loaded only once handles are known to suffice.
[MethodImpl(MethodImplOptions.NoInlining)]
static int Run(string[] args)
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
static int Columns()
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
static StreamWriter Writer(Stream stream, bool isOutput) =>
    new(new StandardStream(stream, isOutput), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
