using System.Globalization;
using System.Text;

namespace PdeDiffusion.Files;

/// <summary>User text in messages: characters that a terminal would interpret or hide are shown as code points.</summary>
internal static class Printable
{
    private const int Longest = 60;

    /// <summary>A text in quotes, shortened.</summary>
    public static string Quote(string text) =>
        "\"" + Of(text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…")) + "\"";

    /// <summary>
    /// The text with control, format (those that turn the direction of writing among them), separator and unpaired characters written as
    /// <c>U+202E</c>.
    /// </summary>
    public static string Of(string text)
    {
        int first = 0;
        while (first < text.Length && text[first] is >= ' ' and <= '~')
            first++;
        if (first == text.Length)
            return text;
        var shown = new StringBuilder(text.Length + 16).Append(text, 0, first);
        Span<char> pair = stackalloc char[2];
        for (int at = first; at < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, at, out Rune rune);
            at += isWhole ? rune.Utf16SequenceLength : 1;
            UnicodeCategory category = isWhole ? Rune.GetUnicodeCategory(rune) : UnicodeCategory.Surrogate;
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned)
            {
                shown.Append(CultureInfo.InvariantCulture, $"U+{(isWhole ? rune.Value : text[at - 1]):X4}");
            }
            else
            {
                shown.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
        }

        return shown.ToString();
    }
}
