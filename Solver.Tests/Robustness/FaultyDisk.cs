using PdeDiffusion.IO;

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

/// <summary>Counts the writes of the files of the test that made it and lets one of them go wrong, below the program's file layer.</summary>
internal sealed class FaultyDisk : IDisposable
{
    private readonly int number;
    private readonly Fault fault;
    private readonly string folder;
    private int writes;

    /// <param name="number">Number of the write that goes wrong, from 1; 0 for none.</param>
    /// <param name="folder">What <see cref="Fault.LosesItsFolder"/> deletes.</param>
    public FaultyDisk(int number, Fault fault, string folder)
    {
        (this.number, this.fault, this.folder) = (number, fault, folder);
        AtomicFile.Disk.Value = (path, inner) => new File(this, path, inner);
    }

    /// <summary>Writes so far, those that went wrong included.</summary>
    public int Writes => writes;

    /// <summary>The file whose write went wrong; null if none did.</summary>
    public string? Victim { get; private set; }

    public void Dispose() => AtomicFile.Disk.Value = null;

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
            if (Interlocked.Increment(ref disk.writes) == disk.number)
            {
                disk.Victim = path;
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
