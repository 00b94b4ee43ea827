using System.Text.RegularExpressions;

namespace PdeDiffusion.Tests.Architecture;

/// <summary>The house of docs/architecture.md: a folder uses only folders that stand before it in the list.</summary>
[TestClass]
public sealed partial class FolderTests
{
    /// <summary>The rooms, foundations first; of a room within a room the inner name stands behind a dot.</summary>
    private static readonly string[] Rooms =
    [
        "Threads", "Lanes", "Grids", "SpecialFunctions", "Statistics", "Processes", "Data", "Data.References", "Scores",
        "Schemes.Lines", "Schemes", "Schemes.Heat", "Schemes.Markov", "Schemes.Remap",
        "Flows", "Monitors.Measuring", "Monitors", "Particles.Scores", "Particles", "Measures",
        "Configs", "Files", "Json", "Tables", "Problems", "Library",
        "Runs", "Studies", "Tradeoffs", "Samplers", "Audits", "Plots", "Reports", "Figures", "Commands",
    ];

    private static IEnumerable<(string Folder, string File, string Text)> Sources()
    {
        string root = Repository.PathOf("Solver");
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string[] parts = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            if (parts.Length > 1 && !parts.Any(part => part is "bin" or "obj"))
                yield return (string.Join('.', parts[..^1]), file, File.ReadAllText(file));
        }
    }

    [TestMethod]
    public void EachFolderUsesOnlyFoldersBelowIt()
    {
        var wrong = new List<string>();
        int seen = 0;
        foreach ((string folder, string file, string text) in Sources())
        {
            seen++;
            int place = Array.IndexOf(Rooms, folder);
            Assert.IsGreaterThanOrEqualTo(0, place, $"folder {folder} has no place in the house");
            foreach (Match use in Uses().Matches(text))
            {
                string used = use.Groups[1].Value;
                if (!Array.Exists(Rooms[..place], room => used == room || used.StartsWith(room + ".", StringComparison.Ordinal)))
                    wrong.Add($"{Path.GetFileName(file)} in {folder} uses {used}");
            }
        }

        Assert.IsGreaterThan(50, seen);
        Assert.IsEmpty(wrong, string.Join("\n", wrong));
    }

    /// <summary>The project of the package compiles the folders up to its front door, and none of those after it.</summary>
    [TestMethod]
    public void TheLibraryIsTheFoldersUpToItsFrontDoor()
    {
        string project = File.ReadAllText(Repository.PathOf("Solver", "Library", "PdeDiffusion.Library.csproj"));
        string[] compiled = [.. Regex.Matches(project, @"LibrarySource Include=""\.\./(\w+)/").Select(match => match.Groups[1].Value)];
        string[] rooms = [.. Rooms[..(Array.IndexOf(Rooms, "Library") + 1)].Select(room => room.Split('.')[0]).Distinct()];
        CollectionAssert.AreEquivalent(rooms, compiled);
    }

    [TestMethod]
    public void TheNamespaceIsTheFolder()
    {
        foreach ((string folder, string file, string text) in Sources())
            StringAssert.Contains(text, $"namespace PdeDiffusion.{folder};", file);
    }

    [TestMethod]
    [DataRow("CsvHelper", "Tables")]
    [DataRow("JsonSerializerOptions", "Json")]
    [DataRow("ScottPlot", "Plots")]
    [DataRow("System.CommandLine", "Commands")]
    public void ALibraryStaysInItsFolder(string library, string home)
    {
        string[] elsewhere =
            [.. Sources().Where(source => source.Folder != home && source.Text.Contains(library)).Select(source => source.File)];
        Assert.IsEmpty(elsewhere, string.Join("\n", elsewhere));
        Assert.IsTrue(Sources().Any(source => source.Folder == home && source.Text.Contains(library)), $"{library} is used in {home}");
    }

    /// <summary>The compiler lets a room within a room see the outer one without a using.</summary>
    [TestMethod]
    public void ARoomWithinARoomThatStandsBeforeItUsesNoneOfItsTypes()
    {
        var wrong = new List<string>();
        var sources = Sources().ToArray();
        foreach ((string folder, string file, string text) in sources.Where(source => source.Folder.Contains('.')))
        {
            string outer = folder[..folder.LastIndexOf('.')];
            if (Array.IndexOf(Rooms, outer) < Array.IndexOf(Rooms, folder))
                continue;
            string code = Comment().Replace(text, "");
            foreach (string type in sources.Where(source => source.Folder == outer)
                .Select(source => Path.GetFileNameWithoutExtension(source.File)))
            {
                if (Regex.IsMatch(code, $@"\b{Regex.Escape(type)}\b"))
                    wrong.Add($"{Path.GetFileName(file)} in {folder} uses {type} of {outer}");
            }
        }

        Assert.IsEmpty(wrong, string.Join("\n", wrong));
    }

    [GeneratedRegex(@"^using (?:static )?PdeDiffusion\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Uses();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
