using System.Globalization;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Tables;

[TestClass]
public sealed class SnapshotWriterTests
{
    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Remove() => File.Delete(path);

    [TestMethod]
    public void Every_number_reads_back_to_the_same_bits()
    {
        // 70 000 cells of any bit pattern: several buffers full, with subnormals, negative zero and the longest texts there are.
        var grid = new Grid(Axis.Uniform(-1.0 / 3, 2, 350, Boundary.NoFlux), Axis.Uniform(0, 1e-7, 200, Boundary.Periodic));
        var random = new Random(1);
        double AnyBits() => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        double[] Any() => [.. Enumerable.Range(0, grid.CellCount).Select(_ => AnyBits())];
        var snapshot = new Snapshot(0, 0.5, grid, Any(), Any(), Any(), [Any(), Any()], Any());
        snapshot.U[0] = -0.0;
        snapshot.U[1] = double.Epsilon;
        snapshot.U[2] = -1.2345678901234567E-308;
        Scratch.WriteFile(path, stream => SnapshotWriter.Write(stream, snapshot));

        string[] lines = File.ReadAllLines(path);
        Assert.AreEqual("x,y,u,v,w,score_x,score_y,div_score,sigma", lines[0]);
        Assert.AreEqual(grid.CellCount + 1, lines.Length);
        double[][] columns = [snapshot.U, snapshot.V!, snapshot.W!, .. snapshot.Score, snapshot.DivScore];
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            string[] fields = lines[cell + 1].Split(',');
            Assert.AreEqual(9, fields.Length);
            Assert.AreEqual("1", fields[8], "sigma at t = 0.5");
            AssertSame(grid.Centre(cell, 0), fields[0]);
            AssertSame(grid.Centre(cell, 1), fields[1]);
            for (int column = 0; column < columns.Length; column++)
                AssertSame(columns[column][cell], fields[column + 2]);
        }
    }

    [TestMethod]
    public void Without_generation_v_and_w_are_empty_and_x_runs_alone_on_one_axis()
    {
        var grid = new Grid(Axis.Uniform(0, 1, 2, Boundary.NoFlux));
        var snapshot = new Snapshot(3, 1, grid, [0.5, 1.5], null, null, [[1, 2]], [3, 4]);
        Scratch.WriteFile(path, stream => SnapshotWriter.Write(stream, snapshot));
        Assert.AreEqual(
            "x,u,v,w,score,div_score,sigma\n0.25,0.5,,,1,3,1.4142135623730951\n0.75,1.5,,,2,4,1.4142135623730951\n",
            File.ReadAllText(path));
    }

    [TestMethod]
    public void The_index_lists_number_time_and_file()
    {
        Scratch.WriteFile(path, stream => SnapshotWriter.WriteIndex(stream, [1, 0.02]));
        Assert.AreEqual(
            "number,time,file,sigma\n000,1,snapshots/000.csv,1.4142135623730951\n001,0.02,snapshots/001.csv,0.2\n", File.ReadAllText(path));
        Assert.AreEqual("1234.csv", SnapshotWriter.FileName(1234));
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static void AssertSame(double expected, string field)
    {
        if (!double.IsFinite(expected))
            Assert.AreEqual("", field);
        else
            Assert.AreEqual(Bits(expected), Bits(double.Parse(field, CultureInfo.InvariantCulture)));
    }
}
