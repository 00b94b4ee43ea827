using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>
/// Rules for the covariances of data and starts: given instead of variances, one per mean, 2 × 2, symmetric, positive definite.
/// </summary>
internal static class CovarianceRules
{
    /// <summary>
    /// Least 1 − ρ². The mass in a cell is a sum over some 20/√(1 − ρ²) pieces, each with 12 nodes; with thinner Gaussians a single cell
    /// would take longer than the rest of the run.
    /// </summary>
    private const double LeastIndependence = 1e-6;

    /// <summary>Reports what is wrong with the variances or covariances of Gaussians.</summary>
    public static void Check(GaussiansData data, string path, int dimension, InputReport report)
    {
        string variances = $"{path}.variances", covariances = $"{path}.covariances";
        if (!report.Sound(variances) || !report.Sound(covariances)
            || !CheckOne(data.Variances is not null, data.Covariances is not null, variances, covariances, "gaussians", report))
            return;
        (string given, int count) = data.Covariances is null ? (variances, data.Variances!.Count) : (covariances, data.Covariances.Count);
        if (count != data.Means.Count)
        {
            string what = data.Covariances is null ? "number" : "matrix";
            report.Add(given, $"must have one {what} per mean, {data.Means.Count}, but has {count}");
            return;
        }

        for (int index = 0; index < (data.Covariances?.Count ?? 0); index++)
        {
            if (!CheckMatrix(data.Covariances![index], $"{covariances}[{index}]", dimension, report))
                return;
        }
    }

    /// <summary>Reports what is wrong with the variance or covariance of a start.</summary>
    public static void Check(GaussianStart start, string path, int dimension, InputReport report)
    {
        string variance = $"{path}.variance", covariance = $"{path}.covariance";
        if (report.Sound(variance) && report.Sound(covariance)
            && CheckOne(start.Variance is not null, start.Covariance is not null, variance, covariance, "a gaussian start", report)
            && start.Covariance is { } matrix)
            CheckMatrix(matrix, covariance, dimension, report);
    }

    /// <summary>The covariance that a matrix [[a, b], [b, c]] means.</summary>
    public static Covariance Of(IReadOnlyList<IReadOnlyList<double>> matrix) => new(matrix[0][0], matrix[0][1], matrix[1][1]);

    private static bool CheckOne(bool hasFirst, bool hasSecond, string first, string second, string what, InputReport report)
    {
        if (hasFirst != hasSecond)
            return true;
        string firstKey = first[(first.LastIndexOf('.') + 1)..], secondKey = second[(second.LastIndexOf('.') + 1)..];
        if (hasFirst)
            report.Add(second, $"{what} require{(what[0] == 'a' ? "s" : "")} exactly one of {firstKey} and {secondKey}");
        else
            report.Add(first, $"required, but missing: {what} require{(what[0] == 'a' ? "s" : "")} {firstKey} or {secondKey}");
        return false;
    }

    private static bool CheckMatrix(IReadOnlyList<IReadOnlyList<double>> matrix, string path, int dimension, InputReport report)
    {
        string? fault = dimension != 2 ? "is a matrix of two axes, but the mesh has 1 axis: use variances"
            : matrix.Count != 2 || matrix.Any(row => row.Count != 2) ? "must be a matrix [[a, b], [b, c]]"
            : matrix[0][1] != matrix[1][0] ? $"must be symmetric, but has {matrix[0][1]:R} and {matrix[1][0]:R} off the diagonal"
            : !Of(matrix).IsPositiveDefinite
                ? $"must be positive definite, but [[{matrix[0][0]:R}, {matrix[0][1]:R}], [{matrix[1][0]:R}, {matrix[1][1]:R}]] is not"
            : Of(matrix).Independence < LeastIndependence
                ? $"is nearly singular: 1 − ρ² = {Of(matrix).Independence:G3}, ρ the correlation of x and y, but at least "
                    + $"{LeastIndependence:G3} is needed: widen it, or use points along its axis"
            : null;
        if (fault is not null)
            report.Add(path, fault);
        return fault is null;
    }
}
