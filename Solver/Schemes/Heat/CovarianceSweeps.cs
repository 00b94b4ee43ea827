using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// The exact heat flow of Gaussians with covariances C_k on a box with walls as forward flow: cell averages of N(m_k, C_k + 2t I),
/// reflected at the box. Half a step is a Gaussian too, since a sweep along x adds 2Δt to C_xx alone, and each sweep conserves every line's
/// mass.
/// </summary>
public sealed class CovarianceSweeps : IForwardSweeps, IBlockWork
{
    private const int Kept = 4;

    private readonly Grid grid;
    private readonly Mixture mixture;
    private readonly WorkerTeam team;
    private readonly List<(double X, double Y, CovarianceCells[] Cells)> states = [];
    private CovarianceCells[] cells = [];
    private double[] target = [];

    /// <param name="grid">Two axes.</param>
    /// <param name="mixture">Data with covariances.</param>
    /// <param name="team">The threads; the bits do not depend on their number.</param>
    /// <exception cref="ArgumentException">Isotropic data, or a periodic axis: the mass that winds around it has no closed form
    /// here.</exception>
    public CovarianceSweeps(Grid grid, Mixture mixture, WorkerTeam team)
    {
        if (mixture.IsIsotropic)
            throw new ArgumentException("the data have no covariances", nameof(mixture));
        if (grid.Axes.Any(axis => axis.IsPeriodic))
            throw new ArgumentException("the closed form of data with covariances requires walls on every axis", nameof(grid));
        mixture.RequireInside(grid);
        (this.grid, this.mixture, this.team) = (grid, mixture, team);
    }

    /// <inheritdoc/>
    public ForwardKind Kind => ForwardKind.ClosedForm;

    /// <inheritdoc/>
    public void Step(double[] u, double[] next, double time, double timeStep, int firstAxis) =>
        Evaluate(time + timeStep, time + timeStep, next);

    /// <inheritdoc/>
    public void Prepare(in GenerationStep step)
    {
        double start = step.TimeOld - step.TimeStep;
        _ = Masses(start, start);
        _ = Masses(step.TimeOld, step.TimeOld);
        _ = step.FirstAxis == 0 ? Masses(step.TimeOld, start) : Masses(start, step.TimeOld);
    }

    /// <inheritdoc/>
    public void Between(in GenerationStep step, double[] between)
    {
        double start = step.TimeOld - step.TimeStep;
        Evaluate(step.FirstAxis == 0 ? step.TimeOld : start, step.FirstAxis == 0 ? start : step.TimeOld, between);
    }

    /// <inheritdoc/>
    public double Crossing(int axis, int line, int face, double[] uOld, double[] uNew, in GenerationStep step)
    {
        double start = step.TimeOld - step.TimeStep, across = axis == step.FirstAxis ? start : step.TimeOld;
        CovarianceCells[] narrow = axis == 0 ? Prepared(start, across) : Prepared(across, start);
        CovarianceCells[] wide = axis == 0 ? Prepared(step.TimeOld, across) : Prepared(across, step.TimeOld);
        int count = grid.Axes[axis].Cells;
        double height = axis == 0 ? grid.RowHeight(line) : grid.X.Widths[line], sum = 0;
        for (int k = 0; k < narrow.Length; k++)
        {
            // From the side where less mass lies: a difference of two small masses.
            double below = Strip(wide[k], axis, line, 0, face), above = Strip(wide[k], axis, line, face, count);
            sum += mixture.Weights[k] * (below < above
                ? Strip(narrow[k], axis, line, 0, face) - below : above - Strip(narrow[k], axis, line, face, count));
        }

        return sum / height;
    }

    void IBlockWork.Run(int block, int worker)
    {
        Span<double> row = target.AsSpan(block * grid.Columns, grid.Columns);
        row.Clear();
        for (int k = 0; k < cells.Length; k++)
            cells[k].AddRow(block, mixture.Weights[k], row);
        double height = grid.RowHeight(block);
        for (int column = 0; column < row.Length; column++)
            row[column] = DensityFloor.Value + row[column] / (grid.X.Widths[column] * height);
    }

    private static double Strip(CovarianceCells of, int axis, int line, int from, int to) =>
        axis == 0 ? of.Mass(from, to, line, line + 1) : of.Mass(line, line + 1, from, to);

    private void Evaluate(double timeX, double timeY, double[] u)
    {
        (cells, target) = (Masses(timeX, timeY), u);
        team.Run(this, grid.Rows);
    }

    /// <summary>The components with each axis at its own time; the last few states are kept.</summary>
    private CovarianceCells[] Masses(double timeX, double timeY)
    {
        int found = states.FindIndex(state => state.X == timeX && state.Y == timeY);
        (double X, double Y, CovarianceCells[] Cells) state =
            found >= 0 ? states[found] : (timeX, timeY, mixture.CovarianceMasses(grid, 2 * timeX, 2 * timeY));
        if (found >= 0 || states.Count == Kept)
            states.RemoveAt(Math.Max(found, 0));
        states.Add(state);
        return state.Cells;
    }

    /// <summary>A state computed by <see cref="Prepare"/>; thread-safe.</summary>
    private CovarianceCells[] Prepared(double timeX, double timeY) =>
        states.Find(state => state.X == timeX && state.Y == timeY).Cells ?? mixture.CovarianceMasses(grid, 2 * timeX, 2 * timeY);
}
