using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Processes;
using PdeDiffusion.SpecialFunctions;
using PdeDiffusion.Statistics;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Particles;

/// <summary>
/// Generation by particles, dX = (1+ε) s(t,X) dτ + √(2ε) dW with τ = T − t, s the score of a mixture's heat flow on R^d. A step goes from
/// forward time t_0 to t_1 &lt; t_0, Δ = t_0 − t_1; ξ is standard normal and depends on (seed, step, particle) only.
/// <list type="bullet">
/// <item><description>Euler–Maruyama: X + (1+ε) s(t_0, X) Δ + √(2εΔ) ξ.</description></item>
/// <item><description>
/// Exponential. Write s(t_0, X) = (μ − X)/a_0 with 1/a_0 = Σ p_k/(σ_k² + 2t_0), and a(t) = a_0 − 2(t_0 − t): for equal variances μ is the
/// posterior mean and a = σ² + 2t. With μ frozen, Y = X − μ solves dY = −(1+ε) Y/a dτ + √(2ε) dW with da = −2 dτ, so the homogeneous
/// solution is a^{(1+ε)/2} and, with ρ = a_1/a_0, X_1 = μ + ρ^{(1+ε)/2} (X − μ) + √V ξ,  V = 2ε ∫ (a_1/a)^{1+ε} dτ = ε a_1^{1+ε}
/// ∫_{a_1}^{a_0} a^{−1−ε} da = a_1 (1 − ρ^ε). For one Gaussian μ is its mean: the step is exact in law for every Δ. For ε = 0 the step
/// moves X towards a point of conv K by the factor √ρ, so dist(X, conv K) falls at least like √a.
/// </description></item>
/// <item><description>Dormand–Prince, ε = 0: dX/dθ = −a s in θ = ½ log a, a = min σ_k² + 2t; da = 2a dθ makes this dX/dt =
/// −s.</description></item>
/// </list>
/// A score that is given (<see cref="IPointScore"/>) is followed by the same steps with σ = 0, a = 2t: μ is then the denoiser x + 2t ŝ and,
/// for ε = 0, the exponential step is DDIM's.
/// Steps allocate nothing.
/// </summary>
public sealed class ParticleFlow : IParticleSteps, IBlockWork
{
    private const int BlockSize = 64;

    private readonly WorkerTeam team;
    private readonly TimeFunction epsilon;
    private readonly ParticleScheme scheme;
    private readonly ScoreSummation sum;
    private readonly ulong seed;
    private readonly HeatFlowScore[] scores;
    private readonly IPointScore[] given = [];
    private readonly int dimension;
    private readonly double leastVariance;
    private readonly double[] variances;
    private readonly double[][] noiseX;
    private readonly double[][] noiseY;
    private ParticleEnsemble? ensemble;
    private int number;
    private double from;
    private double to;
    private double noiseLevel;
    private readonly BatchedScores? batch;
    private bool batched;

    /// <param name="expected">About how many particles the flow will move: where their scores are cheaper to find for many at once, the
    /// truncated sum is. A particle's path depends on this number by rounding, and not at all on the other particles.</param>
    /// <param name="epsilon">
    /// ε(t) ≥ 0, of which a step uses the mean over the step in t; 0 for <see cref="ParticleScheme.DormandPrince"/>.
    /// </param>
    /// <exception cref="ArgumentException">ε is negative or not finite, or not 0 where the scheme requires 0.</exception>
    public ParticleFlow(
        MixtureComponents mixture, ParticleScheme scheme, TimeFunction epsilon, ulong seed, ScoreSummation sum, WorkerTeam team,
        int expected = 1000)
        : this(scheme, epsilon, seed, sum, team)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        (dimension, leastVariance) = (mixture.Dimension, mixture.SmallestVariance);
        scores = new HeatFlowScore[Stages];
        for (int stage = 0; stage < scores.Length; stage++)
            scores[stage] = new HeatFlowScore(mixture, 1);
        batch = sum == ScoreSummation.Truncated && scores.Length == 1 && scores[0].EqualVariances
            ? new BatchedScores(mixture, expected, team) : null;
    }

    /// <summary>Particles that follow a given score.</summary>
    /// <param name="score">Makes an instance of the score; one is made per stage of a step.</param>
    /// <inheritdoc cref="ParticleFlow(MixtureComponents, ParticleScheme, TimeFunction, ulong, ScoreSummation, WorkerTeam, int)"/>
    public ParticleFlow(Func<IPointScore> score, ParticleScheme scheme, TimeFunction epsilon, ulong seed, WorkerTeam team)
        : this(scheme, epsilon, seed, ScoreSummation.Truncated, team)
    {
        ArgumentNullException.ThrowIfNull(score);
        given = [.. Enumerable.Range(0, Stages).Select(_ => score())];
        dimension = given[0].Dimension;
    }

    private ParticleFlow(ParticleScheme scheme, TimeFunction epsilon, ulong seed, ScoreSummation sum, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(team);
        ArgumentNullException.ThrowIfNull(epsilon);
        if (!(epsilon.Least >= 0 && double.IsFinite(epsilon.Greatest)))
            throw new ArgumentException($"epsilon must be finite and at least 0, but is {epsilon}", nameof(epsilon));
        if (scheme == ParticleScheme.DormandPrince && !epsilon.Is(0))
            throw new ArgumentException($"the ODE method requires epsilon = 0, but epsilon is {epsilon}", nameof(epsilon));
        (this.scheme, this.seed, this.sum, this.team, this.epsilon) = (scheme, seed, sum, team, epsilon);
        scores = [];
        variances = new double[Stages];
        noiseX = new double[team.Threads][];
        noiseY = new double[team.Threads][];
        for (int worker = 0; worker < team.Threads; worker++)
            (noiseX[worker], noiseY[worker]) = (new double[BlockSize], new double[BlockSize]);
    }

    private int Stages => scheme == ParticleScheme.DormandPrince ? DormandPrince.Stages : 1;

    /// <summary>Once cancelled, a step leaves particles where they are and returns soon.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Moves the particles through all times, recording the first <paramref name="recorded"/> of them.</summary>
    /// <param name="times">Forward times T = times[0] &gt; … &gt; t_min &gt; 0 (t_min = 0 only if no component is a Dirac).</param>
    /// <exception cref="ArgumentException">Times that do not fall, a t_min at which the score has no value, or particles of another
    /// dimension.</exception>
    public Trajectories Run(ParticleEnsemble particles, ReadOnlySpan<double> times, int recorded)
    {
        ArgumentNullException.ThrowIfNull(particles);
        var trajectories = new Trajectories(times, Math.Clamp(recorded, 0, particles.Count), particles.Dimension);
        if (times.Length > 0)
            trajectories.Record(0, particles);
        for (int level = 1; level < times.Length; level++)
        {
            Step(particles, level - 1, times[level - 1], times[level]);
            trajectories.Record(level, particles);
        }

        return trajectories;
    }

    /// <inheritdoc/>
    public long Calls { get; private set; }

    /// <summary>One step, from forward time <paramref name="from"/> down to <paramref name="to"/>.</summary>
    /// <param name="step">Number of the step, at least 0: it chooses the noise.</param>
    /// <exception cref="ArgumentException">Not from &gt; to ≥ 0, to = 0 with Diracs, or particles of another dimension.</exception>
    public void Step(ParticleEnsemble particles, int step, double from, double to)
    {
        ArgumentNullException.ThrowIfNull(particles);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (particles.Dimension != dimension)
            throw new ArgumentException($"{particles.Dimension}D particles cannot follow a {dimension}D score", nameof(particles));
        if (!(from > to && to >= 0 && leastVariance + 2 * to > 0))
        {
            throw new ArgumentException(
                "generation requires falling times, above 0 if there are point masses or the score is given, but goes from "
                + $"{NoiseLevel.Text(from)} to {NoiseLevel.Text(to)}", nameof(to));
        }

        (ensemble, number, this.from, this.to, noiseLevel) = (particles, step, from, to, epsilon.Mean(to, from));
        Calls += Stages;
        for (int stage = 0; stage < Stages; stage++)
        {
            double time = stage == 0 ? from : StageTime(stage);
            variances[stage] = leastVariance + 2 * time;
            if (given.Length > 0)
                given[stage].SetTime(time);
            else
                scores[stage].SetTime(time);
        }

        batched = batch is not null && batch.Prepare(scores[0]);
        if (batched)
            batch!.Evaluate(particles.PositionsX, particles.PositionsY, Cancellation);
        team.Run(this, (particles.Count + BlockSize - 1) / BlockSize);
        ensemble = null;
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (Cancellation.IsCancellationRequested)
            return;
        int first = block * BlockSize;
        int count = Math.Min(BlockSize, ensemble!.Count - first);
        Span<double> x = ensemble.X.Slice(first, count), y = ensemble.Y.Slice(first, count);
        Span<double> normalX = noiseX[worker], normalY = noiseY[worker];
        if (noiseLevel > 0)
            ParticleNoise.Fill(seed, number, first, normalX, normalY);
        if (dimension == 1)
            normalY.Clear();
        if (given.Length > 0)
        {
            MoveGiven(worker, x, y, normalX, normalY);
            return;
        }

        switch (scheme)
        {
            case ParticleScheme.EulerMaruyama:
                MoveEuler(first, x, y, normalX, normalY);
                break;
            case ParticleScheme.Exponential:
                MoveExponential(first, x, y, normalX, normalY);
                break;
            default:
                for (int p = 0; p < count; p++)
                    MoveDormandPrince(ref x[p], ref y[p]);
                break;
        }
    }

    private void MoveEuler(int first, Span<double> x, Span<double> y, ReadOnlySpan<double> normalX, ReadOnlySpan<double> normalY)
    {
        double drift = (1 + noiseLevel) * (from - to), noise = Math.Sqrt(2 * noiseLevel * (from - to));
        for (int p = 0; p < x.Length; p++)
        {
            Score(first + p, x[p], y[p], out double scoreX, out double scoreY, out _);
            x[p] += drift * scoreX + noise * normalX[p];
            y[p] += drift * scoreY + noise * normalY[p];
        }
    }

    private void MoveExponential(int first, Span<double> x, Span<double> y, ReadOnlySpan<double> normalX, ReadOnlySpan<double> normalY)
    {
        double variance = leastVariance + 2 * from;
        var (pull, noise) = ExponentialStep(variance);
        bool equal = scores[0].EqualVariances;
        for (int p = 0; p < x.Length; p++)
        {
            Score(first + p, x[p], y[p], out double scoreX, out double scoreY, out double inverse);
            if (!equal)
                (pull, noise) = ExponentialStep(variance = 1 / inverse);
            x[p] += pull * variance * scoreX + noise * normalX[p];
            y[p] += pull * variance * scoreY + noise * normalY[p];
        }
    }

    private void Score(int particle, double x, double y, out double scoreX, out double scoreY, out double inverse)
    {
        if (batched)
        {
            (scoreX, scoreY, inverse) = (batch!.X[particle], batch.Y[particle], 1 / scores[0].SmallestVariance);
        }
        else
        {
            scores[0].Evaluate(x, y, sum, out scoreX, out scoreY, out inverse);
        }
    }

    /// <summary>1 − ρ^{(1+ε)/2}, which moves X by that share of μ − X = a_0 s, and √V; both without cancellation.</summary>
    private (double Pull, double Noise) ExponentialStep(double variance)
    {
        double end = variance - (leastVariance + 2 * from) + (leastVariance + 2 * to);
        double logRatio = Math.Log(end / variance);
        return (-NearZero.ExpMinusOne(0.5 * (1 + noiseLevel) * logRatio), Math.Sqrt(end * -NearZero.ExpMinusOne(noiseLevel * logRatio)));
    }

    private void MoveDormandPrince(ref double x, ref double y)
    {
        Span<double> slopeX = stackalloc double[DormandPrince.Stages], slopeY = stackalloc double[DormandPrince.Stages];
        double length = 0.5 * Math.Log((leastVariance + 2 * to) / (leastVariance + 2 * from));
        double endX = x, endY = y;
        for (int stage = 0; stage < DormandPrince.Stages; stage++)
        {
            double stageX = x, stageY = y;
            ReadOnlySpan<double> row = stage == 0 ? [] : DormandPrince.Row(stage);
            for (int earlier = 0; earlier < row.Length; earlier++)
            {
                stageX += length * row[earlier] * slopeX[earlier];
                stageY += length * row[earlier] * slopeY[earlier];
            }

            scores[stage].Evaluate(stageX, stageY, sum, out double scoreX, out double scoreY, out _);
            slopeX[stage] = -variances[stage] * scoreX;
            slopeY[stage] = -variances[stage] * scoreY;
            endX += length * DormandPrince.Weights[stage] * slopeX[stage];
            endY += length * DormandPrince.Weights[stage] * slopeY[stage];
        }

        (x, y) = (endX, endY);
    }

    /// <summary>A step along a given score, which is evaluated for the whole block at once: one stage, or those of the ODE.</summary>
    private void MoveGiven(
        int worker, Span<double> x, Span<double> y, ReadOnlySpan<double> normalX, ReadOnlySpan<double> normalY)
    {
        int count = x.Length;
        Span<double> slopes = stackalloc double[2 * DormandPrince.Stages * BlockSize], stageX = stackalloc double[BlockSize],
            stageY = stackalloc double[BlockSize];
        double drift = (1 + noiseLevel) * (from - to), noise = Math.Sqrt(2 * noiseLevel * (from - to)), length = 0.5 * Math.Log(to / from);
        if (scheme == ParticleScheme.Exponential)
        {
            (double pull, noise) = ExponentialStep(2 * from);
            drift = pull * 2 * from;
        }

        for (int stage = 0; stage < given.Length; stage++)
        {
            x.CopyTo(stageX);
            y.CopyTo(stageY);
            ReadOnlySpan<double> row = stage == 0 ? [] : DormandPrince.Row(stage);
            for (int earlier = 0; earlier < row.Length; earlier++)
                Add(slopes, earlier, length * row[earlier], stageX[..count], stageY[..count]);
            Span<double> scoreX = Slope(slopes, stage, 0), scoreY = Slope(slopes, stage, 1);
            given[stage].EvaluateMany(stageX[..count], stageY[..count], scoreX[..count], scoreY[..count], worker);
            for (int p = 0; p < count && scheme == ParticleScheme.DormandPrince; p++)
            {
                scoreX[p] *= -variances[stage];
                scoreY[p] *= -variances[stage];
            }
        }

        if (scheme == ParticleScheme.DormandPrince)
        {
            for (int stage = 0; stage < DormandPrince.Stages; stage++)
                Add(slopes, stage, length * DormandPrince.Weights[stage], x, y);
            return;
        }

        for (int p = 0; p < count; p++)
        {
            x[p] += drift * slopes[p] + noise * normalX[p];
            y[p] += drift * slopes[BlockSize + p] + noise * normalY[p];
        }

        static Span<double> Slope(Span<double> slopes, int stage, int component) =>
            slopes.Slice((2 * stage + component) * BlockSize, BlockSize);

        static void Add(Span<double> slopes, int stage, double weight, Span<double> x, Span<double> y)
        {
            Span<double> alongX = Slope(slopes, stage, 0), alongY = Slope(slopes, stage, 1);
            for (int p = 0; p < x.Length; p++)
            {
                x[p] += weight * alongX[p];
                y[p] += weight * alongY[p];
            }
        }
    }

    /// <summary>The time at which θ = ½ log a has gone the stage's share of the way.</summary>
    private double StageTime(int stage)
    {
        double start = leastVariance + 2 * from, end = leastVariance + 2 * to;
        double share = DormandPrince.Nodes[stage];
        return share == 1 ? to : Math.Max(to, 0.5 * (start * Math.Pow(end / start, share) - leastVariance));
    }
}
