using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Runs;
using PdeDiffusion.Scores;
using PdeDiffusion.Tests;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Networks.Tests;

[TestClass]
public sealed class NetworkScoreTests
{
    private static readonly ExactProcess[] Processes =
    [
        ExactProcess.Heat, ExactProcess.HeatSigma, ExactProcess.HeatLog, ExactProcess.Ve, ExactProcess.Vp, ExactProcess.SubVp,
        ExactProcess.Cosine, ExactProcess.Ddpm, ExactProcess.Flow, ExactProcess.CondOt,
    ];

    /// <summary>Every process, every kind of output that it has.</summary>
    private static IEnumerable<(ExactProcess Process, string Predicts)> All() =>
        Processes.SelectMany(process => ExactNetwork.Predicts
            .Where(predicts => predicts != "velocity" || process.Slopes is not null)
            .Where(predicts => predicts != "edm-raw" || process == ExactProcess.HeatLog)
            .Select(predicts => (process, predicts)));

    [TestMethod]
    [DataRow(1, true, 1e-12)]
    [DataRow(2, true, 1e-12)]
    [DataRow(1, false, 1e-6)]
    [DataRow(2, false, 1e-6)]
    public void AnExactNetworkGivesTheScoreInEveryParameterisation(int d, bool isDouble, double tolerance)
    {
        using var bench = new Bench();
        using var team = new WorkerTeam(2);
        IFaceScore exact = ScoreOf(bench, Bench.RunJson(d, Bench.MixtureJson(d)), team, out Problem problem);
        foreach ((ExactProcess process, string predicts) in All())
        {
            long[] time = predicts switch { "data" => [1], "noise" => [-1, 1], _ => [-1] };
            ExactNetwork.Write(bench.PathOf("net.onnx"), d, process, predicts, isDouble, timeScale: 3, time: time);
            string network = Bench.NetworkJson("net.onnx", process, predicts, """, "timeScale": 3, "batch": 100""");
            IFaceScore score = ScoreOf(bench, Bench.RunJson(d, network), team, out _);
            for (int level = 0; level <= problem.Times.Last; level += 4)
            {
                double error = RelativeError(problem, exact, score, problem.Times[level]);
                Assert.IsLessThan(tolerance, error, $"{process.Json} {process.Time} {predicts}, level {level}");
            }
        }
    }

    [TestMethod]
    [DataRow(1, "remap", 0)]
    [DataRow(1, "markov", 1)]
    [DataRow(2, "remap", 1)]
    [DataRow(2, "markov", 0)]
    public void ARunWithTheNetworkIsTheRunWithTheMixture(int d, string scheme, int epsilon)
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), d, ExactProcess.Vp, "noise", isDouble: true);
        string network = Bench.NetworkJson("net.onnx", ExactProcess.Vp, "noise");
        using var team = new WorkerTeam(2);
        double[] expected = Final(bench, Bench.RunJson(d, Bench.MixtureJson(d), epsilon, scheme: scheme), team);
        double[] found = Final(bench, Bench.RunJson(d, network, epsilon, scheme: scheme), team);
        for (int cell = 0; cell < expected.Length; cell++)
            Assert.AreEqual(expected[cell], found[cell], 1e-10 * expected.Max());
    }

    /// <summary>Nine levels of a run of eight steps: monitors, snapshots and both halves of a step take values that are there.</summary>
    [TestMethod]
    [DataRow(1, "remap", 199)]
    [DataRow(2, "remap", 2 * 79 * 80)]
    [DataRow(2, "markov", 2 * 79 * 80)]
    public void AFaceIsEvaluatedOncePerLevel(int d, string scheme, int faces)
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), d, ExactProcess.Vp, "noise", isDouble: false);
        string config = bench.Config("run.json", Bench.RunJson(d, Bench.NetworkJson("net.onnx", ExactProcess.Vp, "noise"), scheme: scheme));
        (int code, _, string error) = Bench.Run("run", config, "--out", bench.PathOf("out"), "--quiet");
        Assert.AreEqual(0, code, error);
        Assert.AreEqual(9L * faces, NetworkUse.Of(bench.PathOf("net.onnx")).Rows);
    }

    [TestMethod]
    public void TheBitsDoNotDependOnTheNumberOfThreads()
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), 2, ExactProcess.Flow, "velocity", isDouble: false);
        string json = Bench.RunJson(2, Bench.NetworkJson("net.onnx", ExactProcess.Flow, "velocity", """, "batch": 64"""));
        double[][] results = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            using var team = new WorkerTeam(threads);
            return Final(bench, json, team);
        })];
        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual(results[0], results[2]);
    }

    [TestMethod]
    [DataRow("euler-maruyama", 1)]
    [DataRow("exponential", 1)]
    [DataRow("exponential", 0)]
    [DataRow("ode", 0)]
    [DataRow("ddim", 1)]
    [DataRow("euler", 0)]
    [DataRow("heun", 0)]
    [DataRow("dpm++2m", 0)]
    [DataRow("churn", 0)]
    public void ParticlesFollowTheNetworkAsTheyFollowTheMixture(string method, int epsilon)
    {
        using var bench = new Bench();
        ExactNetwork.Write(bench.PathOf("net.onnx"), 2, ExactProcess.HeatSigma, "data", isDouble: true);
        string churn = method == "churn" ? """, "churn": { "sChurn": 2 }""" : "";
        string particles = $$""", "particles": { "count": 300, "seed": 3, "method": "{{method}}"{{churn}} }""";
        // A perturbed score of factor 1 has no closed form: both are followed as given scores.
        string mixture = $$"""{ "kind": "perturbed", "of": {{Bench.MixtureJson(2)}} }""";
        string network = Bench.NetworkJson("net.onnx", ExactProcess.HeatSigma, "data");
        (double[] X, double[] Y) expected = Particles(bench, Bench.RunJson(2, mixture, epsilon, particles));
        // Terms of one network share its buffers.
        string mixed = $$"""
            { "kind": "mixed", "terms": [{ "weight": 0.7, "score": {{network}} }, { "weight": 0.3, "score": {{network}} }] }
            """;
        foreach (string score in new[] { network, $$"""{ "kind": "perturbed", "of": {{network}} }""", mixed })
        {
            (double[] X, double[] Y) found = Particles(bench, Bench.RunJson(2, score, epsilon, particles));
            for (int particle = 0; particle < expected.X.Length; particle++)
            {
                Assert.AreEqual(expected.X[particle], found.X[particle], 1e-9);
                Assert.AreEqual(expected.Y[particle], found.Y[particle], 1e-9);
            }
        }
    }

    [TestMethod]
    public void SolverAloneNamesTheProgramWithNetworks()
    {
        string project = File.ReadAllText(Repository.PathOf("Solver", "Solver.csproj"));
        Assert.IsFalse(project.Contains("Onnx", StringComparison.OrdinalIgnoreCase), "Solver depends on ONNX Runtime");
        string locked = File.ReadAllText(Repository.PathOf("Solver", "packages.lock.json"));
        Assert.IsFalse(locked.Contains("Onnx", StringComparison.OrdinalIgnoreCase), "Solver restores ONNX Runtime");
    }

    /// <summary>The package copies libraries of Windows beside those of the platform unless it is told not to.</summary>
    [TestMethod]
    public void NoLibraryOfAnotherPlatformLiesInTheOutput()
    {
        string[] libraries =
        [
            .. Directory.GetFiles(AppContext.BaseDirectory, "*onnxruntime*").Select(file => Path.GetExtension(file)).Distinct(),
        ];
        CollectionAssert.AreEqual(
            new[] { OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so" }, libraries);
    }

    /// <summary>√(E_u|ŝ − s|²/E_u|s|²), u the mixture at the same time.</summary>
    private static double RelativeError(Problem problem, IFaceScore exact, IFaceScore score, double time)
    {
        Grid grid = problem.Grid;
        double[] u = CellValues.Zeros(grid), expected = CellValues.Zeros(grid), found = CellValues.Zeros(grid);
        problem.Data.ClosedForm!.CellAverages(grid, 2 * time, u);
        double error = 0, size = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            exact.Evaluate(axis, time, u, expected);
            score.Evaluate(axis, time, u, found);
            for (int cell = 0; cell < u.Length; cell++)
            {
                error += u[cell] * Math.Pow(found[cell] - expected[cell], 2);
                size += u[cell] * expected[cell] * expected[cell];
            }
        }

        return Math.Sqrt(error / size);
    }

    private static IFaceScore ScoreOf(Bench bench, string json, WorkerTeam team, out Problem problem)
    {
        RunConfig config = ConfigFile.Read(bench.Config("run.json", json), [], out ConfigSource source);
        var run = new PreparedRun(problem = new Problem(config, source), team);
        return run.Method.Score!;
    }

    private static RunResult Result(Bench bench, string json, WorkerTeam team)
    {
        RunConfig config = ConfigFile.Read(bench.Config("run.json", json), [], out ConfigSource source);
        var progress = new Progress(TextWriter.Null, false, true, null);
        using var simulation = new Simulation(new PreparedRun(new Problem(config, source), team), null, progress);
        return simulation.Run(CancellationToken.None);
    }

    private static double[] Final(Bench bench, string json, WorkerTeam team) => Result(bench, json, team).Final!;

    private static (double[] X, double[] Y) Particles(Bench bench, string json)
    {
        using var team = new WorkerTeam(2);
        RunResult result = Result(bench, json, team);
        return (result.Particles!.End.X.ToArray(), result.Particles.End.Y.ToArray());
    }
}
