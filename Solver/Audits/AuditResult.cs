namespace PdeDiffusion.Audits;

/// <summary>What the samples of the audited score are, at stop.</summary>
/// <param name="Transport">W2 of v from u; in the plane sliced. NaN without data.</param>
/// <param name="Distance">Root mean square distance of v to the data; NaN where their support is the whole space.</param>
/// <param name="DistanceOfData">The same of u.</param>
/// <param name="Nearest">Mean distance of points drawn from v to the nearest training point; NaN without these.</param>
/// <param name="Memorised">Their share in the cores of training points; NaN without these.</param>
/// <param name="MemorisedFresh">The same share of points drawn from u; NaN without data.</param>
public sealed record AuditSamples(
    double Transport, double Distance, double DistanceOfData, double Nearest, double Memorised, double MemorisedFresh);

/// <summary>The result of an audit.</summary>
/// <param name="Levels">In the order of generation, from T down.</param>
/// <param name="Mistake">The usual mistake that explains the error; null if none does.</param>
/// <param name="Budget">KL(T) + (1+ε)²/4ε ∫ E_v|ŝ − s|² dt; NaN without data or for ε = 0.</param>
/// <param name="GradientBudget">The same with the gradient part of the error.</param>
public sealed record AuditResult(
    IReadOnlyList<AuditLevel> Levels, UsualMistake? Mistake, double Budget, double GradientBudget, AuditSamples Samples)
{
    /// <summary>KL(v|u) at stop.</summary>
    public double Divergence => Levels[^1].Divergence;

    /// <summary>The largest curl share of ŝ.</summary>
    public double LargestCurl => Levels.Max(level => level.CurlShare);

    /// <summary>The largest mass where Li–Yau fails.</summary>
    public double LargestLiYau => Levels.Max(level => level.LiYauMass);
}
