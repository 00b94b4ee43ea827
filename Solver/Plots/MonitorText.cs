namespace PdeDiffusion.Plots;

/// <summary>A monitor in the words of a figure, for a reader without the manual.</summary>
/// <param name="Statement">The theorem, in a line.</param>
/// <param name="Quantity">What is measured, for the axis.</param>
/// <param name="Bound">What it is compared with, for the legend.</param>
internal readonly record struct MonitorText(string Statement, string Quantity, string Bound)
{
    /// <summary>The text of a monitor of readings.csv; of one that is not known, its name.</summary>
    public static MonitorText Of(string monitor)
    {
        int bracket = monitor.IndexOf('[', StringComparison.Ordinal);
        string p = bracket < 0 ? "" : monitor[(bracket + 1)..^1].Replace("inf", "∞", StringComparison.Ordinal);
        return (bracket < 0 || monitor.StartsWith("lp", StringComparison.Ordinal) ? monitor.Split('[')[0] : monitor) switch
        {
            "mass[u]" => new("∫ u = 1", "∫ u", "1"),
            "mass[v]" => new("∫ v stays what it was at T", "∫ v", "∫ v at T"),
            "positivity" => new("no density is negative", "least density", "0"),
            "ratio-bounds[min]" => new("v/u never falls below its least value at T", "min v/u", "min v/u at T"),
            "ratio-bounds[max]" => new("v/u never exceeds its greatest value at T", "max v/u", "max v/u at T"),
            "kl-contraction" => new("KL(v|u) never grows as t falls", "KL(v|u)", "KL(v|u) a step before"),
            "kl-dissipation" => new("KL(v|u) + ε ∫ Fisher information dτ stays KL at T", "KL + ε ∫ I dτ", "KL(v|u) at T"),
            "li-yau" => new("Δ log u ≥ −d/2t, of the continuum", "min Δ log u", "−d/2t"),
            "li-yau-discrete" => new("Δ log u ≥ Λ, sharp on this grid", "min Δ log u", "Λ"),
            "lp-stability" => new($"p = {p}: ‖v‖ grows at most like a power of T/t", $"‖v‖, p = {p}", "bound of the continuum"),
            "lp-certificate" => new($"p = {p}: ‖v‖ grows at most by R = max P 1", $"‖v‖, p = {p}", "R^(1−1/p) × a step before"),
            "concentration" => new("v lies near the data: mean squared distance", "mean dist², of v", "bound of the continuum"),
            "concentration-discrete" => new("v lies near the data: exact on this grid", "mean dist², capped", "bound of the grid"),
            "support-concentration" => new("all but 1e-6 of v nears the data's convex hull like √t", "distance from hull", "√(t/T) × that at T"),
            "score-error-budget" => new("KL(v|u) grows at most by the score's error", "KL(v|u)", "KL at T + ∫ error"),
            "score-identity" => new("Δ log u is div s of the points, exactly known", "mean |Δ log u − div s|", "d/2t, size of div s"),
            "remap-guard" => new("lines of cells that the guard changed", "lines", "lines in all"),
            "remap-cross" => new("mass of the cross correction that was cut", "mass cut", "mass in all"),
            _ => new(monitor, "value", "bound"),
        };
    }
}
