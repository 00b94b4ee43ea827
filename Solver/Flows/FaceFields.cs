using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Flows;

/// <summary>A field given by its normal components at faces, as cells show it.</summary>
/// <param name="Mean">One array per axis: the mean of the two faces of a cell, boundary faces 0.</param>
/// <param name="Divergence">The differences of the faces over the cell, summed over the axes.</param>
internal sealed record FaceFields(double[][] Mean, double[] Divergence)
{
    /// <param name="evaluate">Writes the component along an axis at the face between each cell and its upper neighbour.</param>
    public static FaceFields Of(Grid grid, Action<int, double[]> evaluate)
    {
        var mean = new double[grid.Dimension][];
        var divergence = new double[grid.CellCount];
        var normal = new double[grid.CellCount];
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            evaluate(axis, normal);
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

        return new FaceFields(mean, divergence);
    }

    /// <summary>
    /// ∇log u and Δ log u from the differences of log u between cells. A cell is NaN if its u or that of a neighbour is at its floor: a
    /// difference with the floor says nothing about the data.
    /// </summary>
    public static FaceFields OfLogarithm(Grid grid, double[] u) => Of(grid, (axis, normal) =>
    {
        GridScore.Evaluate(grid, axis, u, normal);
        Axis along = grid.Axes[axis];
        for (int cell = 0; cell < normal.Length; cell++)
        {
            int position = grid.Position(cell, axis);
            bool isLinked = position < along.Links;
            if (Snapshot.IsFloor(u[cell]) || (isLinked && Snapshot.IsFloor(u[cell + grid.ToUpper(position, axis)])))
                normal[cell] = double.NaN;
        }
    });

    /// <summary>Sets the cells to NaN where u is at its floor.</summary>
    public void LeaveOut(ReadOnlySpan<double> u)
    {
        for (int cell = 0; cell < u.Length; cell++)
        {
            if (!Snapshot.IsFloor(u[cell]))
                continue;
            Divergence[cell] = double.NaN;
            foreach (double[] component in Mean)
                component[cell] = double.NaN;
        }
    }
}
