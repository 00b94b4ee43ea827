using System.Runtime.CompilerServices;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Studies;

/// <summary>The studies of <c>configs/</c> reach their orders; those that take longer are checked only.</summary>
[TestClass]
public sealed class CommittedStudyTests
{
    [TestMethod]
    [DataRow("study", "convergence-1d")]
    [DataRow("study", "convergence-time")]
    [DataRow("check", "noise-and-stop")]
    [DataRow("check", "convergence-2d")]
    [DataRow("check", "convergence-2d-noise")]
    [DataRow("check", "tradeoff/bimodal")]
    [DataRow("check", "tradeoff/lemniscate")]
    [DataRow("check", "tradeoff/two-moons")]
    public void A_committed_study_reaches_its_order(string verb, string name)
    {
        string folder = Directory.CreateTempSubdirectory("pde-study-").FullName;
        try
        {
            using StringWriter output = new(), error = new();
            string file = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "configs", name + ".json");
            string[] flags = verb == "study" ? ["--out", folder, "--quiet"] : [];
            Assert.AreEqual(0, CommandLine.Run([verb, file, .. flags], output, error, CancellationToken.None), error.ToString());
            Assert.AreEqual("", error.ToString());
            Assert.IsFalse(output.ToString().Contains("violated", StringComparison.Ordinal), output.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
