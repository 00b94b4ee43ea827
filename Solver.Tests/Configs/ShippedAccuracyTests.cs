using PdeDiffusion.Configs;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Tests.Configs;

/// <summary>L1 errors of v at t_min of runs in <c>configs/</c>, against exact solutions.</summary>
[TestClass]
public sealed class ShippedAccuracyTests
{
    /// <summary>graded has 2.5e-5 against mass transport; gaussian-1d has 7.6e-8, and 1.21e-7 with 400 steps.</summary>
    [TestMethod]
    [DataRow("graded", "mass-transport", 5e-5)]
    [DataRow("gaussian-1d", "gaussian", 1.2e-7)]
    public void ARunOnALineIsAsAccurateAsItsDocumentsSay(string name, string reference, double largest)
    {
        using var team = new WorkerTeam(1);
        RunConfig config = ConfigFile.Read(
            Repository.PathOf("configs", name + ".json"), [$$"""reference={"kind":"{{reference}}"}""", "monitors.enabled=false"],
            out ConfigSource source);
        using var simulation = new Simulation(
            new PreparedRun(new RunProblem(config, source), team), null, new Progress(TextWriter.Null, terminal: false, quiet: true));
        double error = simulation.Run(CancellationToken.None).Summary.Errors!.L1;
        Assert.IsTrue(error <= largest, $"{error:E2}");
    }

}
