namespace PdeDiffusion.Tests.Robustness;

/// <summary>Cancels, as Ctrl-C does, when a run below a folder has written a number of checkpoints.</summary>
internal sealed class InterruptAfter : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly FileSystemWatcher watcher;
    private int left;

    public InterruptAfter(int writes, string folder)
    {
        left = writes;
        watcher = new FileSystemWatcher(Path.GetDirectoryName(folder)!) { IncludeSubdirectories = true };
        watcher.Renamed += (_, renamed) =>
        {
            if (renamed.FullPath.EndsWith(".bin", StringComparison.Ordinal) && Interlocked.Decrement(ref left) <= 0)
                cancellation.Cancel();
        };
        Directory.CreateDirectory(folder);
        watcher.EnableRaisingEvents = true;
    }

    public CancellationToken Token => cancellation.Token;

    public void Dispose()
    {
        watcher.Dispose();
        cancellation.Dispose();
    }
}
