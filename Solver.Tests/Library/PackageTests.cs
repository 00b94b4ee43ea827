using System.Runtime.Loader;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Tests.Library;

/// <summary>What is packed, as far as it shows without packing; .ci/extra/packages packs, installs and uses the packages.</summary>
[TestClass]
public sealed class PackageTests
{
    [TestMethod]
    public void The_documentation_in_the_package_is_that_of_its_public_types()
    {
        string folder = Repository.PathOf("Solver", "Library", "bin", SampleTests.Configuration, "net10.0");
        var context = new AssemblyLoadContext("library", isCollectible: true);
        string[] types = [.. context.LoadFromAssemblyPath(Path.Combine(folder, "PdeDiffusion.dll")).GetExportedTypes()
            .Select(type => type.FullName!.Replace('+', '.'))];
        string[] members = [.. XDocument.Load(Path.Combine(folder, "PdeDiffusion.xml")).Descendants("member")
            .Select(member => member.Attribute("name")!.Value)];
        foreach (string type in types)
            Assert.Contains("T:" + type, members);
        foreach (string member in members)
        {
            Assert.IsTrue(
                types.Any(type => member[2..] == type || member[2..].StartsWith(type + ".", StringComparison.Ordinal)),
                $"{member} is not public");
        }
    }

    [TestMethod]
    public void Version_and_names_are_the_same_everywhere()
    {
        string version = Property("Directory.Build.props", "VersionPrefix");
        Assert.AreEqual(version, RunRecord.Build.Version);
        StringAssert.Contains(File.ReadAllText(Repository.PathOf("CITATION.cff")), $"\nversion: {version}\n", StringComparison.Ordinal);
        Assert.AreEqual(ProgramCall.ToolName, Property("Solver.Networks/Solver.Networks.csproj", "ToolCommandName"));
        string[] projects = [.. Regex.Matches(File.ReadAllText(Repository.PathOf("PdeDiffusion.sln")), @"""([^""]+\.csproj)""")
            .Select(project => project.Groups[1].Value.Replace('\\', '/'))];
        Assert.Contains("Solver.Networks/Solver.Networks.csproj", projects);
        string[] packed = [.. projects.Where(project => Property(project, "IsPackable") == "true")
            .Select(project => Property(project, "PackageId"))];
        CollectionAssert.AreEquivalent(new[] { "PdeDiffusion", "PdeDiffusion.Tool" }, packed);
        string install = File.ReadAllText(Repository.PathOf("docs", "install.md"));
        foreach (string package in packed)
            StringAssert.Contains(install, $"| {package}", StringComparison.Ordinal);
        foreach (string platform in Property("Solver.Networks/Solver.Networks.csproj", "RuntimeIdentifiers").Split(';'))
            StringAssert.Contains(install, $"| PdeDiffusion.Tool.{platform} ", StringComparison.Ordinal);
    }

    private static string Property(string project, string name) => Regex.Match(
        File.ReadAllText(Repository.PathOf(project.Split('/'))), $"<{name}>(.*?)</{name}>").Groups[1].Value;
}
