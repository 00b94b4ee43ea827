using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Runs;

/// <summary>A snapshot of a run without generation: u with the grid's own score, mean of a cell's face scores and their difference over the cell.</summary>
public static class ForwardSnapshot
{
    /// <summary>Copies a level's u and computes its score.</summary>
    public static Snapshot Take(FlowLevel level, int number)
    {
        ArgumentNullException.ThrowIfNull(level);
        Grid grid = level.Grid;
        var score = new double[grid.Dimension][];
        var divergence = new double[grid.CellCount];
        var faces = new double[grid.CellCount];
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            GridScore.Evaluate(grid, axis, level.U, faces);
            score[axis] = new double[grid.CellCount];
            AddAxis(grid, axis, faces, score[axis], divergence);
        }

        return new Snapshot(number, level.Time, grid, [.. level.U], null, null, score, divergence);
    }

    private static void AddAxis(Grid grid, int axis, double[] faces, double[] mean, double[] divergence)
    {
        Axis along = grid.Axes[axis];
        int stride = axis == 0 ? 1 : grid.Columns;
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            int position = axis == 0 ? cell % grid.Columns : cell / grid.Columns;
            // The lower face of the first cell is the upper one of the last, where a no-flux line has 0.
            double lower = faces[position == 0 ? cell + (along.Cells - 1) * stride : cell - stride];
            mean[cell] = 0.5 * (lower + faces[cell]);
            divergence[cell] += (faces[cell] - lower) / along.Widths[position];
        }
    }
}
