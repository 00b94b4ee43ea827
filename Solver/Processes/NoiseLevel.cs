using System.Globalization;

namespace PdeDiffusion.Processes;

/// <summary>The noise level σ = √(2t) of variance-exploding models beside our forward time t (docs/conventions.md).</summary>
public static class NoiseLevel
{
    /// <summary>σ = √(2t).</summary>
    public static double Sigma(double time) => Math.Sqrt(2 * time);

    /// <summary>t = σ²/2.</summary>
    public static double Time(double sigma) => 0.5 * sigma * sigma;

    /// <summary>A time as messages show it, e.g. <c>t = 0.02 (σ = 0.2)</c>.</summary>
    /// <param name="digits">Significant digits of t; σ has at most six.</param>
    public static string Text(double time, string digits = "R") => string.Create(
        CultureInfo.InvariantCulture, $"t = {time.ToString(digits, CultureInfo.InvariantCulture)} (σ = {Sigma(time):G6})");
}
