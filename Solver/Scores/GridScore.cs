using PdeDiffusion.Grids;

namespace PdeDiffusion.Scores;

/// <summary>The score of the grid's own density: s·n = log(u_j/u_i)/δ at the face between cells i and j.</summary>
public sealed class GridScore(Grid grid) : IFaceScore
{
    /// <inheritdoc/>
    public bool IsRatioOfAverages => true;

    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal) => Evaluate(grid, axis, u, normal);

    /// <summary>
    /// Writes s·n at the face between each cell and its upper neighbour along <paramref name="axis"/>; 0 where there is no link.
    /// </summary>
    public static void Evaluate(Grid grid, int axis, ReadOnlySpan<double> u, Span<double> normal)
    {
        Axis along = grid.Axes[axis];
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            int position = grid.Position(cell, axis);
            normal[cell] = position >= along.Links ? 0
                : Math.Log(u[cell + grid.ToUpper(position, axis)] / u[cell]) / along.Distances[position];
        }
    }
}
