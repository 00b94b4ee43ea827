using PdeDiffusion.Scores;

namespace PdeDiffusion.Particles.Scores;

/// <summary>The score of a network at points, in its batches.</summary>
/// <param name="model">The network; instances of one flow share it.</param>
/// <param name="workers">Threads of the flow; the network has buffers for one caller more.</param>
public sealed class NetworkPointScore(NetworkModel model, int workers) : IPointScore
{
    private readonly double[][] buffers = [.. Enumerable.Range(0, workers + 1).Select(_ => new double[3 * model.Batch * model.Dimension])];
    private NetworkModel.Level level;

    /// <inheritdoc/>
    public int Dimension => model.Dimension;

    /// <inheritdoc/>
    public void SetTime(double time) => level = model.At(time);

    /// <inheritdoc/>
    /// <remarks>One call of the network per point, one at a time: <see cref="EvaluateMany"/> is the way to move particles.</remarks>
    public void Evaluate(double x, double y, out double scoreX, out double scoreY)
    {
        (scoreX, scoreY) = (0, 0);
        lock (model.Gate)
            EvaluateMany(new(ref x), new(ref y), new(ref scoreX), new(ref scoreY), workers);
    }

    /// <inheritdoc/>
    public void EvaluateMany(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> scoreX, Span<double> scoreY, int worker)
    {
        int d = Dimension;
        Span<double> buffer = buffers[worker];
        for (int first = 0; first < x.Length; first += model.Batch)
        {
            int count = Math.Min(model.Batch, x.Length - first), size = count * d;
            Span<double> positions = buffer[..size], found = buffer.Slice(2 * size, size);
            for (int point = 0; point < count; point++)
            {
                positions[point * d] = x[first + point];
                if (d == 2)
                    positions[point * d + 1] = y[first + point];
            }

            model.Evaluate(worker, level, positions, buffer.Slice(size, size), found);
            for (int point = 0; point < count; point++)
            {
                scoreX[first + point] = found[point * d];
                scoreY[first + point] = d == 2 ? found[point * d + 1] : 0;
            }
        }
    }
}
