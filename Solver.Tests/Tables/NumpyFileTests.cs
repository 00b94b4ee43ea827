using System.IO.Compression;
using System.Text;
using CsCheck;
using PdeDiffusion.Files;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Tables;

/// <summary>Files that NumPy wrote (Golden/numpy.txt) are read to the last bit, and nothing else is.</summary>
[TestClass]
public sealed class NumpyFileTests : IDisposable
{
    private const int Most = 1000;

    private static readonly double[] Base = [1, -2.5, 3, 0.125, -4, 6];

    private readonly InputFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("<f2")]
    [DataRow("<f4")]
    [DataRow("<f8")]
    [DataRow(">f2")]
    [DataRow(">f4")]
    [DataRow(">f8")]
    [DataRow("F")]
    [DataRow("v2")]
    [DataRow("v3")]
    public void An_array_of_NumPy_is_read_in_any_order_and_version(string name)
    {
        NumpyArray array = Read(Golden(name));
        CollectionAssert.AreEqual((int[])[3, 2], array.Shape.ToArray());
        CollectionAssert.AreEqual(Base, array.Values);
        Assert.AreEqual((3, 2), array.AsMatrix("a"));
    }

    [TestMethod]
    [DataRow("i1")]
    [DataRow("<i2")]
    [DataRow(">i2")]
    [DataRow("<i4")]
    [DataRow(">i4")]
    [DataRow("<i8")]
    [DataRow(">i8")]
    [DataRow("u1")]
    [DataRow("<u2")]
    [DataRow(">u2")]
    [DataRow("<u4")]
    [DataRow(">u4")]
    [DataRow("<u8")]
    [DataRow(">u8")]
    public void Integers_become_doubles(string name)
    {
        int sign = name.Contains('u', StringComparison.Ordinal) ? 1 : -1;
        CollectionAssert.AreEqual((double[])[1, 2 * sign, 3, 100 * sign, 5, 6 * sign], Read(Golden(name)).Values);
    }

    [TestMethod]
    public void Any_number_of_axes_is_read()
    {
        CollectionAssert.AreEqual(Enumerable.Range(0, 24).Select(number => (double)number).ToArray(), Read(Golden("F3")).Values);
        Assert.AreEqual("(2, 3, 4)", Read(Golden("F3")).ShapeText);
        Assert.AreEqual((3, 1), Read(Golden("vector")).AsMatrix("a"));
        Assert.AreEqual("()", Read(Golden("scalar")).ShapeText);
        Assert.AreEqual(7, Read(Golden("scalar")).Values.Single());
        Assert.AreEqual((0, 2), Read(Golden("empty")).AsMatrix("a"));
        Refused("must have one row per point, shape (N, d), but has shape (2, 3, 4)", () => Read(Golden("F3")).AsMatrix("a"));
    }

    [TestMethod]
    [DataRow("object", "holds Python objects (dtype \"|O\"), but must hold real numbers")]
    [DataRow("complex", "holds complex numbers (dtype \"<c16\")")]
    [DataRow("bool", "holds truth values (dtype \"|b1\")")]
    [DataRow("text", "holds text (dtype \"<U1\")")]
    [DataRow("date", "holds dates")]
    [DataRow("long", "holds floating-point numbers that a double cannot hold")]
    [DataRow("record", "is an array of records with named fields")]
    public void Other_arrays_are_refused_in_one_line(string name, string phrase) => Refused(phrase, () => Read(Golden(name)));

    [TestMethod]
    [DataRow("npz")]
    [DataRow("npzc")]
    public void Archives_hold_arrays_by_name(string name)
    {
        using var file = new NumpyFile(folder.Write("a.npz", Golden(name)));
        CollectionAssert.AreEqual((string[])["X", "y"], file.Names.ToArray());
        CollectionAssert.AreEqual(Base, file.Read("X", Most).Values);
        CollectionAssert.AreEqual((double[])[0, 1, 0], file.Read("y", Most).Values);
        Refused("has no array \"z\"; it has \"X\", \"y\"", () => file.Read("z", Most));
        Refused("has shape (3, 2); at most 5 numbers are read", () => file.Read("X", 5));
    }

    [TestMethod]
    public void What_is_written_reads_back_with_the_same_bytes_each_time() =>
        Gen.Select(Gen.Int[0, 4].Array[0, 4], Gen.Double, Gen.Int[1, 3]).Sample((shape, value, arrays) =>
        {
            double[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (product, length) => product * length)).Select(k => k * value)];
            (string, NumpyArray)[] all = [.. Enumerable.Range(0, arrays).Select(k => ($"a{k}", new NumpyArray(shape, values)))];
            using MemoryStream first = new(), second = new();
            NumpyFile.Write(first, all);
            NumpyFile.Write(second, all);
            CollectionAssert.AreEqual(first.ToArray(), second.ToArray());
            using var own = new InputFolder();
            using var file = new NumpyFile(own.Write("a.npz", first.ToArray()));
            foreach ((string name, NumpyArray array) in all)
            {
                NumpyArray read = file.Read(name, Most);
                CollectionAssert.AreEqual(array.Shape.ToArray(), read.Shape.ToArray());
                CollectionAssert.AreEqual(Bits(array), Bits(read));
            }
        }, iter: 50, threads: 1);

    [TestMethod]
    public void An_array_is_written_as_NumPy_writes_it()
    {
        using var stream = new MemoryStream();
        NumpyFile.Write(stream, [3, 2], Base);
        CollectionAssert.AreEqual(Golden("<f8"), stream.ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => NumpyFile.Write(stream, [2, 2], Base));
    }

    [TestMethod]
    public void A_header_that_promises_more_than_is_allowed_or_there_is_is_refused()
    {
        Refused("has shape (300000000000, 2); at most 1000 numbers are read", () => Read(Npy("(300000000000, 2)")));
        Refused("has shape (4294967296, 4294967296); at most 1000", () => Read(Npy("(4294967296, 4294967296)")));
        Refused("has shape (0, 99999999999), more numbers than an array can hold", () => Read(Npy("(0, 99999999999)")));
        Refused("has less data than its shape, (3, 2), says", () => Read(Golden("<f8")[..^1]));
        Refused("has more data than its shape, (3, 2), says", () => Read([.. Golden("<f8"), 0]));
        Refused("ends within the header", () => Read(Golden("<f8")[..40]));
        Refused("does not start with \\x93NUMPY", () => Read("x,y\n1,2\n"u8.ToArray()));
        Refused("does not start with \\x93NUMPY", () => Read([]));
        byte[] later = Golden("<f8");
        later[6] = 4;
        Refused("is of version 4 of NumPy's format; versions 1 to 3 are read", () => Read(later));
        byte[] longHeader = Golden("v2");
        longHeader[11] = 0x7f;
        Refused("at most 10000 are read", () => Read(longHeader));
    }

    [TestMethod]
    [DataRow("{'descr': '<f8', 'fortran_order': False}")]
    [DataRow("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}")]
    [DataRow("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}")]
    [DataRow("{'descr': '<f8', 'fortran_order': False, 'shape': (1}")]
    [DataRow("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 'y'}")]
    [DataRow("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} + 1")]
    [DataRow("{'descr': '<f8, 'fortran_order': False, 'shape': (1,)}")]
    [DataRow("__import__('os')")]
    [DataRow("")]
    public void A_header_that_NumPy_does_not_write_is_refused(string header) =>
        Refused("has a damaged header", () => Read(Header(header)));

    [TestMethod]
    public void A_bomb_is_refused_after_the_values_that_are_allowed()
    {
        // 64 MB of zeros behind a header of six numbers, and a member that claims 8 GB: neither is unpacked.
        foreach ((string shape, string phrase) in ((string, string)[])
            [("(3, 2)", "has more data than its shape"), ("(1000000000,)", "at most 1000 numbers are read")])
        {
            using var stream = new MemoryStream();
            using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            {
                using Stream content = archive.CreateEntry("bomb.npy", CompressionLevel.SmallestSize).Open();
                content.Write(Npy(shape));
                content.Write(new byte[64 << 20]);
            }

            Assert.IsLessThan(1 << 20, stream.Length);
            using var file = new NumpyFile(folder.Write("a.npz", stream.ToArray()));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Refused(phrase, () => file.Read("bomb", Most));
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [TestMethod]
    public void A_damaged_archive_is_one_line()
    {
        byte[] good = Golden("npz");
        Refused("ends before the list of its files", () => Open(good[..100]));
        byte[] far = [.. good];
        far.AsSpan(far.Length - 6, 4).Fill(0xff);
        Refused("is a damaged archive, or larger than 4 GB", () => Open(far));
        byte[] wide = [.. good[..^22], .. new byte[2 << 20], .. good[^22..]];
        Refused("lists its files in ", () => Open(wide));
        Refused("is an archive without arrays of NumPy", () => Open([.. "PK\u0005\u0006"u8, .. new byte[18]]));
        for (int at = 0; at < good.Length; at++)
        {
            // Any flipped byte is read or refused, never anything else.
            byte[] flipped = [.. good];
            flipped[at] ^= 0x41;
            try
            {
                using var file = new NumpyFile(folder.Write("a.npz", flipped));
                foreach (string name in file.Names)
                    file.Read(name, Most);
            }
            catch (InputException refusal)
            {
                Assert.HasCount(1, refusal.Problems, refusal.Message);
            }
        }
    }

    [TestMethod]
    [DataRow("a.npy", true)]
    [DataRow("A.NPZ", true)]
    [DataRow("a.csv", false)]
    [DataRow("npy", false)]
    public void Files_of_NumPy_are_known_by_their_ending(string path, bool expected) => Assert.AreEqual(expected, NumpyFile.IsNamed(path));

    /// <summary>The file of a name in Golden/numpy.txt.</summary>
    internal static byte[] Golden(string name)
    {
        string line = File.ReadLines(Repository.PathOf("Solver.Tests", "Golden", "numpy.txt"))
            .Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        using var packed = new GZipStream(
            new MemoryStream(Convert.FromBase64String(line[(name.Length + 1)..])), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        packed.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>A header of doubles, without data.</summary>
    internal static byte[] Npy(string shape) => Header($"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");

    private static byte[] Header(string text) =>
        [.. Golden("<f8")[..8], .. BitConverter.GetBytes((ushort)text.Length), .. Encoding.Latin1.GetBytes(text)];

    private static long[] Bits(NumpyArray array) => [.. array.Values.Select(BitConverter.DoubleToInt64Bits)];

    private NumpyArray Read(byte[] npy)
    {
        using var file = new NumpyFile(folder.Write("a.npy", npy));
        return file.Read(NumpyFile.Unnamed, Most);
    }

    private void Open(byte[] npz) => new NumpyFile(folder.Write("a.npz", npz)).Dispose();

    private static void Refused(string phrase, Action read)
    {
        InputException refusal = Assert.ThrowsExactly<InputException>(read);
        Assert.HasCount(1, refusal.Problems, refusal.Message);
        StringAssert.Contains(refusal.Message, phrase, StringComparison.Ordinal);
    }

    private static void Refused<T>(string phrase, Func<T> read) => Refused(phrase, () => { _ = read(); });
}
