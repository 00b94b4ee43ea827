using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Plots;
using PdeDiffusion.Reports;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Commands;

/// <summary>What the rows of a study come to.</summary>
internal interface IStudyFindings
{
    /// <summary>Writes the files beside the table of rows.</summary>
    void Write(StudyFolder folder);

    /// <summary>Writes <c>results</c> of <c>study.json</c>.</summary>
    void Write(Utf8JsonWriter json);

    /// <summary>Prints them.</summary>
    void Write(TextWriter output);

    /// <summary>The figures.</summary>
    IEnumerable<Figure> Figures();

    /// <summary>The page.</summary>
    ReportContent Page();
}

/// <summary>
/// A kind of study whose rows are measured one by one, with what its verb does: an interrupted one keeps its rows, and <c>--resume</c>
/// measures the others.
/// </summary>
/// <typeparam name="TRow">A row of its table.</typeparam>
/// <param name="noun">As messages call it.</param>
/// <param name="table">Its table, without extension.</param>
/// <param name="parts">What it is made of, for progress.</param>
/// <param name="unit">What its work is counted in.</param>
internal abstract class RowStudy<TRow>(string noun, string table, string parts, string unit)
{
    private const int MostNamed = 5;

    protected abstract string Name { get; }

    /// <summary>The resolved study as JSON, without the folder it is written to.</summary>
    protected abstract string Json { get; }

    protected abstract StudyOutputConfig Output { get; }

    /// <summary>Notes on valid input, one line each.</summary>
    protected abstract IEnumerable<string> Notes { get; }

    /// <summary>Number of rows.</summary>
    protected abstract int Rows { get; }

    /// <summary>What a row is called where they are counted.</summary>
    protected abstract string RowNoun { get; }

    /// <summary>What a resumed study must agree with.</summary>
    /// <exception cref="InputException">A file that the study names cannot be read.</exception>
    protected abstract RunIdentity Identity { get; }

    protected abstract IReadOnlyList<string> Header { get; }

    protected abstract IReadOnlyList<object> Fields(TRow row);

    /// <summary>The rows of a table; none if there is no such file.</summary>
    /// <exception cref="InputException">The file is not such a table.</exception>
    protected abstract IReadOnlyList<TRow> Read(string path);

    /// <summary>A row in words.</summary>
    protected abstract string Describe(TRow row);

    /// <summary>Measures all rows but those that are known.</summary>
    /// <param name="written">Called whenever a row is there, with all rows so far in their order.</param>
    /// <exception cref="Flows.RunFailedException">A row failed, or the study was interrupted.</exception>
    protected abstract IReadOnlyList<TRow> Measure(
        int threads, IReadOnlyList<TRow> known, StudyProgress progress, Action<IReadOnlyList<TRow>> written,
        CancellationToken cancellation);

    /// <summary>What all rows come to.</summary>
    protected abstract IStudyFindings Conclude(
        IReadOnlyList<TRow> rows, int threads, StudyProgress progress, CancellationToken cancellation);

    /// <summary>What the study will take: seconds, bytes of memory, and all of it in lines.</summary>
    protected abstract (double Seconds, double Memory, IEnumerable<string> Lines) Estimate(int threads, CancellationToken cancellation);

    /// <summary>Number of parts that shards are made of.</summary>
    protected abstract int Parts { get; }

    /// <summary>The parts of a shard.</summary>
    protected abstract int[] Own(Shard shard);

    /// <summary>Measures those parts of a shard that its folder does not have, and keeps them there.</summary>
    /// <exception cref="Flows.RunFailedException">A part failed, or the study was interrupted.</exception>
    protected abstract void Measure(
        ShardFolder folder, IReadOnlyList<int> own, int threads, StudyProgress progress, CancellationToken cancellation);

    /// <summary>A row that a shard kept.</summary>
    protected abstract TRow Of(RowText row);

    /// <summary>Runs the study, or what is left of it; with <c>--estimate</c> only says what it will take.</summary>
    public int Execute(RunFlags flags, Session session, Stopwatch watch, RunClock clock)
    {
        string path = flags.OutputFolder(Output.Directory, Name);
        var progress = new StudyProgress(session.Error, session.Terminal, flags.Quiet, parts, unit);
        var sharded = new ShardedStudy(
            Name, path, Parts, () => Estimate(flags.Threads, session.Cancellation), () => Identity, Own,
            (kept, own) => Measure(kept, own, flags.Threads, progress, session.Cancellation));
        if (StudyShards.Execute(flags, session, progress, sharded) is { } code)
            return code;

        RunIdentity identity = Identity;
        TRow[]? joined = flags.Join
            ? [.. ShardFolder.Join(path, identity, Parts, progress.Note).SelectMany(RowText.Read).Select(Of)] : null;
        using StudyFolder folder = StudyFolder.Open(
            path, Json, flags.Reproducible ? null : clock, flags.Force, flags.Resume ? found => Difference(found, identity) : null);
        foreach (string note in Notes)
            progress.Note($"note: {note}");
        if (flags.Resume && folder.IsRepeat)
        {
            progress.Note($"the {noun} in {folder.Path} is finished: nothing to resume");
            session.Output.WriteLine(folder.Path);
            return ExitCode.Finished;
        }

        IReadOnlyList<TRow> known = joined ?? (flags.Resume ? Known(folder.Path, identity, progress) : []);
        if (known.Count > 0 && joined is null)
            progress.Note(string.Create(CultureInfo.InvariantCulture, $"resuming: {Rows - known.Count} of {Rows} {RowNoun} left"));
        // The rows of a finished study are kept until all have been measured again.
        Action<IReadOnlyList<TRow>> keep = folder.IsRepeat ? _ => { } : WriteSoFar;
        IReadOnlyList<TRow> rows;
        IStudyFindings findings;
        try
        {
            keep(known);
            rows = Measure(flags.Threads, known, progress, keep, session.Cancellation);
            findings = Conclude(rows, flags.Threads, progress, session.Cancellation);
        }
        finally
        {
            progress.Clear();
        }

        Write(rows);
        findings.Write(folder);
        if (Output.Plots)
            StudyCommand.WriteFigures(findings.Figures(), folder.Claim, progress, session.Cancellation);
        if (Output.Report != false)
            ReportPage.Write(folder.Claim, findings.Page());
        folder.Finish(watch.Elapsed, findings.Write);
        findings.Write(session.Output);
        session.Output.WriteLine(folder.Path);
        return ExitCode.Finished;

        void WriteSoFar(IReadOnlyList<TRow> sofar)
        {
            folder.Claim.Write(StudyFolder.ResumeOf(table), RowRecord.Of(identity, sofar.Select(Fields)).Write);
            Write(sofar);
        }

        void Write(IReadOnlyList<TRow> all) => folder.WriteTable(table + ".csv", Header, all.Select(Fields));
    }

    private string? Difference(string folder, RunIdentity identity) =>
        RowRecord.Read(Path.Combine(folder, StudyFolder.ResumeOf(table)), Json) is { } record
            && identity.DifferenceFrom(record.Identity) is { } difference
            ? $"contains {RowNoun} that --resume cannot keep: {difference}; choose another folder with --out, "
                + "or omit --resume to start over"
            : null;

    /// <summary>The rows in a folder that are as they were written; the others are named.</summary>
    private IReadOnlyList<TRow> Known(string folder, RunIdentity identity, StudyProgress progress)
    {
        IReadOnlyList<TRow> found = Read(Path.Combine(folder, table + ".csv"));
        if (RowRecord.Read(Path.Combine(folder, StudyFolder.ResumeOf(table)), Json) is not { } record)
        {
            if (found.Count > 0)
                progress.Note($"{StudyFolder.ResumeOf(table)} is missing or damaged: all {RowNoun} are measured again");
            return [];
        }

        if (identity.NoteOn(record.Identity) is { } processor)
            progress.Note(processor);
        ILookup<bool, TRow> isKept = found.ToLookup(row => record.Contains(Fields(row)));
        TRow[] changed = [.. isKept[false]];
        if (changed.Length > 0)
        {
            progress.Note(
                $"{table}.csv has rows that were changed after they were written and are measured again: "
                + string.Join("; ", changed.Take(MostNamed).Select(Describe))
                + (changed.Length <= MostNamed ? ""
                    : string.Create(CultureInfo.InvariantCulture, $" and {changed.Length - MostNamed} more")));
        }

        return [.. isKept[true]];
    }
}
