using PdeDiffusion.Grids;

namespace PdeDiffusion.Scores;

/// <summary>
/// ŝ + c J∇log v on two axes, J(a, b) = (−b, a) the quarter turn and v the density that a step starts from (docs/numerics.md, 5.5): an
/// error with div(v e) = 0, which leaves v as it is up to the error of the scheme.
/// </summary>
/// <remarks>
/// The flux v e·n of a face is c times the difference of v at its two ends, each the mean of the four cells around it, over their
/// distance, so the fluxes of every cell that touches no wall cancel exactly. e is 0 at walls and where v at a face is below 1e-290.
/// </remarks>
public sealed class CurlFaceScore : IFaceScore
{
    private const double LeastDensity = 1e-290;

    private readonly Grid grid;
    private readonly IFaceScore of;
    private readonly double curl;
    private readonly double[] density;

    /// <param name="of">The score ŝ.</param>
    /// <param name="curl">c.</param>
    /// <exception cref="ArgumentException">The grid has one axis, or c is not finite.</exception>
    public CurlFaceScore(Grid grid, IFaceScore of, double curl)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (grid.Dimension != 2)
            throw new ArgumentException("a curl requires two axes");
        if (!double.IsFinite(curl))
            throw new ArgumentException($"the curl is {curl:R}; it must be finite");
        (this.grid, this.of, this.curl) = (grid, of, curl);
        density = CellValues.Zeros(grid);
    }

    /// <inheritdoc/>
    public bool IsRatioOfAverages => of.IsRatioOfAverages;

    /// <inheritdoc/>
    public void StartFrom(ReadOnlySpan<double> v)
    {
        of.StartFrom(v);
        v.CopyTo(density);
    }

    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        of.Evaluate(axis, time, u, normal);
        Axis along = grid.Axes[axis], across = grid.Axes[1 - axis];
        double sign = axis == 0 ? -curl : curl;
        for (int cell = 0; cell < normal.Length; cell++)
        {
            int position = grid.Position(cell, axis), other = grid.Position(cell, 1 - axis);
            if (position >= along.Links)
                continue;
            int next = cell + grid.ToUpper(position, axis);
            double face = 0.5 * (density[cell] + density[next]);
            if (face < LeastDensity)
                continue;

            // Mirrored at a wall: the mean at a node there is that of the two cells.
            int up = other < across.Links ? grid.ToUpper(other, 1 - axis) : 0;
            int down = other > 0 || across.IsPeriodic ? grid.ToLower(other, 1 - axis) : 0;
            double difference = 0.25 * (density[cell + up] + density[next + up] - density[cell + down] - density[next + down]);
            normal[cell] += sign * difference / (across.Widths[other] * face);
        }
    }
}
