using System.Globalization;
using System.Text;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Tables;

[TestClass]
public sealed class TableReaderTests
{
    private static readonly Grid Line = new(Axis.Uniform(0, 3, 3, Boundary.NoFlux));
    private static readonly Grid Plane = new(Axis.Uniform(0, 2, 2, Boundary.NoFlux), Axis.Graded([0, 1, 4], Boundary.NoFlux));

    [TestMethod]
    [DataRow("", "is empty")]
    [DataRow("x\n", "has a header but no points")]
    [DataRow("a\n1\n", ":1: there is no column \"x\"; the columns are \"a\": name those of the coordinates with \"columns\"")]
    [DataRow("1,2\n", ":1: there is no header: give the columns of the coordinates by their numbers, such as \"columns\": [1, 2]")]
    [DataRow("x,X,x\n1,2,3\n", ":1: there are 2 columns \"x\": rename all but one")]
    [DataRow("x,Weight,WEIGHT\n1,2,3\n", ":1: there are 2 columns \"weight\"")]
    [DataRow("x,weight\n1\n", ":2: the row has 1 fields, but the header has 2")]
    [DataRow("x\n1\n2,3\n", ":3: the row has 2 fields, but the header has 1")]
    [DataRow("x\n1\nabc\n", ":3: x must be a finite number, but is \"abc\"")]
    [DataRow("x\n1\nNaN\n", ":3: x must be a finite number, but is \"NaN\"")]
    [DataRow("x\n\n1\n1e999\n", ":4: x must be a finite number")]
    [DataRow("x\n0.5\0\n", ":2: x must be a finite number, but is \"0.5U+0000\"")]
    [DataRow("x,weight\n1,\n", ":2: weight must be a finite number, but is \"\"")]
    [DataRow("x,weight\n1,-1\n", ":2: must be >= 0, but is -1")]
    public void BadPointFilesNameFileAndRow(string csv, string phrase)
    {
        using var folder = new InputFolder();
        string path = folder.Write("points.csv", csv);
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => ReadPoints(folder)).Message, path + (phrase[0] == ':' ? "" : ": ")
            + phrase, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("x,weight\r\n1,2\r\n")]
    [DataRow("\uFEFFx,weight\n1,2")]
    [DataRow("\"x\",\"weight\"\n 1 , 2 \n\n")]
    [DataRow("\"x\",\"weight\"\n\"1\",\" 2\"\n")]
    public void PointFilesOfOtherProgramsAreRead(string csv)
    {
        using var folder = new InputFolder();
        folder.Write("points.csv", csv);
        PointsData points = ReadPoints(folder);
        Assert.AreEqual((1, 2), (points.Points!.Single().Single(), points.Weights!.Single()));
        folder.Write("points.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(csv.TrimStart('\uFEFF'))]);
        Assert.AreEqual(2, ReadPoints(folder).Weights!.Single());
    }

    [TestMethod]
    public void ADensityNeedsItsColumnsOnlyInAnyOrderAndCase()
    {
        using var folder = new InputFolder();
        string path = folder.Write("000.csv", "Rho,note,X\n0.1,\"a, b\",0.5\n2,,1.5\n0,c,2.5\n");
        CollectionAssert.AreEqual((double[])[0.1, 2, 0], SnapshotReader.ReadDensity(path, "rho", Line));
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => SnapshotReader.ReadDensity(path, "u", Line)).Message,
            ":1: there is no column \"u\"; the columns are \"Rho\", \"note\", \"X\"", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AnEndlessLineIsCutOff()
    {
        using var folder = new InputFolder();
        string path = folder.Write("000.csv", "");
        using (FileStream sparse = File.OpenWrite(path))
            sparse.SetLength(3L << 30);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputException>(() => SnapshotReader.ReadDensity(path, "u", Line)).Message, "longer than 10000 characters",
            StringComparison.Ordinal);
    }

    [TestMethod]
    public void ADensityIsReadBack()
    {
        using var folder = new InputFolder();
        string path =
            folder.Write("000.csv", "x,u,v,w,score,div_score\n0.5,0.1,1e-300,,0,0\n1.5,0.30000000000000004,2,3,0,0\n2.5,0,0,1,0,0\n");
        CollectionAssert.AreEqual((double[])[0.1, 0.1 + 0.2, 0], SnapshotReader.ReadDensity(path, "u", Line));
        CollectionAssert.AreEqual((double[])[1e-300, 2, 0], SnapshotReader.ReadDensity(path, "v", Line));
        Snapshot whole = SnapshotReader.ReadSnapshot(path, Line, 7, 0.5);
        CollectionAssert.AreEqual((double[])[double.NaN, 3, 1], whole.W);
        Assert.AreEqual((7, 0.5, 1), (whole.Number, whole.Time, whole.Score.Length));
    }

    [TestMethod]
    public void ASnapshotOfThePlaneWithoutGenerationIsReadBack()
    {
        using var folder = new InputFolder();
        string path = folder.Write(
            "000.csv",
            "x,y,u,v,w,score_x,score_y,div_score\n"
            + "0.5,0.5,1,,,10,20,30\n1.5,0.5,2,,,11,21,31\n0.5,2.5,3,,,12,22,32\n1.5,2.5,4,,,13,23,33\n");
        Snapshot snapshot = SnapshotReader.ReadSnapshot(path, Plane, 0, 1);
        CollectionAssert.AreEqual((double[])[1, 2, 3, 4], snapshot.U);
        Assert.IsNull(snapshot.V);
        Assert.IsNull(snapshot.W);
        CollectionAssert.AreEqual((double[])[20, 21, 22, 23], snapshot.Score[1]);
        CollectionAssert.AreEqual((double[])[30, 31, 32, 33], snapshot.DivScore);
        StringAssert.Contains(
            Assert.ThrowsExactly<InputException>(() => SnapshotReader.ReadDensity(path, "v", Plane)).Message, ":2: column v is empty",
                StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("0.5,1,,,0,0\n1.5,1,,,0,0\n", "has 2 rows, but the grid has 3 cells")]
    [DataRow("0.5,1,,,0,0\n1.5,1,,,0,0\n2.5,1,,,0,0\n3.5,1,,,0,0\n", ":5: more rows than the 3 cells")]
    [DataRow("0.5,1,,,0,0\n1.500001,1,,,0,0\n2.5,1,,,0,0\n", ":3: x is 1.500001, but the cell's centre on this grid is 1.5")]
    [DataRow("0.5,1,,,0,0\n1.5,-1,,,0,0\n2.5,1,,,0,0\n", ":3: u must be >= 0, but is -1")]
    [DataRow("0.5,0,,,0,0\n1.5,0,,,0,0\n2.5,0,,,0,0\n", "column u is 0 everywhere")]
    [DataRow("0.5,1,,,0,0\n1.5,∞,,,0,0\n2.5,1,,,0,0\n", ":3: u must be a finite number")]
    public void ADensityOfAnotherGridIsRefused(string rows, string phrase)
    {
        using var folder = new InputFolder();
        string path = folder.Write("000.csv", "x,u,v,w,score,div_score\n" + rows);
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => SnapshotReader.ReadDensity(path, "u", Line)).Message, phrase,
            StringComparison.Ordinal);
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => SnapshotReader.ReadDensity(path, "u", Plane)).Message,
            ":1: there is no column \"y\"; the columns are \"x\", \"u\"", StringComparison.Ordinal);
    }

    [TestMethod]
    public void TheListOfSnapshotsIsRead()
    {
        using var folder = new InputFolder();
        folder.Write("snapshots.csv", "number,time,file\n0,1,snapshots/000.csv\n1,0.5,snapshots/001.csv\n");
        IReadOnlyList<SnapshotEntry> list = SnapshotReader.ReadList(folder.Root);
        Assert.AreEqual(new SnapshotEntry(1, 0.5, Path.Combine(folder.Root, "snapshots", "001.csv")), list[1]);
    }

    [TestMethod]
    public void ATabulatedScoreIsRead()
    {
        using var folder = new InputFolder();
        string rows = string.Concat(((double[])[0.1, 0.2]).SelectMany(time => Enumerable.Range(0, 4).Select(cell => string.Create(
            CultureInfo.InvariantCulture, $"{time},{Plane.Centre(cell, 0)},{Plane.Centre(cell, 1)},{time + cell},{time - cell}\n"))));
        ScoreTable table = ScoreTableReader.Read(folder.Write("score.csv", "time,x,y,score_x,score_y\n" + rows), Plane);
        CollectionAssert.AreEqual((double[])[0.1, 0.2], table.Times);
        CollectionAssert.AreEqual((double[])[0.2, 0.2 - 1, 0.2 - 2, 0.2 - 3], table.Values[1][1]);
    }

    [TestMethod]
    [DataRow("", "has a header but no rows")]
    [DataRow("1,0.5,0\n1,1.5,0\n", "time 1 has 2 rows, but the grid has 3 cells")]
    [DataRow("1,0.5,0\n2,1.5,0\n", ":3: time 1 has 1 rows, but the grid has 3 cells")]
    [DataRow("1,0.5,0\n1,1.5,0\n1,2.5,0\n1,0.5,0\n", ":5: times must be >= 0 and increase, but 1 follows 1")]
    [DataRow("1,0.5,0\n1,1.6,0\n1,2.5,0\n", ":3: x is 1.6")]
    [DataRow("1,0.5,x\n", ":2: score must be a finite number")]
    public void ADamagedScoreIsRefused(string rows, string phrase)
    {
        using var folder = new InputFolder();
        string path = folder.Write("score.csv", "time,x,score\n" + rows);
        StringAssert.Contains(Assert.ThrowsExactly<InputException>(() => ScoreTableReader.Read(path, Line)).Message, phrase,
            StringComparison.Ordinal);
    }

    private static PointsData ReadPoints(InputFolder folder)
    {
        string run = folder.Write("run.json", """
            { "name": "points", "mesh": { "axes": [ { "from": 0, "to": 9, "cells": 9 } ] },
              "data": { "kind": "points", "file": "points.csv" },
              "time": { "end": 1, "stop": 0.1, "steps": 1 } }
            """);
        return (PointsData)ConfigFile.Read(run, []).Data;
    }
}
