using System.Globalization;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>
/// The text of a header: a Python dictionary of <c>descr</c> (text), <c>fortran_order</c> (True or False) and <c>shape</c> (a tuple of
/// whole numbers), in any order.
/// </summary>
/// <param name="name">The array as messages call it.</param>
internal sealed class NumpyHeaderText(string text, string name)
{
    private int at;

    /// <exception cref="InputException">The text is something else, or describes an array that is not read.</exception>
    public NumpyHeader Parse()
    {
        string? descr = null;
        bool? columnMajor = null;
        List<long>? shape = null;
        Expect('{');
        while (!Take('}'))
        {
            string key = Quoted();
            Expect(':');
            switch (key)
            {
                case "descr" when descr is null:
                    if (Peek() == '[')
                        throw InputText.Wrong(name, "is an array of records with named fields; save one array of numbers instead");
                    descr = Quoted();
                    break;
                case "fortran_order" when columnMajor is null:
                    columnMajor = Word() switch
                    {
                        "True" => true,
                        "False" => false,
                        _ => throw Wrong(),
                    };
                    break;
                case "shape" when shape is null:
                    shape = Lengths();
                    break;
                default:
                    throw Wrong();
            }

            if (!Take(','))
            {
                Expect('}');
                break;
            }
        }

        if (Peek() != '\0' || descr is null || columnMajor is null || shape is null)
            throw Wrong();
        return NumpyHeader.Of(descr, columnMajor.Value, shape, name);
    }

    private List<long> Lengths()
    {
        var lengths = new List<long>();
        Expect('(');
        while (!Take(')'))
        {
            // Python 2 wrote long integers with an L.
            if (!long.TryParse(Word().TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long length))
                throw Wrong();
            lengths.Add(length);
            if (!Take(','))
            {
                Expect(')');
                break;
            }
        }

        return lengths;
    }

    private string Quoted()
    {
        char quote = Peek();
        int end = quote is '\'' or '"' ? text.IndexOf(quote, at + 1) : -1;
        if (end < 0)
            throw Wrong();
        string found = text[(at + 1)..end];
        at = end + 1;
        return found;
    }

    private string Word()
    {
        Peek();
        int start = at;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at]))
            at++;
        return text[start..at];
    }

    /// <summary>The next character that is not a blank; NUL at the end.</summary>
    private char Peek()
    {
        while (at < text.Length && text[at] is ' ' or '\n' or '\t')
            at++;
        return at < text.Length ? text[at] : '\0';
    }

    private bool Take(char wanted)
    {
        if (Peek() != wanted)
            return false;
        at++;
        return true;
    }

    private void Expect(char wanted)
    {
        if (!Take(wanted))
            throw Wrong();
    }

    private InputException Wrong() => InputText.Wrong(name, "has a damaged header: it is not the dictionary that NumPy writes");
}
