using System.Buffers;
using System.Globalization;
using System.Text;

namespace PdeDiffusion.Tables;

/// <summary>
/// Writes the rows of a CSV file (RFC 4180, lines ended by \n) straight into bytes: a field costs little more than its formatting, where
/// CsvHelper takes about 1.6 µs, which is seconds for a snapshot of a million cells.
/// </summary>
/// <param name="buffer">Longer than <see cref="LongestField"/>.</param>
internal ref struct TableWriter(Stream stream, Span<byte> buffer)
{
    /// <summary>More than the longest double ("-1.2345678901234567E-308", 24 bytes) with its comma.</summary>
    public const int LongestField = 32;

    /// <summary>A good length for a buffer.</summary>
    public const int BufferBytes = 1 << 16;

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

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

    /// <summary>Text as it is.</summary>
    public void Text(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        if (text.Length > buffer.Length)
        {
            stream.Write(text);
            return;
        }

        text.CopyTo(buffer[used..]);
        used += text.Length;
    }

    /// <summary>A text, in quotes if it holds what separates fields.</summary>
    public void Text(string text)
    {
        bool isPlain = text.Length == 0 || (!text.AsSpan().ContainsAny(Special) && text[0] != ' ' && text[^1] != ' ');
        Text(Encoding.UTF8.GetBytes(isPlain ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
    }

    /// <summary>A row of numbers, whole numbers or texts.</summary>
    public void Row(IReadOnlyList<object> fields)
    {
        for (int field = 0; field < fields.Count; field++)
        {
            if (field > 0)
                Comma();
            switch (fields[field])
            {
                case double number:
                    Number(number);
                    break;
                case int whole:
                    Whole(whole);
                    break;
                default:
                    Text(Convert.ToString(fields[field], CultureInfo.InvariantCulture)!);
                    break;
            }
        }

        EndRow();
    }

    /// <summary>Writes a table: a header, and rows of numbers, whole numbers or texts as long as it.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<object>> rows)
    {
        var table = new TableWriter(stream, new byte[BufferBytes]);
        table.Row(header);
        foreach (IReadOnlyList<object> row in rows)
            table.Row(row);
        table.Flush();
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
