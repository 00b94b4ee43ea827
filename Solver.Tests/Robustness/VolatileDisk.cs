using Microsoft.Win32.SafeHandles;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// A disk that keeps only what was flushed, below the program's file layer: after a power cut a file has no content if it was renamed
/// before its own flush, and its old content, or none, if its folder was not flushed after the rename. The program's
/// real calls are followed, on one writing thread.
/// </summary>
internal sealed class VolatileDisk : IDisposable
{
    private readonly HashSet<string> written = [];
    private readonly HashSet<string> flushed = [];
    private readonly SortedDictionary<string, byte[]> durable = new(StringComparer.Ordinal);

    /// <param name="beforeWrite">Called before a file is written, with its path and the files that a power cut would leave now.</param>
    public VolatileDisk(Action<string, IReadOnlyDictionary<string, byte[]>> beforeWrite)
    {
        OpenFolder.Created.Value = (path, created) =>
        {
            beforeWrite(path, durable);
            written.Add(path);
            flushed.Remove(path);
            return new Flushed(created.SafeFileHandle, () => flushed.Add(path));
        };
        OpenFolder.FolderFlushed.Value = folder =>
        {
            foreach (string path in written.Where(path => Path.GetDirectoryName(path) == folder).ToArray())
            {
                durable[path] = flushed.Contains(path) ? File.ReadAllBytes(path) : [];
                written.Remove(path);
            }
        };
    }

    public void Dispose()
    {
        OpenFolder.Created.Value = null;
        OpenFolder.FolderFlushed.Value = null;
    }

    private sealed class Flushed(SafeFileHandle file, Action flushed) : FileStream(file, FileAccess.Write)
    {
        public override void Flush(bool flushToDisk)
        {
            base.Flush(flushToDisk);
            if (flushToDisk)
                flushed();
        }
    }
}
