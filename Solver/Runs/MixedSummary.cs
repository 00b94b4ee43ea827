using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Problems;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Runs;

/// <summary>
/// The limit points of a mixed score of two finite sets, and the share of v or of the particles near each (docs/guidance.md).
/// </summary>
/// <param name="Radius">3 √(2 stop): three standard deviations of the heat kernel, per axis.</param>
/// <param name="Rest">The share near none of them.</param>
public sealed record LimitShares(IReadOnlyList<LimitPoint> Points, IReadOnlyList<double> Shares, double Rest, double Radius)
{
    /// <summary>The share at T in the basin of each limit point, which predicts <see cref="Shares"/>; null if it is not known.</summary>
    public IReadOnlyList<double>? Basins { get; init; }
}

/// <summary>Φ along recorded paths.</summary>
/// <param name="First">Its mean at T.</param>
/// <param name="Last">Its mean at the end.</param>
/// <param name="Rise">The largest (Φ(X_t) − Φ(X_t'))/4t' over all paths and pairs of levels t ≤ t'.</param>
/// <param name="Bound">What it is at most along exact paths with ε = 0 (docs/numerics.md, 5.6); NaN with noise.</param>
public sealed record PathPotential(int Paths, double First, double Last, double Rise, double Bound)
{
    /// <summary>Φ along paths; null without paths, or where the weights vary.</summary>
    /// <param name="isExact">True for paths without noise.</param>
    public static PathPotential? Of(MixedPotential potential, Trajectories paths, bool isExact)
    {
        ArgumentNullException.ThrowIfNull(potential);
        ArgumentNullException.ThrowIfNull(paths);
        int levels = paths.Times.Length;
        if (paths.Particles == 0 || !potential.IsConstant)
            return null;
        double first = 0, last = 0, rise = double.NegativeInfinity;
        for (int path = 0; path < paths.Particles; path++)
        {
            double largest = double.NegativeInfinity, here = 0;
            for (int level = levels - 1; level >= 0; level--)
            {
                here = potential.At(paths.Times[level], paths.X(level)[path], paths.Y(level)[path]);
                largest = Math.Max(largest, here);
                last += level == levels - 1 ? here / paths.Particles : 0;
                if (paths.Times[level] > 0)
                    rise = Math.Max(rise, (largest - here) / (4 * paths.Times[level]));
            }

            first += here / paths.Particles;
        }

        return new PathPotential(paths.Particles, first, last, rise, isExact ? potential.Rise(paths.Times[0]) : double.NaN);
    }
}

/// <summary>What a run says of its mixed score; null where a part is not defined.</summary>
/// <param name="Potential">The mean of Φ over v at T and at the last level.</param>
/// <param name="Tilted">KL of v against the tilted law at T and at the last level.</param>
/// <param name="Limits">The limit points, with the shares of v; null unless two finite sets are mixed with λ and 1 − λ.</param>
public sealed record MixedSummary((double First, double Last)? Potential, (double First, double Last)? Tilted, LimitShares? Limits)
{
    /// <summary>Φ along the recorded paths of particles.</summary>
    public PathPotential? Paths { get; init; }

    /// <summary>The summary of a run; null for another score.</summary>
    /// <param name="final">v at stop; null if the run did not reach it.</param>
    public static MixedSummary? Of(Problem problem, IReadOnlyList<Reading> readings, double[]? final, ParticleOutcome? particles)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(readings);
        if (problem.Config.Generation is not { Score: MixedScore score } generation)
            return null;
        var potential = MixedPotential.Of(MixedScores.ClosedForms(score, problem.Data.ClosedForm));
        bool isExact = generation.Epsilon.Is(0) && problem.Config.Particles?.Method != ParticleMethod.Churn;
        return new MixedSummary(
            Ends(readings, MixedPotentialMonitor.Descriptor), Ends(readings, TiltedLawMonitor.Descriptor),
            final is null ? null : OfDensity(problem, score, final))
        {
            Paths = potential is null || particles is null ? null : PathPotential.Of(potential, particles.Trajectories, isExact),
        };
    }

    /// <summary>3 √(2t).</summary>
    internal static double RadiusAt(double stop) => 3 * NoiseLevel.Sigma(stop);

    private static LimitShares? OfDensity(Problem problem, MixedScore score, double[] v)
    {
        if (MixedScores.Sets(score) is not { Limits: { } limits } sets)
            return null;
        double radius = RadiusAt(problem.Times[0]);
        (double[] shares, double rest) = LimitPoints.Shares(limits, problem.Grid, v, radius);
        double[]? start = problem.Start?.CellAverages(problem.Grid);
        if (start is null && problem.Data.ClosedForm is { } data)
            data.CellAverages(problem.Grid, 2 * problem.Config.Time.End, start = new double[v.Length]);
        return new LimitShares(limits, shares, rest, radius)
        {
            Basins = start is null ? null : sets.BasinShares(problem.Grid, start)?.Shares,
        };
    }

    private static (double First, double Last)? Ends(IReadOnlyList<Reading> readings, MonitorDescriptor monitor)
    {
        Reading[] own = [.. readings.Where(reading => reading.Monitor == monitor.Name)];
        return own.Length == 0 ? null : (own[0].Measured, own[^1].Measured);
    }
}
