using PdeDiffusion.Commands;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Studies;

/// <summary>The studies of <c>configs/</c> reach their orders; those that take longer are checked only.</summary>
[TestClass]
public sealed class CommittedStudyTests
{
    private static readonly string UnusedColumns = "note: "
        + InputText.NameOf(Repository.PathOf("configs", "own", "rings.csv"))
        + ": the columns \"Id\", \"Station\", \"Label\", \"Battery (V)\" are not used" + Environment.NewLine;

    [TestMethod]
    [DataRow("study", "convergence-1d")]
    [DataRow("study", "convergence-time")]
    [DataRow("check", "noise-and-stop")]
    [DataRow("check", "convergence-2d")]
    [DataRow("check", "convergence-2d-noise")]
    [DataRow("check", "tradeoff/bimodal")]
    [DataRow("check", "tradeoff/lemniscate")]
    [DataRow("check", "tradeoff/two-moons")]
    [DataRow("check", "own/rings-tradeoff")]
    [DataRow("check", "samplers/mixture")]
    [DataRow("check", "samplers/levels")]
    [DataRow("check", "samplers/noise")]
    [DataRow("check", "samplers/lemniscate")]
    public void A_committed_study_reaches_its_order(string verb, string name)
    {
        string folder = Directory.CreateTempSubdirectory("pde-study-").FullName;
        try
        {
            using StringWriter output = new(), error = new();
            string file = Repository.PathOf("configs", name + ".json");
            string[] flags = verb == "study" ? ["--out", folder, "--quiet"] : [];
            Assert.AreEqual(0, CommandLine.Run([verb, file, .. flags], output, error, CancellationToken.None), error.ToString());
            Assert.AreEqual(name.StartsWith("own", StringComparison.Ordinal) ? UnusedColumns : "", error.ToString());
            Assert.IsFalse(output.ToString().Contains("violated", StringComparison.Ordinal), output.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
