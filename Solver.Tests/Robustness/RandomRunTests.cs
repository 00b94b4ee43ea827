using System.Globalization;
using PdeDiffusion.Commands;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// Random valid runs of every kind, small: no guarantee is violated, every exit code is 0, and no file contains a value that is not finite.
/// <c>PDE_RUNS</c> sets the number of valid runs, <c>PDE_SEED</c> the seed.
/// </summary>
[TestClass]
public sealed class RandomRunTests : IDisposable
{
    /// <summary>From this number of runs on, every kind has to occur.</summary>
    private const int Campaign = 500;

    private readonly Scratch scratch = new();

    public required TestContext TestContext { get; set; }

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Valid_runs_violate_nothing_and_write_finite_numbers()
    {
        int runs = Setting("PDE_RUNS", 12), seed = Setting("PDE_SEED", 1), finished = 0;
        var refused = new List<string>();
        var kinds = new SortedDictionary<string, int>(RandomConfig.AllKinds.ToDictionary(kind => kind, _ => 0), StringComparer.Ordinal);
        for (int number = 0; finished < runs; number++)
        {
            var random = new Random(seed * 1_000_003 + number);
            var config = new RandomConfig(random, scratch);
            string folder = scratch.At("out");
            Outcome outcome = Scratch.Run(
                "run", config.File, "--out", folder, "--quiet", "--threads", random.Next(1, 3).ToString(CultureInfo.InvariantCulture));
            string what = $"seed {seed}, run {number}, exit code {outcome.Code}: {outcome.Error}\n{config.Text}";
            Assert.IsTrue(outcome.Code is 0 or ExitCode.BadInput, what);
            if (outcome.Code != 0)
            {
                // A rule that joins several keys; few of them are left to chance.
                refused.Add($"run {number}: {outcome.Error[(outcome.Error.LastIndexOf("config.json:", StringComparison.Ordinal) + 1)..].Trim()}");
                Assert.IsLessThan(runs / 4 + 10, refused.Count, what);
                continue;
            }

            finished++;
            foreach (string kind in config.Kinds)
                kinds[kind]++;
            StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "summary.json")), "\"verdict\": \"held\"", what);
            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            {
                string content = File.ReadAllText(file);
                Assert.IsFalse(content.Contains("NaN", StringComparison.Ordinal) || content.Contains("Infinity", StringComparison.Ordinal),
                    $"{file}: {what}");
            }

            Directory.Delete(folder, recursive: true);
        }

        TestContext.WriteLine($"{finished} valid runs, {refused.Count} refused; "
            + string.Join(", ", kinds.Select(kind => $"{kind.Key}: {kind.Value}")) + "\n"
            + string.Join('\n', refused));
        if (runs >= Campaign)
            Assert.IsTrue(kinds.Values.All(count => count > 0), $"no run of {string.Join(", ", kinds.Where(kind => kind.Value == 0))}");
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : otherwise;
}
