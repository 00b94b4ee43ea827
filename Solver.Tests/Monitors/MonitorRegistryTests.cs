using System.Reflection;
using System.Text.RegularExpressions;
using PdeDiffusion.Data;
using PdeDiffusion.Monitors;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;
using MonitorsConfig = PdeDiffusion.Configs.MonitorsConfig;

namespace PdeDiffusion.Tests.Monitors;

[TestClass]
public sealed partial class MonitorRegistryTests
{
    /// <summary>A monitor's name as it heads its section: a parametrised one with the symbol of its parameter.</summary>
    private static string Heading(MonitorDescriptor descriptor) =>
        descriptor.Parameter is { } parameter ? $"{descriptor.Name}[{parameter}]" : descriptor.Name;

    private static Scenario[] Scenarios =>
    [
        Scenario.Of("dirac", 1, 0, remap: false) with { Also = MonitorsConfig.Requested.Split(' ') },
        Scenario.Of("dirac", 2, 0.3, remap: true) with { Parabolic = true },
        Scenario.Of("gaussians", 1, 1, remap: false) with
        {
            Score = of => new PerturbedFaceScore(of.Grid, new GridScore(of.Grid), 1.2, [], 0.1, 1),
        },
        Scenario.Of("dirac", 2, 1, remap: false) with
        {
            Score = of => new PerturbedFaceScore(of.Grid, new GridScore(of.Grid), 1.2, [], 0.1, 1),
            Also = ["hamilton"],
            GradientBudget = true,
            Mixed = [new(Mixture.Points([0.5], [0.3], []), 1.5), new(Mixture.Points([-1], [0.2], []), -0.5)],
        },
    ];

    [TestMethod]
    public void EveryMonitorIsListedOnceAndDescribesItself()
    {
        Type[] classes = [.. typeof(IMonitor).Assembly.GetTypes().Where(type => type.IsClass && typeof(IMonitor).IsAssignableFrom(type))];
        object?[] declared =
            [.. classes.Select(type => type.GetProperty("Kind", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))];
        CollectionAssert.AreEquivalent(MonitorRegistry.Kinds.ToArray(), declared, string.Join(", ", classes.Select(type => type.Name)));
        CollectionAssert.AllItemsAreUnique(MonitorRegistry.Descriptors.Select(descriptor => descriptor.Name).ToArray());
        foreach (MonitorDescriptor descriptor in MonitorRegistry.Descriptors)
        {
            foreach (string words in new[] { descriptor.Name, descriptor.Statement, descriptor.Quantity, descriptor.Bound })
                Assert.IsFalse(string.IsNullOrWhiteSpace(words) || words.Contains('\n'), $"{descriptor}");
        }
    }

    [TestMethod]
    public void EveryMonitorHasASectionOfTheManualAndEverySectionAMonitor()
    {
        string[] sections = [.. File.ReadLines(Repository.PathOf("docs", "monitors.md"))
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .SelectMany(line => line[3..].Replace("`", "").Split(", "))
            .Where(name => MonitorName().IsMatch(name))];
        CollectionAssert.AreEquivalent(MonitorRegistry.Descriptors.Select(Heading).ToArray(), sections);
    }

    /// <summary>docs/monitors.md says of each monitor what the program says, and its first table leads from theorem to config.</summary>
    [TestMethod]
    public void EveryMonitorHasARowAndASectionThatSaysWhatToDo()
    {
        string root = Repository.Root;
        string[] lines = File.ReadAllLines(Path.Combine(root, "docs", "monitors.md"));
        Dictionary<string, string> sections = [];
        foreach (string line in lines)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                sections[Anchor(line[3..])] = "";
            else if (sections.Count > 0)
                sections[sections.Keys.Last()] += line + ' ';
        }

        foreach (MonitorDescriptor monitor in MonitorRegistry.Descriptors)
        {
            Assert.IsNotNull(monitor.Help, $"{monitor.Name}: Help says what a violation means");
            bool isCount = monitor.Name is "remap-guard" or "remap-cross" or "start-mismatch" or "tilted-law";
            Assert.AreEqual(isCount, monitor.IsCount, monitor.Name);
            string[] page = monitor.Docs.Split('#');
            Assert.AreEqual("docs/monitors.md", page[0]);
            Assert.IsTrue(sections.TryGetValue(page[1], out string? section), $"no section #{page[1]} for {monitor.Name}");
            foreach (string words in new[] { monitor.Help.Meaning, monitor.Help.Causes, monitor.Help.LookAt })
                StringAssert.Contains(section, words, StringComparison.Ordinal);

            string row = lines.Single(line => line.StartsWith('|') && line.Contains($"| `{Heading(monitor)}` |", StringComparison.Ordinal));
            string[] cells = [.. row.Split('|').Select(cell => cell.Trim())];
            Match config = ConfigLink().Match(cells[5]);
            Assert.IsTrue(config.Success && File.Exists(Path.Combine(root, "configs", config.Groups[1].Value)), row);
            if (monitor.Theorem is not { } theorem)
                continue;
            StringAssert.StartsWith(
                cells[1].Replace('–', '-').Replace("**[paper]**", "[paper]"), theorem.Name + (theorem.IsOfPaper ? " [paper]" : ""), row);
            Assert.AreEqual(theorem.Section, "numerics " + cells[2]);
            string file = Regex.Escape(monitor.FileName).Replace("-p", "-(2|inf)", StringComparison.Ordinal);
            StringAssert.Matches(
                cells[4], new Regex($"^`monitor-{(monitor.Parameter is null ? Regex.Escape(monitor.FileName) : file)}\\.png`$"), row);
        }

        static string Anchor(string heading) => NoAnchor().Replace(heading, "").Replace(' ', '-').ToLowerInvariant();
    }

    [TestMethod]
    public void TheWordsOfTheConfigAreTheMonitorsOnRequest()
    {
        CollectionAssert.AreEquivalent(
            MonitorsConfig.Requested.Split(' '), MonitorRegistry.Kinds.Select(kind => kind.OnRequest).OfType<string>().ToArray());
        foreach (MonitorKind kind in MonitorRegistry.Kinds.Where(kind => kind.OnRequest is not null))
        {
            Assert.IsTrue(kind.Descriptors.All(monitor => monitor.Status == ReadingStatus.Observed
                && monitor.Name.StartsWith(kind.OnRequest!, StringComparison.Ordinal)));
        }
    }

    [TestMethod]
    public void EveryReadingIsDescribedAndGuaranteedOnlyWhereItsDescriptorSaysSo()
    {
        using var team = new WorkerTeam(1);
        var seen = new HashSet<string>();
        foreach (Scenario scenario in Scenarios)
        {
            List<Reading> readings = scenario.Watch(team);
            foreach (Reading reading in readings)
            {
                MonitorDescriptor descriptor = MonitorRegistry.Describe(reading.Monitor);
                Assert.AreEqual(reading.Monitor, descriptor.Name);
                Assert.AreNotEqual(MonitorDescriptor.Unknown(reading.Monitor), descriptor);
                Assert.IsTrue(reading.Status == ReadingStatus.Observed || descriptor.Status == ReadingStatus.Guaranteed, $"{reading}");
                seen.Add(reading.Monitor.StartsWith("lp-", StringComparison.Ordinal) ? reading.Monitor.Split('[')[0] : reading.Monitor);
            }

            // Three exponents; a run takes memory for this many readings per level.
            Assert.IsLessThanOrEqualTo(
                MonitorRegistry.MostReadings(3), readings.GroupBy(reading => reading.Step).Max(level => level.Count()));
        }

        CollectionAssert.AreEquivalent(MonitorRegistry.Descriptors.Select(descriptor => descriptor.Name).ToArray(), seen.ToArray());
    }

    [TestMethod]
    public void AParameterIsNamedAndAnUnknownNameHasNeutralWords()
    {
        MonitorDescriptor four = MonitorRegistry.Describe("lp-stability[4]"), largest = MonitorRegistry.Describe("lp-certificate[inf]");
        Assert.AreEqual("‖v‖, p = 4", four.Quantity);
        StringAssert.StartsWith(four.Statement, "p = 4: ");
        Assert.AreEqual("‖v‖, p = ∞", largest.Quantity);
        Assert.AreEqual("lp-stability[2.5]", MonitorRegistry.Describe("lp-stability[2.5]").Name);
        foreach (string name in new[] { "", "mass", "mass[w]", "lp-stability", "lp-stability[", "my-own[3]" })
        {
            MonitorDescriptor unknown = MonitorRegistry.Describe(name);
            Assert.AreEqual(name, unknown.Name);
            Assert.AreEqual(("value", "bound"), (unknown.Quantity, unknown.Bound));
        }
    }

    [TestMethod]
    public void TypedQuantitiesAreThoseOfTheReadings()
    {
        using var team = new WorkerTeam(1);
        Scenario scenario = Scenarios[2] with { Data = Scenarios[0].Data };
        double atEnd = double.NaN;
        int levels = 0;
        scenario.Watch(team, after: (monitors, readings) =>
        {
            int step = readings[^1].Step;
            Reading distance = readings.Single(reading => reading.Step == step && reading.Monitor == "concentration");
            Reading bound = readings.Single(reading => reading.Step == step && reading.Monitor == "score-error-budget");
            Assert.AreEqual(new MeanSquaredDistance(distance.Measured, distance.Bound), monitors.Latest<MeanSquaredDistance>());
            ScoreErrorBudget budget = monitors.Latest<ScoreErrorBudget>()!.Value;
            if (double.IsNaN(atEnd))
                atEnd = budget.Divergence;
            Assert.AreEqual((bound.Measured, bound.Bound), (budget.Divergence, budget.Bound));
            Assert.AreEqual(budget.Bound, atEnd + ScoreErrorBudget.Weight(scenario.Epsilon.Values[0]) * budget.Error);
            Assert.AreEqual(bound.Tolerance, budget.Tolerance / budget.Bound, 1e-15);
            levels++;
        });
        Assert.AreEqual(13, levels);
        Scenarios[0].Watch(team, after: (monitors, _) => Assert.IsNull(monitors.Latest<ScoreErrorBudget>(), "no score but the grid's own"));
    }

    [GeneratedRegex(@"^\[.*\]\(\.\./configs/(.*)\)$")]
    private static partial Regex ConfigLink();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"^[a-z][a-z-]*(\[\w+\])?$")]
    private static partial Regex MonitorName();
}
