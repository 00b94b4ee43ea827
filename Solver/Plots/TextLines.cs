using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>Texts broken into lines of a given width.</summary>
internal static class TextLines
{
    private const char NoBreak = '\u00A0';

    /// <summary>A text in lines of at most a width, broken at blanks other than those around an equals sign; its own lines are kept,
    /// a longer word has a line of its own.</summary>
    public static string Wrap(string text, float width, LabelStyle style, Paint paint)
    {
        if (text.Length == 0 || text.Split('\n').All(line => style.Measure(line, paint).Width <= width))
            return text;
        var lines = new List<string>();
        foreach (string own in text.Replace(" = ", $"{NoBreak}={NoBreak}", StringComparison.Ordinal).Split('\n'))
        {
            string line = "";
            foreach (string word in own.Split(' '))
            {
                string longer = line.Length == 0 ? word : $"{line} {word}";
                if (line.Length > 0 && style.Measure(longer, paint).Width > width)
                {
                    lines.Add(line);
                    line = word;
                }
                else
                {
                    line = longer;
                }
            }

            lines.Add(line);
        }

        return string.Join('\n', lines).Replace(NoBreak, ' ');
    }

    /// <summary>The start of a text that has at most a width, with an ellipsis where it is not the whole.</summary>
    public static string Shortened(string text, float width, LabelStyle style, Paint paint)
    {
        if (style.Measure(text, paint).Width <= width)
            return text;
        int fits = 0, tooLong = text.Length;
        while (tooLong - fits > 1)
        {
            int middle = (fits + tooLong) / 2;
            if (style.Measure(string.Concat(text.AsSpan(0, middle), "…"), paint).Width <= width)
                fits = middle;
            else
                tooLong = middle;
        }

        return string.Concat(text.AsSpan(0, fits), "…");
    }
}
