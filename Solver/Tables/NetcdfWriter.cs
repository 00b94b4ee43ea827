using System.Buffers.Binary;
using System.Text;

namespace PdeDiffusion.Tables;

/// <summary>A variable of doubles for one record.</summary>
/// <param name="Dimensions">Their names; with <c>time</c> first it grows with the records.</param>
/// <param name="Attributes">Names and texts.</param>
internal sealed record NetcdfVariable(
    string Name, IReadOnlyList<string> Dimensions, IReadOnlyList<(string Name, string Text)> Attributes, double[] Values);

/// <summary>
/// Writes NetCDF-3 files with 64-bit offsets, version 2 of the classic format ("NetCDF Classic Format Specification", Unidata): a header,
/// the variables of fixed size, then the records, each with all variables that grow; big-endian, in multiples of 4 bytes.
/// </summary>
internal static class NetcdfWriter
{
    /// <summary>Tags of the lists of a header, and types.</summary>
    internal const int DimensionTag = 10, VariableTag = 11, AttributeTag = 12, TextType = 2, DoubleType = 6;

    /// <summary>Where the number of records stands.</summary>
    internal const int RecordsAt = 4;

    /// <summary>Writes a file of one record.</summary>
    /// <param name="dimensions">Names and lengths; 0 for the one that grows.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(
        Stream stream, IReadOnlyList<(string Name, int Length)> dimensions, IReadOnlyList<(string Name, string Text)> attributes,
        IReadOnlyList<NetcdfVariable> variables)
    {
        bool[] grows = [.. variables.Select(variable => Length(variable.Dimensions[0]) == 0)];
        int[] order = [.. Enumerable.Range(0, variables.Count).OrderBy(index => grows[index])];
        var begins = new long[variables.Count];
        long position = Header(dimensions, attributes, variables, begins).Length;
        foreach (int index in order)
        {
            begins[index] = position;
            position += sizeof(double) * (long)variables[index].Values.Length;
        }

        stream.Write(Header(dimensions, attributes, variables, begins));
        foreach (int index in order)
            WriteValues(stream, variables[index].Values);

        int Length(string dimension) => dimensions.First(one => one.Name == dimension).Length;
    }

    /// <summary>Joins the records of files of the same grid that <see cref="Write"/> wrote.</summary>
    /// <exception cref="IOException">A file cannot be read, or the stream not written.</exception>
    public static void Join(Stream stream, IReadOnlyList<string> files)
    {
        var block = new byte[1 << 20];
        for (int number = 0; number < files.Count; number++)
        {
            long records;
            using (var header = new NetcdfFile(files[number]))
                records = header.RecordsBegin;
            using FileStream file = File.OpenRead(files[number]);
            if (number == 0)
            {
                var start = new byte[records];
                file.ReadExactly(start);
                BinaryPrimitives.WriteInt32BigEndian(start.AsSpan(RecordsAt), files.Count);
                stream.Write(start);
            }

            file.Position = records;
            for (int read = file.Read(block); read > 0; read = file.Read(block))
                stream.Write(block, 0, read);
        }
    }

    private static byte[] Header(
        IReadOnlyList<(string Name, int Length)> dimensions, IReadOnlyList<(string Name, string Text)> attributes,
        IReadOnlyList<NetcdfVariable> variables, long[] begins)
    {
        using var bytes = new MemoryStream();
        Span<byte> begin = stackalloc byte[sizeof(long)];
        bytes.Write("CDF\u0002"u8);
        Whole(1);
        Begin(DimensionTag, dimensions.Count);
        foreach ((string name, int length) in dimensions)
        {
            Text(name);
            Whole(length);
        }

        Attributes(attributes);
        Begin(VariableTag, variables.Count);
        for (int index = 0; index < variables.Count; index++)
        {
            NetcdfVariable variable = variables[index];
            Text(variable.Name);
            Whole(variable.Dimensions.Count);
            foreach (string name in variable.Dimensions)
                Whole(dimensions.Index().First(one => one.Item.Name == name).Index);
            Attributes(variable.Attributes);
            Whole(DoubleType);
            // A size beyond 32 bits has no place here; readers compute it from the dimensions.
            Whole((int)(uint)Math.Min(uint.MaxValue, sizeof(double) * (long)variable.Values.Length));
            BinaryPrimitives.WriteInt64BigEndian(begin, begins[index]);
            bytes.Write(begin);
        }

        return bytes.ToArray();

        void Begin(int tag, int count)
        {
            Whole(count == 0 ? 0 : tag);
            Whole(count);
        }

        void Attributes(IReadOnlyList<(string Name, string Text)> list)
        {
            Begin(AttributeTag, list.Count);
            foreach ((string name, string text) in list)
            {
                Text(name);
                Whole(TextType);
                Text(text);
            }
        }

        void Text(string text)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            Whole(utf8.Length);
            bytes.Write(utf8);
            bytes.Write(new byte[-utf8.Length & 3]);
        }

        void Whole(int number)
        {
            Span<byte> four = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(four, number);
            bytes.Write(four);
        }
    }

    private static void WriteValues(Stream stream, double[] values)
    {
        const int block = 1 << 13;
        var swapped = new long[Math.Min(block, values.Length)];
        ReadOnlySpan<long> bits = System.Runtime.InteropServices.MemoryMarshal.Cast<double, long>(values);
        for (int from = 0; from < bits.Length; from += block)
        {
            ReadOnlySpan<long> part = bits[from..Math.Min(from + block, bits.Length)];
            if (BitConverter.IsLittleEndian)
                BinaryPrimitives.ReverseEndianness(part, swapped);
            else
                part.CopyTo(swapped);
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(swapped.AsSpan(0, part.Length)));
        }
    }
}
