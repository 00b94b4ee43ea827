using System.Globalization;
using System.Text;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Tables;

/// <summary>
/// Writes <c>snapshots/NNN.csv</c>: one row per cell, x fastest, cell centres and cell averages, numbers round-trip. A field is empty where
/// its value is undefined: w where u is at its floor, v and w without generation. The last column is σ = √(2t), the same in every row.
/// </summary>
public static class SnapshotWriter
{
    /// <summary>Ending of the files, without the dot.</summary>
    public const string Extension = "csv";

    /// <summary>File name of a snapshot inside <c>snapshots/</c>.</summary>
    public static string FileName(int number, string extension = Extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:000}.{extension}");

    /// <summary>Header of a snapshot of a grid of one or two axes.</summary>
    public static string Header(int dimension) =>
        HeaderWithoutSigma(dimension) + ",sigma";

    /// <summary>The header that earlier versions wrote.</summary>
    internal static string HeaderWithoutSigma(int dimension) =>
        dimension == 1 ? "x,u,v,w,score,div_score" : "x,y,u,v,w,score_x,score_y,div_score";

    /// <summary>Writes <c>snapshots.csv</c>: number, time, file and σ of every snapshot written so far.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void WriteIndex(Stream stream, IReadOnlyList<double> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        TableWriter.Write(stream, ["number", "time", "file", "sigma"], times.Select((time, number) => (IReadOnlyList<object>)
            [number.ToString("000", CultureInfo.InvariantCulture), time, $"snapshots/{FileName(number)}", NoiseLevel.Sigma(time)]));
    }

    /// <summary>Writes one snapshot.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Grid grid = snapshot.Grid;
        var rows = new TableWriter(stream, new byte[TableWriter.BufferBytes]);
        rows.Text(Encoding.ASCII.GetBytes(Header(grid.Dimension)));
        rows.EndRow();
        byte[][] x = Texts(grid.X.Centres);
        byte[] sigma = Encoding.ASCII.GetBytes(NoiseLevel.Sigma(snapshot.Time).ToString("R", CultureInfo.InvariantCulture));
        byte[][] y = grid.Dimension == 2 ? Texts(grid.Axes[1].Centres) : [];
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            rows.Text(x[cell % grid.Columns]);
            if (grid.Dimension == 2)
            {
                rows.Comma();
                rows.Text(y[cell / grid.Columns]);
            }

            rows.Comma();
            rows.Number(snapshot.U[cell]);
            rows.Comma();
            rows.Number(snapshot.V is null ? double.NaN : snapshot.V[cell]);
            rows.Comma();
            rows.Number(snapshot.W is null ? double.NaN : snapshot.W[cell]);
            foreach (double[] component in snapshot.Score)
            {
                rows.Comma();
                rows.Number(component[cell]);
            }

            rows.Comma();
            rows.Number(snapshot.DivScore[cell]);
            rows.Comma();
            rows.Text(sigma);
            rows.EndRow();
        }

        rows.Flush();
    }

    /// <summary>Each centre stands in many rows but is formatted once.</summary>
    private static byte[][] Texts(ReadOnlySpan<double> centres)
    {
        var texts = new byte[centres.Length][];
        for (int cell = 0; cell < texts.Length; cell++)
            texts[cell] = Encoding.ASCII.GetBytes(centres[cell].ToString("R", CultureInfo.InvariantCulture));
        return texts;
    }
}
