using PdeDiffusion.Configs;
using PdeDiffusion.Flows;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Configs;

/// <summary>The tolerance of ∫ v: small enough to catch a lost 1e-10 in every config, and a vacuous one gives no verdict.</summary>
[TestClass]
public sealed class MassToleranceTests
{
    [TestMethod]
    [DynamicData(nameof(GoldenRunTests.Runs), typeof(GoldenRunTests))]
    public void AStepThatLosesATenBillionthOfTheMassIsCaught(string name)
    {
        string file = Repository.PathOf("configs", name + ".json");
        List<Reading> readings = Read(file, GoldenRunTests.Reductions.GetValueOrDefault(name) ?? [], lossAfter: 5);
        Reading[] mass = [.. readings.Where(reading => reading.Monitor == "mass[v]")];
        Assert.IsTrue(mass.Take(5).All(reading => reading.Verdict == Verdict.Held), string.Join("\n", mass.Take(5)));
        Assert.AreEqual(Verdict.Violated, mass[5].Verdict, $"{mass[5]}");
    }

    [TestMethod]
    [DataRow("three-diracs", 1e-12)]
    [DataRow("graded", 1e-11)]
    public void TheToleranceOfAWholeRunIsSmall(string name, double most)
    {
        List<Reading> readings = Read(Repository.PathOf("configs", name + ".json"), [], lossAfter: int.MaxValue);
        foreach (Reading reading in readings.Where(reading => reading.Monitor == "mass[v]"))
            Assert.IsTrue(reading.Verdict == Verdict.Held && reading.Tolerance <= most, $"{reading}");
    }

    /// <summary>Readings of a config's levels, of which each after the first few has lost 1e-10 of v.</summary>
    private static List<Reading> Read(string file, string[] overrides, int lossAfter)
    {
        using var team = new WorkerTeam(1);
        RunConfig config = ConfigFile.Read(file, overrides, out ConfigSource source);
        var discretisation = new Discretisation(new PdeDiffusion.Problems.Problem(config, source), team);
        var watcher = new Watcher(discretisation.Monitors(), lossAfter);
        discretisation.Run([watcher], null, CancellationToken.None);
        return watcher.Readings;
    }


    private sealed class Watcher(MonitorSet monitors, int lossAfter) : IWatcher
    {
        private int seen;

        public List<Reading> Readings { get; } = [];

        public bool IsDue(March march) => true;

        public bool Watch(March march)
        {
            if (seen++ == lossAfter)
            {
                double[] v = march.Level.V!;
                for (int cell = 0; cell < v.Length; cell++)
                    v[cell] *= 1 - 1e-10;
            }

            monitors.Read(march.Level, Readings);
            return seen <= lossAfter || lossAfter == int.MaxValue;
        }
    }
}
