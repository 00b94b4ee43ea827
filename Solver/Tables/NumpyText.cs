using System.Globalization;
using System.Text;

namespace PdeDiffusion.Tables;

/// <summary>
/// An array of text for a <c>.npz</c>: type <c>&lt;Un</c>, n characters of UTF-32 each, which NumPy reads without pickling.
/// </summary>
/// <param name="IsSingle">True for a single text, an array without axes.</param>
public sealed record NumpyText(string Name, IReadOnlyList<string> Texts, bool IsSingle = false)
{
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[][] texts = [.. Texts.Select(text => Encoding.UTF32.GetBytes(text))];
        int longest = Math.Max(4, texts.Select(text => text.Length).DefaultIfEmpty(0).Max());
        stream.Write(NumpyHeader.Of(IsSingle ? [] : [Texts.Count], "<U" + (longest / 4).ToString(CultureInfo.InvariantCulture)));
        foreach (byte[] text in texts)
        {
            stream.Write(text);
            stream.Write(new byte[longest - text.Length]);
        }
    }
}
