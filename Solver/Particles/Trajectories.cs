namespace PdeDiffusion.Particles;

/// <summary>Positions of the first few particles at every level of a generation, from T down to t_min.</summary>
public sealed class Trajectories
{
    private readonly double[] times;
    private readonly double[] x;
    private readonly double[] y;

    internal Trajectories(ReadOnlySpan<double> times, int particles, int dimension)
    {
        this.times = times.ToArray();
        (Particles, Dimension) = (particles, dimension);
        x = new double[times.Length * particles];
        y = new double[times.Length * particles];
    }

    /// <summary>Paths read from a file.</summary>
    /// <param name="times">Forward times, decreasing.</param>
    /// <param name="x">First coordinates, all particles of a time together.</param>
    /// <param name="y">Second coordinates; empty in one dimension.</param>
    /// <exception cref="ArgumentException">The number of coordinates does not match times and particles.</exception>
    public static Trajectories Of(ReadOnlySpan<double> times, int particles, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != times.Length * particles || (!y.IsEmpty && y.Length != x.Length))
            throw new ArgumentException($"{times.Length} times of {particles} particles do not fit {x.Length} positions", nameof(x));
        var paths = new Trajectories(times, particles, y.IsEmpty ? 1 : 2);
        x.CopyTo(paths.x);
        y.CopyTo(paths.y);
        return paths;
    }

    /// <summary>Number of recorded particles: numbers 0 to Particles − 1 of the ensemble.</summary>
    public int Particles { get; }

    /// <summary>1 or 2.</summary>
    public int Dimension { get; }

    /// <summary>Forward times, decreasing.</summary>
    public ReadOnlySpan<double> Times => times;

    /// <summary>First coordinates of the recorded particles at <c>Times[level]</c>.</summary>
    public ReadOnlySpan<double> X(int level) => x.AsSpan(level * Particles, Particles);

    /// <summary>Second coordinates; all 0 in one dimension.</summary>
    public ReadOnlySpan<double> Y(int level) => y.AsSpan(level * Particles, Particles);

    internal void Record(int level, ParticleEnsemble ensemble)
    {
        ensemble.X[..Particles].CopyTo(x.AsSpan(level * Particles));
        ensemble.Y[..Particles].CopyTo(y.AsSpan(level * Particles));
    }
}
