using PdeDiffusion.Data;

namespace PdeDiffusion.Scores;

/// <summary>A score ŝ(t, x) as the schemes need it: its normal component at faces.</summary>
public interface IFaceScore
{
    /// <summary>The mixture whose heat flow's score this is, known at every point of R^d; null if it has no closed form.</summary>
    Mixture? ClosedForm => null;

    /// <summary>
    /// True where ŝ·n δ is the logarithm of the ratio of two cell averages, as of the grid's own u; false where ŝ·n is the value at the
    /// face. The two differ by (δ²/12)(ŝ'' + ŝ ŝ') (docs/remap.md, 5).
    /// </summary>
    bool IsRatioOfAverages => false;

    /// <summary>
    /// Takes the density v, CellCount cell averages, that a step starts from or that a level has; called before <see cref="Evaluate"/> for
    /// them. Only scores with an error that depends on v look at it.
    /// </summary>
    void StartFrom(ReadOnlySpan<double> v)
    {
    }

    /// <summary>
    /// Writes ŝ·n, n the direction of the axis, at the face between each cell and its upper neighbour along <paramref name="axis"/>. The
    /// value stands at the memory index of the lower cell; where there is no link (last cell of a no-flux line) it is 0. Allocates
    /// nothing.
    /// </summary>
    /// <param name="axis">0 or 1.</param>
    /// <param name="time">Forward time t.</param>
    /// <param name="u">The forward density at that time, CellCount cell averages; only scores built on the grid's own look at it.</param>
    /// <param name="normal">CellCount values, overwritten.</param>
    void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal);
}
