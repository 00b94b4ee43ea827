using System.Diagnostics;
using PdeDiffusion.Commands;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Tables;

/// <summary>Snapshots for NumPy, xarray and ParaView: read back to the last bit, by this program and by those.</summary>
[TestClass]
public sealed class SnapshotFormatTests : IDisposable
{
    private const string Plane = """
        { "name": "formats",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 24 }, { "from": -6, "to": 6, "cells": 20 } ] },
          "data": { "kind": "points", "points": [[-1, 0], [1, 0.5]] }, "errorEstimate": false,
          "time": { "end": 1, "stop": 0.1, "steps": 6 }, "checkpoint": { "steps": 2 },
          "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0, 0], "variance": 2 } },
          "output": { "snapshots": [1, 0.2, 0.1], "plots": false, "formats": ["npz", "netcdf", "vtk"] } }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Numpy_xarray_and_VTK_open_the_files_and_find_the_numbers_of_the_csv()
    {
        string folder = Run(Plane);
        const string script = """
            import sys, warnings, json, importlib.util as util
            import numpy as np
            folder = sys.argv[1]
            for number, t in enumerate([1, 0.2, 0.1]):
                table = np.genfromtxt(f"{folder}/snapshots/{number:03d}.csv", delimiter=",", names=True)
                arrays = np.load(f"{folder}/snapshots/{number:03d}.npz")
                assert float(arrays["time"]) == t and json.loads(str(arrays["config"]))["name"] == "formats"
                assert list(arrays["fields"])[0] == "u" and len(arrays["units"]) == len(arrays["fields"])
                for name in arrays["fields"]:
                    assert arrays[name].shape == (20, 24) and np.array_equal(arrays[name].ravel(), table[name], equal_nan=True), name
                assert arrays["x_faces"].shape == (25,) and np.array_equal(arrays["x"], table["x"][:24])
            tried = ["numpy"]
            if util.find_spec("xarray") and (util.find_spec("scipy") or util.find_spec("netCDF4")):
                import xarray
                for module in ["scipy.io", "netCDF4"]:
                    try: __import__(module)
                    except ImportError: pass
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    data = xarray.open_dataset(f"{folder}/snapshots.nc")
                    for number in range(3):
                        table = np.genfromtxt(f"{folder}/snapshots/{number:03d}.csv", delimiter=",", names=True)
                        for name in data.data_vars:
                            if data[name].dims == ("time", "y", "x"):
                                assert np.array_equal(data[name].values[number].ravel(), table[name], equal_nan=True), name
                assert list(data["time"].values) == [1, 0.2, 0.1] and data["u"].attrs["units"] == "1/length^2"
                assert json.loads(data.attrs["config"])["name"] == "formats" and "long_name" in data["lap_log_u"].attrs
                tried.append("xarray")
            if util.find_spec("vtkmodules") or util.find_spec("vtk"):
                import vtk, xml.dom.minidom
                from vtk.util.numpy_support import vtk_to_numpy
                reader = vtk.vtkXMLRectilinearGridReader()
                reader.SetFileName(f"{folder}/snapshots/002.vtr")
                reader.Update()
                grid = reader.GetOutput()
                cells = grid.GetCellData()
                assert grid.GetNumberOfCells() == 480
                assert np.array_equal(vtk_to_numpy(cells.GetArray("u")), table["u"])
                assert np.array_equal(vtk_to_numpy(cells.GetArray("grad_log_u"))[:, 1], table["grad_log_u_y"], equal_nan=True)
                assert grid.GetFieldData().GetArray("TimeValue").GetValue(0) == 0.1
                assert json.loads(grid.GetFieldData().GetAbstractArray("config").GetValue(0))["name"] == "formats"
                steps = xml.dom.minidom.parse(f"{folder}/snapshots.pvd").getElementsByTagName("DataSet")
                assert [float(step.getAttribute("timestep")) for step in steps] == [0.1, 0.2, 1]
                tried.append("vtk")
            print(" ".join(tried))
            """;
        string python = "/usr/bin/python3";
        if (!File.Exists(python) || Scratch.Finish(Scratch.StartFile(python, null, "-c", "import numpy")).Code != 0)
            Assert.Inconclusive("python3 with NumPy is not installed (Debian: python3-numpy python3-xarray python3-scipy python3-vtk9)");
        Outcome outcome = Scratch.Finish(Scratch.StartFile(python, null, scratch.Write("open.py", script), folder));
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        if (outcome.Output.Trim() != "numpy xarray vtk")
            Assert.Inconclusive($"opened by {outcome.Output.Trim()} only: install python3-xarray python3-scipy python3-vtk9 for the rest");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_run_without_csv_resumes_plots_and_reads_its_npz_back()
    {
        string[] flags = ["--set", "output.csv=false", "--set", "output.plots=true", "--reproducible", "--quiet"];
        string whole = Run(Plane, flags), config = scratch.At("config.json"), part = scratch.At("part");
        Assert.IsFalse(File.Exists(Path.Combine(whole, "snapshots", "000.csv")));
        StringAssert.Contains(File.ReadAllText(Path.Combine(whole, "snapshots.csv")), "snapshots/002.npz");
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        using (var disk = new FaultyDisk(new DiskWrite("snapshots/002.npz", 1), Fault.Fails, part))
            Assert.AreEqual(ExitCode.Failed, Scratch.Run(["run", config, "--out", part, .. flags]).Code);
        Outcome resumed = Scratch.Run(["run", config, "--out", part, "--resume", .. flags]);
        Assert.AreEqual(0, resumed.Code, resumed.Error);
        Scratch.AssertSame(expected, part, "resumed");
        Assert.AreEqual(0, Scratch.Run("plot", part).Code);
        Scratch.AssertSame(expected, part, "plotted");
    }

    [TestMethod]
    public void A_density_and_a_tabulated_score_are_read_from_npz_and_netcdf_to_the_last_bit()
    {
        string folder = Run(Plane);
        var grid = new Grid(Axis.Uniform(-6, 6, 24, Boundary.NoFlux), Axis.Uniform(-6, 6, 20, Boundary.NoFlux));
        Snapshot last = SnapshotReader.ReadSnapshot(Path.Combine(folder, "snapshots", "002.csv"), grid, 2, 0.1);
        string npz = Path.Combine(folder, "snapshots", "002.npz"), netcdf = Path.Combine(folder, "snapshots.nc");
        Snapshot again = SnapshotReader.ReadSnapshot(npz, grid, 2, 0.1);
        Assert.AreEqual(0.1, again.Time);
        CollectionAssert.AreEqual(last.V, again.V);
        CollectionAssert.AreEqual(last.W, again.W);
        CollectionAssert.AreEqual(last.Score[1], again.Score[1]);
        CollectionAssert.AreEqual(last.LapLogU, again.LapLogU);
        foreach (string file in new[] { npz, netcdf })
            CollectionAssert.AreEqual(last.V, SnapshotReader.ReadDensity(file, "v", grid));
        ScoreTable table = ScoreTableReader.Read(netcdf, grid);
        CollectionAssert.AreEqual((double[])[0.1, 0.2, 1], table.Times);
        CollectionAssert.AreEqual(last.Score[0], table.Values[0][0]);

        var other = new Grid(Axis.Uniform(-6, 6, 24, Boundary.NoFlux), Axis.Uniform(-6, 6.5, 20, Boundary.NoFlux));
        var coarse = new Grid(Axis.Uniform(-6, 6, 12, Boundary.NoFlux), Axis.Uniform(-6, 6, 20, Boundary.NoFlux));
        foreach (string file in new[] { npz, netcdf })
        {
            StringAssert.Contains(
                Message(() => SnapshotReader.ReadDensity(file, "v", other)), "[\"y\"]: value 0 is -5.7, but the cell's centre");
            StringAssert.Contains(
                Message(() => SnapshotReader.ReadDensity(file, "v", coarse)), "[\"x\"]: must have one value per cell, 12");
            StringAssert.Contains(Message(() => SnapshotReader.ReadDensity(file, "rho", grid)), "\"rho\"; it has ");
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void A_damaged_netcdf_is_refused_with_one_line()
    {
        string folder = Run(Plane);
        byte[] whole = File.ReadAllBytes(Path.Combine(folder, "snapshots.nc"));
        var grid = new Grid(Axis.Uniform(-6, 6, 24, Boundary.NoFlux), Axis.Uniform(-6, 6, 20, Boundary.NoFlux));
        string path = scratch.At("damaged.nc");
        var random = new Random(3);
        for (int attempt = 0; attempt < 400; attempt++)
        {
            byte[] damaged = [.. whole.AsSpan(0, attempt % 2 == 0 ? random.Next(whole.Length) : whole.Length)];
            for (int flips = 0; flips < 4 && damaged.Length > 0; flips++)
                damaged[random.Next(Math.Min(damaged.Length, 3000))] = (byte)random.Next(256);
            File.WriteAllBytes(path, damaged);
            try
            {
                _ = SnapshotReader.ReadDensity(path, "u", grid);
            }
            catch (InputException refused)
            {
                Assert.IsFalse(refused.Message.Contains('\n'), refused.Message);
            }
        }

        File.WriteAllBytes(path, [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10]);
        StringAssert.Contains(Message(() => SnapshotReader.ReadDensity(path, "u", grid)), "NETCDF3_64BIT");
    }

    [TestMethod]
    public void A_full_disk_while_a_format_is_written_ends_with_4_and_leaves_earlier_files_whole()
    {
        string[] flags = ["--reproducible", "--quiet"];
        string whole = Run(Plane, flags), config = scratch.At("config.json"), folder = scratch.At("part");
        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        foreach (string file in new[] { "snapshots/001.npz", "snapshots/001.nc", "snapshots/001.vtr", "snapshots.pvd", "snapshots.nc" })
        {
            using (var disk = new FaultyDisk(new DiskWrite(file, 1), Fault.Fails, folder))
            {
                Outcome outcome = Scratch.Run(["run", config, "--out", folder, .. flags]);
                Assert.AreEqual(ExitCode.Failed, outcome.Code, $"{file}: {outcome.Error}");
                StringAssert.Contains(outcome.Error, $"cannot write: No space left on device : '{file}'");
            }

            foreach ((string name, string bytes) in Scratch.Contents(folder))
                Assert.IsTrue(!name.StartsWith("snapshots/") || !expected.ContainsKey(name) || expected[name] == bytes, $"{file}: {name}");
            Outcome resumed = Scratch.Run(["run", config, "--out", folder, "--resume", .. flags]);
            Assert.AreEqual(0, resumed.Code, $"{file}: {resumed.Error}");
            Scratch.AssertSame(expected, folder, file);
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DataRow("output.formats=[\"hdf5\"]", "output.formats[0]: must be one of \"csv\", \"npz\", \"netcdf\", \"vtk\", but is \"hdf5\"")]
    [DataRow("output.csv=false", "output.csv: false requires npz among output.formats")]
    public void An_unknown_format_and_a_run_that_could_not_be_read_back_are_refused(string set, string message)
    {
        Outcome outcome = Scratch.Run(
            "run", scratch.Write("config.json", Plane.Replace("\"npz\", ", "")), "--out", scratch.At("out"), "--set", set);
        Assert.AreEqual(ExitCode.BadInput, outcome.Code);
        StringAssert.Contains(outcome.Error, message);
        Assert.IsFalse(Directory.Exists(scratch.At("out")));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void The_binary_formats_are_written_ten_times_faster_than_csv()
    {
        var grid = new Grid(Axis.Uniform(-6, 6, 1024, Boundary.NoFlux), Axis.Uniform(-6, 6, 1024, Boundary.NoFlux));
        var random = new Random(1);
        double[] Any() => [.. Enumerable.Range(0, grid.CellCount).Select(_ => random.NextDouble())];
        var snapshot = new Snapshot(0, 0.5, grid, Any(), Any(), Any(), [Any(), Any()], Any());
        _ = snapshot.LapLogU;
        double csv = Best(SnapshotFormats.All[0]);
        foreach (ISnapshotFormat format in SnapshotFormats.All.Skip(1))
        {
            double own = Best(format);
            Console.WriteLine(FormattableString.Invariant($"{format.Extension}: {own:0} ms, csv {csv:0} ms, {csv / own:0.0} times"));
            Assert.IsGreaterThan(10, csv / own, format.Extension);
        }

        double Best(ISnapshotFormat format) => Enumerable.Range(0, 3).Min(_ =>
        {
            using var stream = new MemoryStream(400 << 20);
            var watch = Stopwatch.StartNew();
            format.Write(stream, snapshot, SnapshotOrigin.None);
            return watch.Elapsed.TotalMilliseconds;
        });
    }

    private string Run(string config, params string[] flags)
    {
        string folder = scratch.At("whole");
        Outcome outcome = Scratch.Run(["run", scratch.Write("config.json", config), "--out", folder, .. flags]);
        Assert.AreEqual(0, outcome.Code, outcome.Error);
        return folder;
    }

    private static string Message(Action read) => Assert.ThrowsExactly<InputException>(read).Message;
}
