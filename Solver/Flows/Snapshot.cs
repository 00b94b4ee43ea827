using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Flows;

/// <summary>
/// The fields of a level as exported and drawn: copies, one value per cell. The score s = ∇log u of the forward density and the driving
/// score ŝ of generation are two fields; they are equal, to the last bit, where the driving score is the grid's own.
/// </summary>
/// <param name="Number">000, 001, … in the order written.</param>
/// <param name="Time">Forward time t.</param>
/// <param name="Grid">The grid of all fields.</param>
/// <param name="U">u, cell averages.</param>
/// <param name="V">v, cell averages; null without generation.</param>
/// <param name="W">v/u, NaN where u is at its floor; null without generation.</param>
/// <param name="Score">
/// The driving score, one array per axis: mean of the two face scores of a cell, boundary faces 0; NaN where u is at its floor.
/// </param>
/// <param name="DivScore">Divergence of the driving score: differences of the face scores over the cell; NaN where u is at its
/// floor.</param>
public sealed record Snapshot(int Number, double Time, Grid Grid, double[] U, double[]? V, double[]? W, double[][] Score, double[] DivScore)
{
    /// <summary>Where u is below this multiple of <see cref="DensityFloor"/> v/u is undefined.</summary>
    public const double FloorMargin = 1e3;

    private readonly Lazy<FaceFields> logarithm = new(() => FaceFields.OfLogarithm(Grid, U));

    /// <summary>∇log u, one array per axis, as <see cref="Score"/>; NaN where u of a cell or of one of its neighbours is at its
    /// floor.</summary>
    public double[][] GradLogU => logarithm.Value.Mean;

    /// <summary>Δ log u, as <see cref="DivScore"/>.</summary>
    public double[] LapLogU => logarithm.Value.Divergence;

    /// <summary>True if the driving score is the grid's own ∇log u wherever both are defined.</summary>
    public bool IsOwnScore => Same(DivScore, LapLogU)
        && Enumerable.Range(0, Grid.Dimension).All(axis => Same(Score[axis], GradLogU[axis]));

    /// <summary>True where u is at its floor, so that its logarithm says nothing about the data.</summary>
    public static bool IsFloor(double u) => u < FloorMargin * DensityFloor.Value;

    /// <summary>Copies a level. <paramref name="score"/> is the driving score; null for the grid's own.</summary>
    public static Snapshot Take(FlowLevel level, IFaceScore? score, int number)
    {
        Grid grid = level.Grid;
        double[] u = [.. level.U];
        double[]? v = level.V is { } density ? [.. density] : null;
        double[]? w = v is null ? null : new double[v.Length];
        for (int cell = 0; cell < v?.Length; cell++)
            w![cell] = IsFloor(u[cell]) ? double.NaN : v[cell] / u[cell];

        FaceFields driving;
        if (score is null or GridScore)
        {
            driving = FaceFields.OfLogarithm(grid, u);
            return new Snapshot(number, level.Time, grid, u, v, w, driving.Mean, driving.Divergence) { Logarithm = driving };
        }

        score.StartFrom(level.V ?? level.U);
        driving = FaceFields.Of(grid, (axis, normal) => score.Evaluate(axis, level.Time, u, normal));
        driving.LeaveOut(u);
        return new Snapshot(number, level.Time, grid, u, v, w, driving.Mean, driving.Divergence);
    }

    /// <summary>The fields of a file; where u is at its floor the driving score is NaN, for which earlier versions wrote 0.</summary>
    public static Snapshot Of(
        int number, double time, Grid grid, double[] u, double[]? v, double[]? w, double[][] score, double[] divScore)
    {
        new FaceFields(score, divScore).LeaveOut(u);
        return new Snapshot(number, time, grid, u, v, w, score, divScore);
    }

    private FaceFields Logarithm
    {
        init => logarithm = new Lazy<FaceFields>(() => value);
    }

    private static bool Same(ReadOnlySpan<double> driving, ReadOnlySpan<double> own)
    {
        for (int cell = 0; cell < driving.Length; cell++)
        {
            if (double.IsFinite(driving[cell]) && double.IsFinite(own[cell]) && driving[cell] != own[cell])
                return false;
        }

        return true;
    }
}
