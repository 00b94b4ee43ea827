using System.Buffers.Binary;

namespace PdeDiffusion.Plots;

/// <summary>
/// An animated GIF (GIF89a, with the loop extension of Netscape): one palette of 255 colours and a transparent one; of each picture but
/// the first only the box that differs from the one before, unchanged pixels transparent where that takes less room. The same pictures
/// give the same bytes.
/// </summary>
internal static class GifWriter
{
    private const int Colours = 256;
    private const byte Transparent = Colours - 1;

    /// <param name="pictures">At least one; of one size, at most 65 535 pixels a side.</param>
    /// <param name="delays">How long each is shown, in hundredths of a second.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<Picture> pictures, IReadOnlyList<int> delays)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(delays);
        int width = pictures[0].Width, height = pictures[0].Height;
        var palette = Palette.Of(pictures, Transparent);
        stream.Write("GIF89a"u8);
        Write(stream, width, height);
        // A global table of 2^8 colours, 8 bits per channel; background 0; square pixels.
        stream.Write([0xF7, 0, 0]);
        for (int place = 0; place < Colours; place++)
        {
            uint colour = place < palette.Colours.Length ? palette.Colours[place] : 0;
            stream.Write([(byte)(colour >> 16), (byte)(colour >> 8), (byte)colour]);
        }

        // Again and again, without end.
        stream.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        byte[]? before = null;
        for (int index = 0; index < pictures.Count; index++)
        {
            byte[] places = palette.PlacesOf(pictures[index]);
            PixelBox box = before is null ? new PixelBox(0, 0, width, height) : PixelBox.OfDifferences<byte>(before, places, width);
            byte[] plain = box.Of<byte>(places, width), packed = Compress(plain);
            if (before is not null)
            {
                byte[] changes = Compress(Changed(box.Of<byte>(before, width), plain));
                packed = changes.Length < packed.Length ? changes : packed;
            }

            // What was drawn stays; the last colour is transparent.
            stream.Write([0x21, 0xF9, 4, 0x05, (byte)delays[index], (byte)(delays[index] >> 8), Transparent, 0, 0x2C]);
            Write(stream, box.Left, box.Top, box.Width, box.Height);
            stream.Write([0, 8]);
            foreach (byte[] block in packed.Chunk(255))
            {
                stream.WriteByte((byte)block.Length);
                stream.Write(block);
            }

            stream.WriteByte(0);
            before = places;
        }

        stream.WriteByte(0x3B);
    }

    private static void Write(Stream stream, params ReadOnlySpan<int> numbers)
    {
        Span<byte> bytes = stackalloc byte[2];
        foreach (int number in numbers)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)number);
            stream.Write(bytes);
        }
    }

    private static byte[] Changed(byte[] before, byte[] after) =>
        [.. after.Select((place, pixel) => place == before[pixel] ? Transparent : place)];

    /// <summary>LZW with codes of 9 to 12 bits, least bit first (GIF89a, appendix F).</summary>
    internal static byte[] Compress(ReadOnlySpan<byte> values)
    {
        const int Clear = Colours, End = Colours + 1, MostCodes = 1 << 12;
        var bits = new BitWriter();
        var table = new CodeTable();
        int next = End + 1, size = 9, prefix = values[0];
        bits.Write(Clear, size);
        foreach (byte value in values[1..])
        {
            int known = table.Find(prefix, value, out int slot);
            if (known >= 0)
            {
                prefix = known;
                continue;
            }

            bits.Write(prefix, size);
            if (next < MostCodes)
            {
                table.Add(slot, prefix, value, next);
                if (next == 1 << size)
                    size++;
                next++;
            }
            else
            {
                bits.Write(Clear, size);
                table.Clear();
                (next, size) = (End + 1, 9);
            }

            prefix = value;
        }

        bits.Write(prefix, size);
        // The decoder adds an entry for this code too.
        if (next == 1 << size && size < 12)
            size++;
        bits.Write(End, size);
        return bits.ToArray();
    }

    /// <summary>The codes of sequences, by the code of all but the last value and that value.</summary>
    private sealed class CodeTable
    {
        // Twice the codes at least, so that searches are short.
        private const int Slots = 1 << 13;
        private readonly int[] keys = new int[Slots];
        private readonly short[] codes = new short[Slots];

        public CodeTable() => Clear();

        public void Clear() => Array.Fill(keys, -1);

        /// <summary>The code; −1 if there is none, with the slot that it belongs to.</summary>
        public int Find(int prefix, byte value, out int slot)
        {
            int key = prefix << 8 | value;
            slot = (int)((uint)key * 2654435769u >> 19);
            while (keys[slot] >= 0 && keys[slot] != key)
                slot = (slot + 1) % Slots;
            return keys[slot] == key ? codes[slot] : -1;
        }

        public void Add(int slot, int prefix, byte value, int code) => (keys[slot], codes[slot]) = (prefix << 8 | value, (short)code);
    }

    private sealed class BitWriter
    {
        private readonly List<byte> bytes = [];
        private uint pending;
        private int count;

        public void Write(int code, int size)
        {
            pending |= (uint)code << count;
            for (count += size; count >= 8; count -= 8)
            {
                bytes.Add((byte)pending);
                pending >>= 8;
            }
        }

        public byte[] ToArray() => count > 0 ? [.. bytes, (byte)pending] : [.. bytes];
    }
}
