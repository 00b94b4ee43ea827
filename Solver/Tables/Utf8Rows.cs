using System.Globalization;

namespace PdeDiffusion.Tables;

/// <summary>
/// Rows of comma-separated numbers written straight into bytes. CsvHelper takes about 1.6 µs a field, which is seconds for a snapshot
/// of a million cells; here a field costs little more than its formatting, and no string is made.
/// </summary>
internal ref struct Utf8Rows(Stream stream, Span<byte> buffer)
{
    /// <summary>More than the longest double ("-1.2345678901234567E-308", 24 bytes) with its comma.</summary>
    public const int LongestField = 32;

    private readonly Span<byte> buffer = buffer;
    private int used;

    /// <summary>A number in the shortest form that reads back to the same bits; nothing if it is not finite.</summary>
    public void Number(double value)
    {
        Reserve(LongestField);
        if (double.IsFinite(value))
        {
            value.TryFormat(buffer[used..], out int written, default, CultureInfo.InvariantCulture);
            used += written;
        }
    }

    /// <summary>A whole number.</summary>
    public void Whole(int value)
    {
        Reserve(LongestField);
        value.TryFormat(buffer[used..], out int written, default, CultureInfo.InvariantCulture);
        used += written;
    }

    /// <summary>Text of at most <see cref="LongestField"/> bytes, as it is.</summary>
    public void Text(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(buffer[used..]);
        used += text.Length;
    }

    public void Comma()
    {
        Reserve(1);
        buffer[used++] = (byte)',';
    }

    public void EndRow()
    {
        Reserve(1);
        buffer[used++] = (byte)'\n';
    }

    public void Flush()
    {
        stream.Write(buffer[..used]);
        used = 0;
    }

    private void Reserve(int bytes)
    {
        if (buffer.Length - used < bytes)
            Flush();
    }
}
