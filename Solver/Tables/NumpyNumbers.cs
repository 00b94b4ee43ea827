using System.Buffers.Binary;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>The numbers of an array of NumPy as doubles; integers beyond 2⁵³ are rounded.</summary>
internal static class NumpyNumbers
{
    private delegate double Reader(ReadOnlySpan<byte> bytes);

    /// <summary>Reads the data that follow a header, in the order of C.</summary>
    /// <param name="count">The product of the lengths.</param>
    /// <param name="name">The array as messages call it.</param>
    /// <param name="block">Bytes read at a time, a multiple of 8.</param>
    /// <exception cref="InputException">The data end too early.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static double[] Read(Stream stream, NumpyHeader header, int count, string name, int block)
    {
        var values = new double[count];
        var bytes = new byte[(int)Math.Min(block, (long)count * header.Size)];
        Reader read = ReaderOf(header.Type, header.BigEndian);
        for (int first = 0; first < count;)
        {
            int wanted = (int)Math.Min(bytes.Length, (long)(count - first) * header.Size);
            if (stream.ReadAtLeast(bytes.AsSpan(0, wanted), wanted, throwOnEndOfStream: false) < wanted)
                throw InputText.Wrong(name, $"has less data than its shape, {NumpyHeader.Text(header.Shape)}, says");
            for (int at = 0; at < wanted; at += header.Size)
                values[first++] = read(bytes.AsSpan(at, header.Size));
        }

        return header.ColumnMajor && header.Shape.Count > 1 ? Transposed(values, header.Shape) : values;
    }

    /// <summary>From the order in which the first index varies fastest to that in which the last one does.</summary>
    private static double[] Transposed(double[] values, IReadOnlyList<long> shape)
    {
        var other = new double[values.Length];
        var index = new long[shape.Count];
        foreach (double value in values)
        {
            long place = 0;
            for (int axis = 0; axis < index.Length; axis++)
                place = place * shape[axis] + index[axis];
            other[place] = value;
            for (int axis = 0; axis < index.Length && ++index[axis] == shape[axis]; axis++)
                index[axis] = 0;
        }

        return other;
    }

    private static Reader ReaderOf(string type, bool bigEndian) => type switch
    {
        "i1" => bytes => (sbyte)bytes[0],
        "u1" => bytes => bytes[0],
        "f2" => bigEndian ? bytes => (double)BinaryPrimitives.ReadHalfBigEndian(bytes)
            : bytes => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        "f4" => bigEndian ? bytes => BinaryPrimitives.ReadSingleBigEndian(bytes) : bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "f8" => bigEndian ? BinaryPrimitives.ReadDoubleBigEndian : BinaryPrimitives.ReadDoubleLittleEndian,
        "i2" => bigEndian ? bytes => BinaryPrimitives.ReadInt16BigEndian(bytes) : bytes => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "i4" => bigEndian ? bytes => BinaryPrimitives.ReadInt32BigEndian(bytes) : bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "i8" => bigEndian ? bytes => BinaryPrimitives.ReadInt64BigEndian(bytes) : bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "u2" => bigEndian ? bytes => BinaryPrimitives.ReadUInt16BigEndian(bytes) : bytes => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        "u4" => bigEndian ? bytes => BinaryPrimitives.ReadUInt32BigEndian(bytes) : bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        "u8" => bigEndian ? bytes => BinaryPrimitives.ReadUInt64BigEndian(bytes) : bytes => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => throw new ArgumentException($"not a type of real numbers: {type}", nameof(type)),
    };
}
