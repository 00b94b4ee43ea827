namespace PdeDiffusion.Tests;

/// <summary>The working copy that the tests run in: its configs, goldens and docs.</summary>
internal static class Repository
{
    /// <summary>The folder of PdeDiffusion.sln, above that of the tests: paths of source files are mapped on a build server.</summary>
    public static string Root { get; } = Find();

    /// <summary>The path of a file or folder, given from the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PdeDiffusion.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run inside the repository");
        return folder;
    }
}
