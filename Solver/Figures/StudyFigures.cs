using PdeDiffusion.Configs;
using PdeDiffusion.Plots;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Figures;

/// <summary>The figures of a study: errors over h or Δt for each sweep, and all sweeps in one norm where there are several.</summary>
public static class StudyFigures
{
    /// <summary>Draws them; <c>convergence</c> is the one that shows all.</summary>
    public static IEnumerable<Figure> Draw(StudyConfig study, IReadOnlyList<SeriesOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(outcomes);
        var rendering = Rendering.Of(study.Output);
        string main = study.ExpectedOrder?.Norm ?? study.Norms[0];
        for (int sweep = 0; sweep < outcomes.Count; sweep++)
        {
            SeriesOutcome outcome = outcomes[sweep];
            string title = outcome.Series.Label.Length > 0 ? $"{study.Name}, {NameOf(outcome)}" : study.Name;
            string name = outcomes.Count == 1 ? "convergence" : FormattableString.Invariant($"convergence-{sweep + 1}");
            yield return ConvergencePlot.Draw(
                title, Label(outcome.Refinement!), [.. outcome.Norms.Select(norm => Curve(norm.Norm, outcome, norm))],
                Slope(study, outcome, main), rendering, name);
        }

        if (outcomes.Count > 1 && outcomes.Select(outcome => Label(outcome.Refinement!)).Distinct().Count() == 1)
        {
            yield return ConvergencePlot.Draw(
                $"{study.Name}, {main}", Label(outcomes[0].Refinement!),
                [.. outcomes.Select(outcome => Curve(NameOf(outcome), outcome, Of(outcome, main)))],
                Slope(study, outcomes[0], main), rendering, "convergence");
        }
    }

    private static ConvergenceCurve Curve(string name, SeriesOutcome outcome, NormOutcome norm) =>
        new(name, [.. outcome.Refinement!.Scale], norm.Errors, norm.AtFloor);

    /// <summary>A sweep as figures name it.</summary>
    private static string NameOf(SeriesOutcome outcome) =>
        outcome.Series.Label.Replace("generation.epsilon", "ε", StringComparison.Ordinal);

    /// <summary>The slope of the triangle: the expected order, otherwise the observed one rounded to a half.</summary>
    private static double Slope(StudyConfig study, SeriesOutcome outcome, string norm) =>
        study.ExpectedOrder?.Order ?? Math.Round(2 * Of(outcome, norm).Fit) / 2;

    private static NormOutcome Of(SeriesOutcome outcome, string norm) => outcome.Norms.First(one => one.Norm == norm);

    private static string Label(Refinement refinement) => refinement.Variable switch
    {
        RefinedVariable.Time => "mean time step Δt",
        RefinedVariable.Space => "cell width h",
        _ => "cell width h (time step refined with it)",
    };
}
