namespace PdeDiffusion.Scores;

/// <summary>A score ŝ(t, x) other than the grid's own, as the schemes need it: its normal component at faces.</summary>
public interface IFaceScore
{
    /// <summary>
    /// Writes ŝ·n, n the direction of the axis, at the face between each cell and its upper neighbour along <paramref name="axis"/>. The value
    /// stands at the memory index of the lower cell; where there is no link (last cell of a no-flux line) it is 0.
    /// </summary>
    /// <param name="axis">0 or 1.</param>
    /// <param name="time">Forward time t.</param>
    /// <param name="normal">CellCount values, overwritten.</param>
    void Evaluate(int axis, double time, Span<double> normal);
}
