using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>score-residual</c>, on request: how far the driving score is from obeying ∂t s = ∇(div s + |s|²), the equation of the score of every
/// heat flow (docs/numerics.md, 5.4). With g = ∇(div ŝ + |ŝ|²) at the faces, measured is the root mean square of
/// (ŝ(t_{k+1}) − ŝ(t_k))/Δt − ½(g_{k+1} + g_k), weighted with the density v of the level (without generation u).
/// </summary>
/// <remarks>
/// Bound: ½‖g_{k+1} − g_k‖, what the trapezoidal rule may miss, and h²/2t of ‖g‖, the error of the differences. A residual beyond both is
/// the score's own. |ŝ|² in a cell is the mean of the squares at its faces along each axis; faces of cells at the floor of u are left out.
/// </remarks>
internal sealed class ScoreResidualMonitor(MonitorSetup setup) : IMonitor
{
    public static readonly MonitorDescriptor Descriptor = new(
        "score-residual", "∂t s = ∇(div s + |s|²), up to discretization", "rms residual", "of steps and cells", "1/length³",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("equation of the score of a heat flow", "numerics 5.4"),
        Help = new MonitorHelp(
            "the driving score is the score of no heat flow",
            "a score that was changed or learned; coarse time steps where it holds after refinement",
            "scale, bias, noise or table of the score; the same run with twice the steps"),
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => new ScoreResidualMonitor(setup)) { OnRequest = "score-residual" };

    private readonly Grid grid = setup.Grid;
    private readonly IFaceScore score = setup.Score ?? new GridScore(setup.Grid);
    private readonly double[] potential = CellValues.Zeros(setup.Grid);
    private double[][] normal = Fields(setup.Grid), gradient = Fields(setup.Grid), normalBefore = Fields(setup.Grid),
        gradientBefore = Fields(setup.Grid);
    private double timeBefore = double.NaN;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (level.Time == 0)
        {
            readings.Add(Judge.NotApplicable(level, Descriptor, double.NaN, guaranteed: false));
            return;
        }

        Evaluate(level);
        readings.Add(double.IsNaN(timeBefore)
            ? Judge.NotApplicable(level, Descriptor, double.NaN, guaranteed: false)
            : Residual(level));
        (normal, normalBefore, gradient, gradientBefore) = (normalBefore, normal, gradientBefore, gradient);
        timeBefore = level.Time;
    }

    public void Save(BinaryWriter state)
    {
        state.Write(timeBefore);
        if (double.IsNaN(timeBefore))
            return;
        foreach (double[] field in normalBefore.Concat(gradientBefore))
        {
            foreach (double value in field)
                state.Write(value);
        }
    }

    public void Restore(BinaryReader state)
    {
        timeBefore = state.ReadDouble();
        if (double.IsNaN(timeBefore))
            return;
        foreach (double[] field in normalBefore.Concat(gradientBefore))
        {
            for (int cell = 0; cell < field.Length; cell++)
                field[cell] = state.ReadDouble();
        }
    }

    /// <summary>ŝ·n at the faces, and the gradient of div ŝ + |ŝ|² there.</summary>
    private void Evaluate(LevelStatistics level)
    {
        Array.Clear(potential);
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            score.Evaluate(axis, level.Time, level.U, normal[axis]);
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < potential.Length; cell++)
            {
                int position = grid.Position(cell, axis);
                double lower = position > 0 || along.IsPeriodic ? normal[axis][cell + grid.ToLower(position, axis)] : 0;
                double upper = normal[axis][cell];
                potential[cell] += (upper - lower) / along.Widths[position] + 0.5 * (upper * upper + lower * lower);
            }
        }

        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < potential.Length; cell++)
            {
                int position = grid.Position(cell, axis);
                gradient[axis][cell] = position < along.Links
                    ? (potential[cell + grid.ToUpper(position, axis)] - potential[cell]) / along.Distances[position]
                    : 0;
            }
        }
    }

    private Reading Residual(LevelStatistics level)
    {
        ReadOnlySpan<double> u = level.U, density = level.HasGeneration ? level.V : level.U;
        double step = timeBefore - level.Time, mass = 0, residual = 0, change = 0, size = 0, widest = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < density.Length; cell++)
            {
                int position = grid.Position(cell, axis);
                if (position >= along.Links)
                    continue;
                int upper = cell + grid.ToUpper(position, axis);
                if (u[cell] < SegmentKernels.NearFloor || u[upper] < SegmentKernels.NearFloor)
                    continue;
                double weight = 0.5 * (density[cell] + density[upper]) * grid.Volume(cell);
                double now = gradient[axis][cell], before = gradientBefore[axis][cell];
                double miss = (normalBefore[axis][cell] - normal[axis][cell]) / step - 0.5 * (now + before);
                mass += weight;
                residual += weight * miss * miss;
                change += weight * 0.25 * (now - before) * (now - before);
                size += weight * now * now;
                widest = Math.Max(widest, weight > 0 ? along.Distances[position] : 0);
            }
        }

        double bound = Math.Sqrt(change / mass) + widest * widest / (2 * level.Time) * Math.Sqrt(size / mass);
        return Judge.Read(level, Descriptor, Math.Sqrt(residual / mass), bound, 1e-9, guaranteed: false);
    }

    private static double[][] Fields(Grid grid) => [.. Enumerable.Range(0, grid.Dimension).Select(_ => CellValues.Zeros(grid))];
}
