using PdeDiffusion.Configs;
using PdeDiffusion.Measures;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Tradeoffs;

/// <summary>Measures the cells of one flow: its densities and samples against its training points and points it has not seen.</summary>
public sealed class TradeoffMeasures
{
    private readonly TradeoffConfig config;
    private readonly TradeoffTruth truth;
    private readonly TradeoffFlow flow;
    private readonly (double[] X, double[] Y) fresh, covered, heldOut;
    private readonly TradeoffTarget target;
    private readonly TrainingSet training;
    private readonly Nearness ofFresh;
    private readonly double coveredByFresh;

    public TradeoffMeasures(TradeoffConfig config, TradeoffTruth truth, TradeoffFlow flow)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(flow);
        (this.config, this.truth, this.flow) = (config, truth, flow);
        (double[] X, double[] Y) sample = truth.Training(flow);
        fresh = truth.Fresh(flow, DrawPurpose.Fresh);
        covered = truth.Fresh(flow, DrawPurpose.Covered);
        heldOut = truth.Fresh(flow, DrawPurpose.HeldOut);
        target = truth.Target(flow);
        training = new TrainingSet(sample.X, sample.Y, config.Shrink);
        ofFresh = training.Of(fresh.X, fresh.Y);

        // A finite set has no second lot of fresh points: the training points are the other points of its distribution.
        (double[] X, double[] Y) others = flow.Fold is null ? fresh : sample;
        coveredByFresh = Coverage.Share(covered.X, covered.Y, others.X, others.Y, config.Radius);
    }

    /// <summary>The cell of one t_min, by its index among <c>stops</c>.</summary>
    public TradeoffCell Of(Generated generated, int stop)
    {
        ArgumentNullException.ThrowIfNull(generated);
        GeneratedLevel level = generated.Levels[stop];
        ParticleEnsemble particles = generated.Samples[stop];
        (double[] X, double[] Y) samples = (particles.X.ToArray(), particles.Y.ToArray());
        Nearness near = training.Of(samples.X, samples.Y);
        double weight = flow.Epsilon > 0 ? (1 + flow.Epsilon) * (1 + flow.Epsilon) / (4 * flow.Epsilon) : double.NaN;
        return new TradeoffCell(
            flow.Start.Label, flow.Epsilon, flow.Score.Label, flow.Samples, flow.Seed, flow.Fold, config.Stops[stop],
            [
                truth.W1(level.V, target), truth.W2(level.V, target), truth.W2(samples, fresh), level.Divergence,
                truth.Distance(level.V), truth.Distance(samples), level.RmsDistance, level.RmsBound, near.Distance, ofFresh.Distance,
                near.Memorised, ofFresh.Memorised, level.LocalDimension,
                Coverage.Share(covered.X, covered.Y, samples.X, samples.Y, config.Radius), coveredByFresh,
                HeldOutLikelihood.Mean(truth.Grid, level.V, generated.Model, config.Stops[stop], heldOut.X, heldOut.Y),
                level.ScoreError, level.Budget, level.BudgetTolerance, generated.ScoreErrors[stop].Mean,
                generated.EndDivergence + weight * generated.ScoreErrors[stop].Mean, weight * generated.ScoreErrors[stop].Error,
            ]);
    }
}
