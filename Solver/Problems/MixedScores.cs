using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Particles;
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

    /// <summary>The terms of a mixed score if all have a closed form; else, and for another score, none.</summary>
    /// <param name="data">The closed form of the run's data, that of a term of kind <c>grid</c>; null if they have none.</param>
    public static IReadOnlyList<MixedTerm> ClosedForms(ScoreConfig? score, Mixture? data)
    {
        if (score is not MixedScore mixed)
            return [];
        Mixture?[] laws = [.. mixed.Terms.Select(term => term.Score switch
        {
            MixtureScore mixture => ProblemData.Mixture(mixture.Data),
            GridScore => data,
            _ => null,
        })];
        return Array.Exists(laws, law => law is null) ? [] : [.. mixed.Terms.Zip(laws, (term, law) => new MixedTerm(law!, term.Weight))];
    }

    /// <summary>Why KL against the tilted law is not measured; null where it is, and for another score.</summary>
    /// <param name="data">As of <see cref="ClosedForms"/>.</param>
    public static string? NoteOnTiltedLaw(ScoreConfig? score, Mixture? data)
    {
        if (score is not MixedScore)
            return null;
        IReadOnlyList<MixedTerm> terms = ClosedForms(score, data);
        return terms.Count == 0 ? "generation.score: a term has no closed form, so that KL against the tilted law is not measured"
            : terms.All(term => term.Data.IsIsotropic) ? null
            : "generation.score: a term has covariances, so that KL against the tilted law is not measured";
    }

    /// <summary>The sets of a score λ ∇ log u_1 + (1−λ) ∇ log u_2 of points, λ constant; null for another.</summary>
    public static GuidedSets? Sets(ScoreConfig? score)
    {
        if (score is not MixedScore
            {
                Terms: [{ Weight: { IsConstant: true } first }, { Weight: { IsConstant: true } second }],
            } mixed
            || Math.Abs(first.Values[0] + second.Values[0] - 1) > RoundingOfSum
            || mixed.Terms.Any(term => term.Score is not MixtureScore { Data: PointsData }))
            return null;
        (double X, double Y)[][] sets = [.. mixed.Terms.Select(term => Places(ProblemData.Mixture(((MixtureScore)term.Score).Data)))];
        return new GuidedSets(sets[0], sets[1], first.Values[0]);
    }

    /// <summary>The points of a mixture, each once; the second coordinate is 0 on the line.</summary>
    private static (double X, double Y)[] Places(Mixture mixture)
    {
        var places = new HashSet<(double X, double Y)>();
        for (int point = 0; point < mixture.Count; point++)
            places.Add((mixture.X[point], mixture.Dimension == 2 ? mixture.Y[point] : 0));
        return [.. places];
    }

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
