using PdeDiffusion.Grids;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// scale · ŝ + bias + noise · f, as <see cref="PerturbedFaceScore"/> at faces; f continues beyond the box, with its period.
/// </summary>
public sealed class PerturbedPointScore : IPointScore
{
    private readonly IPointScore of;
    private readonly double scale;
    private readonly double noise;
    private readonly double[] bias;
    private readonly SmoothField[] fields;

    /// <inheritdoc cref="PerturbedFaceScore(Grid, IFaceScore, double, ReadOnlySpan{double}, double, ulong)"/>
    public PerturbedPointScore(Grid grid, IPointScore of, double scale, ReadOnlySpan<double> bias, double noise, ulong seed)
    {
        (this.of, this.scale, this.noise) = (of, scale, noise);
        this.bias = bias.IsEmpty ? new double[grid.Dimension] : bias.ToArray();
        fields = noise == 0 ? [] : [.. Enumerable.Range(0, grid.Dimension).Select(axis => new SmoothField(grid, axis, seed))];
    }

    /// <inheritdoc/>
    public int Dimension => of.Dimension;

    /// <inheritdoc/>
    public void SetTime(double time) => of.SetTime(time);

    /// <inheritdoc/>
    public void Evaluate(double x, double y, out double scoreX, out double scoreY)
    {
        of.Evaluate(x, y, out scoreX, out scoreY);
        Perturb(x, y, ref scoreX, ref scoreY);
    }

    /// <inheritdoc/>
    public void EvaluateMany(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> scoreX, Span<double> scoreY, int worker)
    {
        of.EvaluateMany(x, y, scoreX, scoreY, worker);
        for (int point = 0; point < x.Length; point++)
            Perturb(x[point], y[point], ref scoreX[point], ref scoreY[point]);
    }

    private void Perturb(double x, double y, ref double scoreX, ref double scoreY)
    {
        scoreX = scale * scoreX + bias[0] + (fields.Length > 0 ? noise * fields[0].At(x, y) : 0);
        if (Dimension == 2)
            scoreY = scale * scoreY + bias[1] + (fields.Length > 0 ? noise * fields[1].At(x, y) : 0);
    }
}
