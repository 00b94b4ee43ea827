using System.Runtime.InteropServices;
using SkiaSharp;

namespace PdeDiffusion.Plots;

/// <summary>An image without transparency, row by row from the top.</summary>
/// <param name="Pixels">0xRRGGBB, <paramref name="Width"/> × <paramref name="Height"/> values.</param>
internal sealed record Picture(int Width, int Height, uint[] Pixels)
{
    /// <summary>The pixels of a drawn figure.</summary>
    public static Picture Of(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        using SKBitmap decoded = SKBitmap.Decode(figure.Png);
        using SKBitmap bitmap = decoded.Copy(SKColorType.Bgra8888);
        uint[] pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan()).ToArray();
        for (int pixel = 0; pixel < pixels.Length; pixel++)
            pixels[pixel] &= 0xFFFFFF;
        return new Picture(bitmap.Width, bitmap.Height, pixels);
    }
}

/// <summary>A rectangle of an image, in pixels.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Width, int Height)
{
    /// <summary>The smallest box with all differences of two images of the same size; a single pixel where there are none.</summary>
    /// <param name="width">Pixels per row.</param>
    public static PixelBox OfDifferences<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> after, int width)
        where T : IEquatable<T>
    {
        int left = width, right = -1, top = -1, bottom = -1;
        for (int start = 0, row = 0; start < after.Length; start += width, row++)
        {
            ReadOnlySpan<T> old = before.Slice(start, width), own = after.Slice(start, width);
            int same = old.CommonPrefixLength(own);
            if (same == width)
                continue;
            (top, bottom) = (top < 0 ? row : top, row);
            left = Math.Min(left, same);
            int last = width - 1;
            while (last > right && old[last].Equals(own[last]))
                last--;
            right = Math.Max(right, last);
        }

        return top < 0 ? new PixelBox(0, 0, 1, 1) : new PixelBox(left, top, right - left + 1, bottom - top + 1);
    }

    /// <summary>The values inside, row by row.</summary>
    /// <param name="width">Pixels per row of the image.</param>
    public T[] Of<T>(ReadOnlySpan<T> image, int width)
    {
        var inside = new T[Width * Height];
        for (int row = 0; row < Height; row++)
            image.Slice((Top + row) * width + Left, Width).CopyTo(inside.AsSpan(row * Width));
        return inside;
    }
}
