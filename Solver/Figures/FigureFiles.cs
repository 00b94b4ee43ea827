using PdeDiffusion.Files;
using PdeDiffusion.Plots;

namespace PdeDiffusion.Figures;

/// <summary>Writes figures to disk.</summary>
internal static class FigureFiles
{
    /// <summary>Writes NAME.png, and NAME.svg and NAME.pdf if the figure has them, each atomically; returns their names.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(FolderClaim folder, Figure figure)
    {
        var names = new List<string> { figure.Name + ".png" };
        folder.Write(names[0], stream => stream.Write(figure.Png));
        if (figure.Svg is { } svg)
        {
            names.Add(figure.Name + ".svg");
            folder.WriteText(names[^1], svg);
        }

        if (figure.Pdf is { } pdf)
        {
            names.Add(figure.Name + ".pdf");
            folder.Write(names[^1], stream => stream.Write(pdf));
        }

        return names;
    }
}
