using System.CommandLine;
using System.CommandLine.Completions;

namespace PdeDiffusion.Commands;

/// <summary>What a shell completes after a verb.</summary>
/// <param name="Name">The verb.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Options">Its options.</param>
/// <param name="Words">The values of its argument; empty where that is a file or a folder.</param>
internal sealed record CompletedVerb(string Name, string Description, IReadOnlyList<string> Options, IReadOnlyList<string> Words)
{
    /// <summary>The verbs of a program, in its order.</summary>
    public static IReadOnlyList<CompletedVerb> Of(Command root) =>
    [
        .. root.Subcommands.Select(verb => new CompletedVerb(
            verb.Name,
            (verb.Description ?? "").Split('\n')[0],
            [.. verb.Options.Select(option => option.Name).Append("--help").Distinct()],
            [.. verb.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)).Select(word => word.Label)])),
    ];
}
