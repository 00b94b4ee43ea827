using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// Cancels, as Ctrl-C does, when a run begins to write a checkpoint of a given number. The run itself trips it, below its file layer, so
/// that the load of the machine decides nothing but after which of the next steps the run ends.
/// </summary>
internal sealed class InterruptAfter : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private int left;

    /// <param name="writes">Number of the checkpoint, or of the file, from 1.</param>
    /// <param name="ending">How the name of the file ends; by default that of a checkpoint.</param>
    public InterruptAfter(int writes, string ending = ".bin")
    {
        left = writes;
        OpenFolder.Disk.Value = (path, inner) =>
        {
            if (path.EndsWith(ending, StringComparison.Ordinal) && Interlocked.Decrement(ref left) == 0)
                cancellation.Cancel();
            return inner;
        };
    }

    public CancellationToken Token => cancellation.Token;

    public void Dispose()
    {
        OpenFolder.Disk.Value = null;
        cancellation.Dispose();
    }
}
