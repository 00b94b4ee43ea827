using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using PdeDiffusion.Plots;
using SkiaSharp;

namespace PdeDiffusion.Tests.Plots;

/// <summary>Animations are read back, pixel by pixel, by decoders that are not ours.</summary>
[TestClass]
public sealed class AnimationWriterTests
{
    /// <summary>Pictures that share parts, from few colours to noise, large enough to fill the table of codes more than once.</summary>
    private static readonly Gen<Picture[]> Pictures = Gen.Select(
        Gen.Int[1, 140], Gen.Int[1, 110], Gen.Int[1, 5], Gen.Int[1, 255], Gen.Int[0, 1 << 30]).Select(
            (width, height, count, colours, seed) => Random(width, height, count, colours, new Random(seed)));

    [TestMethod]
    public void Pictures_of_few_colours_come_back_exactly_from_a_GIF() => Pictures.Sample(
        pictures =>
        {
            int[] delays = [.. pictures.Select((_, index) => 5 + 300 * index)];
            using var stream = new MemoryStream();
            GifWriter.Write(stream, pictures, delays);
            using var codec = SKCodec.Create(new SKMemoryStream(stream.ToArray()));
            Assert.IsNotNull(codec);
            // One picture is no animation to the decoder.
            Assert.AreEqual(pictures.Length, Math.Max(1, codec.FrameCount));
            Assert.AreEqual(-1, codec.RepetitionCount, "without end");
            for (int index = 0; index < pictures.Length; index++)
            {
                CollectionAssert.AreEqual(pictures[index].Pixels, Decoded(codec, index), $"picture {index}");
                if (pictures.Length > 1)
                    Assert.AreEqual(10 * delays[index], codec.FrameInfo[index].Duration);
            }
        },
        iter: 60);

    [TestMethod]
    public void Pictures_come_back_exactly_from_an_animated_PNG() => Pictures.Sample(
        pictures =>
        {
            using var stream = new MemoryStream();
            ApngWriter.Write(stream, pictures, [.. pictures.Select((_, index) => 7 + index)]);
            List<(string Name, byte[] Content)> chunks = Chunks(stream.ToArray());
            Assert.AreEqual("IHDR acTL fcTL IDAT", string.Join(' ', chunks.Take(4).Select(chunk => chunk.Name)));
            Assert.AreEqual("IEND", chunks[^1].Name);
            Assert.AreEqual(pictures.Length, Number(chunks[1].Content, 0));
            Assert.AreEqual(0, Number(chunks[1].Content, 4), "without end");
            int sequence = 0;
            var canvas = new uint[pictures[0].Pixels.Length];
            for (int index = 0; index < pictures.Length; index++)
            {
                byte[] control = chunks[2 + 2 * index].Content, data = chunks[3 + 2 * index].Content;
                Assert.AreEqual(sequence++, Number(control, 0));
                Assert.AreEqual((7 + index) << 16 | 100, Number(control, 20));
                if (index > 0)
                {
                    Assert.AreEqual(sequence++, Number(data, 0));
                    data = data[4..];
                }

                Draw(canvas, pictures[0].Width, chunks[0].Content, control, data);
                CollectionAssert.AreEqual(pictures[index].Pixels, canvas, $"picture {index}");
            }

            // Where animations are not known, the first picture is shown.
            using var codec = SKCodec.Create(new SKMemoryStream(stream.ToArray()));
            CollectionAssert.AreEqual(pictures[0].Pixels, Decoded(codec, 0));
        },
        iter: 60);

    /// <summary>A map of 1600 colours, thin lines of two others and letters of grey: each keeps its colour.</summary>
    [TestMethod]
    public void More_colours_than_a_palette_has_are_replaced_by_near_ones()
    {
        const int Side = 40;
        var pixels = new uint[Side * Side];
        for (int pixel = 0; pixel < pixels.Length; pixel++)
        {
            double along = (double)pixel / pixels.Length;
            pixels[pixel] = (uint)(255 * along) << 16 | (uint)(255 * (1 - along)) << 8 | (uint)(128 + 100 * Math.Sin(9 * along));
        }

        for (int column = 0; column < Side; column++)
            (pixels[5 * Side + column], pixels[9 * Side + column]) = (0xD55E00, 0x0072B2);
        var picture = new Picture(Side, Side, pixels);
        using var stream = new MemoryStream();
        GifWriter.Write(stream, [picture], [10]);
        using var codec = SKCodec.Create(new SKMemoryStream(stream.ToArray()));
        uint[] found = Decoded(codec, 0);
        int worst = pixels.Zip(found).Max(pair => Enumerable.Range(0, 3).Max(
            channel => Math.Abs((int)(pair.First >> 8 * channel & 0xFF) - (int)(pair.Second >> 8 * channel & 0xFF))));
        // A curve through the cube of colours of length below 600, cut into more than 200 parts.
        Assert.IsLessThanOrEqualTo(6, worst);
    }

    private static uint[] Decoded(SKCodec codec, int index)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap(info);
        Assert.AreEqual(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels(), new SKCodecOptions(index)));
        return [.. MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan()).ToArray().Select(pixel => pixel & 0xFFFFFF)];
    }

    /// <summary>Draws a frame into the canvas: its data as a PNG of its own.</summary>
    private static void Draw(uint[] canvas, int width, byte[] header, byte[] control, byte[] data)
    {
        int boxWidth = Number(control, 4), boxHeight = Number(control, 8), left = Number(control, 12), top = Number(control, 16);
        using var alone = new MemoryStream();
        alone.Write([0x89, .. "PNG\r\n\x1A\n"u8]);
        foreach ((string name, byte[] content) in
            ((string, byte[])[])[("IHDR", [.. control[4..12], .. header[8..]]), ("IDAT", data), ("IEND", [])])
        {
            byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(name), .. content];
            alone.Write([.. Big((uint)content.Length), .. named, .. Big(Crc(named))]);
        }

        using SKBitmap read = SKBitmap.Decode(alone.ToArray());
        Assert.IsNotNull(read);
        for (int row = 0; row < boxHeight; row++)
        {
            for (int column = 0; column < boxWidth; column++)
                canvas[(top + row) * width + left + column] = (uint)read.GetPixel(column, row) & 0xFFFFFF;
        }
    }

    /// <summary>The chunks of a PNG, their checksums verified.</summary>
    private static List<(string Name, byte[] Content)> Chunks(byte[] png)
    {
        var chunks = new List<(string, byte[])>();
        for (int at = 8; at < png.Length;)
        {
            int length = Number(png, at);
            byte[] named = png[(at + 4)..(at + 8 + length)];
            Assert.AreEqual(Crc(named), (uint)Number(png, at + 8 + length), "checksum");
            chunks.Add((System.Text.Encoding.ASCII.GetString(named[..4]), named[4..]));
            at += 12 + length;
        }

        return chunks;
    }

    /// <summary>CRC-32 bit by bit, from its definition.</summary>
    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static byte[] Big(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    private static Picture[] Random(int width, int height, int count, int colours, Random random)
    {
        uint[] palette = [.. Enumerable.Range(0, colours).Select(_ => (uint)random.Next(1 << 24))];
        uint[] pixels = [.. Enumerable.Range(0, width * height).Select(_ => palette[random.Next(colours)])];
        var pictures = new Picture[count];
        for (int index = 0; index < count; index++)
        {
            pictures[index] = new Picture(width, height, [.. pixels]);
            // The next differs in a box, in a few pixels, or not at all.
            int left = random.Next(width), top = random.Next(height), right = random.Next(left, width), bottom = random.Next(top, height);
            for (int row = top; row < bottom; row++)
            {
                for (int column = left; column < right; column++)
                    pixels[row * width + column] = palette[random.Next(1 + colours / 2)];
            }
        }

        return pictures;
    }
}
