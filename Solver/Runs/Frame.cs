using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Runs;

/// <summary>One level as a page shows it.</summary>
/// <param name="Level">Level k.</param>
/// <param name="Time">Forward time t_k.</param>
/// <param name="Fields">u; with generation v and w = v/u; then score, the driving score s, of a plane |s|.</param>
public sealed record Frame(int Level, double Time, IReadOnlyList<FrameField> Fields);

/// <summary>The first few particles at the time of a frame.</summary>
/// <param name="Time">Forward time t.</param>
/// <param name="Y">Empty in one dimension.</param>
public sealed record PointFrame(double Time, float[] X, float[] Y);

/// <summary>
/// The grid of the frames: that of the run with so many adjacent cells joined per axis that at most <see cref="MostOnLine"/> cells of a
/// line, or <see cref="MostOnAxis"/> per axis of a plane, remain.
/// </summary>
public sealed class FrameGrid
{
    /// <summary>Most cells on one axis alone.</summary>
    public const int MostOnLine = 2048;

    /// <summary>Most cells per axis of a plane.</summary>
    public const int MostOnAxis = 256;

    /// <summary>Bits of a value on a line.</summary>
    private const int BitsOnLine = 16;

    /// <summary>Bits of a value in the plane; fewer where the field is rough.</summary>
    private const int BitsInPlane = 12;

    private readonly Grid grid;
    private readonly int[] joined;

    public FrameGrid(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        this.grid = grid;
        int most = grid.Dimension == 1 ? MostOnLine : MostOnAxis;
        joined = [.. grid.Axes.Select(axis => (axis.Cells + most - 1) / most)];
        Faces = [.. grid.Axes.Select((axis, number) => Thinned(axis.Faces, joined[number]))];
    }

    /// <summary>Faces of the cells shown, one array per axis.</summary>
    public IReadOnlyList<double[]> Faces { get; }

    /// <summary>How many cells of the run one cell shown has, per axis.</summary>
    public IReadOnlyList<int> Joined => joined;

    /// <summary>Cells of the run per axis.</summary>
    public IReadOnlyList<int> Cells => [.. grid.Axes.Select(axis => axis.Cells)];

    private int Columns => Faces[0].Length - 1;

    private int Rows => Faces.Count == 1 ? 1 : Faces[1].Length - 1;

    /// <summary>Codes a level: averages over the cells shown, w their quotient.</summary>
    public Frame Take(int level, Snapshot fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        int bits = grid.Dimension == 1 ? BitsOnLine : BitsInPlane;
        double[] u = Averages(fields.U);
        var coded = new List<FrameField> { FrameField.OfLog("u", u, Columns, bits) };
        if (fields.V is not null)
        {
            double[] v = Averages(fields.V);
            coded.Add(FrameField.OfLog("v", v, Columns, bits));
            double[] w = [.. v.Select((value, cell) => u[cell] < Snapshot.FloorMargin * DensityFloor.Value ? double.NaN : value / u[cell])];
            coded.Add(FrameField.OfLog("w", w, Columns, bits));
        }

        double[][] score = [.. fields.Score.Select(Averages)];
        coded.Add(score.Length == 1
            ? FrameField.OfLinear("score", score[0], Columns, bits)
            : FrameField.OfLinear("score", [.. score[0].Select((x, cell) => Math.Sqrt(x * x + score[1][cell] * score[1][cell]))],
                Columns, bits));
        return new Frame(level, fields.Time, coded);
    }

    private static double[] Thinned(ReadOnlySpan<double> faces, int every)
    {
        var kept = new List<double>();
        for (int face = 0; face < faces.Length - 1; face += every)
            kept.Add(faces[face]);
        kept.Add(faces[^1]);
        return [.. kept];
    }

    private double[] Averages(double[] values)
    {
        if (joined.All(cells => cells == 1))
            return values;
        double[] sums = new double[Columns * Rows], volumes = new double[sums.Length];
        for (int cell = 0; cell < values.Length; cell++)
        {
            int row = joined.Length == 1 ? 0 : cell / grid.Columns / joined[1];
            int shown = row * Columns + cell % grid.Columns / joined[0];
            sums[shown] += grid.Volume(cell) * values[cell];
            volumes[shown] += grid.Volume(cell);
        }

        for (int shown = 0; shown < sums.Length; shown++)
            sums[shown] /= volumes[shown];
        return sums;
    }
}

/// <summary>All that a page shows of a run over time.</summary>
/// <param name="Faces">Faces of the cells shown, one array per axis.</param>
/// <param name="Joined">How many cells of the run one cell shown has, per axis.</param>
/// <param name="Frames">In the order of the flow.</param>
/// <param name="Points">The particles at the levels nearest to those times; empty without particles.</param>
public sealed record FrameSet(
    IReadOnlyList<double[]> Faces, IReadOnlyList<int> Joined, IReadOnlyList<Frame> Frames, IReadOnlyList<PointFrame> Points)
{
    /// <summary>Largest number of particles in a frame.</summary>
    public const int MostPoints = 2000;

    /// <summary>1 or 2.</summary>
    public int Dimension => Faces.Count;

    /// <summary>Time levels of the run; 0 if not known.</summary>
    public int Levels { get; init; }
}
