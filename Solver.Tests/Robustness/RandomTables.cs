using System.Globalization;
using System.Text.Json.Nodes;
using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>The files of a random config: densities and a tabulated score on the cells and at the times of its run.</summary>
internal sealed class RandomTables
{
    private readonly Random random;
    private readonly Scratch scratch;
    private readonly RunConfig read;
    private readonly Grid grid;

    /// <summary>Reads cells and times from the config, however they are given there; data of a file are replaced.</summary>
    public RandomTables(Random random, Scratch scratch, JsonObject config)
    {
        (this.random, this.scratch) = (random, scratch);
        var plain = new JsonObject { ["name"] = "plain" };
        foreach (string key in new[] { "mesh", "time", "data" })
            plain[key] = config[key]!.DeepClone();
        if ((string?)plain["data"]!["kind"] == "density")
        {
            plain["data"] = ((JsonArray)plain["mesh"]!["axes"]!).Count == 1
                ? JsonNode.Parse("""{ "kind": "box", "from": [-1], "to": [1] }""")
                : JsonNode.Parse("""{ "kind": "box", "from": [-1, -1], "to": [1, 1] }""");
        }

        read = ConfigFile.Read(scratch.Write("plain.json", plain.ToJsonString()), []);
        grid = MeshFile.Build(read.Mesh);
    }

    /// <summary>Writes <c>data.csv</c>, <c>start.csv</c> and <c>score.csv</c>.</summary>
    /// <param name="predicts">What the values of the score's table are: score, noise or data.</param>
    public void Write(string predicts)
    {
        Density("data.csv", "u");
        Density("start.csv", "density");
        Score(predicts);
    }

    /// <summary>A hill with a ripple, positive.</summary>
    private void Density(string file, string column)
    {
        double centre = 2 * random.NextDouble() - 1, width = 0.8 + random.NextDouble();
        Rows(file, [.. Names(""), column], Enumerable.Range(0, grid.CellCount).Select(cell =>
        {
            double[] at = At(cell);
            double exponent = at.Sum(x => (x - centre) * (x - centre)) / (2 * width * width);
            return (double[])[.. at, Math.Exp(-exponent) * (1.2 + Math.Sin(2 * at[0]))];
        }));
    }

    /// <summary>−(x − m)/2(t + ¼) with a ripple, a score of no data, at four times, or what a network would predict in its place.</summary>
    private void Score(string predicts)
    {
        double mean = random.NextDouble() - 0.5, stop = read.Time.Stop, end = read.Time.End;
        double[] times = [stop, stop + (end - stop) / 9, stop + (end - stop) / 3, end];
        string[] header = ["time", .. Names(""), .. Names(predicts == "score" ? "score" : "value")];
        Rows("score.csv", header, times.SelectMany(time => Enumerable.Range(0, grid.CellCount).Select(cell =>
        {
            double[] at = At(cell);
            return (double[])[time, .. at, .. at.Select(x => Output(x, time, (mean - x) / (2 * (time + 0.25)) + 0.5 * Math.Sin(3 * x)))];
        })));

        double Output(double x, double time, double score) =>
            predicts switch { "noise" => -Math.Sqrt(2 * time) * score, "data" => x + 2 * time * score, _ => score };
    }

    private double[] At(int cell) => [.. Enumerable.Range(0, grid.Dimension).Select(axis => grid.Centre(cell, axis))];

    private string[] Names(string of) => of.Length == 0 ? ((string[])["x", "y"])[..grid.Dimension]
        : grid.Dimension == 1 ? [of] : [of + "_x", of + "_y"];

    private void Rows(string file, string[] header, IEnumerable<double[]> rows) => scratch.Write(file, string.Join('\n',
        rows.Select(row => string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))))
            .Prepend(string.Join(',', header))) + "\n");
}
