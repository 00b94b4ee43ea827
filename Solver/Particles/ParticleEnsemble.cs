using PdeDiffusion.Grids;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Statistics;

namespace PdeDiffusion.Particles;

/// <summary>
/// Particles in R^d, d = 1 or 2, equally weighted: coordinates in two arrays. They live in the whole space, not in the grid's box: no
/// wall reflects them and no boundary wraps them.
/// </summary>
public sealed class ParticleEnsemble
{
    /// <summary>The noise step that start laws draw from; generation steps are numbered from 0.</summary>
    private const int StartStep = -1;

    private const int ChoiceStep = -2;

    private const int PlaceStep = -3;

    private readonly double[] x;
    private readonly double[] y;

    private ParticleEnsemble(double[] x, double[] y, int dimension)
    {
        if (x.Length == 0)
            throw new ArgumentException("an ensemble requires at least one particle", nameof(x));
        (this.x, this.y, Dimension) = (x, y, dimension);
    }

    /// <summary>1 or 2.</summary>
    public int Dimension { get; }

    public int Count => x.Length;

    public Span<double> X => x;

    /// <summary>All 0 in one dimension.</summary>
    public Span<double> Y => y;

    /// <summary>First coordinates, for work on several threads.</summary>
    internal ReadOnlyMemory<double> PositionsX => x;

    /// <summary>Second coordinates, likewise.</summary>
    internal ReadOnlyMemory<double> PositionsY => y;

    /// <summary>An independent copy.</summary>
    public ParticleEnsemble Copy() => new([.. x], [.. y], Dimension);

    /// <summary>Particles at given positions, which are copied.</summary>
    /// <param name="y">Empty in one dimension.</param>
    /// <exception cref="ArgumentException">No particles, lengths that differ, or a position that is not finite.</exception>
    public static ParticleEnsemble At(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (!y.IsEmpty && y.Length != x.Length)
            throw new ArgumentException($"particles require as many second as first coordinates, not {y.Length} and {x.Length}", nameof(y));
        for (int p = 0; p < x.Length; p++)
        {
            if (!double.IsFinite(x[p]) || (!y.IsEmpty && !double.IsFinite(y[p])))
                throw new ArgumentException($"the position of particle {p} is not finite", nameof(x));
        }

        return new ParticleEnsemble(x.ToArray(), y.IsEmpty ? new double[x.Length] : y.ToArray(), y.IsEmpty ? 1 : 2);
    }

    /// <summary>Independent draws of N(mean, variance I).</summary>
    /// <param name="mean">One or two coordinates.</param>
    /// <exception cref="ArgumentException">No particles, not one or two coordinates, or a variance that is not finite and at least
    /// 0.</exception>
    public static ParticleEnsemble Gaussian(int count, ReadOnlySpan<double> mean, double variance, ulong seed)
    {
        if (mean.Length is < 1 or > 2)
            throw new ArgumentException($"a mean has one or two coordinates, not {mean.Length}", nameof(mean));
        if (!(variance >= 0 && double.IsFinite(variance)))
            throw new ArgumentException($"a variance must be finite and at least 0, but is {variance:R}", nameof(variance));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var (x, y) = Normals(count, StartStep, seed);
        double deviation = Math.Sqrt(variance);
        for (int p = 0; p < count; p++)
        {
            x[p] = mean[0] + deviation * x[p];
            y[p] = mean.Length == 2 ? mean[1] + deviation * y[p] : 0;
        }

        return new ParticleEnsemble(x, y, mean.Length);
    }

    /// <summary>
    /// Independent exact draws of the heat flow u(t) = Σ w_k N(m_k, (σ_k² + 2t) I) of a mixture; of Σ w_k N(m_k, C_k + 2t I).
    /// </summary>
    public static ParticleEnsemble HeatFlow(MixtureComponents mixture, double time, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        var cumulative = new double[mixture.Count];
        double total = 0;
        for (int k = 0; k < cumulative.Length; k++)
            cumulative[k] = total += Math.Pow(2, mixture.LogWeights[k]);
        var (x, y) = Normals(count, StartStep, seed);
        for (int p = 0; p < count; p++)
        {
            int k = Choose(cumulative, total * ParticleNoise.Uniform(seed, ChoiceStep, p));
            if (mixture.Covariances.Length > 0)
            {
                (double offX, double offY) = mixture.Covariances[k].Plus(2 * time, 2 * time).Apply(x[p], y[p]);
                (x[p], y[p]) = (mixture.X[k] + offX, mixture.Y[k] + offY);
                continue;
            }

            double deviation = Math.Sqrt(mixture.Variances[k] + 2 * time);
            x[p] = mixture.X[k] + deviation * x[p];
            y[p] = mixture.Dimension == 2 ? mixture.Y[k] + deviation * y[p] : 0;
        }

        return new ParticleEnsemble(x, y, mixture.Dimension);
    }

    /// <summary>Independent draws of a density that is constant in each cell of a grid.</summary>
    /// <param name="averages">Cell averages ≥ 0; their mass is normalised here.</param>
    /// <exception cref="ArgumentException">No particles, or a density that is negative, not finite or without mass.</exception>
    public static ParticleEnsemble FromCells(Grid grid, ReadOnlySpan<double> averages, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(averages.Length, grid.CellCount);
        var cumulative = new double[averages.Length];
        double total = 0;
        for (int cell = 0; cell < cumulative.Length; cell++)
        {
            if (!(averages[cell] >= 0 && double.IsFinite(averages[cell])))
                throw new ArgumentException($"particles cannot be drawn from a density of {averages[cell]:R}", nameof(averages));
            cumulative[cell] = total += grid.Volume(cell) * averages[cell];
        }

        if (!(total > 0 && double.IsFinite(total)))
            throw new ArgumentException("particles cannot be drawn from a density without mass", nameof(averages));
        double[] x = new double[count], y = new double[count];
        for (int p = 0; p < count; p++)
        {
            int cell = Choose(cumulative, total * ParticleNoise.Uniform(seed, ChoiceStep, p));
            int column = cell % grid.Columns, row = cell / grid.Columns;
            x[p] = grid.X.Faces[column] + grid.X.Widths[column] * ParticleNoise.Uniform(seed, PlaceStep, 2 * p);
            if (grid.Dimension == 2)
                y[p] = grid.Axes[1].Faces[row] + grid.Axes[1].Widths[row] * ParticleNoise.Uniform(seed, PlaceStep, 2 * p + 1);
        }

        return new ParticleEnsemble(x, y, grid.Dimension);
    }

    /// <summary>The first place whose cumulative mass exceeds a mass: one of positive mass of its own.</summary>
    private static int Choose(double[] cumulative, double mass)
    {
        int found = Array.BinarySearch(cumulative, mass);
        if (found < 0)
            return Math.Min(~found, cumulative.Length - 1);
        while (found < cumulative.Length - 1 && cumulative[found] <= mass)
            found++;
        return found;
    }

    private static (double[] X, double[] Y) Normals(int count, int step, ulong seed)
    {
        int padded = (count + 7) / 8 * 8;
        double[] x = new double[padded], y = new double[padded];
        ParticleNoise.Fill(seed, step, 0, x, y);
        return (x[..count], y[..count]);
    }
}
