using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Problems;

/// <summary>Rules for a figure beyond types and ranges.</summary>
internal sealed class FigureRules(FigureFile file, InputReport report)
{
    private const int LongestTitle = 500;

    /// <summary>Reports everything that is wrong.</summary>
    public void Check()
    {
        if (report.Sound("name"))
            RunRules.CheckName(file.Name, report);
        CheckTitle(file.Title, "title");
        if (!report.Sound("figure"))
            return;
        if (file.Figure is SamplesFigure rows)
        {
            for (int row = 0; row < rows.Runs.Count; row++)
                CheckTitle(rows.Runs[row].Title, $"figure.runs[{row}].title");
        }

        switch (file.Figure)
        {
            case SamplesFigure samples:
                CheckDistinct(samples.Times, "figure.times");
                break;
            case TrajectoriesFigure paths:
                if (!(paths.End > paths.Stop))
                    report.Add("figure.end", $"must be > stop = {paths.Stop:R}, but is {paths.End:R}");
                if (!paths.Data.HasClosedForm)
                    report.Add("figure.data.kind", $"must be {DataConfig.ClosedForms}: others have no score in closed form");
                else if (Shown(paths.From, paths.To) is { } rules)
                {
                    rules.Check(paths.Data, "figure.data");
                    rules.CheckPlaces(paths.Starts, "figure.starts", "start");
                }

                break;
            case CompareFigure compared:
                CheckCompared(compared);
                break;
            case CoresFigure cores:
                CheckDistinct(cores.Gammas, "figure.gammas");
                if (!cores.Data.IsPoints)
                    report.Add("figure.data.kind", "must be points or curve-sample: only points have cores");
                else
                    Shown(cores.From, cores.To)?.Check(cores.Data, "figure.data");
                break;
        }
    }

    /// <summary>A run is named in one way, and so is what is drawn; the monitor exists.</summary>
    private void CheckCompared(CompareFigure figure)
    {
        for (int run = 0; run < figure.Runs.Count; run++)
        {
            ComparedRun one = figure.Runs[run];
            string path = $"figure.runs[{run}]";
            CheckTitle(one.Title, path + ".title");
            if (one.File is null == one.Folder is null)
                report.Add(path, "requires exactly one of file and folder");
            else if (one.Folder is not null && one.Set.Count > 0)
                report.Add(path + ".set", "a finished run cannot be changed: use file in place of folder, or omit set");
        }

        if (figure.Monitor is null == figure.Quantity is null)
            report.Add("figure", "requires exactly one of monitor and quantity");
        else if (figure.Monitor is { } monitor && !MonitorRegistry.IsKnown(monitor))
        {
            string[] names = [.. MonitorRegistry.Descriptors.Select(
                one => one.Parameter is null ? one.Name : $"{one.Name}[{one.Parameter}]")];
            report.Add("figure.monitor", $"there is no monitor {SourceValue.Quote(monitor)}{ConfigKeys.Suggest(monitor, names)} "
                + $"(monitors: {string.Join(", ", names)})");
        }
    }

    /// <summary>The rules of data within the part of the plane that is drawn; null if that is empty.</summary>
    private DataRules? Shown(IReadOnlyList<double> from, IReadOnlyList<double> to)
    {
        for (int axis = 0; axis < 2; axis++)
        {
            if (to[axis] > from[axis] && double.IsFinite(to[axis] - from[axis]))
                continue;
            report.Add($"figure.to[{axis}]", $"must be > from[{axis}] = {from[axis]:R}, but is {to[axis]:R}");
            return null;
        }

        return new DataRules(
            new Grid(Axis.Uniform(from[0], to[0], 1, Boundary.NoFlux), Axis.Uniform(from[1], to[1], 1, Boundary.NoFlux)), report);
    }

    /// <summary>A title is one line of a picture.</summary>
    private void CheckTitle(string? title, string path)
    {
        if (title is { Length: > LongestTitle })
            report.Add(path, $"must have at most {LongestTitle} characters, but has {title.Length}");
    }

    private void CheckDistinct(IReadOnlyList<double> values, string path)
    {
        for (int index = 0; index < values.Count; index++)
        {
            if (values.Take(index).Contains(values[index]))
                report.Add($"{path}[{index}]", $"{values[index]:R} is listed twice");
        }
    }
}
