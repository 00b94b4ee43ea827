using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Tables;

/// <summary>
/// <c>snapshots/NNN.vtr</c> for VTK and ParaView: a rectilinear grid with the faces of the cells as coordinates and the fields as cell
/// data, appended raw (VTK File Formats, XML); vectors have three components. <c>snapshots.pvd</c> lists the files with their times.
/// </summary>
internal sealed class VtkFormat : ISnapshotFormat
{
    public const string SeriesFile = "snapshots.pvd";

    private static readonly string Order = BitConverter.IsLittleEndian ? "LittleEndian" : "BigEndian";

    public SnapshotKind Kind => SnapshotKind.Vtk;

    public string Extension => "vtr";

    public void Write(Stream stream, Snapshot snapshot, SnapshotOrigin origin)
    {
        Grid grid = snapshot.Grid;
        var appended = new List<double[]>();
        long offset = 0;
        string extent = string.Create(CultureInfo.InvariantCulture, $"0 {grid.Columns} 0 {(grid.Dimension == 1 ? 0 : grid.Rows)} 0 0");
        using (XmlWriter xml = Begin(stream, "RectilinearGrid"))
        {
            xml.WriteStartElement("RectilinearGrid");
            xml.WriteAttributeString("WholeExtent", extent);
            xml.WriteStartElement("FieldData");
            BeginArray(xml, "Float64", "TimeValue", "ascii", 1);
            xml.WriteString(snapshot.Time.ToString("R", CultureInfo.InvariantCulture));
            xml.WriteEndElement();
            WriteText(xml, "config", origin.Config);
            WriteText(xml, "version", origin.Version);
            xml.WriteEndElement();
            xml.WriteStartElement("Piece");
            xml.WriteAttributeString("Extent", extent);
            xml.WriteStartElement("CellData");
            xml.WriteAttributeString("Scalars", "u");
            WriteFields(xml, snapshot, Append);
            xml.WriteEndElement();
            xml.WriteStartElement("Coordinates");
            for (int axis = 0; axis < 3; axis++)
            {
                string name = axis < 2 ? SnapshotField.AxisNames[axis] : "z";
                Append(xml, name, axis < grid.Dimension ? grid.Axes[axis].Faces.ToArray() : [0.0], 1);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteStartElement("AppendedData");
            xml.WriteAttributeString("encoding", "raw");
            xml.WriteString("\n_");
            xml.Flush();
            foreach (double[] values in appended)
                WriteRaw(stream, values);
            xml.WriteString("\n");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        void Append(XmlWriter xml, string name, double[] values, int components)
        {
            BeginArray(xml, "Float64", name, "appended", components);
            xml.WriteAttributeString("offset", offset.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
            appended.Add(values);
            offset += sizeof(ulong) + sizeof(double) * (long)values.Length;
        }
    }

    /// <summary>Writes <c>snapshots.pvd</c>.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void WriteSeries(Stream stream, IReadOnlyList<double> times)
    {
        using XmlWriter xml = Begin(stream, "Collection");
        xml.WriteStartElement("Collection");
        foreach ((int number, double time) in times.Index().OrderBy(snapshot => snapshot.Item))
        {
            xml.WriteStartElement("DataSet");
            xml.WriteAttributeString("timestep", time.ToString("R", CultureInfo.InvariantCulture));
            xml.WriteAttributeString("file", $"snapshots/{SnapshotWriter.FileName(number, "vtr")}");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>Fields without a direction as they are; those of two components as vectors of three.</summary>
    private static void WriteFields(XmlWriter xml, Snapshot snapshot, Action<XmlWriter, string, double[], int> append)
    {
        foreach (SnapshotField field in SnapshotField.Of(snapshot))
        {
            if (snapshot.Grid.Dimension == 1 || !(field.Name.EndsWith("_x", StringComparison.Ordinal)
                || field.Name.EndsWith("_y", StringComparison.Ordinal)))
            {
                append(xml, field.Name, field.Values, 1);
            }
        }

        if (snapshot.Grid.Dimension == 1)
            return;
        append(xml, "score", Vectors(snapshot.Score), 3);
        append(xml, "grad_log_u", Vectors(snapshot.GradLogU), 3);
    }

    private static double[] Vectors(double[][] components)
    {
        var vectors = new double[3 * components[0].Length];
        for (int cell = 0; cell < components[0].Length; cell++)
            (vectors[3 * cell], vectors[3 * cell + 1]) = (components[0][cell], components[1][cell]);
        return vectors;
    }

    private static XmlWriter Begin(Stream stream, string type)
    {
        var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), CloseOutput = false });
        xml.WriteStartElement("VTKFile");
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("version", "1.0");
        xml.WriteAttributeString("byte_order", Order);
        xml.WriteAttributeString("header_type", "UInt64");
        return xml;
    }

    private static void BeginArray(XmlWriter xml, string type, string name, string format, int components)
    {
        xml.WriteStartElement("DataArray");
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("Name", name);
        if (format == "ascii")
            xml.WriteAttributeString("NumberOfTuples", "1");
        xml.WriteAttributeString("NumberOfComponents", components.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("format", format);
    }

    /// <summary>A text as VTK writes it: the codes of its bytes, ended by 0.</summary>
    private static void WriteText(XmlWriter xml, string name, string text)
    {
        xml.WriteStartElement("Array");
        xml.WriteAttributeString("type", "String");
        xml.WriteAttributeString("Name", name);
        xml.WriteAttributeString("NumberOfTuples", "1");
        xml.WriteAttributeString("format", "ascii");
        xml.WriteString(string.Join(' ', Encoding.UTF8.GetBytes(text).Append((byte)0)));
        xml.WriteEndElement();
    }

    private static void WriteRaw(Stream stream, double[] values)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)values.LongLength * sizeof(double));
        if (!BitConverter.IsLittleEndian)
            length.Reverse();
        stream.Write(length);
        stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
