using System.Globalization;
using System.Text.RegularExpressions;
using PdeDiffusion.Files;

namespace PdeDiffusion.Studies;

/// <summary>Part K of the N that a study is cut into, to be computed anywhere, in any order, and joined.</summary>
/// <param name="Number">K, from 1 to N.</param>
/// <param name="Count">N.</param>
public readonly partial record struct Shard(int Number, int Count)
{
    /// <summary>More tasks than the largest arrays of clusters have.</summary>
    public const int MostShards = 10_000;

    /// <summary>The word for the task of the job array that this process is.</summary>
    public const string OfArray = "slurm";

    private const string Option = "--shard";

    /// <summary>Reads <c>K/N</c>, or <c>slurm</c>: the place of <c>SLURM_ARRAY_TASK_ID</c> in its array.</summary>
    /// <param name="environment">Value of an environment variable; null if it is not set.</param>
    /// <exception cref="InputException">It is neither, or out of range, or there is no array.</exception>
    public static Shard Parse(string text, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(environment);
        if (text == OfArray)
            return OfSlurm(environment);
        string[] parts = text.Split('/');
        return parts.Length == 2 && Whole(parts[0]) is { } number && Whole(parts[1]) is { } count
            && count is >= 1 and <= MostShards && number >= 1 && number <= count
            ? new Shard(number, count)
            : throw Wrong($"must be K/N with 1 <= K <= N <= {MostShards}, or {OfArray}, but is {Printable.Quote(text)}");
    }

    /// <summary>The folder that contains the shards of a study, beside that of its results.</summary>
    public static string FolderOf(string output) => Path.TrimEndingDirectorySeparator(output) + ".shards";

    /// <summary>The shard whose folder has this name; null if it is none.</summary>
    public static Shard? OfFolder(string name) =>
        NameOfFolder().Match(name) is { Success: true } match && Whole(match.Groups[1].Value) is { } number
            && Whole(match.Groups[2].Value) is { } count && number >= 1 && number <= count ? new Shard(number, count) : null;

    /// <summary>The name of its folder.</summary>
    public string FolderName => string.Create(CultureInfo.InvariantCulture, $"{Number}-of-{Count}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"shard {Number} of {Count}");

    /// <summary>
    /// The items of this shard, in their order: each item, the largest first, goes to the shard with the least work so far.
    /// </summary>
    /// <param name="work">Of each item.</param>
    public int[] Own(IReadOnlyList<double> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var loads = new double[Count];
        var own = new List<int>();
        foreach (int item in Enumerable.Range(0, work.Count).OrderByDescending(item => work[item]))
        {
            int least = Array.IndexOf(loads, loads.Min());
            loads[least] += work[item];
            if (least == Number - 1)
                own.Add(item);
        }

        own.Sort();
        return [.. own];
    }

    private static Shard OfSlurm(Func<string, string?> environment)
    {
        int Read(string name, int? absent) => environment(name) is not { } text
            ? absent ?? throw Wrong($"{OfArray} requires a job array, but {name} is not set: submit the script that --slurm prints")
            : Whole(text) ?? throw Wrong($"{name} must be a whole number, but is {Printable.Quote(text)}");
        int task = Read("SLURM_ARRAY_TASK_ID", null), count = Read("SLURM_ARRAY_TASK_COUNT", null);
        int least = Read("SLURM_ARRAY_TASK_MIN", 1), step = Read("SLURM_ARRAY_TASK_STEP", 1);
        int place = step > 0 && (task - least) % step == 0 ? (task - least) / step : -1;
        return place >= 0 && place < count && count <= MostShards ? new Shard(place + 1, count) : throw Wrong(
            string.Create(CultureInfo.InvariantCulture, $"task {task} is none of the {count} of an array that begins at {least}: ")
            + "its tasks must be equally spaced, as in 1-8");
    }

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static InputException Wrong(string message) => new(new InputProblem(Option, null, null, message));

    [GeneratedRegex("^([0-9]+)-of-([0-9]+)$")]
    private static partial Regex NameOfFolder();
}
