using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PdeDiffusion.Tests.Architecture;

/// <summary>The house of docs/architecture.md: a folder uses only folders that stand before it in the list.</summary>
[TestClass]
public sealed partial class FolderTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Threads"] = [],
        ["Grids"] = [],
        ["SpecialFunctions"] = [],
        ["Data"] = ["Grids", "SpecialFunctions"],
        ["Scores"] = ["Threads", "Grids", "SpecialFunctions", "Data"],
        ["Schemes"] = ["Threads", "Grids", "SpecialFunctions", "Data", "Scores"],
        ["Flows"] = ["Threads", "Grids", "SpecialFunctions", "Data", "Scores", "Schemes"],
        ["Monitors"] = ["Threads", "Grids", "SpecialFunctions", "Data", "Scores", "Schemes", "Flows"],
        ["Particles"] = ["Threads", "Grids", "SpecialFunctions", "Data", "Scores"],
        ["Measures"] = ["Grids", "Data"],
        ["Configs"] = ["Grids", "Schemes"],
        ["IO"] = ["Grids", "Data", "Schemes", "Flows", "Monitors", "Particles", "Configs"],
        ["Runs"] = ["Threads", "Grids", "Data", "Scores", "Schemes", "Flows", "Monitors", "Particles", "Configs", "IO"],
        ["Studies"] = ["Threads", "Grids", "Data", "Scores", "Schemes", "Flows", "Monitors", "Particles", "Measures", "Configs", "IO", "Runs"],
        ["Plots"] = ["Grids", "Data", "Flows", "Monitors", "Particles", "IO", "Studies"],
        ["Commands"] =
        [
            "Threads", "Grids", "Data", "Scores", "Schemes", "Flows", "Monitors", "Particles", "Configs", "IO", "Runs", "Studies", "Plots",
        ],
    };

    private static IEnumerable<(string Folder, string File, string Text)> Sources()
    {
        string root = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "Solver");
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string[] parts = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            if (parts.Length > 1 && parts[0] is not ("bin" or "obj"))
                yield return (parts[0], file, File.ReadAllText(file));
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
            Assert.IsTrue(MayUse.ContainsKey(folder), $"folder {folder} has no place in the house");
            foreach (Match use in Uses().Matches(text))
            {
                if (use.Groups[1].Value != folder && !MayUse[folder].Contains(use.Groups[1].Value))
                    wrong.Add($"{Path.GetFileName(file)} in {folder} uses {use.Groups[1].Value}");
            }
        }

        Assert.IsGreaterThan(50, seen);
        Assert.IsEmpty(wrong, string.Join("\n", wrong));
    }

    [TestMethod]
    public void TheNamespaceIsTheFolder()
    {
        foreach ((string folder, string file, string text) in Sources())
            StringAssert.Contains(text, $"namespace PdeDiffusion.{folder}", file);
    }

    [TestMethod]
    [DataRow("CsvHelper", "IO")]
    [DataRow("JsonSerializerOptions", "IO")]
    [DataRow("ScottPlot", "Plots")]
    [DataRow("System.CommandLine", "Commands")]
    public void ALibraryStaysInItsFolder(string library, string home)
    {
        string[] elsewhere = [.. Sources().Where(source => source.Folder != home && source.Text.Contains(library)).Select(source => source.File)];
        Assert.IsEmpty(elsewhere, string.Join("\n", elsewhere));
        Assert.IsTrue(Sources().Any(source => source.Folder == home && source.Text.Contains(library)), $"{library} is used in {home}");
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^using (?:static )?PdeDiffusion\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Uses();
}
