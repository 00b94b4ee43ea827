using PdeDiffusion.Grids;

namespace PdeDiffusion.Scores;

/// <summary>
/// scale · ŝ + bias + noise · f, with f a smooth random vector field fixed in time (<see cref="SmoothField"/>).
/// </summary>
public sealed class PerturbedFaceScore : IFaceScore
{
    private readonly Grid grid;
    private readonly IFaceScore of;
    private readonly double scale;
    private readonly double[][] shift;

    /// <param name="of">The score ŝ that is perturbed; the grid's own, for example.</param>
    /// <param name="bias">One value per axis; empty for none.</param>
    /// <exception cref="ArgumentException">Not one value of the bias per axis, or a value that is not finite.</exception>
    public PerturbedFaceScore(Grid grid, IFaceScore of, double scale, ReadOnlySpan<double> bias, double noise, ulong seed)
    {
        if (bias.Length != 0 && bias.Length != grid.Dimension)
            throw new ArgumentException($"the bias has {bias.Length} entries on a grid of {grid.Dimension} axes", nameof(bias));
        if (!double.IsFinite(scale) || !double.IsFinite(noise))
            throw new ArgumentException($"scale {scale:R} and noise {noise:R} must be finite");
        this.grid = grid;
        this.of = of;
        this.scale = scale;
        shift = new double[grid.Dimension][];
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            double constant = bias.IsEmpty ? 0 : bias[axis];
            if (!double.IsFinite(constant))
                throw new ArgumentException($"the bias is {constant:R} along axis {axis}; it must be finite", nameof(bias));
            shift[axis] = noise == 0 ? CellValues.Zeros(grid) : Field(axis, seed);
            for (int cell = 0; cell < grid.CellCount; cell++)
                shift[axis][cell] = HasLink(axis, cell) ? constant + noise * shift[axis][cell] : 0;
        }
    }

    /// <inheritdoc/>
    public bool IsRatioOfAverages => of.IsRatioOfAverages;

    /// <inheritdoc/>
    public void StartFrom(ReadOnlySpan<double> v) => of.StartFrom(v);

    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        of.Evaluate(axis, time, u, normal);
        double[] added = shift[axis];
        for (int cell = 0; cell < added.Length; cell++)
            normal[cell] = scale * normal[cell] + added[cell];
    }

    private bool HasLink(int axis, int cell) => grid.Position(cell, axis) < grid.Axes[axis].Links;

    /// <summary>Component <paramref name="axis"/> of f at the upper faces of that axis.</summary>
    private double[] Field(int axis, ulong seed)
    {
        var random = new SmoothField(grid, axis, seed);
        double[] field = CellValues.Zeros(grid);
        for (int cell = 0; cell < field.Length; cell++)
        {
            int column = cell % grid.Columns, row = cell / grid.Columns;
            double x = axis == 0 ? grid.X.Faces[column + 1] : grid.X.Centres[column];
            double y = grid.Dimension == 1 ? 0 : axis == 1 ? grid.Axes[1].Faces[row + 1] : grid.Axes[1].Centres[row];
            field[cell] = random.At(x, y);
        }

        return field;
    }
}
