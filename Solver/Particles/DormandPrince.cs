namespace PdeDiffusion.Particles;

/// <summary>The explicit Runge–Kutta method of order 5 of Dormand and Prince (1980), six stages, without its error estimate.</summary>
internal static class DormandPrince
{
    public const int Stages = 6;

    /// <summary>Position of each stage in the step.</summary>
    public static ReadOnlySpan<double> Nodes => [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1];

    /// <summary>Weights of the stages in the result.</summary>
    public static ReadOnlySpan<double> Weights => [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84];

    /// <summary>Weights of the earlier stages in stage <paramref name="stage"/>.</summary>
    public static ReadOnlySpan<double> Row(int stage) => Coefficients.Slice(stage * (stage - 1) / 2, stage);

    private static ReadOnlySpan<double> Coefficients =>
    [
        1.0 / 5,
        3.0 / 40, 9.0 / 40,
        44.0 / 45, -56.0 / 15, 32.0 / 9,
        19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729,
        9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656,
    ];
}
