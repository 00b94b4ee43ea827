using PdeDiffusion.Configs;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Runs;

/// <summary>What a run found of its mixed score, in words.</summary>
internal static class MixedFindings
{
    /// <summary>Of more limit points only the sum is said.</summary>
    private const int MostPoints = 4;

    /// <summary>The sentences: limit points, Φ over v and along paths, the tilted law.</summary>
    public static IEnumerable<Finding> Of(MixedSummary? summary, RunConfig config)
    {
        if (summary is null)
            yield break;
        string end = $"t = {Quoted.Time(config.Time.Stop)}", start = $"T = {Quoted.Time(config.Time.End)}";
        if (summary.Limits is { Points.Count: > 0 } limits)
            yield return Limits(limits, end);
        if (summary.Tilted is { } tilted)
        {
            yield return new Finding(
                $"KL of v against the tilted law, the normalised product of the u^w, goes from {Quoted.Number(tilted.First)} at {start} to "
                + $"{Quoted.Number(tilted.Last)} at {end}: a mixed score does not sample that law in general");
        }

        if (summary.Potential is { } potential)
        {
            yield return new Finding(
                $"the mean of Phi = sum w dist^2 over v goes from {Quoted.Number(potential.First)} at {start} to "
                + $"{Quoted.Number(potential.Last)} at {end}{Along(summary.Paths)}");
        }
    }

    private static Finding Limits(LimitShares limits, string end)
    {
        string near = $"within {Quoted.Number(limits.Radius)} of";
        if (limits.Points.Count > MostPoints)
        {
            return new Finding(
                $"{Quoted.Percent(1 - limits.Rest)} of v at {end} is {near} one of the {Quoted.Count(limits.Points.Count)} limit points "
                + "of the mixed score");
        }

        string shares = Quoted.List([.. limits.Points.Select((point, limit) =>
            $"{Quoted.Percent(limits.Shares[limit])} {(limit == 0 ? $"is {near}" : "of")} {Text(point)}")]);
        string basins = limits.Basins is not { } predicted || limits.Points.Count == 1 ? ""
            : $"; the basins hold {Quoted.List([.. predicted.Select(Quoted.Percent)])} of v_T";
        return new Finding($"of v at {end}, {shares}{basins}");

        string Text(LimitPoint point) => limits.Points.All(one => one.Y == 0) ? Coordinate(point.X)
            : $"({Coordinate(point.X)}, {Coordinate(point.Y)})";
    }

    private static string Along(PathPotential? paths) => paths is null ? ""
        : $"; along {Quoted.Count(paths.Paths)} paths it rises by at most {Quoted.Number(Math.Max(0, paths.Rise))} times 4t"
            + (double.IsNaN(paths.Bound) ? "" : $", in theory by {Quoted.Number(paths.Bound)} times 4t");

    private static string Coordinate(double value) => (value + 0.0).ToString("G4", System.Globalization.CultureInfo.InvariantCulture);
}
