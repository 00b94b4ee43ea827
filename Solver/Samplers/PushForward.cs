using MathNet.Numerics.Distributions;
using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Measures;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Samplers;

/// <summary>
/// The law of a deterministic sampler on the line without sampling (ε = 0). A sampler moves the quantile of v_T at Φ(ξ) to y(ξ), the
/// probability-flow ODE to z(ξ). The ODE keeps the order of points, so z is the exact quantile function; the law of y is that of its
/// pieces, whatever their order. Both are straight between nodes ξ, −6 to 6, which are bisected where y or z jumps from one mode to
/// another: there a mass δ that ends in the wrong mode makes a W_2 of √δ times their distance. z is computed by Dormand and Prince.
/// </summary>
public sealed class PushForward
{
    /// <summary>Nodes, and steps of the ODE, where the score has a closed form; fewer where each call of it is dear.</summary>
    private const int Nodes = 1201, Steps = 160, FewNodes = 301, FewSteps = 80;

    /// <summary>Beyond lies a mass of 1e-9 on each side.</summary>
    private const double Reach = 6;

    /// <summary>Neighbours further apart than this share of the range of z are bisected, down to a mass of 1e-14.</summary>
    private const double Gap = 1.0 / 400, LeastMass = 1e-14;

    private const int MostNodes = 20_000, MostRounds = 60;

    private readonly double[] nodes;
    private readonly double[] exact;
    private readonly double gap;
    private readonly int steps;

    /// <param name="mover">On the line, with ε = 0.</param>
    /// <exception cref="RunFailedException">Interrupted, or a position is not finite.</exception>
    public PushForward(ParticleMover mover, IRunProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(mover);
        bool isCheap = mover.LeastVariance is not null;
        int count = isCheap ? Nodes : FewNodes;
        steps = isCheap ? Steps : FewSteps;
        double[] first = [.. Enumerable.Range(0, count).Select(node => Reach * (2.0 * node / (count - 1) - 1))];
        double[] moved = Exact(first, steps, mover, progress, cancellation);
        gap = Gap * (moved[^1] - moved[0]);
        (nodes, double[][] values) = Refined(first, [moved], [at => Exact(at, steps, mover, progress, cancellation)]);
        exact = values[0];
        Uncertainty = Distances(Law(nodes, exact), Law(nodes, Exact(nodes, steps / 2, mover, progress, cancellation)));
    }

    /// <summary>W_1 and W_2 between the exact law computed with all and with half of the steps of the ODE.</summary>
    public (double W1, double W2) Uncertainty { get; }

    /// <summary>W_1 and W_2 between the exact law and another, such as v on the grid.</summary>
    public (double W1, double W2) To(QuantileFunction law) => Distances(Law(nodes, exact), law);

    /// <summary>W_1 and W_2 between the law of a sampler and the exact one.</summary>
    /// <param name="config">The base with the levels and the particles of the sampler; their number is set here.</param>
    /// <exception cref="RunFailedException">Interrupted, or a position is not finite.</exception>
    public (double W1, double W2) Of(ParticleMover mover, RunConfig config, IRunProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(mover);
        ArgumentNullException.ThrowIfNull(config);
        (double[] at, double[][] values) = Refined(
            nodes, [Moved(nodes, config, mover, progress, cancellation), exact],
            [
                more => Moved(more, config, mover, progress, cancellation),
                more => Exact(more, steps, mover, progress, cancellation),
            ]);
        return Distances(Law(at, values[0]), Law(at, values[1]));
    }

    /// <summary>z at nodes.</summary>
    private static double[] Exact(
        double[] at, int steps, ParticleMover mover, IRunProgress progress, CancellationToken cancellation)
    {
        RunConfig run = mover.Problem.Config;
        LevelsConfig levels = new GeometricLevels { Shift = 0.5 * (mover.LeastVariance ?? 0) };
        return Moved(
            at, Sampler.Config(
                run, Sampler.Levels(levels, run.Time.Stop, run.Time.End, steps),
                new ParticlesConfig { Count = 1, Method = ParticleMethod.Ode, Steps = steps }),
            mover, progress, cancellation);
    }

    private static double[] Moved(
        double[] at, RunConfig config, ParticleMover mover, IRunProgress progress, CancellationToken cancellation)
    {
        var start = ParticleEnsemble.At(StartQuantiles.Of(mover.Problem, at), []);
        RunConfig own = config with { Particles = config.Particles! with { Count = at.Length } };
        return mover.Particles(own, start).Move(mover.Team, progress, cancellation).AtStop.X.ToArray();
    }

    /// <summary>Bisects the nodes between which a map jumps.</summary>
    /// <param name="values">Of each map at the nodes.</param>
    private (double[] Nodes, double[][] Values) Refined(double[] at, double[][] values, Func<double[], double[]>[] maps)
    {
        for (int round = 0; round < MostRounds && at.Length < MostNodes; round++)
        {
            int[] wide = [.. Enumerable.Range(0, at.Length - 1).Where(node =>
                Array.Exists(values, map => Math.Abs(map[node + 1] - map[node]) > gap) && Mass(at[node], at[node + 1]) > LeastMass)];
            if (wide.Length == 0)
                break;
            double[] more = [.. wide.Select(node => 0.5 * (at[node] + at[node + 1]))];
            values = [.. values.Select((map, index) => Inserted(map, wide, maps[index](more)))];
            at = Inserted(at, wide, more);
        }

        return (at, values);
    }

    /// <summary>The items with others between them, each behind one of the places.</summary>
    private static double[] Inserted(double[] items, int[] places, double[] others)
    {
        var all = new double[items.Length + others.Length];
        for (int item = 0, other = 0; item < items.Length; item++)
        {
            all[item + other] = items[item];
            if (other < places.Length && places[other] == item)
                all[item + ++other] = others[other - 1];
        }

        return all;
    }

    /// <summary>The law of a map that is straight between nodes.</summary>
    private static QuantileFunction Law(double[] at, double[] values)
    {
        double[] masses = [.. Enumerable.Range(0, at.Length - 1).Select(node => Mass(at[node], at[node + 1]))];
        return QuantileFunction.OfSegments(masses, values.AsSpan(0, masses.Length), values.AsSpan(1));
    }

    /// <summary>Φ(b) − Φ(a), on the side of 0 where it does not cancel.</summary>
    private static double Mass(double a, double b) =>
        a > 0 ? Normal.CDF(0, 1, -a) - Normal.CDF(0, 1, -b) : Normal.CDF(0, 1, b) - Normal.CDF(0, 1, a);

    private static (double W1, double W2) Distances(QuantileFunction first, QuantileFunction second) =>
        (QuantileFunction.Distance(first, second, 1), QuantileFunction.Distance(first, second, 2));
}
