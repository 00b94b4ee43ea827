using System.Globalization;
using System.Runtime.Intrinsics.X86;
using PdeDiffusion.Configs;
using PdeDiffusion.Lanes;
using PdeDiffusion.Problems;
using PdeDiffusion.Tests.Configs;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// Same config, same bytes, whatever vectors the processor has. Registers of eight are emulated where there are none, so that their
/// order of summation and truncation is compared on every machine.
/// </summary>
[TestClass]
public sealed class ProcessorTests : IDisposable
{
    /// <summary>Some lines far steeper than others, so that each group of lines has a truncation radius of its own.</summary>
    private const string Steep = """
        {
          "name": "steep",
          "mesh": { "axes": [
            { "from": -3.5492699313925193, "to": 3.5413776519849804, "cells": 53 },
            { "from": -3.010866525737274, "to": 3.8362910027702832, "cells": 23 } ] },
          "data": { "kind": "gaussians", "means": [[0, 0], [1, 1]], "variances": [0.02, 0.3] },
          "time": { "end": 0.5, "stop": 0.01, "steps": 20, "warmup": 4 },
          "forward": { "kind": "lattice-exact" },
          "generation": { "epsilon": 0.2, "start": { "kind": "gaussian", "mean": [0, 0], "variance": 1.5 } },
          "scheme": { "kind": "remap" },
          "output": { "snapshots": [0.1, 0.05], "plots": false }
        }
        """;

    /// <summary>A line that is cut into segments and ranges, of unequal lengths.</summary>
    private const string Long = """
        {
          "name": "long",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 4099 } ] },
          "data": { "kind": "gaussians", "means": [[-1], [2]], "variances": [0.05, 0.3] },
          "time": { "end": 1, "stop": 0.01, "steps": 6, "warmup": 2 },
          "generation": { "epsilon": 0.5, "start": { "kind": "gaussian", "mean": [0], "variance": 2.5 } },
          "scheme": { "kind": "remap" },
          "output": { "snapshots": [0.1, 0.01], "plots": false, "report": false },
          "errorEstimate": false
        }
        """;

    private static readonly (string Name, string Variable, string Value)[] Levels =
    [
        ("no-avx512", "DOTNET_EnableAVX512", "0"), ("no-avx2", "DOTNET_EnableAVX2", "0"),
        ("no-vectors", "DOTNET_EnableHWIntrinsic", "0"), ("four-lanes", RegisterWidth.Variable, "4"),
        ("eight-lanes", RegisterWidth.Variable, "8"),
    ];

    private readonly Scratch scratch = new();

    public static IEnumerable<object[]> Configs() => GoldenRunTests.Runs();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    [DataRow(Steep, false)]
    [DataRow(SmallRuns.Remap, false)]
    [DataRow(SmallRuns.Line, true)]
    [DataRow(Long, true)]
    public void A_run_has_the_same_bytes_at_every_level_of_vectors(string text, bool withoutAny) =>
        Compare(scratch.Write("config.json", text), withoutAny);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Configs))]
    public void Every_config_has_the_same_bytes_at_every_level_of_vectors(string name)
    {
        const int Cells = 40, Steps = 12, Particles = 100;
        string file = GoldenRunTests.PathOf(name);
        RunConfig config = ConfigFile.Read(file, []);
        var sets = new List<string> { string.Create(CultureInfo.InvariantCulture, $"time.steps={Steps}"), "output.plots=false" };
        if (GoldenRunTests.IsReduced(name) && config.Mesh.Axes.Count == 2)
            sets.AddRange([$"mesh.axes[0].cells={Cells}", $"mesh.axes[1].cells={Cells + 3}"]);
        if (config.Particles is not null)
            sets.AddRange([$"particles.count={Particles}", $"particles.steps={Steps}"]);
        Compare(file, withoutAny: true, [.. sets.SelectMany(set => new[] { "--set", set })]);
    }

    /// <summary>Whether a level is that of the machine as it is: the same instructions are not compared with themselves.</summary>
    private static bool IsOwn(string variable, string value) => variable == RegisterWidth.Variable
        ? RegisterWidth.IsEight == (value == "8")
        : variable.EndsWith("AVX512", StringComparison.Ordinal) && !Avx512F.IsSupported;

    /// <param name="withoutAny">Also without any vectors, which takes some ten times longer.</param>
    private void Compare(string config, bool withoutAny, params string[] sets)
    {
        Run("as-it-is", []);
        SortedDictionary<string, string> expected = Scratch.Contents(scratch.At("as-it-is"));
        foreach ((string name, string variable, string value) in Levels)
        {
            if (IsOwn(variable, value) || (variable.EndsWith("HWIntrinsic", StringComparison.Ordinal) && !withoutAny))
                continue;

            // What was compiled ahead of time does not fit, and a short run is over before optimised loops pay.
            Run(name, new() { [variable] = value, ["DOTNET_TC_QuickJitForLoops"] = "1" });
            Scratch.AssertSame(expected, scratch.At(name), name);
        }

        void Run(string name, Dictionary<string, string> environment)
        {
            Outcome outcome = Scratch.Finish(Scratch.Start(
                environment, ["run", config, "--out", scratch.At(name), "--reproducible", "--quiet", "--threads", "1", .. sets]));
            Assert.AreEqual(0, outcome.Code, $"{name}: {outcome.Error}");
        }
    }
}
