using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>
/// The arrays of a file of NumPy: the one of a <c>.npy</c>, or the named ones of a <c>.npz</c>, a ZIP archive of them. Only real numbers
/// are read, never Python objects. Each array is read on demand, and what is read is limited by its caller, not by what the file claims.
/// </summary>
public sealed class NumpyFile : IDisposable
{
    /// <summary>The name of the array of a <c>.npy</c>.</summary>
    public const string Unnamed = "";

    /// <summary>Ending of the names of the files within an archive.</summary>
    private const string Suffix = ".npy";

    /// <summary>Largest size of the list of files of an archive, some ten thousand arrays.</summary>
    private const long MostListBytes = 1 << 20;

    private const int BlockBytes = 1 << 16;

    private readonly FileStream stream;
    private readonly ZipArchive? archive;
    private readonly SortedDictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    /// <exception cref="InputException">The file cannot be read, or is not one of NumPy.</exception>
    public NumpyFile(string path)
    {
        Name = InputText.NameOf(path);
        stream = InputText.Open(path, Name);
        try
        {
            archive = Try(() => IsArchive() ? Open() : null, Name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The file as messages call it.</summary>
    public string Name { get; }

    /// <summary>The names of the arrays, without <c>.npy</c>, in ordinal order; <see cref="Unnamed"/> for a <c>.npy</c>.</summary>
    public IReadOnlyList<string> Names => archive is null ? [Unnamed] : [.. entries.Keys];

    /// <summary>True if a path has an ending of NumPy, <c>.npy</c> or <c>.npz</c>, in any case.</summary>
    public static bool IsNamed(string path) =>
        Path.GetExtension(path.AsSpan()) is var ending
        && (ending.Equals(".npy", StringComparison.OrdinalIgnoreCase) || ending.Equals(".npz", StringComparison.OrdinalIgnoreCase));

    /// <summary>An array as messages call it.</summary>
    public string NameOf(string array) => array.Length == 0 ? Name : $"{Name}[{Printable.Quote(array)}]";

    /// <summary>Reads an array.</summary>
    /// <param name="array">One of <see cref="Names"/>.</param>
    /// <param name="mostValues">Largest number of values that may be read.</param>
    /// <exception cref="InputException">
    /// There is no such array, it is not one of real numbers, it is damaged, or it has more values than allowed.
    /// </exception>
    public NumpyArray Read(string array, long mostValues)
    {
        string name = NameOf(array);
        if (archive is null && array == Unnamed)
        {
            stream.Position = 0;
            return Try(() => Read(stream, name, mostValues), name);
        }

        if (!entries.TryGetValue(array, out ZipArchiveEntry? entry))
            throw InputText.Wrong(Name, $"has no array {Printable.Quote(array)}; it has {Listed()}");
        return Try(
            () =>
            {
                using Stream content = entry.Open();
                return Read(content, name, mostValues);
            }, name);
    }

    /// <summary>The names of the arrays in words, the first few.</summary>
    public string Listed()
    {
        const int most = 10;
        return entries.Count == 0 ? "one array without a name"
            : string.Join(", ", entries.Keys.Take(most).Select(Printable.Quote)) + (entries.Count > most ? ", …" : "");
    }

    /// <summary>Writes an array of doubles as a <c>.npy</c>, version 1.0, little-endian, in C order.</summary>
    /// <param name="shape">Its product is the number of values.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<int> shape, ReadOnlySpan<double> values)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (shape.Aggregate(1L, (product, length) => product * length) != values.Length)
            throw new ArgumentException($"{values.Length} values for an array of shape ({string.Join(", ", shape)})", nameof(values));
        stream.Write(NumpyHeader.Of(shape));
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    /// <summary>
    /// Writes arrays as a <c>.npz</c>, uncompressed as <c>numpy.savez</c> does. The bytes depend on names and arrays only, not on the
    /// clock.
    /// </summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IEnumerable<(string Name, NumpyArray Array)> arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, NumpyArray array) in arrays)
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + Suffix, CompressionLevel.NoCompression);
            // The first date of the format.
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using Stream content = entry.Open();
            Write(content, array.Shape, array.Values);
        }
    }

    public void Dispose()
    {
        archive?.Dispose();
        stream.Dispose();
    }

    private static NumpyArray Read(Stream content, string name, long mostValues)
    {
        NumpyHeader header = NumpyHeader.Read(content, name);
        long count = 1;
        if (header.Shape.Contains(0))
            count = 0;
        foreach (long length in count == 0 ? [] : header.Shape)
        {
            if (length > mostValues / count)
                throw InputText.Wrong(name, $"has shape {NumpyHeader.Text(header.Shape)}; at most {mostValues} numbers are read");
            count *= length;
        }

        if (header.Shape.Any(length => length > int.MaxValue) || count > Array.MaxLength)
            throw InputText.Wrong(name, $"has shape {NumpyHeader.Text(header.Shape)}, more numbers than an array can hold");
        double[] values = NumpyNumbers.Read(content, header, (int)count, name, BlockBytes);
        if (content.ReadByte() >= 0)
            throw InputText.Wrong(name, $"has more data than its shape, {NumpyHeader.Text(header.Shape)}, says");
        return new NumpyArray([.. header.Shape.Select(length => (int)length)], values);
    }

    private bool IsArchive()
    {
        Span<byte> start = stackalloc byte[4];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return read == start.Length && (start.SequenceEqual("PK\u0003\u0004"u8) || start.SequenceEqual("PK\u0005\u0006"u8));
    }

    private ZipArchive Open()
    {
        RequireShortList();
        var found = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in found.Entries.Where(entry => entry.FullName.EndsWith(Suffix, StringComparison.Ordinal)))
        {
            if (!entries.TryAdd(entry.FullName[..^Suffix.Length], entry))
                throw InputText.Wrong(Name, $"has two arrays of the name {Printable.Quote(entry.FullName[..^Suffix.Length])}");
        }

        return entries.Count > 0 ? found : throw InputText.Wrong(Name, "is an archive without arrays of NumPy");
    }

    /// <summary>
    /// The list of an archive's files is read as a whole, so its size is limited first: it lies between the position that the end record
    /// gives and that record.
    /// </summary>
    /// <exception cref="InputException">The list is longer, or there is none.</exception>
    private void RequireShortList()
    {
        const int record = 22, longestComment = ushort.MaxValue, offset = 16;
        var end = new byte[Math.Min(stream.Length, record + longestComment)];
        stream.Position = stream.Length - end.Length;
        stream.ReadExactly(end);
        int at = end.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at + record > end.Length)
            throw InputText.Wrong(Name, "is a damaged archive: it ends before the list of its files");
        // 0xffffffff, of archives beyond 4 GB, lies beyond the record as well.
        long list = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at + offset)), length = stream.Length - end.Length + at - list;
        if (length < 0)
            throw InputText.Wrong(Name, "is a damaged archive, or larger than 4 GB");
        if (length > MostListBytes)
            throw InputText.Wrong(Name, $"lists its files in {length} bytes; at most {MostListBytes} are read");
        stream.Position = 0;
    }

    private static T Try<T>(Func<T> read, string name)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or NotSupportedException)
        {
            throw InputText.Wrong(name, "cannot be read: " + fault.Message.ReplaceLineEndings(" "));
        }
    }
}
