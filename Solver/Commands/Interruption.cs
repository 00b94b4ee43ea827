using System.Diagnostics;
using System.Runtime.InteropServices;
using PdeDiffusion.Files;

namespace PdeDiffusion.Commands;

/// <summary>
/// What SIGINT, SIGTERM and SIGHUP do. The first one cancels <see cref="Token"/>, so that the verb ends after its step and writes what is
/// due. A verb that has not ended by then, because its step takes longer or it reads a large input, is ended as by a kill, with a message
/// and exit code 4, once no file is being written. A second signal ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>How long a verb has to end of its own accord; with <see cref="Quiet"/> less than two seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.3);

    /// <summary>No file is due any more if none has been written for this long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.2);

    private readonly CancellationTokenSource source = new();
    private readonly TextWriter error;
    private readonly List<PosixSignalRegistration> registrations = [];

    public Interruption(TextWriter error)
    {
        this.error = error;
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive));
        if (!IsHangUpIgnored())
            registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Receive));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    /// <summary>Who starts the program with nohup wants it to outlive the terminal.</summary>
    private static bool IsHangUpIgnored()
    {
        const string Mask = "SigIgn:";
        string? ignored = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Mask, StringComparison.Ordinal)) : null;
        return ignored is not null && (Convert.ToUInt64(ignored[Mask.Length..].Trim(), 16) & 1) != 0;
    }

    private void Receive(PosixSignalContext signal)
    {
        signal.Cancel = !source.IsCancellationRequested;
        if (!signal.Cancel)
            return;
        // A thread of its own: those of the pool may all be computing.
        new Thread(EndLate) { IsBackground = true, Name = "interruption", Priority = ThreadPriority.AboveNormal }.Start();
        source.Cancel();
    }

    private void EndLate()
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience || OpenFolder.SinceLastWrite < Quiet)
            Thread.Sleep(20);
        error.WriteLine(
            "interrupted within a step: files that were written are whole, and --resume continues from the last checkpoint, if any");
        Environment.Exit(ExitCode.Failed);
    }
}
