using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Plots;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Commands;

/// <summary>A trade-off: <c>tradeoff.csv</c>, one row per cell.</summary>
internal sealed class TradeoffStudy(Tradeoff tradeoff) : RowStudy<TradeoffCell>("trade-off", "tradeoff", "flows", "terms")
{
    private readonly TradeoffRun run = new(tradeoff);

    protected override string Name => tradeoff.Name;

    protected override string Json => tradeoff.Json;

    protected override StudyOutputConfig Output => tradeoff.Output;

    protected override IEnumerable<string> Notes => tradeoff.Source.Notes;

    protected override int Rows => run.Cells;

    protected override string RowNoun => "cells";

    protected override RunIdentity Identity => RunIdentity.Of(tradeoff.Json, tradeoff.Base, tradeoff.Config);

    protected override IReadOnlyList<string> Header =>
        tradeoff.Config.Folds is null ? TradeoffCell.Header : TradeoffCell.HeaderOfFolds;

    protected override IReadOnlyList<object> Fields(TradeoffCell row) => row.Row;

    protected override IReadOnlyList<TradeoffCell> Read(string path) => TradeoffCell.Read(path);

    protected override string Describe(TradeoffCell row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Start}, epsilon {row.Epsilon:R}, {row.Score}, {row.Samples} samples, seed {row.Seed}, "
        + $"{(row.Fold is { } fold ? $"fold {fold}, " : "")}t_min {row.Stop:R}");

    protected override IReadOnlyList<TradeoffCell> Measure(
        int threads, IReadOnlyList<TradeoffCell> known, StudyProgress progress, Action<IReadOnlyList<TradeoffCell>> written,
        CancellationToken cancellation) => run.Run(threads, known, progress, written, cancellation);

    protected override IStudyFindings Conclude(
        IReadOnlyList<TradeoffCell> rows, int threads, StudyProgress progress, CancellationToken cancellation) =>
        new Findings(tradeoff, new TradeoffSummary(rows), tradeoff.Config.Loss is null
            ? [] : new LossWeights(tradeoff).Run(threads, progress, cancellation));

    protected override int Parts => run.Parts;

    protected override (double Seconds, double Memory, IEnumerable<string> Lines) Estimate(int threads, CancellationToken cancellation)
    {
        TradeoffEstimate estimate = TradeoffEstimate.Measure(run, threads, cancellation);
        return (estimate.Seconds, estimate.Memory, estimate.Lines());
    }

    protected override int[] Own(Shard shard) => run.Own(shard);

    protected override void Measure(
        ShardFolder folder, IReadOnlyList<int> own, int threads, StudyProgress progress, CancellationToken cancellation) =>
        run.Run(folder, own, threads, progress, cancellation);

    protected override TradeoffCell Of(RowText row) => TradeoffCell.Of(row);

    private sealed class Findings(Tradeoff tradeoff, TradeoffSummary summary, IReadOnlyList<LossWeight> loss) : IStudyFindings
    {
        private readonly TradeoffReport report = new(summary, loss);

        public void Write(StudyFolder folder) => report.Write(folder);

        public void Write(Utf8JsonWriter json) => report.Write(json);

        public void Write(TextWriter output) => report.Write(output);

        public IEnumerable<Figure> Figures() => new TradeoffPlots(tradeoff.Name, summary, loss, Rendering.Of(tradeoff.Output)).Draw();

        public ReportContent Page() => TradeoffPage.Of(tradeoff, summary, loss);
    }
}
