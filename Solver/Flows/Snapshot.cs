using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Flows;

/// <summary>The fields of a level as exported and drawn: copies, one value per cell.</summary>
/// <param name="Number">000, 001, … in the order written.</param>
/// <param name="Time">Forward time t.</param>
/// <param name="Grid">The grid of all fields.</param>
/// <param name="U">u, cell averages.</param>
/// <param name="V">v, cell averages; null without generation.</param>
/// <param name="W">v/u, NaN where u is at its floor; null without generation.</param>
/// <param name="Score">The driving score, one array per axis: mean of the two face scores of a cell, boundary faces 0.</param>
/// <param name="DivScore">Divergence of the driving score: differences of the face scores over the cell.</param>
public sealed record Snapshot(int Number, double Time, Grid Grid, double[] U, double[]? V, double[]? W, double[][] Score, double[] DivScore)
{
    /// <summary>Where u is below this multiple of <see cref="DensityFloor"/> v/u is undefined.</summary>
    public const double FloorMargin = 1e3;

    /// <summary>Copies a level. <paramref name="score"/> is the driving score; null for the grid's own.</summary>
    public static Snapshot Take(FlowLevel level, IFaceScore? score, int number)
    {
        Grid grid = level.Grid;
        double[] u = [.. level.U];
        double[]? v = level.V is { } density ? [.. density] : null;
        double[]? w = v is null ? null : new double[v.Length];
        for (int cell = 0; cell < v?.Length; cell++)
            w![cell] = u[cell] < FloorMargin * DensityFloor.Value ? double.NaN : v[cell] / u[cell];

        score?.StartFrom(level.V ?? level.U);
        var mean = new double[grid.Dimension][];
        var divergence = new double[grid.CellCount];
        var normal = new double[grid.CellCount];
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            if (score is null)
                GridScore.Evaluate(grid, axis, u, normal);
            else
                score.Evaluate(axis, level.Time, u, normal);
            mean[axis] = new double[grid.CellCount];
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < grid.CellCount; cell++)
            {
                int position = grid.Position(cell, axis);
                double above = normal[cell];
                double below = position > 0 || along.IsPeriodic ? normal[cell + grid.ToLower(position, axis)] : 0;
                mean[axis][cell] = 0.5 * (above + below);
                divergence[cell] += (above - below) / along.Widths[position];
            }
        }

        return new Snapshot(number, level.Time, grid, u, v, w, mean, divergence);
    }
}
