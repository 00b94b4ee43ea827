using System.CommandLine;
using PdeDiffusion.Audits;
using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Samplers;
using PdeDiffusion.Studies;
using PdeDiffusion.Threads;
using PdeDiffusion.Tradeoffs;

namespace PdeDiffusion.Commands;

/// <summary><c>check FILE</c>: reports all errors of an input file; writes nothing.</summary>
public static class CheckCommand
{
    /// <summary>The checks for each kind of file; each returns a description.</summary>
    private static readonly Dictionary<InputKind, Func<ConfigDocument, RunFlags, Session, string>> Checks = new()
    {
        [InputKind.Run] = Run,
        [InputKind.Audit] = Audit,
        [InputKind.Study] = Study,
        [InputKind.Tradeoff] = Tradeoff,
        [InputKind.Samplers] = Samplers,
        [InputKind.Figure] = Figure,
        [InputKind.Mesh] = (document, _, _) =>
            FormattableString.Invariant($"a mesh of {MeshFile.Build(MeshFile.Read(document)).CellCount} cells"),
    };

    public static Command Create(Session session)
    {
        var options = new RunOptions
        {
            File = { Description = "The config, of any kind, or - for standard input." },
            Threads = { Description = "Number of threads that --estimate reckons with." },
        };
        return options.Verb(
            "check", CommandLine.Describe("Validate a config; write nothing.", "check configs/three-diracs.json"), session,
            flags => Execute(flags, session), options.Set, options.Estimate, options.Threads, options.Verbose);
    }

    private static int Execute(RunFlags flags, Session session)
    {
        ConfigDocument document = ConfigDocument.Read(flags.File, session.Cancellation);
        InputKind kind = document.Kind ?? InputKind.Run;
        if (flags.Overrides.Count > 0 && kind == InputKind.Mesh)
        {
            throw new InputException(new InputProblem(
                "--set", null, null, $"applies to runs, studies and figures only, but {document.Name} is {kind.Noun}"));
        }

        if (flags.Estimate && kind != InputKind.Run && kind.Verb != InputKind.Study.Verb)
        {
            throw new InputException(new InputProblem(
                "--estimate", null, null, $"applies to runs and studies only, but {document.Name} is {kind.Noun}"));
        }

        string found = Checks[kind](document, flags, session);
        session.Output.WriteLine($"{flags.File}: valid; {found}");
        return ExitCode.Finished;
    }

    private static string Run(ConfigDocument document, RunFlags flags, Session session)
    {
        RunConfig config = ConfigFile.Read(document, flags.Overrides, out ConfigSource source);
        using var team = new WorkerTeam(flags.Estimate ? flags.Threads : 1);
        Problem problem = new PreparedRun(new Problem(config, source), team).Problem;
        foreach (string note in problem.Notes().Concat(problem.Proposals()))
            session.Error.WriteLine($"note: {note}");
        Require(RunFileList.Most(problem), flags.OutputFolder(config.Output.Directory, config.Name), source);
        string found = FormattableString.Invariant($"{problem.Grid.CellCount} cells, {problem.Times.Warmup} + {problem.Times.Last} steps");
        return flags.Estimate
            ? string.Join('\n', [found, .. RunEstimate.Measure(problem, team, session.Cancellation).Lines()])
            : found;
    }

    private static string Audit(ConfigDocument document, RunFlags flags, Session session)
    {
        RunConfig config = ConfigFile.ReadAudit(document, flags.Overrides, out ConfigSource source);
        using var team = new WorkerTeam(1);
        var run = new AuditRun(new PreparedRun(new Problem(config, source), team));
        return FormattableString.Invariant($"an audit of {run.Levels} levels, {run.Problem.Grid.CellCount} cells");
    }

    private static string Study(ConfigDocument document, RunFlags flags, Session session)
    {
        Study study = StudyFile.Read(document, flags.Overrides);
        var run = new StudyRun(study);
        Require(StudySize.Disk(study), flags.OutputFolder(study.Config.Output.Directory, study.Config.Name), study.Source);
        string found = FormattableString.Invariant($"a study of {run.Runs} runs");
        return flags.Estimate
            ? string.Join('\n', [found, .. StudyEstimate.Measure(run, flags.Threads, session.Cancellation).Lines()])
            : found;
    }

    private static string Tradeoff(ConfigDocument document, RunFlags flags, Session session)
    {
        Tradeoff tradeoff = TradeoffFile.Read(document, flags.Overrides);
        foreach (string note in tradeoff.Source.Notes)
            session.Error.WriteLine($"note: {note}");
        var run = new TradeoffRun(tradeoff);
        Require(run.Disk(), flags.OutputFolder(tradeoff.Output.Directory, tradeoff.Name), tradeoff.Source);
        string found = FormattableString.Invariant($"a trade-off of {run.Cells} cells");
        return flags.Estimate
            ? string.Join('\n', [found, .. TradeoffEstimate.Measure(run, flags.Threads, session.Cancellation).Lines()])
            : found;
    }

    private static string Samplers(ConfigDocument document, RunFlags flags, Session session)
    {
        SamplerStudy study = SamplerStudyFile.Read(document, flags.Overrides);
        var run = new SamplerStudyRun(study);
        foreach (string note in study.Notes())
            session.Error.WriteLine($"note: {note}");
        Require(run.Disk(), flags.OutputFolder(study.Output.Directory, study.Name), study.Source);
        string found = FormattableString.Invariant($"a study of {run.Rows} samplers, {study.Config.Seeds.Count} seeds each");
        return flags.Estimate
            ? string.Join('\n', [found, .. SamplerStudyEstimate.Measure(run, flags.Threads, session.Cancellation).Lines()])
            : found;
    }

    /// <exception cref="InputException">The disk has less space than the files need.</exception>
    private static void Require(IReadOnlyList<SizePart> disk, string folder, ConfigSource source)
    {
        if (RunSize.Shortage(disk, folder) is { } shortage)
            throw source.Wrong("output", $"{shortage}: choose another output.directory, or write less");
    }

    private static string Figure(ConfigDocument document, RunFlags flags, Session session)
    {
        FigureFile figure = ConfigFile.ReadFigure(document, out ConfigSource source);
        using var team = new WorkerTeam(1);
        new FigureFileDrawing(figure, source, flags.Overrides, team).Check();
        return $"a figure, {string.Join(" and ", FigureFileDrawing.Names(figure))}";
    }
}
