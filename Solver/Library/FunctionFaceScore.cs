using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Library;

/// <summary>A function of time and place as a score: its normal component at the centre of each face.</summary>
internal sealed class FunctionFaceScore(Grid grid, Func<double, double, double, (double X, double Y)> score) : IFaceScore
{
    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        Axis along = grid.Axes[axis];
        for (int cell = 0; cell < normal.Length; cell++)
        {
            int column = grid.Position(cell, 0), row = grid.Position(cell, 1);
            if ((axis == 0 ? column : row) >= along.Links)
            {
                normal[cell] = 0;
                continue;
            }

            double x = axis == 0 ? along.Faces[column + 1] : grid.X.Centres[column];
            double y = axis == 1 ? along.Faces[row + 1] : grid.Dimension == 2 ? grid.Axes[1].Centres[row] : 0;
            (double alongX, double alongY) = score(time, x, y);
            normal[cell] = axis == 0 ? alongX : alongY;
        }
    }
}
