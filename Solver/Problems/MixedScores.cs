using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Problems;

/// <summary>Mixed scores as configs describe them.</summary>
internal static class MixedScores
{
    /// <summary>Rounding of a sum of weights that were written to add up to 1.</summary>
    private const double RoundingOfSum = 1e-12;

    /// <summary>A score in which one term of weight 1 is that term's score itself, with what holds for it.</summary>
    public static ScoreConfig Plain(ScoreConfig score) => score switch
    {
        MixedScore { Terms: [{ Weight: { } weight, Score: { } only }] } when weight.Is(1) => Plain(only),
        MixedScore mixed => mixed with { Terms = [.. mixed.Terms.Select(term => term with { Score = Plain(term.Score) })] },
        PerturbedScore perturbed => perturbed with { Of = Plain(perturbed.Of) },
        _ => score,
    };

    /// <summary>The scores that a score is made of: what is perturbed, and the terms of what is mixed.</summary>
    public static IEnumerable<ScoreConfig> Innermost(ScoreConfig score) => score switch
    {
        PerturbedScore perturbed => Innermost(perturbed.Of),
        MixedScore mixed => mixed.Terms.SelectMany(term => Innermost(term.Score)),
        _ => [score],
    };

    /// <summary>Which weights do not add up to 1, and where; null if all do.</summary>
    public static string? NoteOn(ScoreConfig score, string path)
    {
        if (score is PerturbedScore perturbed)
            return NoteOn(perturbed.Of, $"{path}.of");
        if (score is not MixedScore mixed)
            return null;
        double[] times = [.. mixed.Terms.SelectMany(term => term.Weight.Times).Distinct().Order()];
        (double time, double sum) = (times.Length == 0 ? [1.0] : times)
            .Select(at => (at, mixed.Terms.Sum(term => term.Weight.At(at)))).MaxBy(pair => Math.Abs(pair.Item2 - 1));
        if (Math.Abs(sum - 1) > RoundingOfSum * mixed.Terms.Sum(term => Math.Max(1, Math.Abs(term.Weight.At(time)))))
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{path}: the weights add up to {sum:G6}{(times.Length == 0 ? "" : $" at {NoiseLevel.Text(time, "G6")}")}, not 1: ")
                + "far from the data the mixed score is that sum times a score, so paths fall towards the data at another rate";
        }

        return mixed.Terms.Select((term, index) =>
            NoteOn(term.Score, string.Create(CultureInfo.InvariantCulture, $"{path}.terms[{index}].score"))).FirstOrDefault(note =>
            note is not null);
    }
}
