using System.Globalization;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// A problem with a known v, at any resolution and with either scheme: geometric levels, no monitors, u in closed form for the remap and by
/// implicit Euler for <c>markov</c>, which requires it. Its time is that of the two equations over all levels, with what they are set up
/// from.
/// </summary>
/// <param name="dimension">Axes of the grid.</param>
/// <param name="halfWidth">The box is [−halfWidth, halfWidth]^d.</param>
/// <param name="data">The value of the key <c>data</c>, as JSON.</param>
/// <param name="shift">Of the geometric levels from 0 to 1.</param>
/// <param name="start">The value of the key <c>generation.start</c>, as JSON.</param>
/// <param name="reference">The kind of the exact solution.</param>
internal sealed class AccuracyProblem(
    string name, int dimension, double halfWidth, string data, double shift, string start, double epsilon, string reference)
{
    private readonly Dictionary<int, double[]> exact = [];

    /// <summary>The plane of convergence-2d with noise and without, the line of convergence-1d.</summary>
    public static readonly AccuracyProblem[] All =
    [
        Plane("plane-1", 1, "heat-ratio"),
        Plane("plane-0", 0, "characteristics"),
        new("line-1", 1, 10, "{ \"kind\": \"gaussians\", \"means\": [[0.2]], \"variances\": [0.25] }", 0.125,
            "{ \"kind\": \"gaussian\", \"mean\": [0.7], \"variance\": 3.375 }", 1, "gaussian"),
    ];

    public string Name => name;

    public int Dimension => dimension;

    /// <summary>The L1 error of v at stop, the seconds of a run and those of all processors.</summary>
    public (double Error, double Seconds, double Processor) Run(string scheme, int cells, int steps, WorkerTeam team)
    {
        RunProblem problem = ConfigText.Problem(Text(scheme, cells, steps));
        double[] v = [];
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long begin = System.Diagnostics.Stopwatch.GetTimestamp();
        var method = new Discretisation(problem, team);
        method.Run([new LevelWatcher(level => level == 0, level => v = [.. level.V!])], null, CancellationToken.None);
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(begin).TotalSeconds;
        double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        if (!exact.TryGetValue(cells, out double[]? known))
            exact[cells] = known = problem.ExactAverages()!;
        return (Density.Distance(problem.Grid, v, known, 1), seconds, processor);
    }

    private static AccuracyProblem Plane(string name, double epsilon, string reference) => new(name, 2, 8,
        "{ \"kind\": \"gaussians\", \"means\": [[-1.5, -0.5], [1.2, 0.9], [0.3, -1.4]], \"variances\": [0.15, 0.15, 0.15], "
        + "\"weights\": [0.5, 0.3, 0.2] }",
        0.075, "{ \"kind\": \"gaussian\", \"mean\": [0.5, 0.4], \"variance\": 2.58 }", epsilon, reference);

    private string Text(string scheme, int cells, int steps)
    {
        string axis = string.Create(
            CultureInfo.InvariantCulture, $"{{ \"from\": {-halfWidth}, \"to\": {halfWidth}, \"cells\": {cells} }}");
        string forward = scheme == "markov" ? "implicit-euler" : "closed-form";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "name": "accuracy", "mesh": { "axes": [{{(dimension == 1 ? axis : axis + ", " + axis)}}] }, "data": {{data}},
              "time": { "end": 1, "stop": 0, "steps": {{steps}}, "spacing": "geometric", "shift": {{shift}} },
              "forward": { "kind": "{{forward}}" }, "generation": { "epsilon": {{epsilon}}, "start": {{start}} },
              "scheme": { "kind": "{{scheme}}" }, "reference": { "kind": "{{reference}}" }, "monitors": { "enabled": false }
            }
            """);
    }
}
