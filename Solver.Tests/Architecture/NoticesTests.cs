using System.Text.Json;
using System.Text.RegularExpressions;

namespace PdeDiffusion.Tests.Architecture;

/// <summary>Every package that a restore fetches, directly or not, is in THIRD-PARTY-NOTICES.md with its licence.</summary>
[TestClass]
public sealed class NoticesTests
{
    [TestMethod]
    [DataRow("Solver", true)]
    [DataRow("Solver/Library", true)]
    [DataRow("samples", true)]
    [DataRow("Solver.Networks", true)]
    [DataRow("Solver.Tests", false)]
    [DataRow("Solver.Networks.Tests", false)]
    [DataRow("Solver.Benchmarks", false)]
    public void Every_locked_package_is_listed(string project, bool isDistributed)
    {
        string notices = File.ReadAllText(Repository.PathOf("THIRD-PARTY-NOTICES.md")).ReplaceLineEndings(" ");

        // A star stands for any ending.
        string[] names = [.. Regex.Matches(notices.Replace("\\*", "*", StringComparison.Ordinal), @"[A-Za-z][\w.]*\*?")
            .Select(match => match.Value.TrimEnd('.'))];
        using var locked = JsonDocument.Parse(File.ReadAllText(Repository.PathOf(project, "packages.lock.json")));
        var missing = new List<string>();
        IEnumerable<JsonProperty> packages = locked.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject());
        foreach (JsonProperty package in packages)
        {
            if (package.Value.GetProperty("type").GetString() == "Project")
                continue;
            string version = package.Value.GetProperty("resolved").GetString()!;
            bool isListed = names.Any(name => name.EndsWith('*')
                ? package.Name.StartsWith(name[..^1], StringComparison.Ordinal) : name == package.Name);
            if (!isListed || (isDistributed && !notices.Contains($"| {version} |", StringComparison.Ordinal)))
                missing.Add($"{package.Name} {version}");
        }

        Assert.IsEmpty(missing, $"THIRD-PARTY-NOTICES.md lacks {string.Join(", ", missing.Distinct())}");
    }
}
