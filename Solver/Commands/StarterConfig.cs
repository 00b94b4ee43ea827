using System.Text;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Commands;

/// <summary>A config to start from, written by <c>new</c>.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Verb">The verb that runs it.</param>
/// <param name="Content">What it shows.</param>
internal sealed record StarterConfig(string Name, string Verb, string Content)
{
    /// <summary>All of them; the first is the default.</summary>
    public static IReadOnlyList<StarterConfig> All { get; } =
    [
        new("points", "run", "weighted points on a line: noise, then generation from a Gaussian"),
        new("gaussians", "run", "two Gaussians in the plane, with particles and snapshots for NumPy"),
        new("lemniscate", "run", "generation on a curve in the plane"),
        new("audit", "audit", "what a score gets wrong, against data and theorems"),
        new("trade-off", "study", "where to stop with N samples: likelihood, novelty and distance over the stopping time"),
    ];

    /// <summary>The names of all.</summary>
    public static string[] Names { get; } = [.. All.Select(starter => starter.Name)];

    /// <summary>The JSON with comments that name the commands for it.</summary>
    /// <param name="file">The file that it is written to, as commands name it.</param>
    public string Text(string file)
    {
        using Stream stream = typeof(StarterConfig).Assembly.GetManifestResourceStream($"PdeDiffusion.Commands.Templates.{Name}.json")
            ?? throw new InvalidOperationException($"the program lacks the template {Name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Replace("PROGRAM", ProgramCall.Text, StringComparison.Ordinal)
            .Replace("FILE", file, StringComparison.Ordinal);
    }
}
