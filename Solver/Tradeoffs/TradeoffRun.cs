using System.Collections.Concurrent;
using System.Globalization;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tradeoffs;

/// <summary>A trade-off, checked before its first flow runs.</summary>
public sealed class TradeoffRun
{
    private readonly Tradeoff tradeoff;
    private readonly TradeoffTruth truth;
    private readonly IReadOnlyList<TradeoffFlow> flows;
    private readonly ConcurrentDictionary<string, Lazy<Generated>> shared = new();

    /// <exception cref="InputException">A flow that cannot be built.</exception>
    public TradeoffRun(Tradeoff tradeoff)
    {
        ArgumentNullException.ThrowIfNull(tradeoff);
        this.tradeoff = tradeoff;
        flows = TradeoffFlow.All(tradeoff.Config);
        try
        {
            truth = new TradeoffTruth(tradeoff);
        }
        catch (ArgumentException refusal)
        {
            throw tradeoff.Source.Wrong("base", refusal);
        }

        foreach (TradeoffFlow flow in flows.DistinctBy(flow => (flow.Samples, flow.Seed, flow.Fold)))
        {
            if (!truth.HasTwoPoints(flow))
            {
                throw tradeoff.Source.Wrong(
                    "tradeoff.samples", string.Create(
                        CultureInfo.InvariantCulture,
                        $"the {flow.Samples} training points of seed {flow.Seed}{(flow.Fold is { } fold ? $", fold {fold}," : "")} are all "
                        + $"the same point, but novelty needs two: take more samples or other seeds"));
            }
        }

        var generation = new TradeoffGeneration(tradeoff, truth, 1);
        using var team = new WorkerTeam(1);
        foreach (TradeoffFlow flow in flows.DistinctBy(flow => (flow.Start.Label, flow.Score.Label, flow.Epsilon == 0)))
            _ = new PreparedRun(tradeoff.Problem.With(generation.Config(flow)), team);
    }

    /// <summary>Number of cells.</summary>
    public int Cells => flows.Count * tradeoff.Config.Stops.Count;

    internal Tradeoff Tradeoff => tradeoff;

    internal TradeoffTruth Truth => truth;

    /// <summary>The flows of all cells.</summary>
    internal IReadOnlyList<TradeoffFlow> Flows => flows;

    /// <summary>The flows that are computed: those with the same density and samples once.</summary>
    internal IEnumerable<TradeoffFlow> Computed => flows.DistinctBy(SharedKey);

    /// <summary>What its folder contains: the record, the rows and their hashes, tables made from them, and the figures.</summary>
    internal IReadOnlyList<SizePart> Disk()
    {
        const double BytesOfRow = 3000, BytesOfFigures = 2e7;
        return
        [
            new("record", tradeoff.Json.Length), new("rows", BytesOfRow * Cells),
            new("figures", tradeoff.Output.Plots ? BytesOfFigures : 0),
        ];
    }

    /// <summary>The flows of a shard: flows with the same density stay together.</summary>
    public int[] Own(Shard shard)
    {
        var generation = new TradeoffGeneration(tradeoff, truth, 1);
        string[] groups = [.. flows.Select(SharedKey).Distinct()];
        ILookup<string, int> members = Enumerable.Range(0, flows.Count).ToLookup(flow => SharedKey(flows[flow]));
        int[] own = shard.Own([.. groups.Select(group => generation.Work(flows[members[group].First()]))]);
        return [.. own.SelectMany(group => members[groups[group]]).Order()];
    }

    /// <summary>Measures those flows of a shard that its folder does not have, and keeps the cells of each there.</summary>
    /// <exception cref="RunFailedException">A flow failed, or the study was interrupted.</exception>
    public void Run(ShardFolder folder, IReadOnlyList<int> own, int threads, StudyProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(progress);
        Run(
            [.. own.Except(folder.Kept)], threads, progress,
            (flow, cells) => folder.Keep(flow, json => RowText.Write(json, cells.Select(cell => cell.Row))), cancellation);
    }

    /// <summary>Number of flows, which are the parts of shards.</summary>
    public int Parts => flows.Count;

    /// <summary>Measures all cells but those that are known, each flow with a thread of its own.</summary>
    /// <param name="known">Cells of an interrupted run of the same study.</param>
    /// <param name="written">Called, one at a time, whenever a flow's cells are there, with all cells so far in their order.</param>
    /// <returns>All cells, in the order start, ε, score, N, seed, fold, t_min.</returns>
    /// <exception cref="RunFailedException">A flow failed, or the study was interrupted.</exception>
    public IReadOnlyList<TradeoffCell> Run(
        int threads, IReadOnlyList<TradeoffCell> known, StudyProgress progress, Action<IReadOnlyList<TradeoffCell>> written,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(written);
        var done = new IReadOnlyList<TradeoffCell>?[flows.Count];
        ILookup<string, TradeoffCell> byFlow =
            known.ToLookup(cell => Key(cell.Start, cell.Epsilon, cell.Score, cell.Samples, cell.Seed, cell.Fold));
        for (int flow = 0; flow < flows.Count; flow++)
        {
            TradeoffCell[] cells = [.. byFlow[Key(flows[flow])]];
            if (cells.Select(cell => cell.Stop).SequenceEqual(tradeoff.Config.Stops))
                done[flow] = cells;
        }

        var writing = new Lock();
        Run(
            [.. Enumerable.Range(0, flows.Count).Where(flow => done[flow] is null)], threads, progress, (flow, cells) =>
            {
                lock (writing)
                {
                    done[flow] = cells;
                    written([.. done.OfType<IReadOnlyList<TradeoffCell>>().SelectMany(one => one)]);
                }
            }, cancellation);
        return [.. done.SelectMany(cells => cells!)];
    }

    /// <param name="finished">Called with each flow and its cells when they are there, by several threads.</param>
    private void Run(
        int[] left, int threads, StudyProgress progress, Action<int, IReadOnlyList<TradeoffCell>> finished,
        CancellationToken cancellation)
    {
        int beside = Math.Max(1, Math.Min(threads, left.Length));
        var generation = new TradeoffGeneration(tradeoff, truth, beside);
        left = [.. left.OrderByDescending(flow => generation.Work(flows[flow]))];
        progress.Begin(left.Length, left.DistinctBy(flow => SharedKey(flows[flow])).Sum(flow => generation.Work(flows[flow])));
        try
        {
            StudyParts.Measure(
                beside, left, (flow, ending) =>
                {
                    IReadOnlyList<TradeoffCell> cells = Measure(flows[flow], generation, progress, ending);
                    progress.FinishLevel();
                    finished(flow, cells);
                }, flow => Key(flows[flow]), cancellation);
        }
        finally
        {
            progress.Clear();
        }
    }

    private TradeoffCell[] Measure(
        TradeoffFlow flow, TradeoffGeneration generation, StudyProgress progress, CancellationToken cancellation)
    {
        Generated generated = !flow.IgnoresSamples ? generation.Run(flow, progress, cancellation)
            : shared.GetOrAdd(SharedKey(flow), _ => new Lazy<Generated>(() => generation.Run(flow, progress, cancellation))).Value;
        var measures = new TradeoffMeasures(tradeoff.Config, truth, flow);
        var cells = new TradeoffCell[tradeoff.Config.Stops.Count];
        for (int stop = 0; stop < cells.Length; stop++)
        {
            cancellation.ThrowIfCancellationRequested();
            cells[stop] = measures.Of(generated, stop);
        }

        return cells;
    }

    private static string Key(TradeoffFlow flow) =>
        Key(flow.Start.Label, flow.Epsilon, flow.Score.Label, flow.Samples, flow.Seed, flow.Fold);

    private static string Key(string start, double epsilon, string score, int samples, int seed, int? fold) =>
        FormattableString.Invariant($"{start},{epsilon:R},{score},{samples},{seed}") + (fold is { } one ? $",{one}" : "");

    /// <summary>Flows with the same key have the same density and samples.</summary>
    private static string SharedKey(TradeoffFlow flow) =>
        Key(flow.Start.Label, flow.Epsilon, flow.Score.Label, flow.IgnoresSamples ? 0 : flow.Samples, flow.Seed, flow.Fold);
}
