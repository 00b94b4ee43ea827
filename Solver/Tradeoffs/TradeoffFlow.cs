using PdeDiffusion.Configs;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Tradeoffs;

/// <summary>One flow of a trade-off, from T down to the smallest t_min: the cells that differ only in t_min.</summary>
/// <param name="Start">The start law, and its label.</param>
/// <param name="Score">How the score is built, and its label.</param>
/// <param name="Samples">N, the number of training samples.</param>
/// <param name="Seed">The seed of all that is drawn, and of the order of the points of folds.</param>
/// <param name="Fold">The fold that is held out, from 1; null for data that are drawn.</param>
public sealed record TradeoffFlow(
    (string Label, StartConfig Law) Start, double Epsilon, (string Label, TradeoffScore Kind) Score, int Samples, int Seed, int? Fold)
{
    /// <summary>True if nothing but the training set, which it is compared with, distinguishes it from flows with another N.</summary>
    public bool IgnoresSamples => !Score.Kind.UsesSamples;

    /// <summary>All flows, in the order of their rows: start, ε, score, N, seed, fold.</summary>
    public static IReadOnlyList<TradeoffFlow> All(TradeoffConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var flows = new List<TradeoffFlow>();
        int?[] folds = config.Folds is { } count ? [.. Enumerable.Range(1, count).Select(fold => (int?)fold)] : [null];
        foreach ((string, StartConfig) start in StudyParts.Labelled(config.Starts!, ConfigWord))
        {
            foreach (double epsilon in config.Epsilons!)
            {
                foreach ((string, TradeoffScore) score in StudyParts.Labelled(config.Scores, score => score.Word))
                {
                    foreach (int samples in config.Samples!)
                    {
                        flows.AddRange(config.Seeds.SelectMany(
                            seed => folds.Select(fold => new TradeoffFlow(start, epsilon, score, samples, seed, fold))));
                    }
                }
            }
        }

        return flows;
    }

    private static string ConfigWord(StartConfig start) => start switch
    {
        ForwardStart => "forward",
        GaussianStart => "gaussian",
        DensityStart => "density",
        _ => throw new ArgumentException("unknown kind of start"),
    };
}
