using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PdeDiffusion.Tests.Architecture;

/// <summary>Every package that a restore fetches, directly or not, is in THIRD-PARTY-NOTICES.md with its licence.</summary>
[TestClass]
public sealed class NoticesTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    [TestMethod]
    [DataRow("Solver", true)]
    [DataRow("Solver.Tests", false)]
    [DataRow("Solver.Benchmarks", false)]
    public void Every_locked_package_is_listed(string project, bool isDistributed)
    {
        string notices = File.ReadAllText(Path.Combine(Root, "THIRD-PARTY-NOTICES.md")).ReplaceLineEndings(" ");
        string[] names = [.. Names(notices)];
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, project, "packages.lock.json")));
        var missing = new List<string>();
        foreach (JsonProperty package in locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(one => one.Value.EnumerateObject()))
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

    /// <summary>The names in the notices; one that begins with a dot goes on from the name before it without its last part.</summary>
    private static IEnumerable<string> Names(string notices)
    {
        string last = "";
        foreach (Match match in Regex.Matches(notices.Replace("\\*", "*", StringComparison.Ordinal), @"(?<![\w/])\.?[A-Za-z][\w.]*\*?"))
        {
            string name = match.Value.TrimEnd('.');
            if (name.StartsWith('.'))
                name = last[..last.LastIndexOf('.')] + name;
            last = name;
            yield return name;
        }
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
