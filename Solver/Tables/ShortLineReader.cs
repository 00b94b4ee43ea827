using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>Forwards text, but fails at a line of more than 10 000 characters, which bounds the memory.</summary>
internal sealed class ShortLineReader(TextReader inner, string name) : TextReader
{
    /// <summary>Largest number of characters of a line.</summary>
    public const int MaxLength = 10_000;

    private int line = 1;
    private int length;

    /// <exception cref="InputException">A line that is too long.</exception>
    public override int Read(char[] buffer, int index, int count)
    {
        int read = inner.Read(buffer, index, count);
        ReadOnlySpan<char> rest = buffer.AsSpan(index, read);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf('\n');
            length += end < 0 ? rest.Length : end;
            if (length > MaxLength)
                throw InputText.Wrong(name, $"the line is longer than {MaxLength} characters", line);
            if (end < 0)
                break;
            line++;
            length = 0;
            rest = rest[(end + 1)..];
        }

        return read;
    }

    public override int Read()
    {
        var one = new char[1];
        return Read(one, 0, 1) == 0 ? -1 : one[0];
    }

    public override int Peek() => inner.Peek();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
