using PdeDiffusion.Files;
using PdeDiffusion.Plots;

namespace PdeDiffusion.Figures;

/// <summary>Writes figures to disk.</summary>
internal static class FigureFiles
{
    /// <summary>Writes NAME.png, and NAME.svg if the figure has one, each atomically.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(FolderClaim folder, Figure figure)
    {
        folder.Write(figure.Name + ".png", stream => stream.Write(figure.Png));
        if (figure.Svg is { } svg)
            folder.WriteText(figure.Name + ".svg", svg);
    }
}
