using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Runs;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Commands;

/// <summary>What <c>study</c> does with a shard: computes its parts, joins all of them, or prints the job that does.</summary>
internal static class StudyShards
{
    /// <summary>Longest run of a job relative to what was estimated, and what starting costs.</summary>
    private const double Margin = 2, MemoryMargin = 1.5;

    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(5);

    /// <summary>Computes the parts of a shard that its folder does not have.</summary>
    /// <param name="run">Computes those of them that the folder does not keep.</param>
    /// <exception cref="RunFailedException">A part failed, or the process was interrupted: what is there is kept.</exception>
    public static int Compute(
        RunFlags flags, string output, Shard shard, RunIdentity identity, IReadOnlyList<int> own, StudyProgress progress,
        Session session, Action<ShardFolder> run)
    {
        using ShardFolder folder = ShardFolder.Open(output, shard, identity, own, flags.Force, progress.Note);
        if (folder.Kept.Count > 0)
        {
            progress.Note(string.Create(
                CultureInfo.InvariantCulture, $"resuming {shard}: {own.Count - folder.Kept.Count} of {own.Count} parts left"));
        }

        try
        {
            run(folder);
        }
        catch (Exception failure) when (!session.Cancellation.IsCancellationRequested && failure is RunFailedException or InputException)
        {
            folder.Fail(failure.Message);
            throw;
        }

        folder.Finish();
        session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shard}: {own.Count} parts in {folder.Path}"));
        return ExitCode.Finished;
    }

    /// <summary>The parts of all shards.</summary>
    /// <exception cref="InputException">Shards are missing, unfinished or of another study: each is named.</exception>
    public static JsonElement[] Join(string output, RunIdentity identity, int parts, StudyProgress progress) =>
        ShardFolder.Join(output, identity, parts, progress.Note);

    /// <summary>Prints the script of a job array of so many shards, and how their results are joined.</summary>
    /// <param name="seconds">Of the whole study with <c>--threads</c> threads.</param>
    /// <param name="memory">Bytes of one process.</param>
    public static void WriteSlurm(
        RunFlags flags, string output, string name, int parts, double seconds, double memory, TextWriter script)
    {
        int count = Math.Min(flags.Slurm!.Value, parts);
        var time = TimeSpan.FromMinutes(Math.Ceiling((StartUp + TimeSpan.FromSeconds(Margin * seconds / count)).TotalMinutes));
        long megabytes = (long)Math.Ceiling(MemoryMargin * memory / (1 << 20) / 256) * 256;
        string study = $"{Program()} study {Quote(Path.GetFullPath(flags.File))} --out {Quote(Path.GetFullPath(output))}"
            + string.Concat(flags.Overrides.Select(set => $" --set {Quote(set)}")) + (flags.Reproducible ? " --reproducible" : "");
        string threads = flags.Threads.ToString(CultureInfo.InvariantCulture);
        foreach (string line in (string[])
        [
            "#!/bin/bash",
            string.Create(CultureInfo.InvariantCulture, $"# {parts} parts in {count} shards. Submit with sbatch; ")
                + "a task that is killed or requeued goes on.",
            $"# Then: {study} --join",
            $"#SBATCH --job-name={PortableName(name)}",
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --array=1-{count}"),
            "#SBATCH --ntasks=1",
            $"#SBATCH --cpus-per-task={threads}",
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --mem={megabytes}M"),
            string.Create(CultureInfo.InvariantCulture, $"#SBATCH --time={(int)time.TotalDays}-{time:hh\\:mm\\:ss}"),
            "#SBATCH --requeue",
            "#SBATCH --output=%x-%a.log",
            $"exec {study} --shard {Shard.OfArray} --threads {threads} --quiet",
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

    private static string PortableName(string name) =>
        string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-'));
}
