using PdeDiffusion.Files;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Tables;

/// <summary>A row of <c>information.csv</c>; NaN where a quantity is undefined.</summary>
/// <param name="Sigma">σ = √(2t), the noise of x = x0 + σ ξ.</param>
/// <param name="Entropy">−∫ u log u.</param>
/// <param name="Fisher">∫ u |∇ log u|² on the grid.</param>
/// <param name="Data">The least loss E|x0 − D|².</param>
/// <param name="Noise">The least loss of the prediction of ξ, Data/σ².</param>
/// <param name="Velocity">Of v = (ξ − σ x0)/√(1 + σ²): Data (1 + σ²)/σ².</param>
/// <param name="Edm">In EDM's weight: Data (σ² + σ_d²)/(σ σ_d)², σ_d² the variance of the data per axis.</param>
public readonly record struct InformationRow(
    int Step, double Time, double Sigma, double Entropy, double Fisher, double Data, double Noise, double Velocity, double Edm)
{
    /// <summary>The row of a level.</summary>
    /// <param name="loss">The least loss in closed form; null where the grid's is taken.</param>
    /// <param name="dataVariance">σ_d².</param>
    public static InformationRow Of(in InformationLevel level, double? loss, double dataVariance)
    {
        double data = loss ?? level.Loss, square = 2 * level.Time;
        if (level.Time == 0)
            data = double.NaN;
        return new InformationRow(
            level.Step, level.Time, Math.Sqrt(square), level.Entropy, level.Fisher, data, data / square, data * (1 + square) / square,
            data * (square + dataVariance) / (square * dataVariance));
    }
}

/// <summary><c>information.csv</c> and <c>modes.csv</c>, one row per level or mode in the order of the flow, out and in.</summary>
public static class InformationTable
{
    public const string File = "information.csv";
    public const string ModesFile = "modes.csv";

    private static readonly string[] Columns =
        ["step", "time", "sigma", "entropy", "fisher", "mmse", "noise-loss-floor", "v-loss-floor", "edm-loss-floor"];

    private static readonly string[] ModeColumns = ["step", "time", "x", "u"];

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<InformationRow> rows) =>
        TableWriter.Write(stream, Columns, rows.Select(row => (IReadOnlyList<object>)
            [row.Step, row.Time, row.Sigma, row.Entropy, row.Fisher, row.Data, row.Noise, row.Velocity, row.Edm]));

    /// <inheritdoc cref="Write(Stream, IReadOnlyList{InformationRow})"/>
    public static void Write(Stream stream, IReadOnlyList<Mode> modes) =>
        TableWriter.Write(stream, ModeColumns, modes.Select(mode => (IReadOnlyList<object>)[mode.Step, mode.Time, mode.X, mode.Density]));

    /// <summary>The rows of a file; none if there is no such file.</summary>
    /// <exception cref="InputException">The file is not such a table.</exception>
    public static IReadOnlyList<InformationRow> Read(string path) => Rows(path, Columns, table => new InformationRow(
        (int)table.Number(0), table.Number(1), table.Number(2), table.NumberOrNaN(3), table.NumberOrNaN(4), table.NumberOrNaN(5),
        table.NumberOrNaN(6), table.NumberOrNaN(7), table.NumberOrNaN(8)));

    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<Mode> ReadModes(string path) => Rows(
        path, ModeColumns, table => new Mode((int)table.Number(0), table.Number(1), table.Number(2), table.NumberOrNaN(3)));

    private static List<T> Rows<T>(string path, string[] columns, Func<CsvTable, T> read)
    {
        var rows = new List<T>();
        if (!System.IO.File.Exists(path))
            return rows;
        using var table = new CsvTable(path);
        table.RequireHeader(string.Join(',', columns));
        while (table.Read())
            rows.Add(read(table));
        return rows;
    }
}
