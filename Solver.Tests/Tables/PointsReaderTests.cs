using System.Globalization;
using PdeDiffusion.Commands;
using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Problems;

namespace PdeDiffusion.Tests.Tables;

/// <summary>Points and polylines of a user's own files: the columns that the config names, and one line for what is wrong.</summary>
[TestClass]
public sealed class PointsReaderTests : IDisposable
{
    private readonly InputFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("\"columns\": [\"x\", \"Y\"]", "id,X,label,y\n7,1,a,2\n8,3,b,4\n")]
    [DataRow("\"columns\": [2, 4]", "id,X,label,y\n7,1,a,2\n8,3,b,4\n")]
    [DataRow("\"columns\": [\"lon\", 3]", "id,Lon,lat\n7,1,2\n8,3,4\n")]
    [DataRow("\"columns\": [1, 2]", "1,2\n3,4\n")]
    [DataRow("\"columns\": [3, 1]", "2,a,1\n4,b,3\n")]
    [DataRow("\"columns\": [\"x\", \"y\"]", "name,x,y\n\"Smith, John\",\"1\",\" 2 \"\n\"5\"\" wide\",3,4\n")]
    [DataRow("\"columns\": [\"x\", \"y\"]", "x,y,X\n1,2,9\n3,4,9\n")]
    [DataRow("\"columns\": [\"x\", \"y\"]", "note,x,y\n\"two\nlines\",1,2\n,3,4\n")]
    [DataRow("\"columns\": [\" x\", \"y \"]", "x;,x,y\n,1,2\n,3,4\n")]
    [DataRow("", "Y,label,X\n2,a,1\n4,b,3\n")]
    public void Columns_are_found_by_name_or_number(string keys, string csv)
    {
        PointsData data = Read(keys, csv);
        Assert.AreEqual("(1,2) (3,4)", Shown(data.Points!));
        Assert.IsNull(data.Weights);
        Assert.IsTrue(data is { File: null, Columns: null, Array: null, WeightColumn: null }, "once read, points are inline");
    }

    [TestMethod]
    [DataRow("", "x,y,Weight\n1,2,5\n3,4,6\n", "5,6")]
    [DataRow("\"columns\": [1, 2], \"weightColumn\": 3", "1,2,5\n3,4,6\n", "5,6")]
    [DataRow("\"columns\": [\"x\", \"y\"], \"weightColumn\": \"mass\"", "Mass,x,y\n5,1,2\n6,3,4\n", "5,6")]
    [DataRow("\"weightColumn\": \"mass\"", "Mass,x,y\n5,1,2\n6,3,4\n", "5,6")]
    [DataRow("\"columns\": [\"x\", \"y\"]", "x,y,weight\n1,2,5\n3,4,6\n", null)]
    public void Weights_are_read_where_they_are_meant(string keys, string csv, string? weights)
    {
        PointsData data = Read(keys, csv);
        Assert.AreEqual("(1,2) (3,4)", Shown(data.Points!));
        Assert.AreEqual(weights, data.Weights is null ? null : string.Join(',', data.Weights));
    }

    [TestMethod]
    [DataRow("\"columns\": [\"x\", \"z\"]", "x,y\n1,2\n", ":1: there is no column \"z\"; the columns are \"x\", \"y\"")]
    [DataRow("\"columns\": [1, 3]", "x,y\n1,2\n", ":1: there is no column 3: the file has 2")]
    [DataRow("\"columns\": [\"a\", \"b\"]", "a,b,B,B\n1,2,3,4\n", null)]
    [DataRow("\"columns\": [\"a\", \"b\"]", "a,B,B\n1,2,3\n", ":1: there are 2 columns \"b\": rename all but one")]
    [DataRow("\"columns\": [\"X\", 1]", "x,y\n1,2\n", ":1: column 1 is given for two coordinates")]
    [DataRow("\"columns\": [\"x\", 2]", "1,2\n3,4\n", ":1: there is no column \"x\": the first row holds numbers")]
    [DataRow("\"columns\": [1, 2]", "1,2\n3,a\n", ":2: column 2 must be a finite number, but is \"a\"")]
    [DataRow("\"columns\": [1, 2]", "1,2\n3\n", ":2: the row has 1 fields, but the first row has 2")]
    [DataRow("\"columns\": [1, 2]", "nan,2\n3,4\n", ":1: column 1 must be a finite number, but is \"nan\"")]
    [DataRow("\"columns\": [1, 2]", "a,2\n3,4\n", ":1: column 1 must be a finite number, but is \"a\"")]
    [DataRow("\"columns\": [1, 2], \"weightColumn\": 2", "1,2\n3,4\n", ":1: column 2 cannot hold both a coordinate and the weights")]
    [DataRow("\"columns\": [\"x\", \"y\"], \"array\": \"X\"", "x,y\n1,2\n", "is a CSV file; array belongs to files of NumPy")]
    [DataRow("\"columns\": [\"x\", \"y\"]", "x,y\n1,2\n\"3,4\n", "the row has 1 fields, but the header has 2")]
    [DataRow("\"columns\": [\"x\", \"x\"]", "x,y\n1,2\n", "data.columns[1]: column \"x\" is listed twice")]
    [DataRow("\"columns\": [0, 1]", "x,y\n1,2\n", "data.columns[0]: must be the name of a column, or its number from 1, but is 0")]
    [DataRow("\"columns\": [1.5]", "x,y\n1,2\n", "data.columns[0]: must be the name of a column, or its number from 1, but is 1.5")]
    [DataRow("\"columns\": [\"\"]", "x,y\n1,2\n", "data.columns[0]: must be the name of a column")]
    [DataRow("\"columns\": \"x\"", "x,y\n1,2\n",
        "data.columns: must be an array of 1 or 2 columns, each a name or a number from 1, but is \"x\"")]
    [DataRow("\"columns\": [1, 2, 3]", "x,y\n1,2\n", "data.columns: must be an array of 1 or 2 columns")]
    [DataRow("\"array\": 1", "x,y\n1,2\n", "data.array: must be the name of an array, but is 1")]
    public void What_is_wrong_with_columns_is_one_line(string keys, string csv, string? phrase)
    {
        if (phrase is null)
            Assert.HasCount(1, Read(keys, csv).Points!);
        else
            Refused(phrase, () => Read(keys, csv));
    }

    [TestMethod]
    public void Columns_without_a_file_are_refused() => Refused(
        "data.columns: says where in file the points are, but there is no file",
        () => Read(folder.Write("run.json", Run("""{ "kind": "points", "points": [[1, 2]], "columns": [1, 2] }"""))));

    [TestMethod]
    public void An_unclosed_quote_ends_at_the_limit_of_a_line() => Refused(
        "a quote may be missing", () => Read("", "x,y,note\n1,2,\"a\n" + string.Concat(Enumerable.Repeat("3,4,b\n", 5000))));

    [TestMethod]
    [DataRow("<f4", "", "(1,-2.5) (3,0.125) (-4,6)")]
    [DataRow("F", "\"columns\": [2, 1]", "(-2.5,1) (0.125,3) (6,-4)")]
    [DataRow("F", "\"columns\": [2]", "(-2.5) (0.125) (6)")]
    [DataRow("vector", "", "(1) (2) (3)")]
    public void Points_are_rows_of_an_array_of_NumPy(string golden, string keys, string expected)
    {
        folder.Write("points.npy", NumpyFileTests.Golden(golden));
        string data = $$"""{ "kind": "points", "file": "points.npy"{{(keys.Length > 0 ? ", " : "")}}{{keys}} }""";
        string points = Run(data, expected.Contains(',', StringComparison.Ordinal) ? 2 : 1);
        Assert.AreEqual(expected, Shown(((PointsData)Read(folder.Write("run.json", points)).Data).Points!));
    }

    [TestMethod]
    public void An_archive_of_one_array_needs_no_name_and_one_of_several_does()
    {
        folder.Write("one.npz", NumpyFileTests.Golden("npz1"));
        folder.Write("two.NPZ", NumpyFileTests.Golden("npz"));
        Assert.AreEqual("(1,-2.5) (3,0.125) (-4,6)", Shown(((PointsData)Read(folder.Write(
            "run.json", Run("""{ "kind": "points", "file": "one.npz" }"""))).Data).Points!));
        Assert.AreEqual("(1,-2.5) (3,0.125) (-4,6)", Shown(((PointsData)Read(folder.Write(
            "run.json", Run("""{ "kind": "points", "file": "two.NPZ", "array": "X" }"""))).Data).Points!));
        Refused("has the arrays \"X\", \"y\": name one of them with \"array\"",
            () => Read(folder.Write("run.json", Run("""{ "kind": "points", "file": "two.NPZ" }"""))));
        Refused("has no array \"z\"; it has \"X\", \"y\"",
            () => Read(folder.Write("run.json", Run("""{ "kind": "points", "file": "two.NPZ", "array": "z" }"""))));
        CurveData curve = (CurveData)Read(folder.Write("run.json", Run(
            """{ "kind": "curve", "curve": "polyline", "nodes": 10, "file": "two.NPZ", "array": "X" }"""))).Data;
        Assert.AreEqual("(1,-2.5) (3,0.125) (-4,6)", Shown(curve.Vertices!));
    }

    [TestMethod]
    [DataRow("object", "", "holds Python objects")]
    [DataRow("complex", "", "holds complex numbers")]
    [DataRow("F3", "", "must have one row per point, shape (N, d), but has shape (2, 3, 4)")]
    [DataRow("empty", "", "has shape (0, 2): no points")]
    [DataRow("<f8", ", \"columns\": [3]", "has no column 3: it has 2")]
    [DataRow("<f8", ", \"columns\": [\"x\"]", "has no column \"x\": columns of an array have no names, give their numbers from 1")]
    [DataRow("<f8", ", \"columns\": [1], \"weightColumn\": 1", "columns and weightColumn must be different columns")]
    public void Arrays_that_are_no_points_are_refused_with_exit_code_2(string golden, string keys, string phrase)
    {
        folder.Write("points.npy", NumpyFileTests.Golden(golden));
        string run = folder.Write("run.json", Run($$"""{ "kind": "points", "file": "points.npy"{{keys}} }"""));
        Refused(phrase, () => Read(run));
        using StringWriter error = new();
        Assert.AreEqual(ExitCode.BadInput, CommandLine.Run(["check", run], TextWriter.Null, error, default));
        Assert.HasCount(1, error.ToString().TrimEnd().Split('\n'), error.ToString());
    }

    [TestMethod]
    public void Values_that_are_not_finite_and_arrays_of_three_columns_are_refused()
    {
        using MemoryStream nan = new(), wide = new();
        NumpyFile.Write(nan, [2, 2], [1, 2, double.NaN, 4]);
        NumpyFile.Write(wide, [1, 3], [1, 2, 3]);
        folder.Write("nan.npy", nan.ToArray());
        folder.Write("wide.npy", wide.ToArray());
        Refused("must hold finite numbers, but [1, 0] is NaN",
            () => Read(folder.Write("run.json", Run("""{ "kind": "points", "file": "nan.npy" }"""))));
        Refused("must have 1 or 2 columns, but has shape (1, 3): choose those of the coordinates with \"columns\", such as [1, 2]",
            () => Read(folder.Write("run.json", Run("""{ "kind": "points", "file": "wide.npy" }"""))));
        Assert.AreEqual("(3,1)", Shown(((PointsData)Read(folder.Write(
            "run.json", Run("""{ "kind": "points", "file": "wide.npy", "columns": [3, 1] }"""))).Data).Points!));
    }

    [TestMethod]
    public void A_polyline_has_columns_too()
    {
        folder.Write("corners.csv", "name,East,north\na,0,0\nb,1,2\n");
        CurveData curve = (CurveData)Read(folder.Write("run.json", Run(
            """{ "kind": "curve", "curve": "polyline", "nodes": 10, "file": "corners.csv", "columns": ["east", "north"] }"""))).Data;
        Assert.AreEqual("(0,0) (1,2)", Shown(curve.Vertices!));
        Refused("data.weightColumn: unknown key", () => Read(folder.Write("run.json", Run(
            """{ "kind": "curve", "curve": "polyline", "file": "corners.csv", "columns": ["east", "north"], "weightColumn": 3 }"""))));
    }

    [TestMethod]
    public void Columns_that_are_not_used_are_noted_by_every_verb()
    {
        folder.Write("points.csv", "id,X,label,y\n7,1,a,2\n8,3,b,4\n");
        string run = folder.Write("run.json", Run("""{ "kind": "points", "file": "points.csv" }"""));
        foreach (string[] verb in (string[][])[["check", run], ["run", run, "--out", Path.Combine(folder.Root, "out")]])
        {
            using StringWriter error = new();
            Assert.AreEqual(0, CommandLine.Run(verb, TextWriter.Null, error, default), error.ToString());
            StringAssert.Contains(error.ToString(), "points.csv: the columns \"id\", \"label\" are not used", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void Points_outside_the_box_are_counted_in_one_line_with_a_box_that_holds_them()
    {
        folder.Write("points.csv", "x,y\n0,0\n\n-12.344,1\n3,-20\n1,1\n");
        InputException refusal = Assert.ThrowsExactly<InputException>(
            () => Read(folder.Write("run.json", Run("""{ "kind": "points", "file": "points.csv" }"""))));
        Assert.HasCount(1, refusal.Problems, refusal.Message);

        // T = 0.5: six deviations √(2T) are 6.
        StringAssert.EndsWith(
            refusal.Message,
            "points.csv:4: the point (-12.344, 1) lies outside the box [-9, 9] × [-9, 9]; 2 of the 4 points do: "
                + "widen it to [-12.4, 9] × [-20, 9]; with the noise until T = 0.5 to [-18.4, 9] × [-26, 9]",
            StringComparison.Ordinal);
    }

    private static string Shown(IReadOnlyList<IReadOnlyList<double>> points) => string.Join(' ', points.Select(point =>
        "(" + string.Join(',', point.Select(number => number.ToString(CultureInfo.InvariantCulture))) + ")"));

    private static string Run(string data, int axes = 2) => $$"""
        { "name": "points", "data": {{data}}, "time": { "end": 0.5, "stop": 0.3, "steps": 1 },
          "mesh": { "axes": [ {{string.Join(", ", Enumerable.Repeat("{ \"from\": -9, \"to\": 9, \"cells\": 36 }", axes))}} ] },
          "output": { "plots": false } }
        """;

    private static RunConfig Read(string run) => ConfigFile.Read(run, []);

    private PointsData Read(string keys, string csv)
    {
        folder.Write("points.csv", csv);
        string data = $$"""{ "kind": "points", "file": "points.csv"{{(keys.Length > 0 ? ", " : "")}}{{keys}} }""";
        return (PointsData)Read(folder.Write("run.json", Run(data))).Data;
    }

    private static void Refused<T>(string phrase, Func<T> read)
    {
        InputException refusal = Assert.ThrowsExactly<InputException>(() => { _ = read(); });
        Assert.HasCount(1, refusal.Problems, refusal.Message);
        StringAssert.Contains(refusal.Message, phrase, StringComparison.Ordinal);
    }
}
