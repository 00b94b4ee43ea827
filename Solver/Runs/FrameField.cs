using System.IO.Compression;

namespace PdeDiffusion.Runs;

/// <summary>
/// A field of a frame in few bytes. A value f has the code q = 1 + round((2^b − 2) s), with s = (f − low)/(high − low), or the same of
/// log f; q = 0 means undefined, and a value outside [low, high] has the code of the nearer end. The error is therefore at most half a
/// step: (high − low)/(2^{b+1} − 4), of log f where the scale is logarithmic. What is packed are the differences of q from
/// q_left + q_below − q_diagonal (q itself for b &lt; 6, where a field is too rough to be predicted), zigzag-coded in 16 bits, all low bytes
/// before all high bytes, by DEFLATE.
/// </summary>
/// <param name="IsLog">True if log f is coded.</param>
/// <param name="Low">The value of code 1.</param>
/// <param name="High">The value of code 2^b − 1.</param>
/// <param name="Bits">b, 2 to 16.</param>
/// <param name="Columns">Cells per row.</param>
/// <param name="Count">Number of values, row by row.</param>
public sealed record FrameField(string Name, bool IsLog, double Low, double High, int Bits, int Columns, int Count, byte[] Packed)
{
    /// <summary>Largest size of a packed field; a rougher field has fewer bits.</summary>
    public const int MostBytes = 28_000;

    /// <summary>Decades below the maximum that a logarithmic scale covers.</summary>
    public const double Decades = 12;

    /// <summary>Fewest bits of a field whose neighbours predict it.</summary>
    private const int LeastPredicted = 6;

    private static readonly int[] Fewer = [16, 12, 10, 8, 6, 5, 4, 3, 2];

    /// <summary>Codes values by their logarithm, <see cref="Decades"/> decades below the maximum at most.</summary>
    /// <param name="values">At least 0; NaN where undefined.</param>
    public static FrameField OfLog(string name, ReadOnlySpan<double> values, int columns, int bits)
    {
        double high = 0, low = double.PositiveInfinity;
        foreach (double value in values)
        {
            if (!(value > 0 && double.IsFinite(value)))
                continue;
            high = Math.Max(high, value);
            low = Math.Min(low, value);
        }

        return high == 0 ? OfRange(name, true, values, columns, bits, 1, 1)
            : OfRange(name, true, values, columns, bits, Math.Max(low, high * Math.Pow(10, -Decades)), high);
    }

    /// <summary>Codes values on a linear scale from their minimum to their maximum.</summary>
    /// <param name="values">NaN where undefined.</param>
    public static FrameField OfLinear(string name, ReadOnlySpan<double> values, int columns, int bits)
    {
        double high = double.NegativeInfinity, low = double.PositiveInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                continue;
            high = Math.Max(high, value);
            low = Math.Min(low, value);
        }

        return high < low ? OfRange(name, false, values, columns, bits, 0, 0) : OfRange(name, false, values, columns, bits, low, high);
    }

    /// <summary>The values, NaN where undefined.</summary>
    /// <exception cref="InvalidDataException">The packed bytes are not those of such a field.</exception>
    public double[] Values()
    {
        ushort[] codes = Unpack();
        double from = IsLog ? Math.Log(Low) : Low, width = (IsLog ? Math.Log(High) : High) - from;
        var values = new double[Count];
        for (int cell = 0; cell < Count; cell++)
        {
            double place = from + width * (codes[cell] - 1) / Math.Max(1, (1 << Bits) - 2);
            values[cell] = codes[cell] == 0 ? double.NaN : IsLog ? Math.Exp(place) : place;
        }

        return values;
    }

    private static FrameField OfRange(
        string name, bool isLog, ReadOnlySpan<double> values, int columns, int bits, double low, double high)
    {
        byte[] packed = [];
        foreach (int fewer in Fewer.SkipWhile(one => one > bits))
        {
            packed = Pack(Codes(values, isLog, low, high, bits = fewer), columns, bits);
            if (packed.Length <= MostBytes)
                break;
        }

        return new FrameField(name, isLog, low, high, bits, columns, values.Length, packed);
    }

    private static ushort[] Codes(ReadOnlySpan<double> values, bool isLog, double low, double high, int bits)
    {
        var codes = new ushort[values.Length];
        double from = isLog ? Math.Log(low) : low, width = (isLog ? Math.Log(high) : high) - from, steps = (1 << bits) - 2;
        for (int cell = 0; cell < codes.Length; cell++)
        {
            double value = values[cell];
            if (double.IsNaN(value))
                continue;
            double place = isLog ? Math.Log(Math.Max(value, low)) - from : value - from;
            codes[cell] = (ushort)(1 + Math.Round(width > 0 ? steps * Math.Clamp(place / width, 0, 1) : 0));
        }

        return codes;
    }

    private static byte[] Pack(ushort[] codes, int columns, int bits)
    {
        var planes = new byte[2 * codes.Length];
        for (int cell = 0; cell < codes.Length; cell++)
        {
            int difference = (short)(codes[cell] - Predicted(codes, cell, columns, bits));
            int zigzag = (difference << 1) ^ (difference >> 15);
            planes[cell] = (byte)zigzag;
            planes[codes.Length + cell] = (byte)(zigzag >> 8);
        }

        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(planes);
        return packed.ToArray();
    }

    private ushort[] Unpack()
    {
        var planes = new byte[2 * Count];
        try
        {
            using var deflate = new DeflateStream(new MemoryStream(Packed), CompressionMode.Decompress);
            deflate.ReadExactly(planes);
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException("contains a field that is too short", end);
        }

        var codes = new ushort[Count];
        for (int cell = 0; cell < Count; cell++)
        {
            int zigzag = planes[cell] | (planes[Count + cell] << 8);
            codes[cell] = (ushort)(Predicted(codes, cell, Columns, Bits) + ((zigzag >> 1) ^ -(zigzag & 1)));
        }

        return codes;
    }

    private static int Predicted(ushort[] codes, int cell, int columns, int bits)
    {
        if (bits < LeastPredicted)
            return 0;
        bool isFirst = cell % columns == 0;
        return cell < columns ? isFirst ? 0 : codes[cell - 1]
            : isFirst ? codes[cell - columns] : codes[cell - 1] + codes[cell - columns] - codes[cell - columns - 1];
    }
}
