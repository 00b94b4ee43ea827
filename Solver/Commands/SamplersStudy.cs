using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Plots;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Samplers;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Commands;

/// <summary>A study of samplers: <c>samplers.csv</c>, one row per sampler.</summary>
internal sealed class SamplersStudy(SamplerStudy study) : RowStudy<SamplerRow>("study of samplers", "samplers", "samplers", "calls")
{
    private readonly SamplerStudyRun run = new(study);
    private LawOfStudy? law;

    protected override string Name => study.Name;

    protected override string Json => study.Json;

    protected override StudyOutputConfig Output => study.Output;

    protected override IEnumerable<string> Notes => study.Notes();

    protected override int Rows => run.Rows;

    protected override string RowNoun => "samplers";

    protected override RunIdentity Identity => RunIdentity.Of(study.Json, study.Base.Run, study.Config);

    protected override IReadOnlyList<string> Header => SamplerRow.Header;

    protected override IReadOnlyList<object> Fields(SamplerRow row) => row.Row;

    protected override IReadOnlyList<SamplerRow> Read(string path) => SamplerRow.Read(path);

    protected override string Describe(SamplerRow row) => row.Name;

    protected override IReadOnlyList<SamplerRow> Measure(
        int threads, IReadOnlyList<SamplerRow> known, StudyProgress progress, Action<IReadOnlyList<SamplerRow>> written,
        CancellationToken cancellation)
    {
        law = run.Law(run.Left(known), threads, progress, cancellation);
        return run.Run(law, threads, known, progress, written, cancellation);
    }

    protected override IStudyFindings Conclude(
        IReadOnlyList<SamplerRow> rows, int threads, StudyProgress progress, CancellationToken cancellation) =>
        new Findings(new SamplerSummary(study, law!, rows), run);

    protected override int Parts => run.Rows;

    protected override (double Seconds, double Memory, IEnumerable<string> Lines) Estimate(int threads, CancellationToken cancellation)
    {
        SamplerStudyEstimate estimate = SamplerStudyEstimate.Measure(run, threads, cancellation);
        return (estimate.LawSeconds + estimate.SamplerSeconds, estimate.Memory, estimate.Lines());
    }

    protected override int[] Own(Shard shard) => run.Own(shard);

    protected override void Measure(
        ShardFolder folder, IReadOnlyList<int> own, int threads, StudyProgress progress, CancellationToken cancellation) =>
        run.Run(folder, own, threads, progress, cancellation);

    protected override SamplerRow Of(RowText row) => SamplerRow.Of(row);

    private sealed class Findings(SamplerSummary summary, SamplerStudyRun run) : IStudyFindings
    {
        private readonly SamplerReport report = new(summary, run);

        public void Write(StudyFolder folder) => report.Write(folder);

        public void Write(Utf8JsonWriter json) => report.Write(json);

        public void Write(TextWriter output) => report.Write(output);

        public IEnumerable<Figure> Figures() => [SamplerPlot.Draw(summary, Rendering.Of(summary.Study.Output))];

        public ReportContent Page() => SamplerPage.Of(summary);
    }
}
