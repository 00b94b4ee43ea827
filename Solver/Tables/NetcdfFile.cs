using System.Buffers.Binary;
using System.Text;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>
/// A NetCDF file of the classic format, versions 1 and 2 ("NetCDF Classic Format Specification", Unidata): its variables of real numbers,
/// read on demand. NetCDF-4 files, which are HDF5, are refused with a message.
/// </summary>
internal sealed class NetcdfFile : IDisposable
{
    private const int MostItems = 10_000, LongestText = 64 << 20;

    private readonly FileStream stream;
    private readonly List<(string Name, int Length)> dimensions = [];
    private readonly Dictionary<string, Variable> variables = new(StringComparer.Ordinal);
    private readonly long recordBytes;
    private readonly bool isWide;

    private sealed record Variable(int[] Dimensions, int Type, long Begin, bool Grows, long[] Within)
    {
        public long Count => Within.Aggregate(1L, (product, length) => product * length);
    }

    /// <exception cref="InputException">The file cannot be read, or is not one of NetCDF-3.</exception>
    public NetcdfFile(string path)
    {
        Name = InputText.NameOf(path);
        stream = InputText.Open(path, Name);
        try
        {
            Span<byte> magic = stackalloc byte[4];
            Fill(magic);
            if (magic[0] == 0x89 && magic[1..].SequenceEqual("HDF"u8))
                throw InputText.Wrong(Name, "is of NetCDF-4; write it as NetCDF-3: to_netcdf(path, format=\"NETCDF3_64BIT\") in xarray");
            if (!magic[..3].SequenceEqual("CDF"u8) || magic[3] is not (1 or 2))
                throw InputText.Wrong(Name, "is not a file of NetCDF");
            isWide = magic[3] == 2;
            Records = Whole();
            ReadList(NetcdfWriter.DimensionTag, () => dimensions.Add((Text(), Length())));
            ReadList(NetcdfWriter.AttributeTag, SkipAttribute);
            ReadList(NetcdfWriter.VariableTag, ReadVariable);
            Variable[] growing = [.. variables.Values.Where(variable => variable.Grows)];
            recordBytes = growing.Sum(variable => growing.Length == 1 ? variable.Count * Size(variable.Type) : Padded(variable));
            RecordsBegin = growing.Length == 0 ? stream.Length : growing.Min(variable => variable.Begin);
            if (Records < 0)
                Records = recordBytes == 0 ? 0 : (int)((stream.Length - RecordsBegin) / recordBytes);
        }
        catch (Exception fault) when (fault is IOException or OverflowException)
        {
            stream.Dispose();
            throw InputText.Wrong(Name, "is damaged: " + fault.Message.ReplaceLineEndings(" "));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The file as messages call it.</summary>
    public string Name { get; }

    /// <summary>Number of records.</summary>
    public int Records { get; }

    /// <summary>Where the first record begins.</summary>
    public long RecordsBegin { get; }

    /// <summary>A variable as messages call it.</summary>
    public string NameOf(string variable) => $"{Name}[{Printable.Quote(variable)}]";

    public bool Has(string variable) => variables.ContainsKey(variable);

    /// <summary>The lengths of a variable along its axes, without that of the records.</summary>
    /// <exception cref="InputException">There is no such variable.</exception>
    public long[] ShapeWithin(string variable) => Find(variable).Within;

    /// <summary>A variable, or its part in one record.</summary>
    /// <exception cref="InputException">There is no such variable, it is not one of numbers, or the file ends within it.</exception>
    public double[] Read(string variable, int record)
    {
        Variable found = Find(variable);
        int size = Size(found.Type);
        if (found.Type == NetcdfWriter.TextType || size == 0)
            throw InputText.Wrong(NameOf(variable), "must hold real numbers");
        if (found.Grows && (record < 0 || record >= Records))
            throw InputText.Wrong(NameOf(variable), "has no records");
        long begin = found.Begin + (found.Grows ? record * recordBytes : 0);
        if (begin < 0 || begin > stream.Length || found.Count > (stream.Length - begin) / size)
            throw InputText.Wrong(NameOf(variable), "is damaged: the file ends before its values");
        var values = new double[found.Count];
        var bytes = new byte[Math.Min((long)size * values.Length, 1 << 16)];
        stream.Position = begin;
        for (int at = 0; at < values.Length;)
        {
            int count = Math.Min(bytes.Length / size, values.Length - at);
            Fill(bytes.AsSpan(0, count * size));
            for (int k = 0; k < count; k++)
                values[at++] = Number(bytes.AsSpan(k * size), found.Type);
        }

        return values;
    }

    /// <summary>A variable of one axis, with all records.</summary>
    /// <inheritdoc cref="Read"/>
    public double[] ReadAll(string variable)
    {
        Variable found = Find(variable);
        if (found.Within.Length != (found.Grows ? 0 : 1))
            throw InputText.Wrong(NameOf(variable), "must have one axis");
        return found.Grows ? [.. Enumerable.Range(0, Records).Select(record => Read(variable, record)[0])] : Read(variable, 0);
    }

    public void Dispose() => stream.Dispose();

    private Variable Find(string variable) => variables.TryGetValue(variable, out Variable? found) ? found
        : throw InputText.Wrong(
            Name, $"has no variable {Printable.Quote(variable)}; it has "
                + string.Join(", ", variables.Keys.Take(12).Select(Printable.Quote)));

    private void ReadVariable()
    {
        string name = Text();
        var own = new int[Length()];
        for (int axis = 0; axis < own.Length; axis++)
        {
            own[axis] = Whole();
            if (own[axis] < 0 || own[axis] >= dimensions.Count)
                throw InputText.Wrong(NameOf(name), "is damaged: it has an unknown dimension");
        }

        ReadList(NetcdfWriter.AttributeTag, SkipAttribute);
        int type = Whole();
        Whole();
        long begin = isWide ? (long)(uint)Whole() << 32 | (uint)Whole() : (uint)Whole();
        bool grows = own.Length > 0 && dimensions[own[0]].Length == 0;
        variables[name] = new Variable(
            own, type, begin, grows, [.. own.Skip(grows ? 1 : 0).Select(dimension => (long)dimensions[dimension].Length)]);
    }

    private void ReadList(int expected, Action item)
    {
        int tag = Whole(), count = Length();
        if (tag != expected && (tag != 0 || count != 0))
            throw InputText.Wrong(Name, "is damaged: its header is not one of NetCDF");
        for (int index = 0; index < count; index++)
            item();
    }

    private void SkipAttribute()
    {
        Text();
        int size = Size(Whole());
        long bytes = (long)Whole() * size;
        if (size == 0 || bytes < 0 || bytes > LongestText)
            throw InputText.Wrong(Name, "is damaged: it has an attribute of an unknown type");
        stream.Position += bytes + 3 & ~3L;
    }

    private string Text()
    {
        int length = Whole();
        if (length is < 0 or > MostItems)
            throw InputText.Wrong(Name, "is damaged: it has a name of an impossible length");
        var text = new byte[length + 3 & ~3];
        Fill(text);
        return Encoding.UTF8.GetString(text, 0, length);
    }

    private int Length() => Whole() is var length and >= 0 and < int.MaxValue && (length <= MostItems || dimensions.Count < MostItems)
        ? length
        : throw InputText.Wrong(Name, "is damaged: it has an impossible length");

    private int Whole()
    {
        Span<byte> four = stackalloc byte[sizeof(int)];
        Fill(four);
        return BinaryPrimitives.ReadInt32BigEndian(four);
    }

    private void Fill(Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw InputText.Wrong(Name, "ends too early");
    }

    private static long Padded(Variable variable) => variable.Count * Size(variable.Type) + 3 & ~3L;

    /// <summary>Bytes of a value of a type; 0 if the type is unknown.</summary>
    private static int Size(int type) => type switch
    {
        1 or NetcdfWriter.TextType => 1,
        3 => 2,
        4 or 5 => 4,
        NetcdfWriter.DoubleType => 8,
        _ => 0,
    };

    private static double Number(ReadOnlySpan<byte> bytes, int type) => type switch
    {
        1 => (sbyte)bytes[0],
        3 => BinaryPrimitives.ReadInt16BigEndian(bytes),
        4 => BinaryPrimitives.ReadInt32BigEndian(bytes),
        5 => BinaryPrimitives.ReadSingleBigEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleBigEndian(bytes),
    };
}
