using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Problems;

/// <summary>Networks from their description.</summary>
internal static class NetworkScores
{
    /// <summary>Rows of a call for particles, which are moved in blocks of as many.</summary>
    public const int ParticleBatch = 64;

    /// <summary>
    /// The network of a score, which the team owns: runs of one team share it while its files are the same. It has buffers for each thread
    /// of the team, and for one caller that is none of them.
    /// </summary>
    /// <exception cref="ArgumentException">It is no such network, or this program has no networks.</exception>
    public static NetworkModel Open(NetworkScore score, int dimension, int batch, WorkerTeam team)
    {
        RequireFile(score.File);
        IReadOnlyList<string> files = NetworkRuntime.FilesOf(score.File);
        foreach (string file in files)
            RequireFile(file);
        IReadOnlyDictionary<string, double> inputs = score.Inputs ?? new Dictionary<string, double>();
        string constants = string.Join(';', inputs.OrderBy(input => input.Key, StringComparer.Ordinal).Select(input =>
            FormattableString.Invariant($"{input.Key}={input.Value:R}")));
        INetwork network = team.Shared(
            (score.File, files.Max(File.GetLastWriteTimeUtc), constants, dimension, batch),
            () => NetworkRuntime.Open(score.File, dimension, inputs, batch, team.Threads + 1));
        return new NetworkModel(
            network, Path.GetFileName(score.File), ProcessRules.Of(score.Process), score.Predicts,
            score.SigmaData ?? Prediction.SigmaDataOfEdm, TimeOf(score.Time), score.TimeScale);
    }

    /// <exception cref="ArgumentException">It is missing, a pipe, a device or not readable.</exception>
    private static void RequireFile(string path)
    {
        try
        {
            InputText.Open(path).Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{Path.GetFileName(path)} cannot be read: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    private static NetworkTime TimeOf(string word) => word switch
    {
        "t" => NetworkTime.Heat,
        "sigma" => NetworkTime.Sigma,
        "log-sigma/4" => NetworkTime.QuarterLogSigma,
        "tau" or "index" => NetworkTime.Own,
        _ => throw new ArgumentException($"unknown time input {word}"),
    };
}
