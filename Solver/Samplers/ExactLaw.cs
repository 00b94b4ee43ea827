using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Measures;
using PdeDiffusion.Particles;
using PdeDiffusion.Statistics;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Samplers;

/// <summary>How far samples are from the exact law; docs/samplers.md defines each.</summary>
public enum SamplerMeasure
{
    W1,
    W2,

    /// <summary>To u(stop), likewise the next.</summary>
    W1Forward,
    W2Forward,
    Mean,
    Covariance,
    L1,
}

/// <summary>What as many independent draws of the exact law would give.</summary>
/// <param name="Means">Expected values, by <see cref="SamplerMeasure"/>.</param>
/// <param name="Deviations">Standard deviations of one set of draws.</param>
public sealed record SamplingFloor(double[] Means, double[] Deviations)
{
    /// <summary>Independent sets of draws from which a floor is computed.</summary>
    public const int Sets = 32;
}

/// <summary>The exact law at stop, v, and u there, both as cell averages on the grid: what samples are compared with.</summary>
public sealed class ExactLaw
{
    /// <summary>Seeds of draws of v, beyond those of particles, which are whole numbers of 32 bits.</summary>
    private const ulong FirstSeed = 1UL << 40;

    private readonly QuantileFunction? quantiles;
    private readonly QuantileFunction? quantilesForward;
    private readonly SlicedLaw? slices;
    private readonly SlicedLaw? slicesForward;
    private readonly (double X, double Y) mean;
    private readonly Covariance covariance;

    /// <param name="v">Cell averages of v at stop.</param>
    /// <param name="u">Cell averages of u at stop.</param>
    /// <param name="directions">Directions of sliced distances, on two axes.</param>
    public ExactLaw(Grid grid, double[] v, double[] u, int directions)
    {
        ArgumentNullException.ThrowIfNull(grid);
        (Grid, V, U) = (grid, v, u);
        if (grid.Dimension == 1)
            (quantiles, quantilesForward) = (QuantileFunction.OfCells(grid.X, v), QuantileFunction.OfCells(grid.X, u));
        else
        {
            var transport = new SlicedTransport(directions);
            (slices, slicesForward) = (transport.Of(grid, v), transport.Of(grid, u));
        }

        (mean, covariance) = Moments(grid, v);
    }

    public Grid Grid { get; }

    /// <summary>Cell averages of v at stop.</summary>
    public double[] V { get; }

    /// <summary>Cell averages of u at stop.</summary>
    public double[] U { get; }

    /// <summary>The quantile function of v; null in the plane.</summary>
    public QuantileFunction? Quantiles => quantiles;

    /// <summary>W_1 and W_2 between v and u; in the plane sliced.</summary>
    public (double W1, double W2) ToForward => quantiles is null ? slices!.Distances(slicesForward!)
        : (QuantileFunction.Distance(quantiles, quantilesForward!, 1), QuantileFunction.Distance(quantiles, quantilesForward!, 2));

    /// <summary>W_1 and W_2 between v and that of another grid; in the plane sliced.</summary>
    public (double W1, double W2) To(ExactLaw other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return quantiles is null ? slices!.Distances(other.slices!)
            : (QuantileFunction.Distance(quantiles, other.quantiles!, 1), QuantileFunction.Distance(quantiles, other.quantiles!, 2));
    }

    /// <summary>The distances of samples, by <see cref="SamplerMeasure"/>.</summary>
    public double[] Of(ParticleEnsemble samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        (double W1, double W2) toV, toU;
        if (quantiles is null)
            (toV, toU) = (slices!.Distances(samples.X, samples.Y), slicesForward!.Distances(samples.X, samples.Y));
        else
        {
            QuantileFunction of = QuantileFunction.OfPoints(samples.X);
            toV = (QuantileFunction.Distance(of, quantiles, 1), QuantileFunction.Distance(of, quantiles, 2));
            toU = (QuantileFunction.Distance(of, quantilesForward!, 1), QuantileFunction.Distance(of, quantilesForward!, 2));
        }

        ((double X, double Y) centre, Covariance spread) = Moments(samples);
        double xx = spread.XX - covariance.XX, xy = spread.XY - covariance.XY, yy = spread.YY - covariance.YY;
        return
        [
            toV.W1, toV.W2, toU.W1, toU.W2, double.Hypot(centre.X - mean.X, centre.Y - mean.Y),
            Math.Sqrt(xx * xx + 2 * xy * xy + yy * yy), new ParticleDensity(Grid, samples).L1Distance(V),
        ];
    }

    /// <summary>The floor of sampling, by independent draws of v, uniform in each cell; depends on the law and the count alone.</summary>
    /// <exception cref="Flows.RunFailedException">Interrupted.</exception>
    public SamplingFloor Floor(int count, int threads, CancellationToken cancellation)
    {
        var drawn = new double[SamplingFloor.Sets][];
        StudyParts.Measure(
            threads, [.. Enumerable.Range(0, drawn.Length)],
            (set, _) => drawn[set] = Of(ParticleEnsemble.FromCells(Grid, V, count, FirstSeed + (ulong)set)), _ => "draws of v",
            cancellation);
        int[] measures = [.. Enumerable.Range(0, Enum.GetValues<SamplerMeasure>().Length)];
        SampleMean[] means = [.. measures.Select(measure => SampleMean.Of(drawn.Select(values => values[measure])))];
        return new SamplingFloor(
            [.. means.Select(mean => mean.Mean)], [.. means.Select(mean => mean.Error * Math.Sqrt(SamplingFloor.Sets))]);
    }

    /// <summary>Mean and covariance of a density that is constant in each cell: h²/12 of a cell's own in each direction.</summary>
    private static ((double X, double Y) Mean, Covariance Covariance) Moments(Grid grid, double[] averages)
    {
        double mass = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        bool isPlane = grid.Dimension == 2;
        for (int cell = 0; cell < averages.Length; cell++)
        {
            double share = grid.Volume(cell) * averages[cell];
            mass += share;
            x += share * grid.Centre(cell, 0);
            y += isPlane ? share * grid.Centre(cell, 1) : 0;
        }

        (x, y) = (x / mass, y / mass);
        for (int cell = 0; cell < averages.Length; cell++)
        {
            double share = grid.Volume(cell) * averages[cell] / mass, offX = grid.Centre(cell, 0) - x;
            double width = grid.X.Widths[cell % grid.Columns];
            xx += share * (offX * offX + width * width / 12);
            if (!isPlane)
                continue;
            double offY = grid.Centre(cell, 1) - y, height = grid.Axes[1].Widths[cell / grid.Columns];
            xy += share * offX * offY;
            yy += share * (offY * offY + height * height / 12);
        }

        return ((x, y), new Covariance(xx, xy, yy));
    }

    private static ((double X, double Y) Mean, Covariance Covariance) Moments(ParticleEnsemble samples)
    {
        Span<double> x = samples.X, y = samples.Y;
        double meanX = 0, meanY = 0, xx = 0, xy = 0, yy = 0;
        for (int p = 0; p < x.Length; p++)
            (meanX, meanY) = (meanX + x[p] / x.Length, meanY + y[p] / x.Length);
        for (int p = 0; p < x.Length; p++)
        {
            double offX = x[p] - meanX, offY = y[p] - meanY;
            (xx, xy, yy) = (xx + offX * offX, xy + offX * offY, yy + offY * offY);
        }

        return ((meanX, meanY), new Covariance(xx / x.Length, xy / x.Length, yy / x.Length));
    }
}
