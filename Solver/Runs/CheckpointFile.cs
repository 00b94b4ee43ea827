using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PdeDiffusion.Files;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Runs;

/// <summary>
/// The binary file of a checkpoint: a signature with the version of the format, a sequence number, the content, and the SHA-256 of
/// everything before it. Little-endian. A file whose hash does not match is not parsed.
/// </summary>
internal static class CheckpointFile
{
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int BufferBytes = 1 << 16;
    private static readonly byte[] Signature = "PDEDIFFUSION-CHECKPOINT-2\n"u8.ToArray();

    /// <summary>The two slots alternate, so that one complete checkpoint exists while the other is written.</summary>
    public static readonly string[] Slots = ["checkpoint-0.bin", "checkpoint-1.bin"];

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="sequence">Number of the checkpoint; the larger of two is the newer.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, long sequence, Checkpoint checkpoint)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        using (var buffered = new BufferedStream(hashed, BufferBytes))
        using (var writer = new BinaryWriter(buffered, Encoding.UTF8))
        {
            writer.Write(Signature);
            writer.Write(sequence);
            Write(writer, checkpoint);
        }

        stream.Write(hash.Hash!);
    }

    /// <summary>Reads a checkpoint and its sequence number.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or not a checkpoint of this format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (long Sequence, Checkpoint Content) Read(string path)
    {
        using FileStream stream = InputText.Open(path);
        long length = stream.Length - HashBytes;
        if (length < Signature.Length)
            throw new InvalidDataException("is truncated");
        var start = new byte[Signature.Length];
        stream.ReadExactly(start);
        if (!start.AsSpan().SequenceEqual(Signature))
            throw new InvalidDataException("is not a checkpoint of this format");
        RefuseWrongHash(stream, length);
        stream.Position = Signature.Length;
        using var buffered = new BufferedStream(stream, BufferBytes);
        using var reader = new BinaryReader(buffered, Encoding.UTF8);
        try
        {
            long sequence = reader.ReadInt64();
            return sequence is >= 0 and < long.MaxValue
                ? (sequence, ReadContent(reader, length)) : throw new InvalidDataException("contains a negative number");
        }
        catch (Exception failure) when (failure is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("does not contain a checkpoint", failure);
        }
    }

    private static void RefuseWrongHash(FileStream stream, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BufferBytes];
        stream.Position = 0;
        for (long left = length; left > 0;)
        {
            int count = stream.Read(block, 0, (int)Math.Min(block.Length, left));
            if (count == 0)
                throw new InvalidDataException("is truncated");
            hash.AppendData(block, 0, count);
            left -= count;
        }

        var stored = new byte[HashBytes];
        stream.ReadExactly(stored);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(stored))
            throw new InvalidDataException("is damaged: its SHA-256 does not match its content");
    }

    private static void Write(BinaryWriter writer, Checkpoint checkpoint)
    {
        writer.Write(checkpoint.Run.Build);
        writer.Write(checkpoint.Run.Processor);
        writer.Write(checkpoint.Run.ConfigJson);
        Write(writer, checkpoint.Run.Inputs);
        writer.Write((byte)checkpoint.Phase);
        writer.Write(checkpoint.Step);
        Write(writer, checkpoint.Density);
        Write(writer, checkpoint.Readings);
        Write(writer, [.. checkpoint.SnapshotTimes]);
        Write(writer, checkpoint.Written);
        writer.Write(checkpoint.MonitorState.Length);
        writer.Write(checkpoint.MonitorState);
    }

    private static Checkpoint ReadContent(BinaryReader reader, long length)
    {
        string build = reader.ReadString();
        string processor = reader.ReadString();
        string config = reader.ReadString();
        FileHash[] inputs = ReadFiles(reader, length);
        var phase = (CheckpointPhase)reader.ReadByte();
        if (!Enum.IsDefined(phase))
            throw new InvalidDataException("contains an unknown phase");
        int step = reader.ReadInt32();
        double[] density = ReadNumbers(reader, length);
        List<Reading> readings = ReadReadings(reader, length);
        double[] times = ReadNumbers(reader, length);
        FileHash[] written = ReadFiles(reader, length);
        var state = new byte[Count(reader, length, 1)];
        reader.BaseStream.ReadExactly(state);
        return new Checkpoint(
            new RunIdentity(build, config, inputs) { Processor = processor }, phase, step, density, readings, times, written, state);
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<FileHash> files)
    {
        writer.Write(files.Count);
        foreach (FileHash file in files)
        {
            writer.Write(file.Path);
            writer.Write(file.Sha256);
        }
    }

    private static FileHash[] ReadFiles(BinaryReader reader, long length)
    {
        var files = new FileHash[Count(reader, length, 2)];
        for (int index = 0; index < files.Length; index++)
            files[index] = new FileHash(reader.ReadString(), reader.ReadString());
        return files;
    }

    private static void Write(BinaryWriter writer, double[] values)
    {
        writer.Write(values.Length);
        // In pieces: a large density has more bytes than a span can contain.
        for (int start = 0; start < values.Length; start += BufferBytes)
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(BufferBytes, values.Length - start))));
    }

    private static double[] ReadNumbers(BinaryReader reader, long length)
    {
        var values = new double[Count(reader, length, sizeof(double))];
        for (int start = 0; start < values.Length; start += BufferBytes)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(BufferBytes, values.Length - start))));
        return values;
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<Reading> readings)
    {
        string[] names = [.. readings.Select(reading => reading.Monitor).Distinct()];
        var numberOf = new Dictionary<string, int>(names.Length);
        writer.Write(names.Length);
        foreach (string name in names)
        {
            numberOf.Add(name, numberOf.Count);
            writer.Write(name);
        }

        writer.Write(readings.Count);
        foreach (Reading reading in readings)
        {
            writer.Write(reading.Step);
            writer.Write(reading.Time);
            writer.Write(numberOf[reading.Monitor]);
            writer.Write(reading.Measured);
            writer.Write(reading.Bound);
            writer.Write(reading.Slack);
            writer.Write(reading.Tolerance);
            writer.Write(reading.Judged);
            writer.Write((byte)reading.Status);
            writer.Write((byte)reading.Verdict);
            writer.Write(reading.Cell);
        }
    }

    private static List<Reading> ReadReadings(BinaryReader reader, long length)
    {
        const int ReadingBytes = 3 * sizeof(int) + 6 * sizeof(double) + 2;
        var names = new string[Count(reader, length, 1)];
        for (int index = 0; index < names.Length; index++)
            names[index] = reader.ReadString();
        int count = Count(reader, length, ReadingBytes);
        var readings = new List<Reading>(count);
        for (int index = 0; index < count; index++)
        {
            int step = reader.ReadInt32();
            double time = reader.ReadDouble();
            int name = reader.ReadInt32();
            if (name < 0 || name >= names.Length)
                throw new InvalidDataException("contains a reading of an unknown monitor");
            var reading = new Reading(
                step, time, names[name], reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(),
                reader.ReadDouble(), (ReadingStatus)reader.ReadByte(), (Verdict)reader.ReadByte(), reader.ReadInt32());
            if (!Enum.IsDefined(reading.Status) || !Enum.IsDefined(reading.Verdict))
                throw new InvalidDataException("contains a reading of unknown status or verdict");
            readings.Add(reading);
        }

        return readings;
    }

    /// <summary>A number of items; refused before allocation if the file is too short for them.</summary>
    private static int Count(BinaryReader reader, long length, int itemBytes)
    {
        int count = reader.ReadInt32();
        return count >= 0 && (long)count * itemBytes <= length
            ? count : throw new InvalidDataException("contains more items than its length allows");
    }
}
