using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Commands;
using PdeDiffusion.Files;
using PdeDiffusion.Particles;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Tests.Commands;

[TestClass]
public sealed class ParticleRunTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("pde-particles-").FullName;
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly StringWriter error = new() { NewLine = "\n" };

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [TestMethod]
    public void Particles_and_paths_are_written_as_the_contract_says()
    {
        string folder = Run(Line(), "particles.trajectories=3");
        string[] positions = File.ReadAllLines(Path.Combine(folder, "particles.csv"));
        string[] paths = File.ReadAllLines(Path.Combine(folder, "trajectories.csv"));
        Assert.AreEqual("particle,x", positions[0]);
        Assert.AreEqual("particle,time,x", paths[0]);
        Assert.HasCount(1 + 2000, positions);
        Assert.HasCount(1 + 3 * 31, paths);
        StringAssert.StartsWith(paths[1], "0,1,", StringComparison.Ordinal);
        for (int particle = 0; particle < 3; particle++)
        {
            string[] last = paths[31 * (particle + 1)].Split(',');
            Assert.AreEqual(positions[1 + particle], $"{last[0]},{last[2]}", "a path ends where its particle is");
            Assert.AreEqual(0.01, double.Parse(last[1], CultureInfo.InvariantCulture));
        }

        ParticleOutcome read = ParticleReader.Read(folder)!;
        Assert.AreEqual(2000, read.End.Count);
        Assert.AreEqual(read.End.X[2], read.Trajectories.X(30)[2]);
    }

    [TestMethod]
    public void Particles_in_the_plane_have_two_coordinates_and_a_share_of_memorised_ones()
    {
        string folder = Run(Plane(), "particles.trajectories=2");
        Assert.AreEqual("particle,x,y", File.ReadLines(Path.Combine(folder, "particles.csv")).First());
        Assert.AreEqual("particle,time,x,y", File.ReadLines(Path.Combine(folder, "trajectories.csv")).First());
        JsonElement particles = Summary(folder).GetProperty("particles");
        Assert.AreEqual(1.6, particles.GetProperty("memorised").GetProperty("gamma").GetDouble(), 1e-12);
        Assert.AreEqual(1, particles.GetProperty("memorised").GetProperty("share").GetDouble(), "two far points, small t: all are bound");
    }

    [TestMethod]
    public void The_law_of_the_particles_is_v_within_the_sampling_error()
    {
        // One Gaussian and draws of u_T: the exponential step is exact in law, so what is left beside sampling is the grid's error, 1e-3
        // here. The L1 distance is a mean over about 60 cells with a relative deviation of 0.75 each: 10 %, of which four are allowed.
        string folder = Run(Line(), "generation.start={\"kind\":\"forward\"}", "particles.method=exponential");
        JsonElement particles = Summary(folder).GetProperty("particles");
        double measured = particles.GetProperty("L1").GetDouble(), expected = particles.GetProperty("expectedL1").GetDouble();
        Assert.IsTrue(measured > 0.6 * expected && measured < 1.4 * expected, $"{measured} beside {expected}");
        Assert.AreEqual(0, particles.GetProperty("outside").GetDouble());
        Assert.IsFalse(particles.TryGetProperty("memorised", out _), "Gaussians are no points");
    }

    [TestMethod]
    [DataRow("euler-maruyama", 0.5)]
    [DataRow("exponential", 0.5)]
    [DataRow("ode", 0.0)]
    public void Threads_change_no_byte(string method, double epsilon)
    {
        string[] overrides = [$"particles.method={method}", string.Create(CultureInfo.InvariantCulture, $"generation.epsilon={epsilon}"),
            "particles.trajectories=5"];
        string one = Run(Line(), ["--threads", "1"], overrides), three = Run(Line(), ["--threads", "3"], overrides);
        foreach (string name in new[] { "particles.csv", "trajectories.csv", "summary.json" })
            Assert.AreEqual(File.ReadAllText(Path.Combine(one, name)), File.ReadAllText(Path.Combine(three, name)), name);
    }

    [TestMethod]
    public void Plot_draws_the_particle_figures_again_to_the_same_bytes()
    {
        foreach (string config in new[] { Line(), Plane() })
        {
            string folder = Run(config, "particles.trajectories=4", "output.plots=true");
            string[] names = [Path.Combine(folder, "particles.png"), Path.Combine(folder, "trajectories.png")];
            string[] first = [.. names.Select(name => Convert.ToHexString(File.ReadAllBytes(name)))];
            foreach (string name in names)
                File.Delete(name);
            Assert.AreEqual(
                0, CommandLine.Run(["plot", folder, "--only", "particles,trajectories"], output, error, CancellationToken.None),
                error.ToString());
            CollectionAssert.AreEqual(first, names.Select(name => Convert.ToHexString(File.ReadAllBytes(name))).ToArray());
        }
    }

    [TestMethod]
    public void A_density_start_is_drawn_from_its_cells()
    {
        string first = Run(Line());
        string snapshot = Path.Combine(first, "snapshots", "000.csv").Replace('\\', '/');
        string folder = Run(Line(), $$"""generation.start={"kind":"density","file":"{{snapshot}}"}""");
        JsonElement particles = Summary(folder).GetProperty("particles");
        Assert.IsTrue(particles.GetProperty("L1").GetDouble() < 2 * particles.GetProperty("expectedL1").GetDouble());
    }

    [TestMethod]
    public void A_damaged_table_of_particles_is_refused_with_its_line()
    {
        string file = Path.Combine(root, "trajectories.csv");
        foreach ((string text, string phrase) in new[]
        {
            ("particle,time,x\n0,1,0\n0,0.5,1\n1,1,2\n", "has no row for every time"),
            ("particle,time,x\n0,1,0\n0,0.5,1\n2,1,2\n2,0.5,0\n", "trajectories.csv:4: particles are numbered from 0"),
            ("particle,time,x\n0,1,0\n0,0.5,1\n1,1,2\n1,0.4,2\n", "trajectories.csv:5: every particle must have the same times"),
            ("particle,x\n", "the header must be"),
        })
        {
            File.WriteAllText(file, text);
            InputException fault = Assert.ThrowsExactly<InputException>(() => ParticleReader.ReadTrajectories(file));
            StringAssert.Contains(fault.Message, phrase, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    [DataRow("data={\"kind\":\"curve\",\"curve\":\"polyline\",\"vertices\":[[1,1],[1,1]]}", "data: the curve has no length")]
    [DataRow("data={\"kind\":\"points\",\"points\":[]}", "data.points: must have at least 1 items, but has 0")]
    [DataRow("data={\"kind\":\"points\",\"points\":[[0,0]],\"weights\":[1,2]}",
        "data.weights: must be as many as the points, 1, but are 2")]
    [DataRow("particles.count=0", "particles.count: must be >= 1")]
    [DataRow("particles.method=ode", "particles.method: ode solves the probability-flow ODE")]
    [DataRow("data={\"kind\":\"box\",\"from\":[-1,-1],\"to\":[1,1]}", "particles: follow the closed-form score of the data")]
    public void Bad_input_is_refused_in_one_line_and_writes_nothing(string set, string phrase)
    {
        string folder = Path.Combine(root, "out");
        Assert.AreEqual(
            ExitCode.BadInput,
            CommandLine.Run(["run", Plane(), "--out", folder, "--set", set], output, error, CancellationToken.None), error.ToString());
        StringAssert.Contains(error.ToString(), phrase, StringComparison.Ordinal);
        Assert.IsFalse(error.ToString().Contains("   at ", StringComparison.Ordinal));
        Assert.IsFalse(Directory.Exists(folder));
    }

    [TestMethod]
    public void Ctrl_c_among_the_particles_is_said_and_leaves_an_unfinished_run()
    {
        string folder = Path.Combine(root, "stopped");
        using var source = new CancellationTokenSource();
        using var watching = new CancelAt("particles", source);
        int code = CommandLine.Run(
            ["run", Line(), "--out", folder, "--set", "particles.steps=200000"], new Session(output, watching, true, source.Token));
        Assert.AreEqual(ExitCode.Failed, code);
        StringAssert.Contains(watching.ToString(), "interrupted in particle step", StringComparison.Ordinal);
        Assert.IsFalse(File.Exists(Path.Combine(folder, "particles.csv")));
        Assert.IsTrue(File.Exists(Path.Combine(folder, "readings.csv")));
    }

    private string Run(string config, params string[] overrides) => Run(config, [], overrides);

    private string Run(string config, string[] flags, string[] overrides)
    {
        string folder = Path.Combine(root, Guid.NewGuid().ToString());
        int code = CommandLine.Run(
            ["run", config, "--out", folder, "--reproducible", "--quiet", .. flags, .. overrides.SelectMany(set => new[] { "--set", set })],
            output, error, CancellationToken.None);
        Assert.AreEqual(0, code, error.ToString());
        return folder;
    }

    private static JsonElement Summary(string folder) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json"))).RootElement;

    private string Line() => Config("line.json", """
        {
          "name": "line",
          "mesh": { "axes": [ { "from": -8, "to": 8, "cells": 200 } ] },
          "data": { "kind": "gaussians", "means": [[0.2]], "variances": [0.25] },
          "time": { "end": 1, "stop": 0.01, "steps": 30 },
          "generation": { "epsilon": 0.5, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2.4 } },
          "monitors": { "enabled": false },
          "particles": { "count": 2000, "seed": 5 },
          "output": { "plots": false }
        }
        """);

    private string Plane() => Config("plane.json", """
        {
          "name": "plane",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 60 }, { "from": -6, "to": 6, "cells": 50 } ] },
          "data": { "kind": "points", "points": [[-2, 0], [2, 1]] },
          "time": { "end": 0.5, "stop": 0.01, "steps": 20 },
          "generation": { "epsilon": 0.2, "start": { "kind": "forward" } },
          "monitors": { "enabled": false },
          "particles": { "count": 500, "method": "exponential" },
          "output": { "plots": false }
        }
        """);

    private string Config(string name, string json)
    {
        string path = Path.Combine(root, name);
        File.WriteAllText(path, json);
        return path;
    }

    /// <summary>Cancels when progress names a phase.</summary>
    private sealed class CancelAt(string phase, CancellationTokenSource source) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains(phase, StringComparison.Ordinal) == true)
                source.Cancel();
        }
    }
}
