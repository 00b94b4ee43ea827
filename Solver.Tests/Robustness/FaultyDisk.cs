using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>How a write goes wrong.</summary>
public enum Fault
{
    /// <summary>Nothing of it is written.</summary>
    Fails,

    /// <summary>Half of it is written.</summary>
    IsShort,

    /// <summary>The folder is gone: somebody deleted it.</summary>
    LosesItsFolder,
}

/// <summary>
/// One write, by its file and not by its number among all: several threads write, and which comes first differs from run to run.
/// </summary>
/// <param name="File">Path within the run's folder.</param>
/// <param name="Number">Number among the writes of this file, from 1.</param>
internal sealed record DiskWrite(string File, int Number);

/// <summary>Notes the writes of the files of the test that made it and lets one of them go wrong, below the program's file layer.</summary>
internal sealed class FaultyDisk : IDisposable
{
    private readonly DiskWrite? victim;
    private readonly Fault fault;
    private readonly string folder;
    private readonly List<DiskWrite> writes = [];

    /// <param name="victim">The write that goes wrong; null for none.</param>
    /// <param name="folder">The run's folder, which <see cref="Fault.LosesItsFolder"/> deletes.</param>
    public FaultyDisk(DiskWrite? victim, Fault fault, string folder)
    {
        (this.victim, this.fault, this.folder) = (victim, fault, folder);
        OpenFolder.Disk.Value = (path, inner) => new File(this, Path.GetRelativePath(folder, path), inner);
    }

    /// <summary>Writes in the order they came, the one that went wrong included.</summary>
    public IReadOnlyList<DiskWrite> Writes => writes;

    public void Dispose() => OpenFolder.Disk.Value = null;

    private sealed class File(FaultyDisk disk, string path, Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            DiskWrite write;
            lock (disk.writes)
            {
                write = new DiskWrite(path, 1 + disk.writes.Count(other => other.File == path));
                disk.writes.Add(write);
            }

            if (write == disk.victim)
            {
                if (disk.fault == Fault.IsShort)
                    inner.Write(buffer[..(buffer.Length / 2)]);
                if (disk.fault != Fault.LosesItsFolder)
                    throw new IOException($"No space left on device : '{path}'");
                Directory.Delete(disk.folder, recursive: true);
            }

            inner.Write(buffer);
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
