using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Audits;

/// <summary>
/// Measures a score ŝ at a level: sums over faces with the weight A δ ½(v_i + v_j) of the monitors (docs/numerics.md, 2.7 and 5). s is the
/// closed form of the data where they have one, else that of the grid. Memory is allocated once.
/// </summary>
internal sealed class AuditMeasure : IBlockWork
{
    /// <summary>2t div ŝ may lie below −d by this part of it: the rounding of a network in float32, at cells of a few hundredths.</summary>
    private const double LiYauTolerance = 1e-3;

    private readonly Grid grid;
    private readonly IFaceScore score;
    private readonly IFaceScore? truth;
    private readonly Mixture? data;
    private readonly WorkerTeam team;
    private readonly GradientPart[] gradients;
    private readonly double[] parts = new double[2];
    private double[] weight = [];
    private readonly double[] potential;
    private double[][] normal, slope, normalBefore, slopeBefore;
    private readonly double[][] exact;
    private readonly double[][] error;

    /// <param name="truth">s; null if the score is not compared with data.</param>
    /// <param name="data">The data of s in closed form; null if there is none.</param>
    /// <param name="team">Solves for the gradient parts of ŝ and of its error, one per thread.</param>
    public AuditMeasure(Grid grid, IFaceScore score, IFaceScore? truth, Mixture? data, WorkerTeam team)
    {
        (this.grid, this.score, this.truth, this.data, this.team) = (grid, score, truth, data, team);
        gradients = grid.Dimension == 1 ? [] : [.. Enumerable.Range(0, truth is null ? 1 : 2).Select(_ => new GradientPart(grid))];
        potential = CellValues.Zeros(grid);
        (normal, slope, normalBefore, slopeBefore, exact, error) = (Fields(), Fields(), Fields(), Fields(), Fields(), Fields());
    }

    /// <summary>s·n at the level last measured, per axis.</summary>
    public IReadOnlyList<double[]> Truth => exact;

    /// <summary>Measures a level.</summary>
    /// <param name="timeBefore">The level before in the order of generation, t_{k+1}; NaN if there is none.</param>
    /// <param name="uBefore">u there.</param>
    public AuditLevel Measure(FlowLevel level, double timeBefore, double[] uBefore)
    {
        double[] u = level.U, v = level.V!;
        double t = level.Time, d = grid.Dimension;
        if (!double.IsNaN(timeBefore))
        {
            Evaluate(timeBefore, uBefore, v);
            (normal, normalBefore, slope, slopeBefore) = (normalBefore, normal, slopeBefore, slope);
        }

        Evaluate(t, u, v);
        (double residual, double bound) = double.IsNaN(timeBefore) ? (double.NaN, double.NaN) : Residual(t, timeBefore - t, u, v);
        (double least, double mass) = LiYau(t, v);
        if (truth is not null)
        {
            for (int axis = 0; axis < grid.Dimension; axis++)
                FindError(axis, t, u);
        }

        weight = v;
        team.Run(this, truth is null ? 1 : 2);
        double whole = Mean(v, normal), curl = whole > 0 ? Math.Max(0, 1 - parts[0] / whole) : double.NaN;
        var row = new AuditLevel(
            level.Index, t, NoiseLevel.Sigma(t), double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, curl, residual,
            bound, least, mass, double.NaN, double.NaN);
        if (truth is null)
            return row;
        double errorU = Mean(u, error), errorV = Mean(v, error), part = parts[1];
        return row with
        {
            ErrorU = errorU,
            ErrorV = errorV,
            ScoreU = Mean(u, exact),
            NoiseExcess = 2 * t * errorU,
            NoiseFloor = NoiseFloor(t, d, u),
            GradientShare = errorV > 0 ? part / errorV : double.NaN,
            GradientError = part,
            Divergence = Divergence(u, v),
        };
    }

    /// <summary>KL(v|u); ∞ if v has mass where u is at its floor.</summary>
    private double Divergence(double[] u, double[] v)
    {
        double sum = 0, lost = 0;
        for (int cell = 0; cell < u.Length; cell++)
        {
            double mass = grid.Volume(cell) * v[cell];
            if (u[cell] < March.NearFloor)
                lost += mass;
            else if (mass > 0)
                sum += mass * Math.Log(v[cell] / u[cell]);
        }

        return lost > March.LargestMassAtFloor ? double.PositiveInfinity : sum;
    }

    /// <summary>The least noise loss d − 2tI: by quadrature where the data have a closed form, else with the grid's I.</summary>
    private double NoiseFloor(double t, double d, double[] u)
    {
        if (DenoisingLoss.Of(data, t) is { } loss)
            return loss / (2 * t);
        double fisher = 0, widest = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < u.Length; cell++)
            {
                int position = grid.Position(cell, axis), upper = cell + grid.ToUpper(position, axis);
                widest = Math.Max(widest, along.Widths[position]);
                if (position < along.Links && u[cell] >= March.NearFloor && u[upper] >= March.NearFloor)
                {
                    fisher += grid.Volume(cell) / along.Widths[position] / along.Distances[position] * (u[upper] - u[cell])
                        * Math.Log(u[upper] / u[cell]);
                }
            }
        }

        double floor = d - 2 * t * fisher;
        return floor > 0 && Math.Sqrt(2 * t) >= widest ? floor : double.NaN;
    }

    /// <summary>ŝ·n at the faces, div ŝ + |ŝ|² in the cells, and its gradient at the faces.</summary>
    private void Evaluate(double time, double[] u, double[] v)
    {
        score.StartFrom(v);
        Array.Clear(potential);
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            score.EvaluateFinite(axis, time, u, normal[axis]);
            for (int cell = 0; cell < potential.Length; cell++)
            {
                (double lower, double upper) = Around(axis, cell);
                potential[cell] += (upper - lower) / grid.Axes[axis].Widths[grid.Position(cell, axis)]
                    + 0.5 * (upper * upper + lower * lower);
            }
        }

        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < potential.Length; cell++)
            {
                int position = grid.Position(cell, axis), upper = cell + grid.ToUpper(position, axis);
                bool inner = position < along.Links && !IsAtWall(cell) && !IsAtWall(upper);
                slope[axis][cell] = inner ? (potential[upper] - potential[cell]) / along.Distances[position] : double.NaN;
            }
        }
    }

    /// <summary>ŝ·n at the lower and the upper face of a cell.</summary>
    private (double Lower, double Upper) Around(int axis, int cell)
    {
        int position = grid.Position(cell, axis);
        double lower = position > 0 || grid.Axes[axis].IsPeriodic ? normal[axis][cell + grid.ToLower(position, axis)] : 0;
        return (lower, normal[axis][cell]);
    }

    private bool IsAtWall(int cell)
    {
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            int position = grid.Position(cell, axis);
            if (!grid.Axes[axis].IsPeriodic && (position == 0 || position == grid.Axes[axis].Cells - 1))
                return true;
        }

        return false;
    }

    /// <summary>As <see cref="ScoreResidualMonitor"/>, both over the rms of ∇(div ŝ + |ŝ|²); cells at walls are left out.</summary>
    private (double Residual, double Bound) Residual(double t, double step, double[] u, double[] v)
    {
        double mass = 0, residual = 0, change = 0, size = 0, widest = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < u.Length; cell++)
            {
                int position = grid.Position(cell, axis), upper = cell + grid.ToUpper(position, axis);
                double now = slope[axis][cell], before = slopeBefore[axis][cell];
                double weight = 0.5 * (v[cell] + v[upper]) * grid.Volume(cell);
                if (double.IsNaN(now))
                    continue;
                double miss = (normalBefore[axis][cell] - normal[axis][cell]) / step - 0.5 * (now + before);
                mass += weight;
                residual += weight * miss * miss;
                change += weight * 0.25 * (now - before) * (now - before);
                size += weight * now * now;
                widest = Math.Max(widest, along.Distances[position]);
            }
        }

        return (Math.Sqrt(residual / size), Math.Sqrt(change / size) + widest * widest / (2 * t));
    }

    /// <summary>The least 2t div ŝ where v has mass, and the mass of v where it is below −d.</summary>
    private (double Least, double Mass) LiYau(double t, double[] v)
    {
        double least = double.PositiveInfinity, mass = 0, all = 0;
        for (int cell = 0; cell < v.Length; cell++)
        {
            double own = grid.Volume(cell) * v[cell];
            if (IsAtWall(cell) || !(own > March.LargestMassAtFloor))
                continue;
            double divergence = 0;
            for (int axis = 0; axis < grid.Dimension; axis++)
            {
                (double lower, double upper) = Around(axis, cell);
                divergence += (upper - lower) / grid.Axes[axis].Widths[grid.Position(cell, axis)];
            }

            all += own;
            least = Math.Min(least, 2 * t * divergence);
            mass += 2 * t * divergence < -grid.Dimension * (1 + LiYauTolerance) ? own : 0;
        }

        return (double.IsFinite(least) ? least : double.NaN, mass / all);
    }

    private void FindError(int axis, double t, double[] u)
    {
        truth!.EvaluateFinite(axis, t, u, exact[axis]);
        Axis along = grid.Axes[axis];
        for (int cell = 0; cell < u.Length; cell++)
        {
            int position = grid.Position(cell, axis), upper = cell + grid.ToUpper(position, axis);
            bool judged = position < along.Links && u[cell] >= SegmentKernels.NearFloor && u[upper] >= SegmentKernels.NearFloor;
            error[axis][cell] = judged ? normal[axis][cell] - exact[axis][cell] : 0;
        }
    }

    /// <summary>Σ_faces A δ ½(f_i + f_j) (e·n)².</summary>
    private double Mean(double[] density, double[][] field)
    {
        double sum = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < density.Length; cell++)
            {
                int position = grid.Position(cell, axis);
                if (position >= along.Links)
                    continue;
                double mean = 0.5 * (density[cell] + density[cell + grid.ToUpper(position, axis)]), value = field[axis][cell];
                sum += grid.Volume(cell) / along.Widths[position] * along.Distances[position] * mean * value * value;
            }
        }

        return sum;
    }

    /// <summary>The gradient part of ŝ, then of its error.</summary>
    void IBlockWork.Run(int block, int worker)
    {
        double[][] field = block == 0 ? normal : error;
        double whole = Mean(weight, field);
        parts[block] = whole > 0 ? GradientOf(block, weight, field, whole) : 0;
    }

    /// <summary>E_v|∇φ|² of a field: on a line all of it, on a circle e − c/v with c = ∫e/∫1/v.</summary>
    private double GradientOf(int block, double[] v, double[][] field, double whole)
    {
        if (gradients.Length > 0)
            return gradients[block].Of(v, field[0], field[1]).Gradient;
        Axis along = grid.X;
        if (!along.IsPeriodic)
            return whole;
        double total = 0, resistance = 0;
        for (int cell = 0; cell < v.Length; cell++)
        {
            total += along.Distances[cell] * field[0][cell];
            resistance += along.Distances[cell] / Math.Max(1e-300, 0.5 * (v[cell] + v[(cell + 1) % v.Length]));
        }

        return Math.Max(0, whole - total * total / resistance);
    }

    private double[][] Fields() => [.. Enumerable.Range(0, grid.Dimension).Select(_ => CellValues.Zeros(grid))];
}
