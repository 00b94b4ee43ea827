using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>The animation of a run: its frames in the order of the flow, looping.</summary>
public static class RunAnimation
{
    /// <summary>Largest size of the file; beyond it every second frame is left out, until it fits or two are left.</summary>
    public const int MostBytes = 8_000_000;

    /// <summary>Hundredths of a second: of a frame, and of the first and the last.</summary>
    private const int Delay = 12, LongDelay = 120;

    /// <summary>The name of the file.</summary>
    public static string FileName(AnimationKind kind) => kind == AnimationKind.Gif ? RunFolder.GifName : RunFolder.ApngName;

    /// <summary>Draws and writes it; nothing without frames.</summary>
    /// <param name="note">Receives a line if frames were left out.</param>
    /// <exception cref="IOException">It cannot be written; the other files of the folder are as they were.</exception>
    /// <exception cref="InvalidDataException">A frame is damaged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is written.</exception>
    public static void Write(
        FolderClaim folder, RunConfig config, FrameSet frames, int threads, Action<string> note, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(note);
        if (frames.Frames.Count == 0)
            return;
        AnimationKind kind = config.Output.Animation ?? AnimationKind.Gif;
        var plot = new AnimationPlot(RunFigures.TitleOf(config), frames, config.Output.AnimationScale ?? AnimationScale.Frame);
        Picture[] pictures =
        [
            .. Enumerable.Range(0, frames.Frames.Count).AsParallel().AsOrdered().WithDegreeOfParallelism(Math.Min(threads, 64))
                .WithCancellation(cancellation).Select(plot.Draw),
        ];
        (byte[] content, int shown) = Fitted(kind, pictures, MostBytes, cancellation);
        if (shown < pictures.Length)
            note($"note: {FileName(kind)} shows {shown} of {pictures.Length} frames, to stay below {MostBytes / 1_000_000} MB");
        folder.WriteBesideTables(FileName(kind), stream => stream.Write(content));
    }

    /// <summary>The file of the pictures, or of every second, fourth, … and the last if that is too large; how many it shows.</summary>
    internal static (byte[] Content, int Shown) Fitted(
        AnimationKind kind, Picture[] pictures, int mostBytes, CancellationToken cancellation)
    {
        byte[] content = Encode(kind, pictures);
        while (content.Length > mostBytes && pictures.Length > 2)
        {
            cancellation.ThrowIfCancellationRequested();
            pictures = [.. pictures.Take(pictures.Length - 1).Where((_, index) => index % 2 == 0), pictures[^1]];
            content = Encode(kind, pictures);
        }

        return (content, pictures.Length);
    }

    private static byte[] Encode(AnimationKind kind, Picture[] pictures)
    {
        int[] delays = [.. pictures.Select((_, index) => index == 0 || index == pictures.Length - 1 ? LongDelay : Delay)];
        using var stream = new MemoryStream();
        if (kind == AnimationKind.Gif)
            GifWriter.Write(stream, pictures, delays);
        else
            ApngWriter.Write(stream, pictures, delays);
        return stream.ToArray();
    }
}
