using System.Globalization;
using System.Text;
using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Tests.Runs;

/// <summary>The error that a run states, against the true one.</summary>
[TestClass]
public sealed class ErrorEstimateTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Experiment()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("PDE_COUNT") ?? "30", CultureInfo.InvariantCulture);
        int finer = int.Parse(Environment.GetEnvironmentVariable("PDE_FINER") ?? "1", CultureInfo.InvariantCulture);
        var lines = new StringBuilder();
        for (int number = 0; number < count; number++)
        {
            (RunConfig config, ErrorNorms error, ErrorEstimate estimate) = Measure(Encoding.UTF8.GetBytes(RandomReferences.Config(number, finer)));
            string scheme = config.Scheme is RemapSchemeConfig r ? r.Reconstruction.ToString() : "markov";
            lines.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"{number,3} {config.Reference!.Kind,-16} {scheme,-10} {config.Forward!.Kind,-14} d{config.Mesh.Axes.Count} {config.Mesh.Axes[0].Cells}/{config.Time.Steps} g{(config.Mesh.Axes[0].Grading is null ? 0 : 1)} err {error.L1:0.0e+0} est {estimate.L1:0.0e+0} factor {estimate.L1 / error.L1:0.00} L2 {estimate.L2 / error.L2:0.00} Linf {estimate.Linf / error.Linf:0.00} q {estimate.Order:0.00} {(estimate.Asymptotic ? "A" : "-")}{(estimate.Asymptotic && (estimate.L1 / error.L1 is < 0.5 or > 5) ? " BAD" : "")}"));
        }

        File.WriteAllText("/tmp/est17.txt", lines.ToString());
    }

    private static (RunConfig Config, ErrorNorms Error, ErrorEstimate Estimate) Measure(byte[] text)
    {
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, text);
        RunConfig config = ConfigFile.Read(file, [], out ConfigSource source);
        File.Delete(file);
        using var team = new WorkerTeam(1);
        var problem = new RunProblem(config, source);
        var quiet = new Progress(TextWriter.Null, terminal: false, quiet: true);
        using var simulation = new Simulation(new PreparedRun(problem, team), null, quiet);
        RunResult result = simulation.Run(CancellationToken.None);
        ErrorEstimate? estimate = new CompanionRuns(problem, team, null, quiet).Estimate(
            new Solution(Resolution.Of(problem), problem.Grid, result.Final!), CancellationToken.None);
        return (config, result.Summary.Errors!, estimate!);
    }
}
