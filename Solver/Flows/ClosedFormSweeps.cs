using MathNet.Numerics;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Flows;

/// <summary>
/// The exact heat flow of Σ_k a_k N(m_k, σ_k² I) on a box as forward flow: cell averages of products of one-dimensional Gaussians of
/// variance σ_k² + 2t, reflected (no-flux) or wrapped (periodic) at the box. Its axes may stand at different times, so a step has the same
/// two sweeps as the grid's own flows: the first axis from t_n to t_{n+1}, then the other. Each conserves every line's mass.
/// </summary>
public sealed class ClosedFormSweeps : IForwardSweeps
{
    // Images farther than this many standard deviations hold less than the floor.
    private const double Reach = 38;
    private static readonly double[] Nodes = [0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363];
    private static readonly double[] Weights = [0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];

    private readonly Grid grid;
    private readonly double[] shares;
    private readonly double[][] means;
    private readonly double[] variances;

    // averages[axis]: component k's averages at cells k·N …; one set for each of the last two times asked for.
    private readonly double[][][] averages;
    private readonly double[][] times;

    /// <param name="weights">a_k &gt; 0; divided by their sum.</param>
    /// <param name="means">m_k, one array an axis.</param>
    /// <param name="variances">σ_k² ≥ 0; at t = 0 all must be positive.</param>
    public ClosedFormSweeps(Grid grid, ReadOnlySpan<double> weights, double[][] means, double[] variances)
    {
        this.grid = grid;
        this.means = means;
        this.variances = variances;
        shares = weights.ToArray();
        double total = shares.Sum();
        for (int component = 0; component < shares.Length; component++)
            shares[component] /= total;
        averages = [.. grid.Axes.Select(axis => new[] { new double[shares.Length * axis.Cells], new double[shares.Length * axis.Cells] })];
        times = [.. grid.Axes.Select(_ => new[] { double.NaN, double.NaN })];
    }

    /// <summary>u at t, with the floor η.</summary>
    public void Evaluate(double time, Span<double> u) => Evaluate(time, time, u);

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
        double earlier = step.TimeOld - step.TimeStep;
        Evaluate(step.FirstAxis == 0 ? step.TimeOld : earlier, step.FirstAxis == 0 ? earlier : step.TimeOld, between);
    }

    /// <inheritdoc/>
    public double Crossing(int axis, int line, int face, double[] later, double[] earlier, in GenerationStep step)
    {
        double start = step.TimeOld - step.TimeStep, sum = 0;
        double[]? across = grid.Dimension == 1 ? null : Averages(1 - axis, axis == step.FirstAxis ? start : step.TimeOld);
        int lines = grid.Dimension == 1 ? 1 : grid.Axes[1 - axis].Cells;
        for (int component = 0; component < shares.Length; component++)
        {
            double weight = across is null ? 1 : across[component * lines + line];
            if (weight > 0)
                sum += shares[component] * weight * Moved(axis, component, face, start, step.TimeOld);
        }

        return sum;
    }

    private void Evaluate(double timeX, double timeY, Span<double> u)
    {
        double[] alongX = Averages(0, timeX);
        double[]? alongY = grid.Dimension == 1 ? null : Averages(1, timeY);
        u.Fill(ForwardFlow.Floor);
        for (int component = 0; component < shares.Length; component++)
        {
            ReadOnlySpan<double> x = alongX.AsSpan(component * grid.Columns, grid.Columns);
            for (int row = 0; row < grid.Rows; row++)
            {
                double weight = shares[component] * (alongY is null ? 1 : alongY[component * grid.Rows + row]);
                Span<double> target = u.Slice(row * grid.Columns, grid.Columns);
                for (int column = 0; column < x.Length; column++)
                    target[column] += weight * x[column];
            }
        }
    }

    /// <summary>All components' averages along an axis at one time; the last two times are kept.</summary>
    private double[] Averages(int axis, double time)
    {
        for (int slot = 0; slot < 2; slot++)
        {
            if (times[axis][slot] == time)
                return averages[axis][slot];
        }

        (times[axis][0], times[axis][1]) = (times[axis][1], time);
        (averages[axis][0], averages[axis][1]) = (averages[axis][1], averages[axis][0]);
        Axis along = grid.Axes[axis];
        double[] values = averages[axis][1];
        for (int component = 0; component < shares.Length; component++)
        {
            double variance = variances[component] + 2 * time;
            for (int cell = 0; cell < along.Cells; cell++)
            {
                double low = along.Faces[cell], high = along.Faces[cell + 1];
                values[component * along.Cells + cell] = Folded(along, means[axis][component], variance, low, high) / along.Widths[cell];
            }
        }

        return values;
    }

    /// <summary>Mass below a face at the start of a sweep less that at its end, from the side where less mass lies.</summary>
    private double Moved(int axis, int component, int face, double start, double end)
    {
        Axis along = grid.Axes[axis];
        double mean = means[axis][component], narrow = variances[component] + 2 * start, wide = variances[component] + 2 * end;
        double at = along.Faces[face];
        if (along.IsPeriodic)
            return Wrapped(along, mean, narrow, at) - Wrapped(along, mean, wide, at);
        double below = Folded(along, mean, wide, along.From, at);
        return below < 0.5
            ? Folded(along, mean, narrow, along.From, at) - below
            : Folded(along, mean, wide, at, along.To) - Folded(along, mean, narrow, at, along.To);
    }

    /// <summary>
    /// Mass that has crossed a face of a periodic axis upward on the line of all translates, up to a constant: Σ of signed tails.
    /// </summary>
    private static double Wrapped(Axis axis, double mean, double variance, double at)
    {
        double length = axis.To - axis.From, spread = Math.Sqrt(2 * variance), sum = 0;
        int images = (int)Math.Min(1e6, Math.Ceiling(Reach * spread / length)) + 1;
        for (int image = -images; image <= images; image++)
        {
            double distance = at - mean - image * length;
            sum += distance > 0 ? -0.5 * SpecialFunctions.Erfc(distance / spread) : 0.5 * SpecialFunctions.Erfc(-distance / spread);
        }

        return sum;
    }

    /// <summary>Mass of one component and its images in [low, high].</summary>
    private static double Folded(Axis axis, double mean, double variance, double low, double high)
    {
        double length = axis.To - axis.From, period = axis.IsPeriodic ? length : 2 * length;
        int images = (int)Math.Min(1e6, Math.Ceiling(Reach * Math.Sqrt(variance) / period)) + 1;
        double sum = 0;
        for (int image = -images; image <= images; image++)
        {
            sum += Mass(mean + image * period, variance, low, high);
            if (!axis.IsPeriodic)
                sum += Mass(2 * axis.From - mean + image * period, variance, low, high);
        }

        return sum;
    }

    /// <summary>
    /// ∫ N(mean, variance) over [low, high] to full relative accuracy: quadrature where the ends' tails nearly cancel, else their
    /// difference.
    /// </summary>
    private static double Mass(double mean, double variance, double low, double high)
    {
        double spread = Math.Sqrt(2 * variance), centre = 0.5 * (low + high) - mean, half = 0.5 * (high - low);
        if (half < 0.25 * spread && Math.Abs(centre) * half < variance)
        {
            double sum = 0;
            for (int node = 0; node < Nodes.Length; node++)
            {
                double above = (centre + half * Nodes[node]) / spread, below = (centre - half * Nodes[node]) / spread;
                sum += Weights[node] * (Math.Exp(-above * above) + Math.Exp(-below * below));
            }

            return sum * half / (spread * Math.Sqrt(Math.PI));
        }

        double start = (low - mean) / spread, end = (high - mean) / spread;
        if (start > 0)
            return 0.5 * (SpecialFunctions.Erfc(start) - SpecialFunctions.Erfc(end));
        if (end < 0)
            return 0.5 * (SpecialFunctions.Erfc(-end) - SpecialFunctions.Erfc(-start));
        return 1 - 0.5 * (SpecialFunctions.Erfc(-start) + SpecialFunctions.Erfc(end));
    }
}
