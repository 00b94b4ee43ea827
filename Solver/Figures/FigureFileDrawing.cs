using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Figures;

/// <summary>Computes and draws what a figure file describes.</summary>
internal sealed class FigureFileDrawing(FigureFile file, ConfigSource source, IReadOnlyList<string> overrides, WorkerTeam team)
{
    public FigureFile File => file;

    /// <summary>Names of the pictures of a figure file, without ending.</summary>
    public static IReadOnlyList<string> Names(FigureFile file) =>
        file.Figure is SamplesFigure ? [SamplesOf(file), DensityOf(file)] : [file.Name];

    /// <summary>Checks the figure without drawing it.</summary>
    /// <exception cref="InputException">What the file describes cannot be built.</exception>
    public void Check()
    {
        switch (file.Figure)
        {
            case SamplesFigure samples:
                _ = Build(samples);
                break;
            case TrajectoriesFigure paths:
                _ = At("figure.data", () => ProblemData.Mixture(paths.Data));
                break;
            case CoresFigure cores:
                _ = At("figure.data", () => ProblemData.Mixture(cores.Data));
                break;
            case CompareFigure compared:
                Readings(compared).Check();
                break;
        }
    }

    /// <exception cref="InputException">What the file describes cannot be built.</exception>
    /// <exception cref="RunFailedException">Interrupted.</exception>
    public IEnumerable<Figure> Draw(Progress progress, CancellationToken cancellation) => file.Figure switch
    {
        SamplesFigure samples => Draw(samples, progress, cancellation),
        TrajectoriesFigure paths => [Draw(paths)],
        CoresFigure cores => [Draw(cores)],
        CompareFigure compared => [Draw(compared, progress, cancellation)],
        _ => throw source.Wrong("figure.kind", "unknown kind of figure"),
    };

    private Rendering Rendering => Rendering.Of(file);

    private static string SamplesOf(FigureFile file) => $"{file.Name}-samples";

    private static string DensityOf(FigureFile file) => $"{file.Name}-density";

    private List<(SampleRow Row, RunConfig Config, SamplesRun Run)> Build(SamplesFigure samples)
    {
        var runs = new List<(SampleRow Row, RunConfig Config, SamplesRun Run)>();
        for (int row = 0; row < samples.Runs.Count; row++)
        {
            string name = samples.Runs[row].File;
            RunConfig config = ConfigFile.Read(name, overrides, out ConfigSource runSource);
            if (config.Accuracy is not null)
                throw runSource.Wrong("accuracy", "belongs to a run: a figure draws the cells and steps of the config");
            var problem = new Problem(config, runSource);
            runs.Add((samples.Runs[row], config, At($"figure.runs[{row}].file", () => new SamplesRun(problem, samples.Times, team))));
        }

        return runs;
    }

    private IEnumerable<Figure> Draw(SamplesFigure samples, Progress progress, CancellationToken cancellation)
    {
        List<(SampleRow Row, RunConfig Config, SamplesRun Run)> runs = Build(samples);
        var panels = new List<SamplePanel>();
        foreach ((SampleRow row, RunConfig config, SamplesRun run) in runs)
        {
            (PlanePoints data, bool isCurve) = FigureData.DataOf(config);
            foreach (SampleLevel level in run.Run(progress, cancellation))
            {
                double threshold = Density.HighestDensityLevel(run.Grid, level.V, samples.Share);
                string title = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Title}, t = {Style.Number(level.Time)}: {100 * level.ShareAbove(run.Grid, threshold):0.0} % in the region");
                panels.Add(new SamplePanel(title, FigureData.Points(level.Particles), data, isCurve, run.Grid, level.V));
            }
        }

        yield return ParticlePlots.Samples(SamplesOf(file), file.Title, panels, samples.Times.Count, samples.Share, Rendering);
        yield return ParticlePlots.Densities(DensityOf(file), $"{file.Title}: density v on the grid", panels, samples.Times.Count,
            Rendering);
    }

    private Figure Draw(TrajectoriesFigure figure)
    {
        Mixture data = At("figure.data", () => ProblemData.Mixture(figure.Data));
        var times = new TimeLevels(figure.Stop, figure.End, figure.Steps, TimeSpacing.Geometric, 0, 1, []);
        double[] falling = [.. Enumerable.Range(0, times.Last + 1).Select(step => times[times.Last - step])];
        ParticleEnsemble particles = ParticleEnsemble.At(
            [.. figure.Starts.Select(start => start[0])], [.. figure.Starts.Select(start => start[1])]);
        var kernel = new MixtureComponents(data.Weights, data.X, data.Y, data.Variances, data.Covariances);
        var flow = new ParticleFlow(kernel, ParticleScheme.DormandPrince, 0, 0, ScoreSummation.Plain, team);
        Trajectories paths = flow.Run(particles, falling, particles.Count);
        return ParticlePlots.Trajectories(
            file.Name, file.Title, FigureData.Paths(paths), new PlanePoints([.. data.X], [.. data.Y]), Rendering);
    }

    private Figure Draw(CoresFigure figure)
    {
        Mixture data = At("figure.data", () => ProblemData.Mixture(figure.Data));
        var cores = new VoronoiCores(data.X, data.Y, figure.From[0], figure.To[0], figure.From[1], figure.To[1]);
        CorePanel[] panels = [.. figure.Gammas.Select(gamma => new CorePanel(
            gamma == 0 ? "γ = 0: the Voronoi diagram" : $"γ = {Style.Number(gamma)}",
            [.. Enumerable.Range(0, cores.Count).Select(point => cores.Polygon(point, gamma)).Select(
                polygon => new PlanePoints([.. polygon.Select(vertex => vertex.X)], [.. polygon.Select(vertex => vertex.Y)]))]))];
        return ParticlePlots.Cores(
            file.Name, file.Title, panels, new PlanePoints([.. data.X], [.. data.Y]), Math.Min(panels.Length, 3), Rendering);
    }

    private ComparedReadings Readings(CompareFigure figure) => new(figure, source, overrides, team);

    private Figure Draw(CompareFigure figure, Progress progress, CancellationToken cancellation)
    {
        LevelQuantity? quantity = LevelQuantity.All.FirstOrDefault(one => one.Name == figure.Quantity);
        MonitorDescriptor monitor = MonitorRegistry.Describe(quantity?.Monitor ?? figure.Monitor!);
        string label = quantity?.Label ?? monitor.Quantity, unit = quantity?.Unit ?? monitor.Unit;
        return ComparisonPlot.Draw(
            file.Name, file.Title, unit.Length > 0 ? $"{label} ({unit})" : label, $"bound: {monitor.Bound}",
            Readings(figure).Curves(progress, cancellation), Rendering);
    }

    private T At<T>(string path, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (ArgumentException refusal)
        {
            throw source.Wrong(path, refusal);
        }
    }
}
