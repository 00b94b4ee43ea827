using PdeDiffusion.Tables;

namespace PdeDiffusion.Audits;

/// <summary>A row of <c>audit.csv</c>; NaN where a quantity is undefined or requires data.</summary>
/// <param name="ErrorU">E_u|ŝ − s|².</param>
/// <param name="ErrorV">E_v|ŝ − s|².</param>
/// <param name="ScoreU">E_u|s|², the Fisher information.</param>
/// <param name="NoiseExcess">2t E_u|ŝ − s|², what the noise loss exceeds its least value by.</param>
/// <param name="NoiseFloor">The least noise loss, E|ξ − E(ξ|x)|².</param>
/// <param name="GradientShare">Share of E_v|ŝ − s|² that is a gradient.</param>
/// <param name="CurlShare">Share of E_v|ŝ|² that is no gradient.</param>
/// <param name="Residual">rms of ∂t ŝ − ∇(div ŝ + |ŝ|²) over that of the second term, in the mean over v.</param>
/// <param name="ResidualBound">What discretization accounts for, in the same unit.</param>
/// <param name="LeastDivergence">min 2t div ŝ; −d at least for the score of a heat flow.</param>
/// <param name="LiYauMass">Mass of v in cells where it is less.</param>
/// <param name="Divergence">KL(v|u).</param>
/// <param name="GradientError">E_v|∇φ|², ∇φ the gradient part of ŝ − s.</param>
public readonly record struct AuditLevel(
    int Step, double Time, double Sigma, double ErrorU, double ErrorV, double ScoreU, double NoiseExcess, double NoiseFloor,
    double GradientShare, double CurlShare, double Residual, double ResidualBound, double LeastDivergence, double LiYauMass,
    double Divergence, double GradientError)
{
    public const string File = "audit.csv";

    /// <summary>√(E_u|ŝ − s|²/E_u|s|²).</summary>
    public double RelativeError => Math.Sqrt(ErrorU / ScoreU);

    private static readonly string[] Columns =
    [
        "step", "time", "sigma", "error_u", "error_v", "score_u", "noise_excess", "noise_floor", "gradient_share", "curl_share",
        "residual", "residual_bound", "least_divergence", "li_yau_mass", "KL",
    ];

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<AuditLevel> levels) =>
        TableWriter.Write(stream, Columns, levels.Select(level => (IReadOnlyList<object>)
        [
            level.Step, level.Time, level.Sigma, level.ErrorU, level.ErrorV, level.ScoreU, level.NoiseExcess, level.NoiseFloor,
            level.GradientShare, level.CurlShare, level.Residual, level.ResidualBound, level.LeastDivergence, level.LiYauMass,
            level.Divergence,
        ]));
}
