namespace PdeDiffusion.Tests.Robustness;

/// <summary>Same config, same bytes: whatever the threads, the memory, the process, the language.</summary>
[TestClass]
public sealed class DeterminismTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void Two_cold_starts_one_and_two_threads_and_other_languages_give_the_same_bytes()
    {
        string config = scratch.Write("config.json", SmallRuns.Plane);
        (string Name, string Threads, Dictionary<string, string> Environment)[] runs =
        [
            ("first", "1", []), ("second", "1", []), ("threads", "2", []),
            ("turkish", "2", new() { ["LANG"] = "tr_TR.UTF-8", ["LC_ALL"] = "tr_TR.UTF-8", ["TZ"] = "Asia/Tokyo" }),
            ("german", "3", new() { ["LANG"] = "de_DE.UTF-8", ["LC_ALL"] = "de_DE.UTF-8", ["DOTNET_TieredCompilation"] = "0" }),
        ];
        foreach ((string name, string threads, Dictionary<string, string> environment) in runs)
        {
            Outcome outcome = Scratch.Finish(Scratch.Start(
                environment, "run", config, "--out", scratch.At(name), "--reproducible", "--threads", threads));
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            Scratch.AssertSame(Scratch.Contents(scratch.At("first")), scratch.At(name), name);
        }
    }

    [TestMethod]
    public void Forward_states_from_memory_and_computed_again_give_the_same_bytes()
    {
        string config = scratch.Write("config.json", SmallRuns.Plane);
        foreach ((string folder, string memory) in new[] { ("ample", "1e9"), ("scarce", "45000") })
        {
            Outcome outcome = Scratch.Run("run", config, "--out", scratch.At(folder), "--reproducible", "--set", $"memory={memory}");
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            // The record holds the config, in which the two differ.
            File.Delete(Path.Combine(scratch.At(folder), "run.json"));
        }

        Scratch.AssertSame(Scratch.Contents(scratch.At("ample")), scratch.At("scarce"), "memory");
    }

    [TestMethod]
    public void The_language_of_the_thread_changes_nothing()
    {
        string config = scratch.Write("config.json", SmallRuns.Line);
        var before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            foreach (string name in new[] { "", "tr-TR", "de-DE" })
            {
                // With invariant globalization a culture has no data of its own, so the comma is set by hand.
                var culture = (System.Globalization.CultureInfo)new System.Globalization.CultureInfo("").Clone();
                if (name.Length > 0)
                    (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
                System.Globalization.CultureInfo.CurrentCulture = culture;
                Outcome outcome = Scratch.Run("run", config, "--out", scratch.At("out" + name), "--reproducible", "--threads", "2");
                Assert.AreEqual(0, outcome.Code, outcome.Error);
                Scratch.AssertSame(Scratch.Contents(scratch.At("out")), scratch.At("out" + name), name);
            }
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }
}
