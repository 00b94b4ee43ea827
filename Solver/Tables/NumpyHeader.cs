using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>The header of an array in NumPy's format NPY, versions 1.0 to 3.0 (numpy.lib.format).</summary>
/// <param name="Type">Kind and size in bytes of the numbers: f2, f4, f8, i1 … i8, u1 … u8.</param>
/// <param name="BigEndian">The order of their bytes.</param>
/// <param name="ColumnMajor">True if the first index varies fastest (Fortran order).</param>
/// <param name="Shape">Lengths along the axes.</param>
internal sealed record NumpyHeader(string Type, bool BigEndian, bool ColumnMajor, IReadOnlyList<long> Shape)
{
    /// <summary>Largest number of axes that NumPy has.</summary>
    private const int MostAxes = 32;

    /// <summary>Longest text of a header that NumPy itself reads without being told to trust the file.</summary>
    private const int LongestText = 10_000;

    private static readonly string[] Types = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"];

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Bytes of a number.</summary>
    public int Size => Type[1] - '0';

    /// <summary>Reads a header; the data follow it in the stream.</summary>
    /// <param name="name">The array as messages call it.</param>
    /// <exception cref="InputException">It is damaged, or the array is not one of real numbers.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static NumpyHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
            throw InputText.Wrong(name, "is not an array of NumPy: it does not start with \\x93NUMPY");
        int version = start[6];
        if (version is < 1 or > 3)
            throw InputText.Wrong(name, $"is of version {version} of NumPy's format; versions 1 to 3 are read");
        Span<byte> size = stackalloc byte[version == 1 ? 2 : 4];
        Fill(stream, size, name);
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestText)
            throw InputText.Wrong(name, $"has a header of {length} bytes; at most {LongestText} are read");
        var text = new byte[length];
        Fill(stream, text, name);
        return new NumpyHeaderText((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text), name).Parse();
    }

    /// <summary>The header of an array in C order, version 1.0, padded so that the data start at a multiple of 64.</summary>
    /// <param name="descr">The type; little-endian doubles if not given.</param>
    public static byte[] Of(IReadOnlyList<int> shape, string descr = "<f8")
    {
        string text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {Text([.. shape.Select(length => (long)length)])}, }}";
        int fixedBytes = Magic.Length + 4, total = (fixedBytes + text.Length + 1 + 63) / 64 * 64;
        var bytes = new byte[total];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - fixedBytes));
        Encoding.Latin1.GetBytes(text.PadRight(total - fixedBytes - 1) + "\n", bytes.AsSpan(fixedBytes));
        return bytes;
    }

    /// <summary>A shape as Python writes a tuple.</summary>
    public static string Text(IReadOnlyList<long> shape) =>
        "(" + string.Join(", ", shape.Select(length => length.ToString(CultureInfo.InvariantCulture))) + (shape.Count == 1 ? ",)" : ")");

    /// <summary>The header that a dictionary describes.</summary>
    /// <exception cref="InputException">The array is not one of real numbers, or too large to address.</exception>
    internal static NumpyHeader Of(string descr, bool columnMajor, IReadOnlyList<long> shape, string name)
    {
        if (descr.Length < 3 || descr[0] is not ('<' or '>' or '|' or '=') || !Types.Contains(descr[1..]))
        {
            string what = descr.Length < 2 ? "numbers of an unknown kind" : descr[1] switch
            {
                'O' => "Python objects",
                'c' => "complex numbers",
                'b' => "truth values",
                'U' or 'S' or 'a' => "text",
                'M' or 'm' => "dates",
                'f' => "floating-point numbers that a double cannot hold",
                _ => "numbers of an unknown kind",
            };
            throw InputText.Wrong(
                name, $"holds {what} (dtype {Printable.Quote(descr)}), but must hold real numbers: float16 to float64 or integers");
        }

        if (shape.Count > MostAxes)
            throw InputText.Wrong(name, $"has {shape.Count} axes; at most {MostAxes} are read");
        return new NumpyHeader(descr[1..], descr[0] == '>', columnMajor, shape);
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw InputText.Wrong(name, "ends within the header of an array");
    }
}
