namespace PdeDiffusion.Processes;

/// <summary>What a network or a table returns at a noisy point x = α x0 + σ ξ.</summary>
public enum Predicts
{
    /// <summary>∇log p(x), p the density of x.</summary>
    Score,

    /// <summary>E[ξ | x], "epsilon".</summary>
    Noise,

    /// <summary>E[x0 | x], the denoiser.</summary>
    Data,

    /// <summary>E[α ξ − σ x0 | x] (Salimans and Ho 2022).</summary>
    V,

    /// <summary>E[α′ x0 + σ′ ξ | x], the derivative of the path in the process's own time.</summary>
    Velocity,

    /// <summary>The raw network F of EDM: E[x0 | x] = c_skip y + c_out F(c_in y) (Karras et al. 2022).</summary>
    EdmRaw,
}

/// <summary>
/// How an output ŵ at a position y = x/α becomes the score of the heat flow, ∇log u(t, y) = A y + B ŵ component by component: every kind of
/// output is affine in it (docs/conventions.md). A map belongs to one level; evaluate as many positions with it as there are.
/// </summary>
/// <param name="OfPosition">A.</param>
/// <param name="OfOutput">B.</param>
/// <param name="InputScale">The network is called at InputScale · y: α, or c_in of EDM.</param>
public readonly record struct Prediction(double OfPosition, double OfOutput, double InputScale)
{
    /// <summary>EDM's standard deviation of its data.</summary>
    public const double SigmaDataOfEdm = 0.5;

    /// <summary>The map of a kind of output at a level of a process.</summary>
    /// <param name="sigmaData">σ_d of <see cref="Predicts.EdmRaw"/>; the others ignore it.</param>
    /// <exception cref="ArgumentOutOfRangeException">t is not finite, is 0 for another kind than the score, or σ_d is not > 0.</exception>
    public static Prediction At(Predicts predicts, in ProcessLevel level, double sigmaData = SigmaDataOfEdm)
    {
        double alpha = level.Alpha, sigma = level.Sigma, variance = 2 * level.HeatTime;
        if (!double.IsFinite(variance))
            throw new ArgumentOutOfRangeException(nameof(level), "a score at t = ∞ is that of no finite position");
        if (predicts == Predicts.Score)
            return new Prediction(0, alpha, alpha);
        if (!(variance > 0))
            throw new ArgumentOutOfRangeException(nameof(level), "only a score can be given at t = 0, where there is no noise");
        switch (predicts)
        {
            case Predicts.Noise:
                return new Prediction(0, -1 / sigma, alpha);
            case Predicts.Data:
                return new Prediction(-1 / variance, 1 / variance, alpha);
            case Predicts.V:
                // ξ = (σ x + α v)/(α² + σ²), with the process's σ = α √(2t).
                return new Prediction(-1 / (1 + variance), -1 / (alpha * sigma * (1 + variance)), alpha);
            case Predicts.Velocity:
                // ξ = (α w − α′ x)/(α σ′ − α′ σ), and α σ′ − α′ σ = α² d√(2t)/dτ.
                return new Prediction(level.AlphaSlope / (alpha * sigma), -1 / (alpha * level.HeatRate), alpha);
            case Predicts.EdmRaw:
                if (!(sigmaData > 0))
                    throw new ArgumentOutOfRangeException(nameof(sigmaData), "sigmaData must be > 0");
                double total = variance + sigmaData * sigmaData, root = Math.Sqrt(total);
                return new Prediction(-1 / total, sigmaData / (sigma * root), 1 / root);
            default:
                throw new ArgumentOutOfRangeException(nameof(predicts));
        }
    }

    /// <summary>The score at one component of a position.</summary>
    public double Score(double position, double output) => OfPosition * position + OfOutput * output;

    /// <summary>The positions at which a network is called.</summary>
    /// <param name="positions">y, one component of each.</param>
    /// <param name="inputs">As many values, overwritten.</param>
    public void Scale(ReadOnlySpan<double> positions, Span<double> inputs)
    {
        for (int index = 0; index < positions.Length; index++)
            inputs[index] = InputScale * positions[index];
    }

    /// <summary>The scores at many positions; the spans may be the same.</summary>
    /// <param name="positions">y, one component of each.</param>
    /// <param name="outputs">ŵ, the same component.</param>
    /// <param name="scores">As many values, overwritten.</param>
    public void Score(ReadOnlySpan<double> positions, ReadOnlySpan<double> outputs, Span<double> scores)
    {
        for (int index = 0; index < positions.Length; index++)
            scores[index] = Score(positions[index], outputs[index]);
    }
}
