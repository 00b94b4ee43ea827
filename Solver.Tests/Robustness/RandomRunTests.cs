using System.Globalization;
using System.Text;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// Random valid runs of every kind, small: no guarantee is violated, no exit code is outside the contract, and no file holds a value
/// that is not finite. <c>PDE_RUNS</c> sets their number, <c>PDE_SEED</c> the seed.
/// </summary>
[TestClass]
public sealed class RandomRunTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Valid_runs_violate_nothing_and_write_finite_numbers()
    {
        int runs = Setting("PDE_RUNS", 24), seed = Setting("PDE_SEED", 1), finished = 0;
        for (int number = 0; number < runs; number++)
        {
            var random = new Random(seed * 1_000_003 + number);
            string text = Config(random), folder = scratch.At("out");
            Outcome outcome = Scratch.Run(
                "run", scratch.Write("config.json", text), "--out", folder, "--quiet", "--threads", random.Next(1, 3).ToString("D", null));
            string what = $"seed {seed}, run {number}, exit code {outcome.Code}: {outcome.Error}\n{text}";
            Assert.IsTrue(outcome.Code is 0 or ExitCode.BadInput, what);
            if (outcome.Code != 0)
                continue;
            finished++;
            StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "summary.json")), "\"verdict\": \"held\"", what);
            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            {
                string content = File.ReadAllText(file);
                Assert.IsFalse(content.Contains("NaN", StringComparison.Ordinal) || content.Contains("Infinity", StringComparison.Ordinal),
                    $"{file}: {what}");
            }

            Directory.Delete(folder, recursive: true);
        }

        // Some meet a rule that joins several keys, and are refused; they are not what is tested here.
        Assert.IsGreaterThan(runs / 2, finished);
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : otherwise;

    private static string Config(Random random)
    {
        int dimension = random.Next(1, 3);
        bool generates = random.Next(5) > 0, remaps = random.Next(2) == 0;
        string boundary = One("no-flux", "no-flux", "periodic");
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "name": "random",
              "mesh": { "axes": [ {{string.Join(", ", Enumerable.Range(0, dimension).Select(_ => Axis()))}} ] },
              "data": {{Data()}},
              "time": { "end": {{Number(0.3, 1.5)}}, "stop": {{One("0.1", "0.03", "0.005")}}, "steps": {{random.Next(4, 25)}},
                "warmup": {{random.Next(2, 12)}} },
              "forward": { "kind": "{{(remaps ? One("implicit-euler", "lattice-exact", "closed-form") : "implicit-euler")}}" },
              "output": { "plots": false }
            """));
        if (generates)
        {
            string score = random.Next(3) == 0 ? $", \"score\": {{ \"kind\": \"mixture\", \"data\": {Data()} }}" : "";
            string epsilon = random.Next(4) == 0 ? "0" : Number(0.05, 3);
            string start = random.Next(3) == 0 ? "{ \"kind\": \"forward\" }"
                : $"{{ \"kind\": \"gaussian\", \"mean\": [{Point(0.5)}], \"variance\": {Number(1.5, 3)} }}";
            text.Append(CultureInfo.InvariantCulture, $", \"generation\": {{ \"epsilon\": {epsilon}, \"start\": {start}{score} }}");
            text.Append(CultureInfo.InvariantCulture, $", \"scheme\": {{ \"kind\": \"{(remaps ? "remap" : "markov")}\" }}");
            if (random.Next(3) == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $$"""
                    , "particles": { "count": {{random.Next(1, 80)}}, "seed": {{random.Next(100)}}, "steps": {{random.Next(2, 30)}},
                        "method": "{{One("exponential", "euler-maruyama")}}" }
                    """);
            }
        }

        return text.Append('}').ToString();

        string One(params string[] choices) => choices[random.Next(choices.Length)];

        string Number(double from, double to) => (from + (to - from) * random.NextDouble()).ToString("G4", CultureInfo.InvariantCulture);

        string Axis() => string.Create(CultureInfo.InvariantCulture,
            $"{{ \"from\": {Number(-7, -5)}, \"to\": {Number(5, 7)}, \"cells\": {random.Next(5, dimension == 1 ? 150 : 30)}, "
            + $"\"boundary\": \"{boundary}\" }}");

        string Point(double reach) => string.Join(", ", Enumerable.Range(0, dimension).Select(_ => Number(-reach, reach)));

        string Points(int count) => string.Join(", ", Enumerable.Range(0, count).Select(_ => $"[{Point(2.5)}]"));

        string Data()
        {
            int count = random.Next(1, 6);
            return random.Next(2) == 0 ? $"{{ \"kind\": \"points\", \"points\": [{Points(count)}] }}"
                : $"{{ \"kind\": \"gaussians\", \"means\": [{Points(count)}], "
                    + $"\"variances\": [{string.Join(", ", Enumerable.Range(0, count).Select(_ => Number(0.05, 0.6)))}] }}";
        }
    }
}
