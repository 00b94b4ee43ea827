using System.Runtime.InteropServices;
using System.Text;
using PdeDiffusion.Commands;

using var cancellation = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
return CommandLine.Run(args, new Session(output, Console.Error, Terminal: !Console.IsErrorRedirected, cancellation.Token));

// The first signal asks the run to end after its step; a second one ends the process as it always would.
void Cancel(PosixSignalContext signal)
{
    signal.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
}
