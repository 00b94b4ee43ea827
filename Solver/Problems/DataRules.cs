using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;

namespace PdeDiffusion.Problems;

/// <summary>Rules for data on a grid: dimension, places within the box, weights.</summary>
/// <param name="end">T, for the box that a message proposes; null where there is no noise.</param>
internal sealed class DataRules(Grid grid, InputReport report, double? end = null)
{
    /// <summary>Deviations √(2T) that a box leaves about the data, as docs/choosing.md says.</summary>
    private const double Deviations = 6;

    private string Axes => grid.Dimension == 1 ? "1 axis" : "2 axes";

    /// <summary>Reports what is wrong with the data at a path.</summary>
    public void Check(DataConfig data, string path)
    {
        switch (data)
        {
            case PointsData points when points.Points is { } places:
                CheckPlaces(places, $"{path}.points", "point");
                CheckWeights(points.Weights, places.Count, $"{path}.weights", "points");
                break;
            case PointsData:
                report.Add($"{path}.points", "required, but missing: give points, or the file that contains them");
                break;
            case GaussiansData gaussians:
                CheckPlaces(gaussians.Means, $"{path}.means", "mean");
                CovarianceRules.Check(gaussians, path, grid.Dimension, report);
                CheckWeights(gaussians.Weights, gaussians.Means.Count, $"{path}.weights", "means");
                break;
            case CurveData curve:
                CheckCurve(curve.Curve, curve.Vertices, curve.File, path);
                MeshRules.CheckMemory($"{path}.nodes", $"a curve of {curve.Nodes} nodes", curve.Nodes, 64, "64 bytes per node", report);
                break;
            case CurveSampleData sample:
                CheckCurve(sample.Curve, sample.Vertices, sample.File, path);
                MeshRules.CheckMemory($"{path}.samples", $"{sample.Samples} samples", sample.Samples, 64, "64 bytes per sample", report);
                break;
            case BoxData box:
                CheckBox(box, path);
                break;
        }
    }

    /// <summary>Reports a vector whose length is not the number of axes.</summary>
    public bool CheckDimension(IReadOnlyList<double> vector, string path)
    {
        if (vector.Count == grid.Dimension)
            return true;
        report.Add(path, $"must have one number per axis, but has {vector.Count} and the mesh has {Axes}");
        return false;
    }

    /// <summary>
    /// Reports points whose number of coordinates is not the number of axes, or that lie outside the box: the first of them, how many there
    /// are, and a box that holds all.
    /// </summary>
    public void CheckPlaces(IReadOnlyList<IReadOnlyList<double>> places, string path, string what)
    {
        int outside = 0, first = 0;
        for (int index = 0; index < places.Count; index++)
        {
            string at = $"{path}[{index}]";
            if (places[index].Count != grid.Dimension)
            {
                CheckDimension(places[index], at);
                return;
            }

            if (!Inside(places[index]) && outside++ == 0)
                first = index;
        }

        if (outside == 0)
            return;
        string others = outside == 1 ? "" : $"; {outside} of the {places.Count} {what}s do";
        string noise = what == "point" && end is { } time
            ? $"; with the noise until T = {time:R} to {Holding(places, Deviations * Math.Sqrt(2 * time))}" : "";
        report.Add($"{path}[{first}]",
            $"the {what} {Shown(places[first])} lies outside the box {Box()}{others}: widen it to {Holding(places, 0)}{noise}");
    }

    /// <summary>The box, wide enough for places and a margin about them, rounded outwards to three digits.</summary>
    private string Holding(IReadOnlyList<IReadOnlyList<double>> places, double margin) =>
        string.Join(" × ", grid.Axes.Select((axis, along) =>
        {
            double low = places.Min(place => place[along]), high = places.Max(place => place[along]);
            double size = Math.Max(Math.Max(-low, high) + margin, 1e-300), unit = Math.Pow(10, Math.Floor(Math.Log10(size)) - 2);
            return axis.IsPeriodic ? $"[{Math.Min(axis.From, low):G3}, {Math.Max(axis.To, high):G3}]"
                : $"[{Math.Min(axis.From, Math.Floor((low - margin) / unit) * unit):G12}, "
                    + $"{Math.Max(axis.To, Math.Ceiling((high + margin) / unit) * unit):G12}]";
        }));

    private void CheckBox(BoxData box, string path)
    {
        if (!CheckDimension(box.From, $"{path}.from") | !CheckDimension(box.To, $"{path}.to"))
            return;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            if (!(box.To[axis] > box.From[axis]))
                report.Add($"{path}.to[{axis}]", $"must be > from[{axis}] = {box.From[axis]:R}, but is {box.To[axis]:R}");
        }

        CheckPlaces([box.From], $"{path}.from", "corner");
        CheckPlaces([box.To], $"{path}.to", "corner");
    }

    private void CheckCurve(CurveName curve, IReadOnlyList<IReadOnlyList<double>>? vertices, string? file, string path)
    {
        if (grid.Dimension != 2)
            report.Add($"{path}.curve", "a curve lies in the plane, but the mesh has 1 axis");
        if (curve == CurveName.Polyline && vertices is null && file is null && report.Sound($"{path}.file"))
            report.Add($"{path}.vertices", "required, but missing: give the vertices of the polyline, or the file that contains them");
        else if (curve != CurveName.Polyline && vertices is not null)
            report.Add($"{path}.vertices", $"belong to the curve polyline, but the curve is {ConfigKeys.WordOf(curve)}");
        else if (vertices?.Any(vertex => vertex.Count != 2) == true)
            report.Add($"{path}.vertices", "must have two numbers each");
    }

    private void CheckWeights(IReadOnlyList<double>? weights, int count, string path, string what)
    {
        if (weights is null)
            return;
        double sum = weights.Sum();
        if (weights.Count != count)
            report.Add(path, $"must be as many as the {what}, {count}, but are {weights.Count}");
        else if (sum == 0)
            report.Add(path, "the weights must not all be 0");
        else if (!double.IsFinite(sum))
            report.Add(path, "must have a finite sum, but it exceeds the range of a double (1.8e308)");
    }

    private bool Inside(IReadOnlyList<double> place)
    {
        for (int axis = 0; axis < place.Count; axis++)
        {
            if (!(place[axis] >= grid.Axes[axis].From && place[axis] <= grid.Axes[axis].To))
                return false;
        }

        return true;
    }

    private string Box() => string.Join(" × ", grid.Axes.Select(axis => $"[{axis.From:R}, {axis.To:R}]"));

    private static string Shown(IReadOnlyList<double> place) => "(" + string.Join(", ", place.Select(number => $"{number:R}")) + ")";
}
