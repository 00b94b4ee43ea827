using PdeDiffusion.Data;
using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Statistics;

namespace PdeDiffusion.Tradeoffs;

/// <summary>
/// ∫_t^T E_v|ŝ − s|² dt' along particles of v, ŝ and s in closed form on R^d: without a grid, so it is valid for t far below the square of
/// the cell width. The trapezoid rule over the particles' levels; the standard error is that of the particles' own integrals, which are
/// independent.
/// </summary>
public sealed class ParticleScoreError
{
    /// <summary>Largest number of particles used.</summary>
    public const int MostParticles = 500;

    private readonly HeatFlowScore model;
    private readonly HeatFlowScore truth;
    private double[] integrals = [];
    private double[] before = [];
    private double timeBefore = double.NaN;

    public ParticleScoreError(Mixture model, Mixture truth, double end) =>
        (this.model, this.truth) =
            (new HeatFlowScore(MixtureComponents.Of(model), end), new HeatFlowScore(MixtureComponents.Of(truth), end));

    /// <summary>The mean and its standard error at the last time given.</summary>
    public (double Mean, double Error) Integral
    {
        get
        {
            var mean = SampleMean.Of(integrals);
            return (mean.Mean, mean.Error);
        }
    }

    /// <summary>The particles at the next time, from T down.</summary>
    public void Add(double time, ParticleEnsemble particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        model.SetTime(time);
        truth.SetTime(time);
        var squares = new double[particles.Count];
        for (int p = 0; p < squares.Length; p++)
        {
            model.Evaluate(particles.X[p], particles.Y[p], ScoreSummation.Truncated, out double modelX, out double modelY, out _);
            truth.Evaluate(particles.X[p], particles.Y[p], ScoreSummation.Truncated, out double truthX, out double truthY, out _);
            squares[p] = (modelX - truthX) * (modelX - truthX) + (modelY - truthY) * (modelY - truthY);
        }

        if (double.IsNaN(timeBefore))
            integrals = new double[particles.Count];
        else
        {
            for (int p = 0; p < squares.Length; p++)
                integrals[p] += 0.5 * (timeBefore - time) * (before[p] + squares[p]);
        }

        (before, timeBefore) = (squares, time);
    }
}
