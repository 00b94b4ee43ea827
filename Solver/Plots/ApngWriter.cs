using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace PdeDiffusion.Plots;

/// <summary>
/// An animated PNG (PNG, third edition, 2025: acTL, fcTL, fdAT): the exact colours; of each picture but the first only the box that differs
/// from the one before. A program that knows no animations shows the first picture. The same pictures give the same bytes.
/// </summary>
internal static class ApngWriter
{
    private static readonly byte[] Signature = [0x89, .. "PNG\r\n\x1A\n"u8];
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    /// <inheritdoc cref="GifWriter.Write(Stream, IReadOnlyList{Picture}, IReadOnlyList{int})"/>
    public static void Write(Stream stream, IReadOnlyList<Picture> pictures, IReadOnlyList<int> delays)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(delays);
        int width = pictures[0].Width, sequence = 0;
        for (int index = 0; index < pictures.Count; index++)
        {
            PixelBox box = index == 0 ? new PixelBox(0, 0, width, pictures[0].Height)
                : PixelBox.OfDifferences<uint>(pictures[index - 1].Pixels, pictures[index].Pixels, width);
            (byte[] header, byte[] data) = Encode(box, box.Of<uint>(pictures[index].Pixels, width));
            if (index == 0)
            {
                stream.Write(Signature);
                WriteChunk(stream, "IHDR"u8, header);
                // Without end.
                WriteChunk(stream, "acTL"u8, Numbers(pictures.Count, 0));
            }

            // Shown for so many hundredths of a second; stays, and covers what was there.
            WriteChunk(stream, "fcTL"u8,
                [.. Numbers(sequence++, box.Width, box.Height, box.Left, box.Top, delays[index] << 16 | 100), 0, 0]);
            if (index == 0)
                WriteChunk(stream, "IDAT"u8, data);
            else
                WriteChunk(stream, "fdAT"u8, [.. Numbers(sequence++), .. data]);
        }

        WriteChunk(stream, "IEND"u8, []);
    }

    /// <summary>Header and image data of a PNG of some pixels.</summary>
    private static (byte[] Header, byte[] Data) Encode(PixelBox box, uint[] pixels)
    {
        var info = new SKImageInfo(box.Width, box.Height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        using SKImage image = SKImage.FromPixelCopy(info, MemoryMarshal.AsBytes(pixels.AsSpan()), sizeof(uint) * box.Width);
        using SKPixmap map = image.PeekPixels();
        using SKData encoded = map.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 9))
            ?? throw new InvalidOperationException("a picture could not be encoded as PNG");
        ReadOnlySpan<byte> png = encoded.AsSpan()[Signature.Length..];
        byte[] header = [];
        using var data = new MemoryStream();
        while (png.Length > 0)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png);
            ReadOnlySpan<byte> name = png.Slice(4, 4), content = png.Slice(8, length);
            if (name.SequenceEqual("IHDR"u8))
                header = content.ToArray();
            else if (name.SequenceEqual("IDAT"u8))
                data.Write(content);
            png = png[(12 + length)..];
        }

        return (header, data.ToArray());
    }

    private static byte[] Numbers(params ReadOnlySpan<int> numbers)
    {
        var bytes = new byte[sizeof(int) * numbers.Length];
        for (int index = 0; index < numbers.Length; index++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(sizeof(int) * index), numbers[index]);
        return bytes;
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        stream.Write(Numbers(content.Length));
        stream.Write(name);
        stream.Write(content);
        uint crc = Crc(Crc(uint.MaxValue, name), content);
        stream.Write(Numbers((int)~crc));
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
            crc = CrcTable[(byte)(crc ^ one)] ^ crc >> 8;
        return crc;
    }

    /// <summary>CRC-32 of one byte (PNG, annex D).</summary>
    private static uint CrcOf(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        return crc;
    }
}
