using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>
/// Gradings of kind <c>data</c>: an axis whose cells follow the run's data gets its faces while the config is read, so that the resolved
/// config contains only faces.
/// </summary>
internal static class DataGradings
{
    /// <summary>Number of nodes that represent a curve; more nodes do not change the cells.</summary>
    private const int MostNodes = 10_000;

    /// <summary>Points beyond which a sample is refused elsewhere anyway, before it is drawn.</summary>
    private const long MostSamples = 100_000_000;

    /// <summary>The config with faces for every such axis; what is wrong with one is reported, and it stays as it is.</summary>
    public static RunConfig Resolve(RunConfig config, InputReport report)
    {
        if (!((string[])["mesh", "data", "time"]).All(report.Sound) || !config.Mesh.Axes.Any(axis => axis.Grading is DataGrading))
            return config;
        Mixture? law = null;
        var axes = new List<AxisConfig>();
        for (int axis = 0; axis < config.Mesh.Axes.Count; axis++)
        {
            AxisConfig along = config.Mesh.Axes[axis];
            string path = $"mesh.axes[{axis}]";
            bool good = along.Grading is DataGrading grading && Check(along, grading, path, report)
                && CheckData(config, $"{path}.grading.kind", report) && (law ??= Law(config.Data)) is not null;
            axes.Add(good ? Faces(along, axis, law!, config.Time.Stop, path, report) : along);
        }

        return config with { Mesh = new MeshConfig { Axes = axes } };
    }

    private static bool Check(AxisConfig axis, DataGrading grading, string path, InputReport report)
    {
        int before = report.Problems.Count;
        if (axis.Faces is not null)
            report.Add($"{path}.faces", "replace from, to, cells and grading: give only faces");
        if (axis.Cells is not null)
            report.Add($"{path}.cells", "follow from the grading of kind data: omit cells");
        if (axis.From is null)
            report.Add($"{path}.from", "required, but missing: a grading of kind data requires from and to");
        if (axis.To is null)
            report.Add($"{path}.to", "required, but missing: a grading of kind data requires from and to");
        else if (!(axis.To > axis.From))
            report.Add($"{path}.to", $"must be > from = {axis.From:R}, but is {axis.To:R}");
        if (!(grading.Finest <= grading.Coarsest))
            report.Add($"{path}.grading.coarsest", $"must be >= finest = {grading.Finest:R}, but is {grading.Coarsest:R}");
        return report.Problems.Count == before;
    }

    private static bool CheckData(RunConfig config, string path, InputReport report)
    {
        if (config.Data.HasClosedForm)
            return true;
        report.Add(path,
            "data requires points, gaussians, curve or curve-sample as data, from which the cells follow: use sinh or geometric");
        return false;
    }

    /// <summary>The data; null where they are wrong, which their own rules report.</summary>
    private static Mixture? Law(DataConfig data)
    {
        try
        {
            return data is CurveSampleData { Samples: > MostSamples } ? null
                : ProblemData.Mixture(data is CurveData curve ? curve with { Nodes = Math.Min(curve.Nodes, MostNodes) } : data);
        }
        catch (Exception fault) when (fault is ArgumentException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static AxisConfig Faces(AxisConfig along, int axis, Mixture law, double stop, string path, InputReport report)
    {
        var grading = (DataGrading)along.Grading!;
        var deviations = new double[law.Count];
        for (int k = 0; k < deviations.Length; k++)
        {
            double variance = law.IsIsotropic ? law.Variances[k]
                : axis == 0 ? law.Covariances[k].ConditionalX : law.Covariances[k].ConditionalY;
            deviations[k] = Math.Sqrt(variance + 2 * stop);
        }

        try
        {
            Axis built = Gradings.OfData(
                along.From!.Value, along.To!.Value, axis == 0 ? law.X : law.Y, deviations, grading.Finest, grading.Coarsest,
                along.Boundary);
            return new AxisConfig { Faces = [.. built.Faces], Boundary = along.Boundary };
        }
        catch (ArgumentException fault)
        {
            report.Add($"{path}.grading", MeshRules.WithoutParameter(fault));
            return along;
        }
    }
}
