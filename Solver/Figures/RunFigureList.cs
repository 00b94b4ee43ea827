using System.Globalization;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Plots;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Figures;

/// <summary>
/// Decides which figures a run has; each is drawn by a class of <see cref="Plots"/> when it is called for. One axis: <c>densities</c>,
/// <c>log-densities</c>, <c>score</c>, <c>div-score</c>, each with a line per snapshot. Two axes: <c>densities-NNN</c>,
/// <c>log-densities-NNN</c>, <c>score-NNN</c> of snapshot NNN, by default the one nearest to the data. Both: <c>contact-sheet</c>; where
/// there are readings <c>monitors</c>, and on request one <c>monitor-…</c> per monitor; the figures of what the monitors recorded, of
/// particles and of the resolutions tried, where the run has them.
/// </summary>
internal sealed class RunFigureList
{
    /// <summary>Largest number of lines in a panel unless times are chosen; more are not distinguishable.</summary>
    private const int Lines = 8;

    private readonly RunContent content;
    private readonly FigureChoice choice;
    private readonly Rendering rendering;
    private readonly IReadOnlyList<Snapshot> snapshots;

    /// <exception cref="InputException">The run has no such time or column, or the range is not in its box.</exception>
    public RunFigureList(RunContent content, FigureChoice choice, Rendering rendering)
    {
        (this.content, this.choice, this.rendering) = (content, choice, rendering);
        snapshots = choice.Times.Count == 0 ? content.Snapshots : ChosenSnapshots();
        CheckRange();
        CheckColumns();
    }

    /// <summary>All that are chosen.</summary>
    /// <exception cref="InputException">The run has no figure of a name.</exception>
    public IReadOnlyList<NamedFigure> All()
    {
        if (choice.Only.Count == 0)
            return choice.Columns.Count > 0 ? [.. OfColumns()] : [.. EachSnapshot(Shown), .. Sheet(), .. Others()];
        NamedFigure[] available = [.. EachSnapshot(snapshots), .. Sheet(), .. Others(), .. Singles()];
        var wanted = new HashSet<NamedFigure>();
        foreach (string name in choice.Only)
        {
            NamedFigure[] found = Named(name, available);
            if (found.Length == 0)
                throw Wrong("--only", $"the run has no figure {SourceValue.Quote(name)}{Suggestion(name, available)}");
            wanted.UnionWith(found);
        }

        return [.. available.Where(wanted.Contains), .. OfColumns()];
    }

    /// <summary>The snapshots that were chosen; without a choice the one nearest to the data.</summary>
    private IReadOnlyList<Snapshot> Shown =>
        choice.Times.Count > 0 || snapshots.Count == 0 ? snapshots : [snapshots.MinBy(snapshot => snapshot.Time)!];

    /// <summary>What is not of snapshots.</summary>
    private IEnumerable<NamedFigure> Others()
    {
        if (MonitorPlots.Overview(content.Title, content.Readings, rendering) is { } overview)
            yield return overview;
        foreach (NamedFigure figure in OfSeries().Concat(OfParticles()).Concat(OfGuidance()))
            yield return figure;
        if (content.Attempts is { } attempts)
            yield return new NamedFigure("accuracy", () => AccuracyPlot.Draw(content.Title, attempts, rendering));
    }

    private bool IsLine => snapshots[0].Grid.Dimension == 1;

    /// <summary>The figures of single snapshots in the plane, of all together on a line.</summary>
    private IEnumerable<NamedFigure> EachSnapshot(IReadOnlyList<Snapshot> drawn)
    {
        if (snapshots.Count == 0)
            yield break;
        if (IsLine)
        {
            RunView view = ViewOf(choice.Times.Count > 0 ? snapshots : Spread(snapshots, Lines));
            yield return new NamedFigure("densities", () => LinePlots.Densities(view));
            yield return new NamedFigure("log-densities", () => LinePlots.LogDensities(view));
            yield return new NamedFigure("score", () => LinePlots.Score(view));
            yield return new NamedFigure("div-score", () => LinePlots.DivScore(view));
            yield break;
        }

        foreach (Snapshot snapshot in drawn)
        {
            RunView view = ViewOf([snapshot]);
            yield return new NamedFigure(HeatMaps.Name("densities", snapshot), () => HeatMaps.Densities(view, snapshot));
            yield return new NamedFigure(HeatMaps.Name("log-densities", snapshot), () => HeatMaps.LogDensities(view, snapshot));
            yield return new NamedFigure(HeatMaps.Name("score", snapshot), () => HeatMaps.Score(view, snapshot));
        }
    }

    private IEnumerable<NamedFigure> Sheet()
    {
        if (snapshots.Count == 0)
            yield break;
        RunView view = ViewOf(Spread(snapshots, ContactSheet.Panels));
        yield return new NamedFigure(ContactSheet.Name, () => ContactSheet.Draw(view));
    }

    /// <summary>The figures of what the monitors recorded: <c>least-loss</c> where a loss is known, <c>modes</c> on one axis.</summary>
    private IEnumerable<NamedFigure> OfSeries()
    {
        if (content.Series is not { } series)
            yield break;
        if (series.Information.Any(row => row.Data > 0))
            yield return new NamedFigure("least-loss", () => SeriesPlots.LeastLoss(content.Title, series.Information, rendering));
        if (series.Modes.Count > 0)
            yield return new NamedFigure("modes", () => SeriesPlots.Modes(content.Title, series.Modes, rendering));
    }

    private IEnumerable<NamedFigure> Singles() => MonitorPlots.Singles(content.Title, content.Readings, rendering);

    private IEnumerable<NamedFigure> OfColumns()
    {
        foreach (string name in choice.Columns)
        {
            SnapshotColumn column = SnapshotColumn.All(snapshots[0]).First(own => own.Name == name);
            if (IsLine)
            {
                RunView view = ViewOf(choice.Times.Count > 0 ? snapshots : Spread(snapshots, Lines));
                yield return new NamedFigure(column.FigureName, () => LinePlots.Column(view, column));
                continue;
            }

            foreach (Snapshot snapshot in Shown)
            {
                RunView view = ViewOf([snapshot]);
                yield return new NamedFigure(
                    HeatMaps.Name(column.FigureName, snapshot), () => HeatMaps.Column(view, snapshot, column));
            }
        }
    }

    /// <summary>The figure <c>guidance</c> of a run whose score is mixed from two finite sets; none for another.</summary>
    private IEnumerable<NamedFigure> OfGuidance()
    {
        if (content.Config is { } config && MixedScores.Sets(config.Generation?.Score) is { Limits.Count: > 0 } sets)
        {
            yield return new NamedFigure("guidance", () => GuidancePlot.Draw(
                content.Title, sets, content.Particles?.Trajectories, config.Mesh.Axes.Count, rendering));
        }
    }

    /// <summary>The figures of a run's particles at the stopping time and, where paths were recorded, their trajectories.</summary>
    private IEnumerable<NamedFigure> OfParticles()
    {
        const string Samples = "particles", Paths = "trajectories";
        if (content.Particles is not { } particles || content.Config is not { } config)
            yield break;
        double stop = config.Time.Stop;
        (PlanePoints data, bool isCurve) = FigureData.DataOf(config);
        Snapshot? last = content.Snapshots.LastOrDefault(snapshot => Math.Abs(snapshot.Time - stop) <= 1e-12 * stop);
        string samples = FormattableString.Invariant($"{content.Title}: {particles.End.Count} particles at {Style.Time(stop)}");
        string paths = FormattableString.Invariant(
            $"{content.Title}: {particles.Trajectories.Particles} trajectories from {Style.Time(config.Time.End)} to {Style.Time(stop)}");
        bool anyPath = particles.Trajectories.Particles > 0;
        Grid grid = last?.Grid ?? MeshFile.Build(config.Mesh);
        Window? window = GivenWindow(grid);
        if (particles.End.Dimension == 1)
        {
            yield return new NamedFigure(
                Samples, () => ParticleLinePlots.Histogram(samples, [.. particles.End.X], last, grid, window, rendering));
            if (anyPath)
            {
                yield return new NamedFigure(Paths, () => ParticleLinePlots.Trajectories(
                    paths, particles.Trajectories, data.Count <= 100 ? data.X : [], rendering, window));
            }

            yield break;
        }

        yield return new NamedFigure(Samples, () => ParticlePlots.Samples(
            Samples, samples, [new SamplePanel("", FigureData.Points(particles.End), data, isCurve, last?.Grid, last?.V)], 1, 0.95,
            rendering, window));
        if (anyPath)
        {
            yield return new NamedFigure(Paths, () => ParticlePlots.Trajectories(
                Paths, paths, FigureData.Paths(particles.Trajectories), data, rendering, window));
        }
    }

    private RunView ViewOf(IReadOnlyList<Snapshot> drawn) =>
        new(content.Title, drawn, GivenWindow(drawn[0].Grid) ?? Window.OfMass(drawn), rendering);

    /// <summary>The part of the box that was chosen; null if it follows from what is drawn.</summary>
    private Window? GivenWindow(Grid grid) => choice.WholeBox ? Window.Box(grid)
        : choice.Range.Count > 0 ? new Window([.. choice.Range.Select(side => Interval.Of(side.From, side.To))]) : null;

    private List<Snapshot> ChosenSnapshots()
    {
        const double Tolerance = 0.005;
        var chosen = new List<Snapshot>();
        foreach (double time in choice.Times)
        {
            Snapshot? nearest = content.Snapshots.MinBy(snapshot => Math.Abs(snapshot.Time - time));
            if (nearest is null || Math.Abs(nearest.Time - time) > Tolerance * time)
            {
                string times = string.Join(
                    ", ", content.Snapshots.Select(snapshot => snapshot.Time.ToString("R", CultureInfo.InvariantCulture)));
                throw Wrong("--times", FormattableString.Invariant($"there is no snapshot at t = {time:G6} (the run has t = {times})"));
            }

            if (!chosen.Contains(nearest))
                chosen.Add(nearest);
        }

        return [.. chosen.OrderBy(snapshot => snapshot.Number)];
    }

    private void CheckRange()
    {
        if (choice.Range.Count == 0 || content.Snapshots.Count == 0)
            return;
        Grid grid = content.Snapshots[0].Grid;
        if (choice.Range.Count != grid.Dimension)
            throw Wrong("--range", $"requires a range of each axis, {grid.Dimension}, but has {choice.Range.Count}");
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            (double from, double to) = choice.Range[axis];
            Axis own = grid.Axes[axis];
            if (!(from < to) || from < own.From || to > own.To)
            {
                throw Wrong("--range", FormattableString.Invariant(
                    $"{from:R}:{to:R} is not a part of the box, which is {own.From:R}:{own.To:R} along {(axis == 0 ? 'x' : 'y')}"));
            }
        }
    }

    private void CheckColumns()
    {
        if (choice.Columns.Count == 0)
            return;
        string[] names = content.Snapshots.Count == 0 ? []
            : [.. SnapshotColumn.All(content.Snapshots[0]).Select(column => column.Name)];
        if (choice.Columns.FirstOrDefault(name => !names.Contains(name)) is { } missing)
        {
            throw Wrong("--column", $"the snapshots have no column {SourceValue.Quote(missing)}{ConfigKeys.Suggest(missing, names)} "
                + $"(columns: {string.Join(", ", names)})");
        }
    }

    /// <summary>The figure of a name; of a name without them, those with a snapshot's number or the rest of a monitor's name.</summary>
    private static NamedFigure[] Named(string name, NamedFigure[] figures)
    {
        if (name.Contains('*', StringComparison.Ordinal))
            return [.. figures.Where(figure => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(name, figure.Name))];
        NamedFigure[] same = [.. figures.Where(figure => figure.Name == name)];
        return same.Length > 0 ? same
            : [.. figures.Where(figure => figure.Name.StartsWith(name + "-", StringComparison.Ordinal))];
    }

    private static string Suggestion(string name, NamedFigure[] figures)
    {
        string[] names = [.. figures.Select(figure => figure.Name)];
        return $"{ConfigKeys.Suggest(name, names)} (figures: {string.Join(", ", names)})";
    }

    private static InputException Wrong(string option, string message) => new(new InputProblem(option, null, null, message));

    private static IReadOnlyList<Snapshot> Spread(IReadOnlyList<Snapshot> snapshots, int most) =>
        snapshots.Count <= most
            ? snapshots
            : Enumerable.Range(0, most).Select(k => snapshots[(int)Math.Round((double)k * (snapshots.Count - 1) / (most - 1))]).ToArray();
}
