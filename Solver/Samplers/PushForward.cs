using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Measures;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Samplers;

/// <summary>
/// The law of a deterministic sampler on the line without sampling (ε = 0). A sampler moves the quantile x_j of v_T at (j + ½)/n to y_j,
/// the probability-flow ODE moves it to z_j. The ODE keeps the order of points, so z_j are quantiles of the exact law, and with y sorted
/// W_p^p ≈ (1/n) Σ |y_j − z_j|^p: no draws, no grid. z is computed by Dormand and Prince's method.
/// </summary>
public sealed class PushForward
{
    /// <summary>Quantiles, and steps of the ODE, where the score has a closed form; fewer where each call of it is dear.</summary>
    private const int Points = 2000, Steps = 160, FewPoints = 500, FewSteps = 80;

    private readonly Problem problem;
    private readonly Mixture? driving;
    private readonly Func<IPointScore>? given;
    private readonly ParticleEnsemble start;
    private readonly double[] exact;

    /// <param name="problem">On the line, with ε = 0.</param>
    /// <param name="driving">The mixture whose score moves particles; null if the score has no closed form.</param>
    /// <param name="given">Makes an instance of a score without closed form.</param>
    /// <exception cref="RunFailedException">Interrupted, or a position is not finite.</exception>
    public PushForward(
        Problem problem, Mixture? driving, Func<IPointScore>? given, WorkerTeam team, IRunProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(problem);
        (this.problem, this.driving, this.given) = (problem, driving, given);
        start = ParticleEnsemble.At(StartQuantiles.Of(problem, driving is null ? FewPoints : Points), []);
        int steps = driving is null ? FewSteps : Steps;
        exact = Exact(steps, team, progress, cancellation);
        Uncertainty = Distances(exact, Exact(steps / 2, team, progress, cancellation));
    }

    /// <summary>W_1 and W_2 between the exact law computed with all and with half of the steps of the ODE.</summary>
    public (double W1, double W2) Uncertainty { get; }

    /// <summary>Number of quantiles.</summary>
    public int Count => start.Count;

    /// <summary>W_1 and W_2 between the exact law and one given by its quantile function, such as v on the grid.</summary>
    public (double W1, double W2) To(QuantileFunction law)
    {
        ArgumentNullException.ThrowIfNull(law);
        return Distances(exact, [.. Enumerable.Range(0, Count).Select(j => law.At((j + 0.5) / Count))]);
    }

    /// <summary>W_1 and W_2 between the law of a sampler and the exact one.</summary>
    /// <param name="config">The base with the levels and the particles of the sampler; their number is set here.</param>
    /// <exception cref="RunFailedException">Interrupted, or a position is not finite.</exception>
    public (double W1, double W2) Of(RunConfig config, WorkerTeam team, IRunProgress progress, CancellationToken cancellation) =>
        Distances(exact, Moved(config, team, progress, cancellation));

    private double[] Exact(int steps, WorkerTeam team, IRunProgress progress, CancellationToken cancellation)
    {
        RunConfig run = problem.Config;
        LevelsConfig levels = new GeometricLevels { Shift = driving is null ? 0 : 0.5 * driving.LeastVariance };
        return Moved(
            Sampler.Config(
                run, Sampler.Levels(levels, run.Time.Stop, run.Time.End, steps),
                new ParticlesConfig { Count = start.Count, Method = ParticleMethod.Ode, Steps = steps }),
            team, progress, cancellation);
    }

    private double[] Moved(RunConfig config, WorkerTeam team, IRunProgress progress, CancellationToken cancellation)
    {
        RunConfig own = config with { Particles = config.Particles! with { Count = start.Count } };
        var run = new ParticleRun(problem.With(own), driving, given) { Start = start };
        double[] moved = run.Move(team, progress, cancellation).AtStop.X.ToArray();

        // A sampler in few steps may change the order of points.
        Array.Sort(moved);
        return moved;
    }

    private static (double W1, double W2) Distances(double[] first, double[] second)
    {
        double sum = 0, squares = 0;
        for (int j = 0; j < first.Length; j++)
        {
            double distance = Math.Abs(first[j] - second[j]);
            (sum, squares) = (sum + distance, squares + distance * distance);
        }

        return (sum / first.Length, Math.Sqrt(squares / first.Length));
    }
}
