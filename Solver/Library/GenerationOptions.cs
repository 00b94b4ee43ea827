namespace PdeDiffusion.Library;

/// <summary>What a generation may be told; each has a default.</summary>
public sealed record GenerationOptions
{
    /// <summary>Noise level ε ≥ 0: 0 is the probability-flow ODE, 1 the reverse SDE.</summary>
    public double Epsilon { get; init; } = 1;

    /// <summary>T, where noising ends and generation starts; σ² = 2T.</summary>
    public double End { get; init; } = 1;

    /// <summary>t_min, where generation ends; 0 only for data that have a density.</summary>
    public double Stop { get; init; } = 0.01;

    /// <summary>Steps between them, equal in log t; equal in t where <see cref="Stop"/> is 0.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>v_T; null for the Gaussian with the mean and, averaged over the axes, the variance of u_T.</summary>
    public Datum? Start { get; init; }

    /// <summary>The score that drives generation; null for that of u on the grid, which the theorems require.</summary>
    public Score? Score { get; init; }

    /// <summary>The scheme: parabolic <c>remap</c>, or <c>markov</c> (docs/numerics.md).</summary>
    public bool Markov { get; init; }

    /// <summary>Whether the program's monitors are read at each level.</summary>
    public bool Monitors { get; init; } = true;

    /// <summary>Exponents p of the L^p monitors, 1 ≤ p ≤ ∞.</summary>
    public IReadOnlyList<double> Lp { get; init; } = [1, 2, double.PositiveInfinity];

    /// <summary>Monitors of your own, read after those of the program.</summary>
    public IReadOnlyList<Inequality> Also { get; init; } = [];

    /// <summary>Threads; results do not depend on them.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Ends the generation after its current step with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
