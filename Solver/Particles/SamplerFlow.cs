using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Processes;
using PdeDiffusion.Statistics;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Particles;

/// <summary>
/// The samplers of the field in σ = √(2t), with the denoiser D(x; σ) = x + σ² s(t, x); a step leads from σ to σ′ &lt; σ, ξ is standard
/// normal and depends on (seed, step, particle) only.
/// <list type="bullet">
/// <item><description>
/// DDIM: σ_up² = η² σ′² (σ² − σ′²)/σ², σ_down² = σ′² − σ_up², x′ = D + (σ_down/σ)(x − D) + σ_up ξ, η² = ε. For one Dirac D is the point
/// itself: exact. Weak order 1. Euler's method in σ, x + (σ′ − σ)(x − D)/σ, is the same map for η = 0.
/// </description></item>
/// <item><description>
/// Heun: d = (x − D)/σ, x̃ = x + (σ′ − σ) d, x′ = x + (σ′ − σ)(d + d̃)/2, d̃ at (x̃, σ′); Euler where σ′ = 0. Order 2, two calls per step.
/// </description></item>
/// <item><description>
/// DPM-Solver++(2M): h = log(σ/σ′), r = h_before/h, D̃ = (1 + 1/2r) D − (1/2r) D_before, x′ = (σ′/σ) x − (e^{−h} − 1) D̃; D̃ = D in the
/// first step and in that to σ = 0. Order 2, one call per step.
/// </description></item>
/// <item><description>
/// Churn: σ̂ = σ(1+γ), x̂ = x + √(σ̂² − σ²) S_noise ξ, then Heun from σ̂ to σ′ (<see cref="Particles.Churn"/>).
/// </description></item>
/// </list>
/// A step to σ′ = 0 is x′ = D for all of them. Steps allocate nothing once the number of particles is known.
/// </summary>
public sealed class SamplerFlow : IParticleSteps, IBlockWork
{
    private const int BlockSize = 64;

    private readonly IPointScore[] scores;
    private readonly SamplerKind kind;
    private readonly TimeFunction epsilon;
    private readonly Churn? churn;
    private readonly ulong seed;
    private readonly WorkerTeam team;
    private readonly double[][] noiseX;
    private readonly double[][] noiseY;
    private ParticleEnsemble? ensemble;
    private double[] denoisedX = [];
    private double[] denoisedY = [];
    private double logRatioBefore = double.NaN;
    private int number;
    private double sigma, raised, next, up, down;
    private double extrapolation;

    /// <param name="score">Makes an instance of the score; one is made per call of a step.</param>
    /// <param name="epsilon">ε(t) in [0, 1] for DDIM, whose η² a step takes as the mean of ε over it in t; 0 for the others.</param>
    /// <param name="churn">For <see cref="SamplerKind.Churn"/>, else null.</param>
    /// <exception cref="ArgumentException">An ε that the sampler does not have, or churn where there is none.</exception>
    public SamplerFlow(Func<IPointScore> score, SamplerKind kind, TimeFunction epsilon, Churn? churn, ulong seed, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(epsilon);
        ArgumentNullException.ThrowIfNull(team);
        if (kind == SamplerKind.Ddim ? !(epsilon.Least >= 0 && epsilon.Greatest <= 1) : !epsilon.Is(0))
            throw new ArgumentException($"{kind} does not take epsilon = {epsilon}", nameof(epsilon));
        if (kind == SamplerKind.Churn != churn is not null)
            throw new ArgumentException($"churn belongs to the sampler of that name, not to {kind}", nameof(churn));
        (this.kind, this.epsilon, this.churn, this.seed, this.team) = (kind, epsilon, churn, seed, team);
        scores = [.. Enumerable.Range(0, kind is SamplerKind.Heun or SamplerKind.Churn ? 2 : 1).Select(_ => score())];
        noiseX = new double[team.Threads][];
        noiseY = new double[team.Threads][];
        for (int worker = 0; worker < team.Threads; worker++)
            (noiseX[worker], noiseY[worker]) = (new double[BlockSize], new double[BlockSize]);
    }

    /// <summary>Once cancelled, a step leaves particles where they are and returns soon.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <inheritdoc/>
    public long Calls { get; private set; }

    /// <inheritdoc/>
    public void Step(ParticleEnsemble particles, int step, double from, double to)
    {
        ArgumentNullException.ThrowIfNull(particles);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (particles.Dimension != scores[0].Dimension)
        {
            throw new ArgumentException(
                $"{particles.Dimension}D particles cannot follow a {scores[0].Dimension}D score", nameof(particles));
        }

        if (!(from > to && to >= 0))
            throw new ArgumentException($"generation requires falling times, but goes from {from:R} to {to:R}", nameof(to));
        (ensemble, number) = (particles, step);
        (sigma, next) = (NoiseLevel.Sigma(from), NoiseLevel.Sigma(to));
        Prepare(from, to);
        team.Run(this, (particles.Count + BlockSize - 1) / BlockSize);
        logRatioBefore = to > 0 ? Math.Log(sigma / next) : double.NaN;
        ensemble = null;
    }

    /// <summary>The numbers of a step that all particles share.</summary>
    private void Prepare(double from, double to)
    {
        raised = sigma * (1 + (churn?.Growth(sigma) ?? 0));
        scores[0].SetTime(raised == sigma ? from : NoiseLevel.Time(raised));
        Calls++;
        if (scores.Length == 2 && to > 0)
        {
            scores[1].SetTime(to);
            Calls++;
        }

        if (kind == SamplerKind.Ddim)
        {
            up = next * Math.Sqrt(epsilon.Mean(to, from) * (1 - next * next / (sigma * sigma)));
            down = Math.Sqrt(Math.Max(0, next * next - up * up));
        }

        if (kind != SamplerKind.DpmSolver)
            return;
        if (denoisedX.Length != ensemble!.Count)
            (denoisedX, denoisedY, logRatioBefore) = (new double[ensemble.Count], new double[ensemble.Count], double.NaN);
        extrapolation = to > 0 && !double.IsNaN(logRatioBefore) ? 0.5 * Math.Log(sigma / next) / logRatioBefore : 0;
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (Cancellation.IsCancellationRequested)
            return;
        int first = block * BlockSize;
        int count = Math.Min(BlockSize, ensemble!.Count - first);
        Span<double> x = ensemble.X.Slice(first, count), y = ensemble.Y.Slice(first, count);
        Span<double> normalX = noiseX[worker], normalY = noiseY[worker];
        bool isNoisy = (kind == SamplerKind.Ddim && up > 0) || raised > sigma;
        if (isNoisy)
            ParticleNoise.Fill(seed, number, first, normalX, normalY);
        else
            normalX.Clear();
        if (ensemble.Dimension == 1 || !isNoisy)
            normalY.Clear();
        if (raised > sigma)
            AddChurn(x, y, normalX, normalY);
        // One call per block: a network is evaluated in batches.
        Span<double> values = stackalloc double[2 * BlockSize], scoreX = values[..count], scoreY = values.Slice(BlockSize, count);
        scores[0].EvaluateMany(x, y, scoreX, scoreY, worker);
        switch (kind)
        {
            case SamplerKind.Ddim:
                MoveDdim(x, y, scoreX, scoreY, normalX, normalY);
                break;
            case SamplerKind.DpmSolver:
                MoveDpmSolver(first, x, y, scoreX, scoreY);
                break;
            default:
                MoveHeun(x, y, scoreX, scoreY, worker);
                break;
        }
    }

    private void MoveDdim(
        Span<double> x, Span<double> y, ReadOnlySpan<double> scoreX, ReadOnlySpan<double> scoreY, ReadOnlySpan<double> normalX,
        ReadOnlySpan<double> normalY)
    {
        double square = sigma * sigma, ratio = down / sigma;
        for (int p = 0; p < x.Length; p++)
        {
            double atX = x[p] + square * scoreX[p], atY = y[p] + square * scoreY[p];
            x[p] = atX + ratio * (x[p] - atX) + up * normalX[p];
            y[p] = atY + ratio * (y[p] - atY) + up * normalY[p];
        }
    }

    private void MoveDpmSolver(int first, Span<double> x, Span<double> y, ReadOnlySpan<double> scoreX, ReadOnlySpan<double> scoreY)
    {
        double square = sigma * sigma, ratio = next / sigma;
        for (int p = 0; p < x.Length; p++)
        {
            double atX = x[p] + square * scoreX[p], atY = y[p] + square * scoreY[p], usedX = atX, usedY = atY;
            if (extrapolation > 0)
            {
                usedX += extrapolation * (atX - denoisedX[first + p]);
                usedY += extrapolation * (atY - denoisedY[first + p]);
            }

            (denoisedX[first + p], denoisedY[first + p]) = (atX, atY);
            x[p] = usedX + ratio * (x[p] - usedX);
            y[p] = usedY + ratio * (y[p] - usedY);
        }
    }

    private void AddChurn(Span<double> x, Span<double> y, ReadOnlySpan<double> normalX, ReadOnlySpan<double> normalY)
    {
        double added = Math.Sqrt(raised * raised - sigma * sigma) * churn!.Factor;
        for (int p = 0; p < x.Length; p++)
        {
            x[p] += added * normalX[p];
            y[p] += added * normalY[p];
        }
    }

    /// <param name="slopeX">The score, overwritten.</param>
    /// <param name="slopeY">Likewise.</param>
    private void MoveHeun(Span<double> x, Span<double> y, Span<double> slopeX, Span<double> slopeY, int worker)
    {
        double length = next - raised;
        for (int p = 0; p < x.Length; p++)
            (slopeX[p], slopeY[p]) = (-raised * slopeX[p], -raised * slopeY[p]);
        if (next > 0)
        {
            Span<double> block = stackalloc double[4 * BlockSize];
            Span<double> endX = block[..x.Length], endY = block.Slice(BlockSize, x.Length);
            Span<double> laterX = block.Slice(2 * BlockSize, x.Length), laterY = block.Slice(3 * BlockSize, x.Length);
            for (int p = 0; p < x.Length; p++)
                (endX[p], endY[p]) = (x[p] + length * slopeX[p], y[p] + length * slopeY[p]);
            scores[1].EvaluateMany(endX, endY, laterX, laterY, worker);
            for (int p = 0; p < x.Length; p++)
                (slopeX[p], slopeY[p]) = (0.5 * (slopeX[p] - next * laterX[p]), 0.5 * (slopeY[p] - next * laterY[p]));
        }

        for (int p = 0; p < x.Length; p++)
        {
            x[p] += length * slopeX[p];
            y[p] += length * slopeY[p];
        }
    }
}
