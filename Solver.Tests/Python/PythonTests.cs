using System.Diagnostics;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Python;

/// <summary>python/pdediffusion.py and the notebook, with a Python that has NumPy; without one the tests say so and are skipped.</summary>
[TestClass]
public sealed class PythonTests : IDisposable
{
    private static readonly Lazy<string?> Interpreter = new(() =>
        ((string[])["python3", "/usr/bin/python3", "python"]).FirstOrDefault(python => Answers(python, "import numpy")));

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void A_dict_becomes_arrays_with_the_shapes_and_values_of_the_run()
    {
        Outcome outcome = Python("""
            import numpy as np, pathlib, pdediffusion
            config = {
                "mesh": {"axes": [{"from": -4, "to": 4, "cells": 16}, {"from": -5, "to": 5, "cells": 20}]},
                "data": {"kind": "gaussians", "means": np.array([[0.5, -1.0]]), "variances": [0.4]},
                "time": {"end": 0.5, "stop": np.float64(0.1), "steps": np.int64(4)},
                "generation": {"epsilon": 1, "start": {"kind": "gaussian", "mean": [0, 0], "variance": 1.5}},
                "particles": {"count": 30, "seed": 1},
                "output": {"snapshots": [0.5, 0.1]},
            }
            before = repr(config)
            run = pdediffusion.run(config, threads=1)
            assert repr(config) == before, "the config is the caller's"
            assert run.times.tolist() == [0.5, 0.1] and np.allclose(run.sigmas ** 2, 2 * run.times)
            assert run.x.shape == (16,) and run.y.shape == (20,) and run.v.shape == (2, 20, 16) == run.score_y.shape
            assert np.allclose((run.u * 0.25).sum(axis=(1, 2)), 1) and np.allclose(run.w, run.v / run.u, equal_nan=True)
            assert abs((run.u[1].sum(axis=0) * run.x).sum() * 0.25 - 0.5) < 0.01, "x runs fastest"
            assert run.verdict == "held" and run.findings and run.particles.shape == (30, 2)
            kl = run.monitor("kl-contraction")
            assert len(kl) == 5 and (np.diff(kl["measured"]) < 0).all() and set(kl["status"]) == {"guaranteed"}
            assert not list(run.folder.glob("*.png"))
            kept = pdediffusion.run(config, folder="kept", overrides={"generation.epsilon": 0.5, "time.steps": 3})
            assert len(kept.monitor("kl-contraction")) == 4 and pathlib.Path("kept/run.json").exists()
            folder = run.folder
            del run
            assert not folder.exists(), "a temporary folder goes with its run"
            try: kept.monitor("momentum")
            except KeyError as unknown: assert "kl-contraction" in str(unknown)
            try: kept.momentum
            except AttributeError as unknown: assert "grad_log_u_x" in str(unknown)
            print("done")
            """);
        Assert.AreEqual("done\n", outcome.Output, outcome.Error);
    }

    [TestMethod]
    public void A_file_is_run_where_it_stands_and_errors_are_those_of_the_program()
    {
        scratch.Write("run.json", SmallRuns.Line);
        Outcome outcome = Python("""
            import os, pdediffusion
            run = pdediffusion.run("run.json", overrides={"output.plots": False})
            assert run.y is None and run.v.shape == (len(run.times), len(run.x))
            def refused(code, words, *given, **named):
                try: pdediffusion.run(*given, **named)
                except pdediffusion.PdeDiffusionError as error:
                    assert error.code == code and words in str(error), (error.code, str(error))
                else: raise AssertionError(words)
            refused(2, "standard input:1: mesh: required, but missing", {"data": {}})
            refused(2, "time.steps: must be", "run.json", overrides={"time.steps": 0})
            refused(2, "none.json", "none.json")
            refused(2, "not JSON", {"time": {"end": float("inf")}})
            refused(2, "not JSON", {"time": object()})
            refused(1, "--threads must be from 1", "run.json", threads=0)
            refused(None, "dotnet tool install --global PdeDiffusion.Tool", "run.json", command="no-such-command")
            print("done")
            """);
        Assert.AreEqual("done\n", outcome.Output, outcome.Error);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void The_notebook_runs_from_start_to_end()
    {
        string python = Interpreter.Value ?? "";
        if (python.Length == 0 || !Answers(python, "import nbconvert, ipykernel"))
            Assert.Inconclusive("no nbconvert and ipykernel (Debian: python3-nbconvert, python3-ipykernel): the notebook was not run");
        foreach (string name in (string[])["tour.ipynb", "pdediffusion.py"])
            File.Copy(Repository.PathOf("python", name), scratch.At(name));
        using Process process = Scratch.StartFile(
            python, Environment, "-m", "nbconvert", "--to", "markdown", "--execute", "--output-dir", scratch.At("out"),
            scratch.At("tour.ipynb"));
        Outcome outcome = Scratch.Finish(process);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        string page = File.ReadAllText(scratch.At("out/tour.md"));
        StringAssert.Contains(page, "<Run: 400 cells, 5 snapshots, held>", StringComparison.Ordinal);
        StringAssert.Contains(page, "epsilon = 1    KL from 0.3272 to 0.18", StringComparison.Ordinal);
        Assert.AreEqual(1, Directory.GetFiles(scratch.At("out"), "*.png", SearchOption.AllDirectories).Length);
    }

    [TestMethod]
    public void The_notebook_is_committed_without_outputs()
    {
        string text = File.ReadAllText(Repository.PathOf("python", "tour.ipynb"));
        Assert.IsTrue(text.Contains("\"outputs\": []", StringComparison.Ordinal));
        Assert.IsFalse(text.Contains("\"output_type\"", StringComparison.Ordinal));
    }

    private Dictionary<string, string> Environment => new()
    {
        ["PDEDIFFUSION"] = $"dotnet '{Scratch.Program}'",
        ["PYTHONPATH"] = Repository.PathOf("python"),
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["PYTHONIOENCODING"] = "utf-8",
    };

    private Outcome Python(string program)
    {
        if (Interpreter.Value is not { } python)
        {
            Assert.Inconclusive("no Python with NumPy (Debian: python3-numpy)");
            throw new InvalidOperationException();
        }

        scratch.Write("program.py", $"import os\nos.chdir({Quoted(scratch.Root)})\n{program}\n");
        using Process process = Scratch.StartFile(python, Environment, scratch.At("program.py"));
        return Scratch.Finish(process);
    }

    private static string Quoted(string path) => "r'" + path + "'";

    private static bool Answers(string python, string program)
    {
        try
        {
            using Process process = Scratch.StartFile(python, null, "-c", program);
            return Scratch.Finish(process).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
