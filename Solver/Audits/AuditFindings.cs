using PdeDiffusion.Configs;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Audits;

/// <summary>What an audit found, in sentences.</summary>
internal static class AuditFindings
{
    /// <summary>A share below this counts as none: what is left of a gradient on a grid of a few hundred cells.</summary>
    private const double NoShare = 1e-3;

    /// <summary>The sentences, the most important first.</summary>
    public static IReadOnlyList<string> Of(AuditResult result, RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(config);
        bool truth = config.Audit!.Truth;
        string?[] sentences =
        [
            truth ? Mistake(result) : "no data were given: the error of the score, its noise loss, KL and W2 are not measured",
            truth ? Errors(result) : null, truth ? Losses(result) : null, truth ? Cost(result, config) : null, Conservative(result, truth),
            Residual(result), LiYau(result), .. Samples(result.Samples),
        ];
        return [.. sentences.OfType<string>()];
    }

    private static string Mistake(AuditResult result)
    {
        if (result.Mistake is { } mistake)
        {
            return $"{mistake.Text}: without this E_u|ŝ − s|² falls from {Quoted.Number(mistake.Error)} to "
                + $"{Quoted.Number(mistake.Corrected)} of E_u|s|²";
        }

        AuditLevel worst = result.Levels.MaxBy(level => level.RelativeError);
        return $"sign, process, time input and kind of output fit: the score is off by {Quoted.Percent(worst.RelativeError)} of itself "
            + $"(rms over u) at most, at {At(worst)}";
    }

    private static string Errors(AuditResult result)
    {
        AuditLevel best = result.Levels.MinBy(level => level.RelativeError), last = result.Levels[^1];
        return $"the error of the score, rms over u relative to the score, is least at {At(best)}, {Quoted.Percent(best.RelativeError)}, "
            + $"and {Quoted.Percent(last.RelativeError)} at {At(last)}, where generation ends";
    }

    /// <summary>Excess and floor of the noise loss, mean over log σ, and the range of σ with the middle half of the excess.</summary>
    private static string? Losses(AuditResult result)
    {
        IReadOnlyList<AuditLevel> levels = result.Levels;
        double excess = 0, floor = 0, known = 0, excessKnown = 0, length = 0;
        var sums = new double[levels.Count];
        for (int k = 1; k < levels.Count; k++)
        {
            double weight = 0.5 * Math.Log(levels[k - 1].Sigma / levels[k].Sigma);
            double own = weight * (levels[k - 1].NoiseExcess + levels[k].NoiseExcess);
            double least = weight * (levels[k - 1].NoiseFloor + levels[k].NoiseFloor);
            excess += own;
            length += 2 * weight;
            sums[k] = excess;
            if (double.IsFinite(least))
                (floor, known, excessKnown) = (floor + least, known + 2 * weight, excessKnown + own);
        }

        if (!(excess > 0) || !double.IsFinite(excess))
            return null;
        AuditLevel from = levels[Array.FindIndex(sums, sum => sum >= 0.25 * excess)];
        AuditLevel to = levels[Array.FindIndex(sums, sum => sum >= 0.75 * excess)];
        string span = from.Step == to.Step ? $"at {At(from)}" : $"between σ = {Quoted.Number(to.Sigma)} and {Quoted.Number(from.Sigma)}";
        string loss = known > 0.99 * length
            ? $"its noise loss, mean over log σ, is {Quoted.Number((floor + excess) / length)}, of which the least possible is "
                + $"{Quoted.Number(floor / length)}"
            : $"its noise loss exceeds the least possible by {Quoted.Number(excess / length)}, mean over log σ";
        return $"{loss}; half of the excess {Quoted.Number(excess / length)} lies {span}";
    }

    private static string Cost(AuditResult result, RunConfig config)
    {
        AuditLevel last = result.Levels[^1];
        string kl = $"KL(v|u) is {Quoted.Number(result.Divergence)} at {At(last)}, "
            + $"from {Quoted.Number(result.Levels[0].Divergence)} at the start";
        return config.Generation!.Epsilon.Is(0) ? $"{kl}; for epsilon = 0 no budget bounds it"
            : $"{kl}; the budget of the error allows {Quoted.Number(result.Budget)}, that of its gradient part "
                + Quoted.Number(result.GradientBudget);
    }

    private static string Conservative(AuditResult result, bool truth)
    {
        AuditLevel worst = result.Levels.MaxBy(level => level.CurlShare);
        if (!(worst.CurlShare > NoShare))
            return "the score is conservative: at every level less than 0.1 % of E_v|ŝ|² is no gradient";
        double[] shares = [.. result.Levels.Select(level => 1 - level.GradientShare).Where(double.IsFinite)];
        return $"the score is not conservative: up to {Quoted.Percent(worst.CurlShare)} of E_v|ŝ|² is no gradient, at {At(worst)}"
            + (truth && shares.Length > 0 ? $"; {Quoted.Percent(shares.Average())} of its error, mean over the levels, costs nothing" : "");
    }

    private static string? Residual(AuditResult result)
    {
        AuditLevel[] beyond = [.. result.Levels.Where(level => level.Residual > level.ResidualBound)];
        if (beyond.Length == 0)
            return "the score obeys ∂t s = ∇(div s + |s|²) up to discretization";
        AuditLevel worst = beyond.MaxBy(level => level.Residual / level.ResidualBound);
        return $"the score is that of no heat flow at {Quoted.Count(beyond.Length)} of {Quoted.Count(result.Levels.Count)} levels: at "
            + $"{At(worst)} it misses ∂t s = ∇(div s + |s|²) by {Quoted.Percent(worst.Residual)}, discretization by "
            + $"{Quoted.Percent(worst.ResidualBound)} at most";
    }

    private static string LiYau(AuditResult result)
    {
        AuditLevel worst = result.Levels.MaxBy(level => level.LiYauMass);
        return !(worst.LiYauMass > 0) ? "2t div ŝ >= -d holds everywhere (Li-Yau)"
            : $"2t div ŝ >= -d (Li-Yau) fails on up to {Quoted.Percent(worst.LiYauMass)} of the mass of v, at {At(worst)}, where it is "
                + $"{Quoted.Number(worst.LeastDivergence)} at least: there ŝ cannot be the score of any heat flow";
    }

    private static IEnumerable<string> Samples(AuditSamples samples)
    {
        if (double.IsFinite(samples.Transport))
            yield return $"the samples lie {Quoted.Number(samples.Transport)} (W2) from the data at this noise";
        if (double.IsFinite(samples.Distance))
        {
            yield return $"their root mean square distance to the noiseless data is {Quoted.Number(samples.Distance)}; of noised data "
                + $"{Quoted.Number(samples.DistanceOfData)}";
        }

        if (double.IsFinite(samples.Memorised))
        {
            yield return $"{Quoted.Percent(samples.Memorised)} of samples lie in the core of a training point"
                + (double.IsFinite(samples.MemorisedFresh) ? $", of fresh draws {Quoted.Percent(samples.MemorisedFresh)}" : "")
                + $"; their mean distance to the nearest is {Quoted.Number(samples.Nearest)}";
        }
    }

    /// <summary>What is required and not reached, one sentence each.</summary>
    public static IReadOnlyList<string> Missed(AuditResult result, AuditLimits? limits)
    {
        (string Key, double? Limit, double Value)[] all =
        [
            ("KL", limits?.Divergence, result.Divergence), ("budget", limits?.Budget, result.Budget),
            ("gradientBudget", limits?.GradientBudget, result.GradientBudget), ("curl", limits?.Curl, result.LargestCurl),
            ("liYau", limits?.LiYau, result.LargestLiYau), ("W2", limits?.Transport, result.Samples.Transport),
            ("memorised", limits?.Memorised, result.Samples.Memorised),
        ];
        return
        [
            .. all.Where(one => one.Limit is { } limit && !(one.Value <= limit)).Select(one => FormattableString.Invariant(
                $"audit.require.{one.Key}: {Quoted.Number(one.Value)} exceeds {one.Limit:R}")),
        ];
    }

    private static string At(in AuditLevel level) => $"σ = {Quoted.Number(level.Sigma)}";
}
