using System.Globalization;
using System.Text;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Tables;

/// <summary>
/// Writes <c>snapshots/NNN.csv</c>: one row per cell, x fastest, cell centres and cell averages, numbers round-trip. score and div_score
/// are those of the driving score ŝ, grad_log_u and lap_log_u those of s = ∇log u; sigma is √(2t), the same in every row. A field is empty
/// where its value is undefined: w and the scores where u is at its floor, v and w without generation.
/// </summary>
public static class SnapshotWriter
{
    /// <summary>Ending of the files, without the dot.</summary>
    public const string Extension = "csv";

    /// <summary>File name of a snapshot inside <c>snapshots/</c>.</summary>
    public static string FileName(int number, string extension = Extension) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:000}.{extension}");

    /// <summary>Header of a snapshot of a grid of one or two axes.</summary>
    public static string Header(int dimension) => EarlierHeaders(dimension)[0]
        + (dimension == 1 ? ",grad_log_u,lap_log_u" : ",grad_log_u_x,grad_log_u_y,lap_log_u");

    /// <summary>The headers that earlier versions wrote: with sigma, and without.</summary>
    internal static string[] EarlierHeaders(int dimension)
    {
        string first = dimension == 1 ? "x,u,v,w,score,div_score" : "x,y,u,v,w,score_x,score_y,div_score";
        return [first + ",sigma", first];
    }

    /// <summary>Writes <c>snapshots.csv</c>: number, time, file and σ of every snapshot written so far.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <param name="extension">Of the files that are read back.</param>
    public static void WriteIndex(Stream stream, IReadOnlyList<double> times, string extension = Extension)
    {
        ArgumentNullException.ThrowIfNull(times);
        TableWriter.Write(stream, ["number", "time", "file", "sigma"], times.Select((time, number) => (IReadOnlyList<object>)
        [
            number.ToString("000", CultureInfo.InvariantCulture), time, $"snapshots/{FileName(number, extension)}", NoiseLevel.Sigma(time),
        ]));
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
            foreach (double[] component in snapshot.GradLogU)
            {
                rows.Comma();
                rows.Number(component[cell]);
            }

            rows.Comma();
            rows.Number(snapshot.LapLogU[cell]);
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
