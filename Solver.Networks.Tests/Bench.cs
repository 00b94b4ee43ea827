using System.Collections.Concurrent;
using PdeDiffusion.Commands;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Networks.Tests;

/// <summary>Sets up the process as the program with networks does.</summary>
[TestClass]
public static class Setup
{
    [AssemblyInitialize]
    public static void Begin(TestContext context)
    {
        _ = context;
        NetworkRuntime.Opener = (path, dimension, inputs, batch, workers) =>
            new WatchedNetwork(new OnnxNetwork(path, dimension, inputs, batch, workers), NetworkUse.Of(path));
        NetworkRuntime.Beside = OnnxExternalData.Paths;
    }
}

/// <summary>How the networks of a file are used: how many are open, now and at most, and the largest number of rows of a call.</summary>
internal sealed class NetworkUse
{
    private static readonly ConcurrentDictionary<string, NetworkUse> All = new();

    private int open;

    public int Opened { get; private set; }

    public int Open => open;

    public int MostOpen { get; private set; }

    public int MostRows { get; private set; }

    /// <summary>Rows of all calls.</summary>
    public long Rows { get; private set; }

    public static NetworkUse Of(string path) => All.GetOrAdd(path, _ => new NetworkUse());

    public void Add(int change)
    {
        lock (this)
        {
            open += change;
            Opened += Math.Max(0, change);
            MostOpen = Math.Max(MostOpen, open);
        }
    }

    /// <summary>Forgets the counts of what is closed.</summary>
    public void Reset()
    {
        lock (this)
            (Opened, MostOpen, MostRows, Rows) = (0, open, 0, 0);
    }

    public void Note(int rows)
    {
        lock (this)
            (MostRows, Rows) = (Math.Max(MostRows, rows), Rows + rows);
    }
}

/// <summary>A network, watched.</summary>
internal sealed class WatchedNetwork : INetwork
{
    private readonly INetwork network;
    private readonly NetworkUse use;

    public WatchedNetwork(INetwork network, NetworkUse use)
    {
        (this.network, this.use) = (network, use);
        use.Add(1);
    }

    public int Dimension => network.Dimension;

    public int Batch => network.Batch;

    public void Evaluate(int worker, ReadOnlySpan<double> positions, double time, Span<double> outputs)
    {
        use.Note(positions.Length / Dimension);
        network.Evaluate(worker, positions, time, outputs);
    }

    public void Dispose()
    {
        network.Dispose();
        use.Add(-1);
    }
}

/// <summary>A folder of a test, with configs, networks and what the program says.</summary>
internal sealed class Bench : IDisposable
{
    public Bench() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "pde-networks-" + Guid.NewGuid().ToString("N"));

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Config(string name, string json)
    {
        File.WriteAllText(PathOf(name), json);
        return PathOf(name);
    }

    /// <summary>Runs a verb.</summary>
    public static (int Code, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(args, output, error, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The run of the tests: the mixture from t = 0.5 to 0.1, on one axis or two.</summary>
    public static string RunJson(int d, string score, int epsilon = 1, string more = "", string scheme = "remap", int cells = 0)
    {
        string axis = FormattableString.Invariant(
            $$"""{ "from": -15, "to": 15, "cells": {{(cells > 0 ? cells : d == 1 ? 200 : 80)}}, "boundary": "no-flux" }""");
        return $$"""
            {
              "name": "exact", "mesh": { "axes": [{{(d == 1 ? axis : axis + ", " + axis)}}] },
              "data": {{ExactNetwork.Data(d)}},
              "time": { "end": 0.5, "stop": 0.1, "steps": 8 },
              "generation": { "epsilon": {{epsilon}}, "start": { "kind": "forward" }, "score": {{score}} },
              "scheme": { "kind": "{{scheme}}" }, "errorEstimate": false,
              "output": { "plots": false }{{more}}
            }
            """;
    }

    public static string MixtureJson(int d) => $$"""{ "kind": "mixture", "data": {{ExactNetwork.Data(d)}} }""";

    public static string NetworkJson(string file, ExactProcess process, string predicts, string more = "") => $$"""
        {
          "kind": "network", "file": "{{file}}", "predicts": "{{predicts}}", "process": {{process.Json}},
          "time": "{{process.Time}}"{{more}}
        }
        """;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
