using System.Runtime.Loader;
using PublicApiGenerator;

namespace PdeDiffusion.Tests.Library;

/// <summary>
/// What users of the package PdeDiffusion can name is what Golden/public-surface.txt lists: a change of it is a decision. With
/// PDE_UPDATE_GOLDEN=1 the list is rewritten.
/// </summary>
[TestClass]
public sealed class PublicSurfaceTests
{
    [TestMethod]
    public void The_public_surface_of_the_package_is_the_approved_one()
    {
        string assembly = Repository.PathOf("Solver", "Library", "bin", SampleTests.Configuration, "net10.0", "PdeDiffusion.dll");
        var context = new AssemblyLoadContext("library", isCollectible: true);
        string found = context.LoadFromAssemblyPath(assembly).GeneratePublicApi(new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
        }).ReplaceLineEndings("\n");
        string golden = Repository.PathOf("Solver.Tests", "Golden", "public-surface.txt");
        if (Environment.GetEnvironmentVariable("PDE_UPDATE_GOLDEN") == "1")
            File.WriteAllText(golden, found);
        Assert.AreEqual(File.ReadAllText(golden).ReplaceLineEndings("\n"), found);
    }

    [TestMethod]
    public void The_package_needs_no_figures_no_command_line_and_no_native_files()
    {
        string folder = Repository.PathOf("Solver", "Library", "bin", SampleTests.Configuration, "net10.0");
        var context = new AssemblyLoadContext("library", isCollectible: true);
        string[] used = [.. context.LoadFromAssemblyPath(Path.Combine(folder, "PdeDiffusion.dll")).GetReferencedAssemblies()
            .Select(name => name.Name!).Where(name => !name.StartsWith("System", StringComparison.Ordinal))];
        CollectionAssert.AreEquivalent(new[] { "CsvHelper", "MathNet.Numerics" }, used);
    }
}
