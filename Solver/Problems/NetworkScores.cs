using PdeDiffusion.Configs;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Problems;

/// <summary>Networks from their description.</summary>
internal static class NetworkScores
{
    /// <summary>Rows of a call for particles, which are moved in blocks of as many.</summary>
    public const int ParticleBatch = 64;

    /// <summary>Opens the network of a score.</summary>
    /// <exception cref="ArgumentException">It is no such network, or this program has no networks.</exception>
    public static NetworkModel Open(NetworkScore score, int dimension, int batch, int workers)
    {
        INetwork network = NetworkRuntime.Open(
            score.File, dimension, score.Inputs ?? new Dictionary<string, double>(), batch, workers);
        return new NetworkModel(
            network, Path.GetFileName(score.File), ProcessRules.Of(score.Process), score.Predicts,
            score.SigmaData ?? Prediction.SigmaDataOfEdm, TimeOf(score.Time), score.TimeScale);
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
