using System.Globalization;
using System.Text;
using PdeDiffusion.Commands;

// Results and sentences do not depend on the culture, whatever the configuration of the runtime says of cultures.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TextWriter output = Writer(Console.OpenStandardOutput(), isOutput: true);
TextWriter error = TextWriter.Synchronized(Writer(Console.OpenStandardError(), isOutput: false));
using var interruption = new Interruption(error);
return CommandLine.Run(args, new Session(output, error, Terminal: !Console.IsErrorRedirected, interruption.Token));

// Each write goes out at once, so that there is nothing left to write at the end.
static StreamWriter Writer(Stream stream, bool isOutput) =>
    new(new StandardStream(stream, isOutput), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
