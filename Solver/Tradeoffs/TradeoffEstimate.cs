using System.Diagnostics;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Particles;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tradeoffs;

/// <summary>
/// What a trade-off will take, from timed steps of a few of its flows and timed measures of one cell of each; the other flows take time in
/// proportion to their work. Nothing is written.
/// </summary>
/// <param name="Flows">Flows that are computed; those that differ in nothing but what they are compared with count once.</param>
/// <param name="Cells">Rows of tradeoff.csv.</param>
/// <param name="Seconds">Wall time, flows in parallel.</param>
/// <param name="Memory">Bytes of the flows that are in memory at a time, with those of the process.</param>
/// <param name="Files">Number of files.</param>
/// <param name="Bytes">Of all files together.</param>
public sealed record TradeoffEstimate(int Flows, int Cells, double Seconds, double Memory, int Files, double Bytes)
{
    /// <summary>Flows whose steps are timed, spread evenly over the work.</summary>
    private const int MostTimed = 3;

    /// <summary>Sizes of files as committed trade-offs have them: a row of tradeoff.csv and its share of other tables; a figure.</summary>
    private const double BytesOfRow = 550, BytesOfFigure = 280e3;

    /// <summary>study.json, tradeoff.csv, its means, best stops and scaling, and the recommendation.</summary>
    private const int Records = 6;

    private const int Figures = 6;

    /// <summary>A figure of panels.</summary>
    private const double SecondsPerFigure = 0.6;

    /// <exception cref="InputException">A flow cannot be built.</exception>
    /// <exception cref="RunFailedException">Interrupted, or a value is not finite.</exception>
    public static TradeoffEstimate Measure(TradeoffRun run, int threads, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        Tradeoff tradeoff = run.Tradeoff;
        TradeoffFlow[] flows = [.. run.Computed];
        int beside = Math.Max(1, Math.Min(threads, flows.Length));
        var generation = new TradeoffGeneration(tradeoff, run.Truth, beside);
        flows = [.. flows.OrderBy(generation.Work)];
        double start = Environment.WorkingSet, all = 0, greatest = 0, memory = 0, measuring = 0, divergences = 0;
        int timed = Math.Min(MostTimed, flows.Length), from = 0;
        for (int one = 0; one < timed; one++)
        {
            // The flows up to the next one that is timed; the greatest is timed itself.
            int to = (int)((long)(one + 1) * flows.Length / timed);
            TradeoffFlow flow = flows[to - 1];
            using var team = new WorkerTeam(1);
            RunConfig config = generation.Config(flow);
            RunEstimate estimate = RunEstimate.Measure(
                tradeoff.Problem.With(config with { ErrorEstimate = false, Monitors = new MonitorsConfig() }), team, cancellation);
            measuring += SecondsOfCell(run, flow) / timed;
            memory = Math.Max(memory, estimate.Memory - start);
            greatest = estimate.Seconds;
            divergences = estimate.Phases.Where(phase => phase.Name != RunEstimate.Particles).Sum(phase => phase.Seconds);
            for (; from < to; from++)
                all += estimate.Seconds * generation.Work(flows[from]) / generation.Work(flow);
        }

        double cells = measuring * run.Cells, wall = Math.Max((all + cells) / beside, greatest + measuring * tradeoff.Config.Stops.Count);
        wall += LossRuns(tradeoff.Config) * divergences / threads;
        int loss = tradeoff.Config.Loss is null ? 0 : 1, figures = tradeoff.Output.Plots ? Figures + loss : 0;
        int formats = tradeoff.Output.FilesPerFigure;
        wall += figures * SecondsPerFigure;
        return new TradeoffEstimate(
            flows.Length, run.Cells, wall, Environment.WorkingSet + memory * (beside - 1),
            Records + loss + (tradeoff.Config.Folds is null ? 1 : 0) + formats * figures + (tradeoff.Output.Report == false ? 0 : 1),
            BytesOfRow * run.Cells + tradeoff.Json.Length + formats * figures * BytesOfFigure);
    }

    /// <summary>The estimate in lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"flows          {Quoted.Count(Flows)}, {Quoted.Count(Cells)} cells";
        yield return $"time           about {Quoted.Span(Seconds)}, from timed steps and measures";
        yield return $"memory         about {Quoted.Bytes(Memory)}";
        yield return $"files          about {Files}, {Quoted.Bytes(Bytes)}";
    }

    /// <summary>Seconds that the measures of one cell take, and a share of what is prepared once a flow: from u instead of v.</summary>
    private static double SecondsOfCell(TradeoffRun run, TradeoffFlow flow)
    {
        const int Repeats = 2;
        Tradeoff tradeoff = run.Tradeoff;
        double stop = tradeoff.Config.Stops[0];
        var u = new double[run.Truth.Grid.CellCount];
        run.Truth.Law.CellAverages(run.Truth.Grid, 2 * stop, u);
        int count = checked((int)(tradeoff.Base.Particles ?? TradeoffGeneration.Standard).Count);
        var generated = new Generated(
            [new GeneratedLevel(u, 0, 0, 0, 0, 0, 0, 0)], [ParticleEnsemble.FromCells(run.Truth.Grid, u, count, (ulong)flow.Seed)], 0,
            [(0, 0)], run.Truth.Law);
        double once = double.PositiveInfinity, each = double.PositiveInfinity;
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            long before = Stopwatch.GetTimestamp();
            var measures = new TradeoffMeasures(tradeoff.Config, run.Truth, flow);
            once = Math.Min(once, Stopwatch.GetElapsedTime(before).TotalSeconds);
            before = Stopwatch.GetTimestamp();
            _ = measures.Of(generated, 0);
            each = Math.Min(each, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        return once / tradeoff.Config.Stops.Count + each;
    }

    private static int LossRuns(TradeoffConfig config) => config.Loss is not { } loss ? 0
        : config.Epsilons!.Count(epsilon => epsilon > 0) * (1 + (loss.Edges.Count - 1) * config.Seeds.Count);
}
