using System.Runtime.InteropServices;
using System.Text;
using PdeDiffusion.Commands;

using var cancellation = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
using PosixSignalRegistration? hangUp = IsHangUpIgnored() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel);
TextWriter output = Writer(Console.OpenStandardOutput(), isOutput: true), error = Writer(Console.OpenStandardError(), isOutput: false);
return CommandLine.Run(args, new Session(output, error, Terminal: !Console.IsErrorRedirected, cancellation.Token));

// Each write goes out at once, so that there is nothing left to write at the end.
static StreamWriter Writer(Stream stream, bool isOutput) =>
    new(new StandardStream(stream, isOutput), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

// Who starts the program with nohup wants it to outlive the terminal.
static bool IsHangUpIgnored()
{
    const string Mask = "SigIgn:";
    string? ignored = OperatingSystem.IsLinux()
        ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Mask, StringComparison.Ordinal)) : null;
    return ignored is not null && (Convert.ToUInt64(ignored[Mask.Length..].Trim(), 16) & 1) != 0;
}

// The first signal asks the run to end after its step; a second one ends the process as it always would.
void Cancel(PosixSignalContext signal)
{
    signal.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
}
