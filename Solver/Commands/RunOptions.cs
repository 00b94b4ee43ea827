using System.CommandLine;
using System.Globalization;

namespace PdeDiffusion.Commands;

/// <summary>The values of the options that verbs share.</summary>
internal sealed record RunFlags(
    string File, string? Out, bool Force, bool Resume, IReadOnlyList<string> Overrides, int Threads, bool Reproducible, bool Quiet,
    bool Verbose, bool Estimate = false, string? Shard = null, bool Join = false, int? Slurm = null)
{
    /// <summary>The folder that a verb writes to: that of --out, else that of the config, else out/NAME.</summary>
    /// <param name="configured"><c>output.directory</c>.</param>
    public string OutputFolder(string? configured, string name) => Out ?? configured ?? Path.Combine("out", name);
}

/// <summary>The options that verbs share; a verb uses a subset of them.</summary>
/// <param name="file">Name of the file argument in help texts.</param>
internal sealed class RunOptions(string file = "FILE")
{
    private readonly HashSet<Option> taken = [];

    public Argument<string> File { get; } = new(file);

    public Option<string?> Out { get; } = new("--out")
    {
        Description = "Output folder; overrides the config.",
        HelpName = "DIR",
    };

    public Option<bool> Force { get; } = new("--force");

    public Option<bool> Resume { get; } = new("--resume");

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "Override one key of the config, e.g. time.steps=100; may be repeated.",
        HelpName = "KEY=VALUE",
    };

    public Option<int> Threads { get; } = new("--threads")
    {
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public Option<bool> Reproducible { get; } = new("--reproducible") { Description = "Omit times and machine from the outputs." };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "Show no progress; of a run only verdict and folder." };

    public Option<bool> Estimate { get; } = new("--estimate")
    {
        Description = "Say what the run will take: time from timed steps, memory, files.",
    };

    public Option<string?> Shard { get; } = new("--shard")
    {
        Description = "Compute part K of N only, or that of this task of a Slurm array; called again, it goes on.",
        HelpName = "K/N|slurm",
    };

    public Option<bool> Join { get; } = new("--join") { Description = "Join the shards, once all are computed." };

    public Option<int?> Slurm { get; } = new("--slurm")
    {
        Description = "Print the Slurm script that computes the study in N shards. Nothing is written.",
        HelpName = "N",
    };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Show every monitor, and a stack trace with an error." };

    /// <summary>A verb that takes the file and some of the flags.</summary>
    public Command Verb(string name, string description, Session session, Func<RunFlags, int> execute, params ReadOnlySpan<Option> options)
    {
        var command = new Command(name, description) { File };
        foreach (Option option in options)
        {
            taken.Add(option);
            command.Add(option);
        }

        Threads.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && int.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out int number)
                && number is < 1 or > 1024)
            {
                given.AddError("--threads must be from 1 to 1024");
            }
        });
        if (taken.Contains(Force) && taken.Contains(Resume))
        {
            command.Validators.Add(given =>
            {
                if (given.GetValue(Force) && given.GetValue(Resume))
                    given.AddError("--force starts over, --resume continues: use only one of them");
            });
        }

        if (taken.Contains(Shard))
        {
            command.Validators.Add(given =>
            {
                Option[] own = [Shard, Join, Slurm, Estimate];
                string[] used = [.. own.Where(option => given.GetResult(option) is { Implicit: false }).Select(option => option.Name)];
                if (used.Length > 1)
                    given.AddError($"{string.Join(" and ", used)} cannot be used together");
                if (given.GetResult(Slurm) is { Implicit: false } slurm && slurm.Errors.Any() == false
                    && given.GetValue(Slurm) is < 1 or > Studies.Shard.MostShards)
                {
                    given.AddError($"--slurm must be from 1 to {Studies.Shard.MostShards}");
                }
            });
        }

        command.SetAction(parsed =>
        {
            RunFlags flags = Read(parsed);
            return session.Guard(() => execute(flags), flags.Verbose);
        });
        return command;
    }

    private RunFlags Read(ParseResult parsed)
    {
        return new RunFlags(
            parsed.GetRequiredValue(File), Value(Out), Value(Force), Value(Resume), Value(Set) ?? [],
            taken.Contains(Threads) ? Value(Threads) : Environment.ProcessorCount, Value(Reproducible), Value(Quiet), Value(Verbose),
            Value(Estimate), Value(Shard), Value(Join), Value(Slurm));

        T? Value<T>(Option<T> option) => taken.Contains(option) ? parsed.GetValue(option) : default;
    }
}
