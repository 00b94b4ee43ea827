using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>A run that loses, at any write, all that was not flushed to disk until then resumes from its last checkpoint.</summary>
[TestClass]
public sealed class PowerCutTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TestMethod]
    public void What_is_written_is_on_disk_before_the_next_write_and_each_remainder_resumes_to_the_same_bytes()
    {
        // Elsewhere folders cannot be flushed, or .NET offers no call for it.
        if (!OperatingSystem.IsLinux())
            return;
        const int Resumed = 5;
        string config = scratch.Write("config.json", SmallRuns.Line), whole = scratch.At("whole");
        string[] run = ["run", config, "--reproducible", "--out"];
        var remainders = new List<Dictionary<string, byte[]>>();
        using (new VolatileDisk((path, durable) =>
        {
            foreach (string file in Directory.GetFiles(whole, "*", SearchOption.AllDirectories))
            {
                if (Path.GetFileName(file) == FolderClaim.LockName || file.EndsWith(OpenFolder.TemporaryEnding, StringComparison.Ordinal))
                    continue;
                Assert.IsTrue(durable.TryGetValue(file, out byte[]? bytes), $"before {path}: the name {file} would be lost");
                Assert.IsTrue(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(file)), $"before {path}: the content of {file} would be lost");
            }

            remainders.Add(new(durable));
        }))
        {
            Outcome outcome = Scratch.Run([.. run, whole]);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
        }

        SortedDictionary<string, string> expected = Scratch.Contents(whole);
        Assert.IsGreaterThan(30, remainders.Count);
        for (int number = 1; number <= Resumed; number++)
        {
            Dictionary<string, byte[]> files = remainders[number * (remainders.Count - 1) / Resumed];
            string folder = scratch.At($"cut-{number}");
            foreach ((string file, byte[] bytes) in files)
            {
                string path = Path.Combine(folder, Path.GetRelativePath(whole, file));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, bytes);
            }

            bool hasCheckpoint = Directory.GetFiles(folder, "checkpoint-?.bin").Length > 0;
            Outcome outcome = Scratch.Run([.. run, folder, "--resume"]);
            Assert.AreEqual(0, outcome.Code, outcome.Error);
            StringAssert.Contains(
                outcome.Error, hasCheckpoint ? "resuming after" : "starting from the beginning", StringComparison.Ordinal);
            Scratch.AssertSame(expected, folder, $"cut {number}");
        }
    }
}
