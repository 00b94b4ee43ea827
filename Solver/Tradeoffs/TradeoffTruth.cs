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

/// <summary>The data of a trade-off: their distribution, samples of it, and distances to it.</summary>
public sealed class TradeoffTruth
{
    private readonly DataConfig data;
    private readonly double[] initial;
    private readonly double[]? distances;
    private readonly SlicedTransport? transport;
    private readonly GridSlices? slices;
    private readonly QuantileFunction? quantiles;

    public TradeoffTruth(Tradeoff tradeoff)
    {
        ArgumentNullException.ThrowIfNull(tradeoff);
        data = tradeoff.Base.Data;
        Problem problem = tradeoff.Problem;
        Grid = problem.Grid;
        Law = problem.Data.ClosedForm ?? throw new ArgumentException($"requires {DataConfig.ClosedForms} as data");
        initial = Law.CellAverages(Grid);
        using var team = new WorkerTeam(1);
        distances = DataSupport.Of(Law, Grid, team).SquaredDistances?.Select(Math.Sqrt).ToArray();
        if (Grid.Dimension == 1)
        {
            quantiles = QuantileFunction.OfCells(Grid.X, initial);
        }
        else
        {
            transport = new SlicedTransport(tradeoff.Config.Directions);
            slices = transport.On(Grid);
        }
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

    /// <summary>The seed of a purpose; different purposes and seeds never share one.</summary>
    public static int SeedOf(int seed, DrawPurpose purpose) => 8 * seed + (int)purpose;

    /// <summary>W_1(v, u0) of the cell averages; NaN in the plane.</summary>
    public double W1(ReadOnlySpan<double> v) =>
        quantiles is null ? double.NaN : QuantileFunction.Distance(QuantileFunction.OfCells(Grid.X, v), quantiles, 1);

    /// <summary>W_2(v, u0) of the cell averages; in the plane sliced.</summary>
    public double W2(ReadOnlySpan<double> v) =>
        quantiles is null ? slices!.Distance(v, initial) : QuantileFunction.Distance(QuantileFunction.OfCells(Grid.X, v), quantiles, 2);

    /// <summary>W_2 between samples; in the plane sliced.</summary>
    public double W2((double[] X, double[] Y) first, (double[] X, double[] Y) second) => transport is null
        ? QuantileFunction.Distance(QuantileFunction.OfPoints(first.X), QuantileFunction.OfPoints(second.X), 2)
        : transport.Distance(first.X, first.Y, second.X, second.Y);

    /// <summary>E_v dist(x, K), K the data's support; NaN where that is the whole space.</summary>
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
