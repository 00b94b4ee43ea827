namespace PdeDiffusion.Commands;

/// <summary>Standard output could not be written.</summary>
public sealed class StandardOutputException(IOException inner) : Exception(inner.Message, inner);

/// <summary>
/// A standard stream of the process. A failed write to standard output throws <see cref="StandardOutputException"/>; a failed write to
/// standard error is ignored.
/// </summary>
/// <param name="isOutput">True for standard output, false for standard error.</param>
internal sealed class StandardStream(Stream inner, bool isOutput) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (IOException failure)
        {
            if (isOutput)
                throw new StandardOutputException(failure);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
