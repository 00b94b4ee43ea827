using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// The exact heat flow of Σ_k a_k N(m_k, σ_k² I) on a box as forward flow: cell averages of products of one-dimensional Gaussians of
/// variance σ_k² + 2t, reflected (no-flux) or wrapped (periodic) at the box. The two axes may be at different times, so a step consists of
/// the same two sweeps as for the other flows: the first axis from t_n to t_{n+1}, then the other. Each sweep conserves the mass of every
/// line.
/// </summary>
public sealed class ClosedFormSweeps : IForwardSweeps
{
    private readonly Grid grid;
    private readonly WorkerTeam team;
    private readonly double[] shares;
    private readonly double[][] means;
    private readonly double[] variances;

    // averages[axis]: component k's averages at cells k·N …; one set for each of the last two times asked for.
    private readonly double[][][] averages;
    private readonly double[][] times;

    private readonly Filling filling = new();
    private readonly ComponentSums? sums;
    private readonly ComponentCrossings[] crossings;

    /// <param name="mixture">The data; at t = 0 all variances must be positive.</param>
    public ClosedFormSweeps(Grid grid, Mixture mixture, WorkerTeam team)
    {
        this.grid = grid;
        this.team = team;
        means = grid.Dimension == 1 ? [mixture.X.ToArray()] : [mixture.X.ToArray(), mixture.Y.ToArray()];
        variances = mixture.Variances.ToArray();
        shares = mixture.Weights.ToArray();
        averages = [.. grid.Axes.Select(axis => new[] { new double[shares.Length * axis.Cells], new double[shares.Length * axis.Cells] })];
        times = [.. grid.Axes.Select(_ => new[] { double.NaN, double.NaN })];
        sums = grid.Dimension == 1 ? null : new ComponentSums(grid, shares.Length, team);
        crossings = [.. grid.Axes.Zip(means, (axis, mean) => new ComponentCrossings(axis, mean, variances))];
    }

    /// <inheritdoc/>
    public ForwardKind Kind => ForwardKind.ClosedForm;

    /// <summary>u at t, with the floor η.</summary>
    public void Evaluate(double time, double[] u) => Evaluate(time, time, u);

    /// <inheritdoc/>
    public void Step(double[] u, double[] next, double time, double timeStep, int firstAxis) => Evaluate(time + timeStep, next);

    /// <inheritdoc/>
    public void Prepare(in GenerationStep step)
    {
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            Averages(axis, step.TimeOld - step.TimeStep);
            Averages(axis, step.TimeOld);
        }
    }

    /// <inheritdoc/>
    public void Between(in GenerationStep step, double[] between)
    {
        double timeNew = step.TimeOld - step.TimeStep;
        Evaluate(step.FirstAxis == 0 ? step.TimeOld : timeNew, step.FirstAxis == 0 ? timeNew : step.TimeOld, between);
    }

    /// <inheritdoc/>
    public double Crossing(int axis, int line, int face, double[] uOld, double[] uNew, in GenerationStep step)
    {
        double timeNew = step.TimeOld - step.TimeStep, sum = 0;
        if (grid.Dimension == 1)
        {
            for (int component = 0; component < shares.Length; component++)
                sum += shares[component] * crossings[0].Of(component, face, timeNew, step.TimeOld);
            return sum;
        }

        double[] across = Averages(1 - axis, axis == step.FirstAxis ? timeNew : step.TimeOld);
        double[] moved = crossings[axis].All(face, timeNew, step.TimeOld);
        int lines = grid.Axes[1 - axis].Cells;
        for (int component = 0; component < shares.Length; component++)
        {
            double weight = across[component * lines + line];
            if (weight > 0)
                sum += shares[component] * weight * moved[component];
        }

        return sum;
    }

    private void Evaluate(double timeX, double timeY, double[] u)
    {
        if (sums is null)
            EvaluateLine(Averages(0, timeX), u);
        else
            sums.Evaluate(shares, Averages(0, timeX), Averages(1, timeY), u);
    }

    /// <summary>Σ_k a_k x_k of a line; the plane is the work of <see cref="ComponentSums"/>.</summary>
    private void EvaluateLine(double[] alongX, Span<double> sums)
    {
        int cells = grid.Columns, whole = cells & ~7;
        sums.Fill(DensityFloor.Value);
        Span<Vector512<double>> vectors = MemoryMarshal.Cast<double, Vector512<double>>(sums[..whole]);
        for (int component = 0; component < shares.Length; component++)
        {
            double weight = shares[component];
            ReadOnlySpan<double> x = alongX.AsSpan(component * cells, cells);
            ReadOnlySpan<Vector512<double>> terms = MemoryMarshal.Cast<double, Vector512<double>>(x[..whole]);
            Vector512<double> weights = Vector512.Create(weight);
            for (int index = 0; index < vectors.Length; index++)
                vectors[index] = Vector512.FusedMultiplyAdd(weights, terms[index], vectors[index]);
            for (int cell = whole; cell < cells; cell++)
                sums[cell] = Math.FusedMultiplyAdd(weight, x[cell], sums[cell]);
        }
    }

    /// <summary>Cell averages of all components along an axis at one time; those of the last two times are kept.</summary>
    private double[] Averages(int axis, double time)
    {
        for (int slot = 0; slot < 2; slot++)
        {
            if (times[axis][slot] == time)
                return averages[axis][slot];
        }

        (times[axis][0], times[axis][1]) = (times[axis][1], time);
        (averages[axis][0], averages[axis][1]) = (averages[axis][1], averages[axis][0]);
        filling.Set(grid.Axes[axis], means[axis], variances, 2 * time, averages[axis][1]);
        team.Run(filling, shares.Length);
        return averages[axis][1];
    }

    /// <summary>Computes the cell averages of one component per block.</summary>
    private sealed class Filling : IBlockWork
    {
        private Axis axis = null!;
        private double[] means = [];
        private double[] variances = [];
        private double extra;
        private double[] values = [];

        public void Set(Axis along, double[] mean, double[] variance, double added, double[] target) =>
            (axis, means, variances, extra, values) = (along, mean, variance, added, target);

        public void Run(int block, int worker)
        {
            Span<double> own = values.AsSpan(block * axis.Cells, axis.Cells);
            BoxImages.CellMasses(axis, means[block], variances[block] + extra, own);
            for (int cell = 0; cell < own.Length; cell++)
                own[cell] /= axis.Widths[cell];
        }
    }
}
