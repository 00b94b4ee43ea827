using System.Globalization;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Commands;

/// <summary>A study as its shards see it.</summary>
/// <param name="Output">The folder of its results.</param>
/// <param name="Parts">Number of parts that shards are made of.</param>
/// <param name="Estimate">What it will take: seconds with <c>--threads</c> threads, bytes of a process, and all of it in lines.</param>
/// <param name="Identity">What shards must agree in to be joined.</param>
/// <param name="Own">The parts of a shard.</param>
/// <param name="Run">Computes those parts of a shard that its folder does not have, and keeps them there.</param>
internal sealed record ShardedStudy(
    string Name, string Output, int Parts, Func<(double Seconds, double Memory, IEnumerable<string> Lines)> Estimate,
    Func<RunIdentity> Identity, Func<Shard, int[]> Own, Action<ShardFolder, IReadOnlyList<int>> Run);

/// <summary>What <c>study</c> does with shards: computes the parts of one, or prints the job that computes all.</summary>
internal static class StudyShards
{
    /// <summary>Longest run of a job relative to what was estimated, and what starting costs.</summary>
    private const double Margin = 2, MemoryMargin = 1.5;

    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(5);

    /// <summary>What --estimate, --slurm and --shard ask for; null where the study itself, or --join, is asked for.</summary>
    /// <exception cref="RunFailedException">A part failed, or the process was interrupted: what is there is kept.</exception>
    public static int? Execute(RunFlags flags, Session session, StudyProgress progress, ShardedStudy study)
    {
        if (flags.Shard is not null)
            return Compute(flags, session, progress, study, Shard.Parse(flags.Shard, Environment.GetEnvironmentVariable));
        if (!flags.Estimate && flags.Slurm is null)
            return null;
        (double seconds, double memory, IEnumerable<string> lines) = study.Estimate();
        if (flags.Estimate)
        {
            foreach (string line in lines)
                session.Output.WriteLine(line);
        }
        else
        {
            WriteSlurm(flags, study, seconds, memory, session.Output);
        }

        return ExitCode.Finished;
    }

    /// <summary>Computes the parts of a shard that its folder does not have.</summary>
    private static int Compute(RunFlags flags, Session session, StudyProgress progress, ShardedStudy study, Shard shard)
    {
        int[] own = study.Own(shard);
        using ShardFolder folder = ShardFolder.Open(study.Output, shard, study.Identity(), own, flags.Force, progress.Note);
        if (folder.Kept.Count > 0)
        {
            progress.Note(string.Create(
                CultureInfo.InvariantCulture, $"resuming {shard}: {own.Length - folder.Kept.Count} of {own.Length} parts left"));
        }

        try
        {
            study.Run(folder, own);
        }
        catch (Exception failure) when (!session.Cancellation.IsCancellationRequested && failure is RunFailedException or InputException)
        {
            folder.Fail(failure.Message);
            throw;
        }

        folder.Finish();
        session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shard}: {own.Length} parts in {folder.Path}"));
        return ExitCode.Finished;
    }

    /// <summary>Prints the script of a job array of so many shards, and how their results are joined.</summary>
    /// <param name="seconds">Of the whole study with <c>--threads</c> threads.</param>
    /// <param name="memory">Bytes of one process.</param>
    private static void WriteSlurm(RunFlags flags, ShardedStudy study, double seconds, double memory, TextWriter script)
    {
        int count = Math.Min(flags.Slurm!.Value, study.Parts);
        var time = TimeSpan.FromMinutes(Math.Ceiling((StartUp + TimeSpan.FromSeconds(Margin * seconds / count)).TotalMinutes));
        long megabytes = (long)Math.Ceiling(MemoryMargin * memory / (1 << 20) / 256) * 256;
        string command = $"{Program()} study {Quote(Path.GetFullPath(flags.File))} --out {Quote(Path.GetFullPath(study.Output))}"
            + string.Concat(flags.Overrides.Select(set => $" --set {Quote(set)}")) + (flags.Reproducible ? " --reproducible" : "");
        string threads = flags.Threads.ToString(CultureInfo.InvariantCulture);
        foreach (string line in (string[])
        [
            "#!/bin/bash",
            string.Create(CultureInfo.InvariantCulture, $"# {study.Parts} parts in {count} shards. Submit with sbatch; ")
                + "a task that is killed or requeued goes on.",
            $"# Then: {command} --join",
            $"#SBATCH --job-name={study.Name}",
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --array=1-{count}"),
            "#SBATCH --ntasks=1",
            $"#SBATCH --cpus-per-task={threads}",
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --mem={megabytes}M"),
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --time={(int)time.TotalDays}-{time:hh\\:mm\\:ss}"),
            "#SBATCH --requeue",
            "#SBATCH --output=%x-%a.log",
            $"exec {command} --shard {Shard.OfArray} --threads {threads} --quiet",
        ])
        {
            script.WriteLine(line);
        }
    }

    /// <summary>How this program was started, for a shell.</summary>
    private static string Program()
    {
        string process = Environment.ProcessPath ?? "pdediffusion", library = Environment.GetCommandLineArgs()[0];
        return Path.GetFileNameWithoutExtension(process) == "dotnet" && library.EndsWith(".dll", StringComparison.Ordinal)
            ? $"{Quote(process)} {Quote(Path.GetFullPath(library))}" : Quote(process);
    }

    private static string Quote(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+=:,@%".Contains(letter, StringComparison.Ordinal))
            ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
