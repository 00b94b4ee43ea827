using PdeDiffusion.Scores;

namespace PdeDiffusion.Runs;

/// <summary>How texts call the program: by <c>dotnet run</c> if it was built in a clone, by its name elsewhere.</summary>
internal static class ProgramCall
{
    /// <summary>The command that the tool's package installs.</summary>
    public const string ToolName = "pdediffusion";

    /// <summary>What stands before a verb.</summary>
    public static string Text => IsBuiltInClone ? $"dotnet run -c Release --project {Project} --" : ToolName;

    /// <summary>True if the program lies in a working copy of the repository.</summary>
    private static bool IsBuiltInClone { get; } = IsInClone(AppContext.BaseDirectory);

    /// <summary>The project of a clone that this program is: with networks or without.</summary>
    private static string Project => NetworkRuntime.Opener is null ? "Solver" : "Solver.Networks";

    /// <summary>True if a folder lies in a working copy of the repository, where relative paths of the docs hold too.</summary>
    public static bool IsInClone(string folder)
    {
        for (string? at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "PdeDiffusion.sln")))
                return true;
        }

        return false;
    }
}
