using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Measures;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tradeoffs;

/// <summary>Purposes of samples; each has its own random streams.</summary>
public enum DrawPurpose
{
    Training,

    /// <summary>Compared with the training set as generated samples are.</summary>
    Fresh,

    /// <summary>Coverage.</summary>
    Covered,

    /// <summary>Likelihood.</summary>
    HeldOut,

    /// <summary>Noise of the particles.</summary>
    Particles,
}

/// <summary>What v and its samples are compared with: u0, or the points that a fold holds out.</summary>
/// <param name="Averages">Cell averages.</param>
/// <param name="Quantiles">Its quantile function; null in the plane.</param>
public sealed record TradeoffTarget(double[] Averages, QuantileFunction? Quantiles);

/// <summary>
/// The data of a trade-off: their distribution, samples of it, and distances to it. Of a finite set of points the distribution is not
/// known: the samples are its folds.
/// </summary>
public sealed class TradeoffTruth
{
    private readonly DataConfig data;
    private readonly Folds? folds;
    private readonly TradeoffTarget law;
    private readonly double[]? distances;
    private readonly SlicedTransport? transport;
    private readonly GridSlices? slices;
    private readonly int draws;

    public TradeoffTruth(Tradeoff tradeoff)
    {
        ArgumentNullException.ThrowIfNull(tradeoff);
        data = tradeoff.Base.Data;
        Problem problem = tradeoff.Problem;
        Grid = problem.Grid;
        Law = problem.Data.ClosedForm ?? throw new ArgumentException($"requires {DataConfig.ClosedForms} as data");
        draws = tradeoff.Config.Draws ?? 0;
        double[] initial = Law.CellAverages(Grid);
        law = new TradeoffTarget(initial, Grid.Dimension == 1 ? QuantileFunction.OfCells(Grid.X, initial) : null);
        if (Grid.Dimension == 2)
        {
            transport = new SlicedTransport(tradeoff.Config.Directions);
            slices = transport.On(Grid);
        }

        if (tradeoff.Config.Folds is { } count)
        {
            folds = new Folds(data.FiniteSet ?? throw new ArgumentException("folds require a finite set of points"), count);
            return;
        }

        using var team = new WorkerTeam(1);
        distances = DataSupport.Of(Law, Grid, team).SquaredDistances?.Select(Math.Sqrt).ToArray();
    }

    public Grid Grid { get; }

    /// <summary>u0; a curve by its quadrature.</summary>
    public Mixture Law { get; }

    /// <summary>Independent draws of u0, folded into the box where one falls outside; draw i depends on (seed, i) only.</summary>
    public (double[] X, double[] Y) Draw(int count, int seed, DrawPurpose purpose)
    {
        int own = SeedOf(seed, purpose);
        if (data.Sampled(count, own) is { } sampled)
        {
            Mixture sample = ProblemData.Mixture(sampled);
            return (sample.X.ToArray(), sample.Y.ToArray());
        }

        (double[] x, double[] y) = Law.Sample(count, (ulong)own);
        Fold(Grid.X, x);
        if (Grid.Dimension == 2)
            Fold(Grid.Axes[1], y);
        return (x, y);
    }

    /// <summary>The training points of a flow.</summary>
    public (double[] X, double[] Y) Training(TradeoffFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return flow.Fold is { } fold ? folds!.Training(flow.Seed, fold, flow.Samples) : Draw(flow.Samples, flow.Seed, DrawPurpose.Training);
    }

    /// <summary>Points that a flow has not been trained on: fresh draws, or those that its fold holds out, for every purpose.</summary>
    public (double[] X, double[] Y) Fresh(TradeoffFlow flow, DrawPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return flow.Fold is { } fold ? folds!.HeldOut(flow.Seed, fold) : Draw(draws, flow.Seed, purpose);
    }

    /// <summary>What the density of a flow is compared with.</summary>
    public TradeoffTarget Target(TradeoffFlow flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (flow.Fold is not { } fold)
            return law;
        (double[] x, double[] y) = folds!.HeldOut(flow.Seed, fold);
        var variances = new double[x.Length];
        Mixture points = Grid.Dimension == 1 ? Mixture.Gaussians(x, variances, []) : Mixture.Gaussians(x, y, variances, []);
        return new TradeoffTarget(points.CellAverages(Grid), Grid.Dimension == 1 ? QuantileFunction.OfPoints(x) : null);
    }

    /// <summary>True if the training points of a flow are two different points; draws of a law with a density always are.</summary>
    public bool HasTwoPoints(TradeoffFlow flow)
    {
        if (Law.Support != Support.Points)
            return true;
        (double[] x, double[] y) = Training(flow);
        return x.Zip(y).Any(place => place != (x[0], y[0]));
    }

    /// <summary>The seed of a purpose; different purposes and seeds never share one.</summary>
    public static int SeedOf(int seed, DrawPurpose purpose) => 8 * seed + (int)purpose;

    /// <summary>W_1 between v, by its cell averages, and its target; NaN in the plane.</summary>
    public double W1(ReadOnlySpan<double> v, TradeoffTarget target) => target?.Quantiles is { } quantiles
        ? QuantileFunction.Distance(QuantileFunction.OfCells(Grid.X, v), quantiles, 1) : double.NaN;

    /// <summary>W_2 between v, by its cell averages, and its target; in the plane sliced.</summary>
    public double W2(ReadOnlySpan<double> v, TradeoffTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.Quantiles is { } quantiles ? QuantileFunction.Distance(QuantileFunction.OfCells(Grid.X, v), quantiles, 2)
            : slices!.Distance(v, target.Averages);
    }

    /// <summary>W_2 between samples; in the plane sliced.</summary>
    public double W2((double[] X, double[] Y) first, (double[] X, double[] Y) second) => transport is null
        ? QuantileFunction.Distance(QuantileFunction.OfPoints(first.X), QuantileFunction.OfPoints(second.X), 2)
        : transport.Distance(first.X, first.Y, second.X, second.Y);

    /// <summary>E_v dist(x, K), K the data's support; NaN where that is the whole space, or not known.</summary>
    public double Distance(ReadOnlySpan<double> v)
    {
        if (distances is null)
            return double.NaN;
        double sum = 0;
        for (int cell = 0; cell < distances.Length; cell++)
            sum += Grid.Volume(cell) * v[cell] * distances[cell];
        return sum;
    }

    /// <summary>Mean distance of samples to K, a curve by its nodes.</summary>
    public double Distance((double[] X, double[] Y) samples)
    {
        if (distances is null)
            return double.NaN;
        double sum = 0;
        for (int sample = 0; sample < samples.X.Length; sample++)
            sum += Math.Sqrt(Law.SquaredDistance(samples.X[sample], samples.Y[sample]));
        return sum / samples.X.Length;
    }

    private static void Fold(Axis axis, double[] positions)
    {
        for (int index = 0; index < positions.Length; index++)
            positions[index] = axis.Walls.Fold(positions[index]);
    }
}
