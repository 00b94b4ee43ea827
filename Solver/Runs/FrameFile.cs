using System.Text;
using PdeDiffusion.Files;

namespace PdeDiffusion.Runs;

/// <summary>
/// The binary file of the frames between two checkpoints, or of all frames of a run: a signature with the version of the format, the grid
/// of the frames, the frames and the points, all little-endian.
/// </summary>
public static class FrameFile
{
    private const int MostItems = 1 << 20;

    private static readonly byte[] Signature = "PDEDIFFUSION-FRAMES-1\n"u8.ToArray();

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, FrameSet frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Signature);
        writer.Write(frames.Faces.Count);
        for (int axis = 0; axis < frames.Faces.Count; axis++)
        {
            writer.Write(frames.Joined[axis]);
            writer.Write(frames.Faces[axis].Length);
            foreach (double face in frames.Faces[axis])
                writer.Write(face);
        }

        writer.Write(frames.Frames.Count);
        foreach (Frame frame in frames.Frames)
            Write(writer, frame);
        writer.Write(frames.Points.Count);
        foreach (PointFrame points in frames.Points)
            Write(writer, points);
    }

    /// <exception cref="InputException">The file cannot be read, or contains no frames.</exception>
    public static FrameSet Read(string path)
    {
        string name = InputText.NameOf(path);
        try
        {
            using FileStream stream = InputText.Open(path, name);
            using var reader = new BinaryReader(stream, Encoding.UTF8);
            if (!reader.ReadBytes(Signature.Length).AsSpan().SequenceEqual(Signature))
                throw new InvalidDataException("contains no frames of this format");
            int axes = Count(reader, 2);
            var faces = new double[axes][];
            var joined = new int[axes];
            for (int axis = 0; axis < axes; axis++)
            {
                joined[axis] = Count(reader, int.MaxValue);
                faces[axis] = [.. Enumerable.Range(0, Count(reader, FrameGrid.MostOnLine + 1)).Select(_ => reader.ReadDouble())];
                if (faces[axis].Length < 2)
                    throw new InvalidDataException("contains an axis without cells");
            }

            int cells = faces.Aggregate(1, (product, axis) => product * (axis.Length - 1));
            Frame[] frames = [.. Enumerable.Range(0, Count(reader, MostItems)).Select(_ => ReadFrame(reader, faces[0].Length - 1, cells))];
            PointFrame[] points = [.. Enumerable.Range(0, Count(reader, MostItems)).Select(_ => ReadPoints(reader))];
            return new FrameSet(faces, joined, frames, points);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or FormatException or ArgumentException)
        {
            throw InputText.Wrong(name, failure is InvalidDataException ? failure.Message : $"cannot be read: {failure.Message}");
        }
    }

    private static void Write(BinaryWriter writer, Frame frame)
    {
        writer.Write(frame.Level);
        writer.Write(frame.Time);
        writer.Write(frame.Fields.Count);
        foreach (FrameField field in frame.Fields)
        {
            writer.Write(field.Name);
            writer.Write(field.IsLog);
            writer.Write(field.Low);
            writer.Write(field.High);
            writer.Write(field.Bits);
            writer.Write(field.Packed.Length);
            writer.Write(field.Packed);
        }
    }

    private static Frame ReadFrame(BinaryReader reader, int columns, int cells)
    {
        int level = reader.ReadInt32();
        double time = reader.ReadDouble();
        var fields = new FrameField[Count(reader, 8)];
        for (int index = 0; index < fields.Length; index++)
        {
            string name = reader.ReadString();
            bool isLog = reader.ReadBoolean();
            double low = reader.ReadDouble(), high = reader.ReadDouble();
            int bits = reader.ReadInt32();
            byte[] packed = reader.ReadBytes(Count(reader, FrameField.MostBytes * 4));
            if (bits is < 2 or > 16)
                throw new InvalidDataException("contains a field of an unknown number of bits");
            fields[index] = new FrameField(name, isLog, low, high, bits, columns, cells, packed);
        }

        return new Frame(level, time, fields);
    }

    private static void Write(BinaryWriter writer, PointFrame points)
    {
        writer.Write(points.Time);
        foreach (float[] coordinates in (float[][])[points.X, points.Y])
        {
            writer.Write(coordinates.Length);
            foreach (float coordinate in coordinates)
                writer.Write(coordinate);
        }
    }

    private static PointFrame ReadPoints(BinaryReader reader) => new(reader.ReadDouble(), ReadCoordinates(reader), ReadCoordinates(reader));

    private static float[] ReadCoordinates(BinaryReader reader) =>
        [.. Enumerable.Range(0, Count(reader, FrameSet.MostPoints)).Select(_ => reader.ReadSingle())];

    private static int Count(BinaryReader reader, int most)
    {
        int count = reader.ReadInt32();
        return count >= 0 && count <= most ? count : throw new InvalidDataException("contains more items than its format allows");
    }
}
