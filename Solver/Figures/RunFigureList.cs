using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;
using PdeDiffusion.Processes;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>Decides which figures a run has; each is drawn by a class of <see cref="Plots"/> when it is called for.</summary>
public static class RunFigureList
{
    /// <summary>Largest number of lines in a panel; more are not distinguishable.</summary>
    private const int Lines = 8;

    /// <summary>
    /// One axis: <c>densities</c>, <c>log-densities</c>, <c>score</c>, <c>div-score</c> over at most 8 of the snapshots. Two axes:
    /// <c>densities-NNN</c>, <c>log-densities-NNN</c>, <c>score-NNN</c> for at most 12 of them, NNN the snapshot's number. Both:
    /// <c>contact-sheet</c>; and where there are readings <c>monitors</c> and one <c>monitor-…</c> per monitor. Of more snapshots the
    /// first, the last and evenly spaced ones between are taken.
    /// </summary>
    /// <param name="title">Title of the run, with its ε.</param>
    /// <param name="snapshots">In the order written; may be empty.</param>
    /// <param name="readings">In the order of the flow; may be empty.</param>
    /// <param name="svg">True to draw SVG as well.</param>
    /// <returns>The figures, each drawn when it is called for, on any thread. Same input, same bytes.</returns>
    public static IEnumerable<Func<Figure>> Draw(string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, bool svg)
    {
        if (snapshots.Count > 0 && snapshots[0].Grid.Dimension == 2)
        {
            foreach (Func<Figure> figure in Spread(snapshots, ContactSheet.Panels).SelectMany(snapshot => OfSnapshot(title, snapshot, svg)))
                yield return figure;
        }

        foreach (Func<Figure> figure in OfRun(title, snapshots, readings, svg))
            yield return figure;
    }

    /// <summary>True if the figures of every single snapshot are drawn, so that none need wait for the end of the run.</summary>
    /// <param name="dimension">Axes of the grid.</param>
    /// <param name="snapshots">How many snapshots the run will take at most.</param>
    public static bool DrawsEach(int dimension, int snapshots) => dimension == 2 && snapshots <= ContactSheet.Panels;

    /// <summary>The figures of a single snapshot: two axes only.</summary>
    public static IEnumerable<Func<Figure>> OfSnapshot(string title, Snapshot snapshot, bool svg)
    {
        yield return () => HeatMaps.Densities(title, snapshot, svg);
        yield return () => HeatMaps.LogDensities(title, snapshot, svg);
        yield return () => HeatMaps.Score(title, snapshot, svg);
    }

    /// <summary>All others of <see cref="Draw"/>.</summary>
    public static IEnumerable<Func<Figure>> OfRun(
        string title, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<Reading> readings, bool svg)
    {
        if (snapshots.Count > 0)
        {
            if (snapshots[0].Grid.Dimension == 1)
            {
                IReadOnlyList<Snapshot> few = Spread(snapshots, Lines);
                yield return () => LinePlots.Densities(title, few, svg);
                yield return () => LinePlots.LogDensities(title, few, svg);
                yield return () => LinePlots.Score(title, few, svg);
                yield return () => LinePlots.DivScore(title, few, svg);
            }

            yield return () => ContactSheet.Draw(title, Spread(snapshots, ContactSheet.Panels), svg);
        }

        foreach (Func<Figure> figure in MonitorPlots.Draw(title, readings, svg))
            yield return figure;
    }

    /// <summary>The figures of what the monitors recorded: <c>least-loss</c> where a loss is known, <c>modes</c> on one axis.</summary>
    internal static IEnumerable<Func<Figure>> OfSeries(string title, RunSeries series, bool svg)
    {
        if (series.Information.Any(row => row.Data > 0))
            yield return () => SeriesPlots.LeastLoss(title, series.Information, svg);
        if (series.Modes.Count > 0)
            yield return () => SeriesPlots.Modes(title, series.Modes, svg);
    }

    /// <summary>The figure <c>accuracy</c> of a run whose resolution was found.</summary>
    public static Func<Figure> OfAttempts(string title, AttemptFigure attempts, bool svg) =>
        () => AccuracyPlot.Draw(title, attempts, svg);

    /// <summary>The figure <c>guidance</c> of a run whose score is mixed from two finite sets; none for another.</summary>
    /// <param name="particles">Null for a run without particles.</param>
    internal static IEnumerable<Func<Figure>> OfGuidance(string title, RunConfig config, ParticleOutcome? particles)
    {
        if (MixedScores.Sets(config.Generation?.Score) is { Limits.Count: > 0 } sets)
            yield return () => GuidancePlot.Draw(title, sets, particles?.Trajectories, config.Mesh.Axes.Count, config.Output.Svg);
    }

    /// <summary>The figures of a run's particles at the stopping time and, where paths were recorded, their trajectories.</summary>
    internal static IEnumerable<Func<Figure>> OfParticles(
        string title, RunConfig config, IReadOnlyList<Snapshot> snapshots, ParticleOutcome particles)
    {
        bool svg = config.Output.Svg;
        double stop = config.Time.Stop;
        (PlanePoints data, bool isCurve) = FigureData.DataOf(config);
        Snapshot? last = snapshots.LastOrDefault(snapshot => Math.Abs(snapshot.Time - stop) <= 1e-12 * stop);
        string samples = FormattableString.Invariant($"{title}: {particles.End.Count} particles at {NoiseLevel.Text(stop)}");
        string paths = FormattableString.Invariant(
            $"{title}: {particles.Trajectories.Particles} trajectories from {NoiseLevel.Text(config.Time.End)} to {NoiseLevel.Text(stop)}");
        bool anyPath = particles.Trajectories.Particles > 0;
        if (particles.End.Dimension == 1)
        {
            yield return () => ParticleLinePlots.Histogram(samples, [.. particles.End.X], last, MeshFile.Build(config.Mesh), svg);
            if (anyPath)
                yield return () => ParticleLinePlots.Trajectories(paths, particles.Trajectories, data.Count <= 100 ? data.X : [], svg);
            yield break;
        }

        yield return () => ParticlePlots.Samples(
            "particles", samples, [new SamplePanel("", FigureData.Points(particles.End), data, isCurve, last?.Grid, last?.V)], 1, 0.95,
            svg);
        if (anyPath)
            yield return () => ParticlePlots.Trajectories("trajectories", paths, FigureData.Paths(particles.Trajectories), data, svg);
    }

    private static IReadOnlyList<Snapshot> Spread(IReadOnlyList<Snapshot> snapshots, int most) =>
        snapshots.Count <= most
            ? snapshots
            : Enumerable.Range(0, most).Select(k => snapshots[(int)Math.Round((double)k * (snapshots.Count - 1) / (most - 1))]).ToArray();
}
