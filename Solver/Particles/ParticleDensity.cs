using PdeDiffusion.Grids;

namespace PdeDiffusion.Particles;

/// <summary>
/// The density of particles on a grid: cell averages (fraction of the particles in cell i)/|i|. Particles outside the box count in the
/// fractions but are in no cell, so the mass on the grid is 1 − <see cref="Outside"/>.
/// </summary>
public sealed class ParticleDensity
{
    private readonly double[] averages;
    private readonly int[] counts;

    /// <exception cref="ArgumentException">The ensemble and the grid differ in dimension.</exception>
    public ParticleDensity(Grid grid, ParticleEnsemble ensemble)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(ensemble);
        if (grid.Dimension != ensemble.Dimension)
            throw new ArgumentException($"{ensemble.Dimension}D particles have no density on a {grid.Dimension}D grid", nameof(ensemble));
        Grid = grid;
        Particles = ensemble.Count;
        counts = new int[grid.CellCount];
        int inside = 0;
        for (int p = 0; p < ensemble.Count; p++)
        {
            int cell = grid.CellAt(ensemble.X[p], ensemble.Y[p]);
            if (cell < 0)
                continue;
            counts[cell]++;
            inside++;
        }

        Outside = (double)(Particles - inside) / Particles;
        averages = new double[grid.CellCount];
        for (int cell = 0; cell < averages.Length; cell++)
            averages[cell] = counts[cell] / (Particles * grid.Volume(cell));
    }

    public Grid Grid { get; }

    /// <summary>Number of particles, those outside included.</summary>
    public int Particles { get; }

    /// <summary>Share of the particles outside the box.</summary>
    public double Outside { get; }

    /// <summary>Cell averages, CellCount values.</summary>
    public ReadOnlySpan<double> Averages => averages;

    /// <summary>Number of particles in each cell.</summary>
    public ReadOnlySpan<int> Counts => counts;

    /// <summary>‖particles − v‖_1 with the share outside the box added: twice the total variation distance of the binned laws.</summary>
    /// <param name="v">Cell averages of a density of mass 1.</param>
    public double L1Distance(ReadOnlySpan<double> v) => Density.Distance(Grid, averages, v, 1) + Outside;

    /// <summary>KL(particles | v) = Σ |i| f_i log(f_i/v_i); infinite if a particle lies where v is 0, or outside the box.</summary>
    /// <param name="v">Cell averages of a density of mass 1.</param>
    public double KullbackLeibler(ReadOnlySpan<double> v) =>
        Outside > 0 ? double.PositiveInfinity : Density.KullbackLeibler(Grid, averages, v);

    /// <summary>
    /// The expected L1 distance due to sampling alone: for N independent samples of v the fraction in a cell of mass p has mean p and
    /// variance p(1 − p)/N, so E|share − p| ≈ √(2p(1 − p)/(πN)), a bound from above where Np is small (a binomial's mean deviation is at
    /// most its standard deviation and 2p).
    /// </summary>
    /// <returns>Σ over the cells of the least of the Gaussian value and 2p.</returns>
    public static double ExpectedL1Distance(Grid grid, ReadOnlySpan<double> v, int particles)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentOutOfRangeException.ThrowIfLessThan(particles, 1);
        double sum = 0;
        for (int cell = 0; cell < v.Length; cell++)
        {
            double p = Math.Clamp(grid.Volume(cell) * v[cell], 0, 1);
            sum += Math.Min(Math.Sqrt(2 * p * (1 - p) / (Math.PI * particles)), 2 * p);
        }

        return sum;
    }
}
