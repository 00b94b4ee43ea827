using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Problems;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Benchmarks;

/// <summary>The problem of a config that a benchmark writes.</summary>
internal static class ConfigText
{
    /// <param name="json">A run's config, whole.</param>
    public static RunProblem Problem(string json)
    {
        string path = Path.Combine(Path.GetTempPath(), string.Create(
            CultureInfo.InvariantCulture, $"pdediffusion-benchmark-{Environment.ProcessId}.json"));
        File.WriteAllText(path, json);
        try
        {
            RunConfig config = ConfigFile.Read(path, [], out ConfigSource source);
            return new RunProblem(config, source);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
