using System.Globalization;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Scores;

/// <summary>What a network is given as time.</summary>
public enum NetworkTime
{
    /// <summary>The heat flow's t.</summary>
    Heat,

    /// <summary>√(2t), the noise in the units of the data.</summary>
    Sigma,

    /// <summary>¼ ln √(2t), EDM's c_noise.</summary>
    QuarterLogSigma,

    /// <summary>The process's own time; of a DDPM table the fractional row.</summary>
    Own,
}

/// <summary>
/// A network as a score of the heat flow: it is called at x = α y with its time input, and its output ŵ becomes ŝ(t, y) = A y + B ŵ
/// (<see cref="Prediction"/>; docs/conventions.md).
/// </summary>
/// <param name="network">ŵ.</param>
/// <param name="name">The network as messages call it.</param>
/// <param name="process">The process it was trained with.</param>
/// <param name="predicts">What it returns.</param>
/// <param name="sigmaData">σ_d of EDM's raw network.</param>
/// <param name="timeInput">What it is given as time.</param>
/// <param name="timeScale">A factor on that.</param>
public sealed class NetworkModel(
    INetwork network, string name, Process process, Predicts predicts, double sigmaData, NetworkTime timeInput, double timeScale)
{
    /// <summary>d.</summary>
    public int Dimension => network.Dimension;

    /// <summary>Positions of one call.</summary>
    public int Batch => network.Batch;

    /// <summary>The process.</summary>
    public Process Process => process;

    /// <summary>What the network returns.</summary>
    public Predicts Predicts => predicts;

    /// <summary>What it is given as time, and the factor on it.</summary>
    public (NetworkTime Input, double Scale) Time => (timeInput, timeScale);

    /// <summary>Held by who calls the network without a worker number of its own; the same for all scores of one network.</summary>
    internal object Gate => network;

    /// <summary>The same network, understood in another way.</summary>
    public NetworkModel As(Process ofProcess, Predicts returning, NetworkTime given, double scale) =>
        new(network, name, ofProcess, returning, sigmaData, given, scale);

    /// <summary>What belongs to a level: the map from outputs to scores, and the time input.</summary>
    public readonly record struct Level(double Time, Prediction Map, double Input);

    /// <summary>The network at a forward time t > 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">t is 0 (unless the network returns a score) or infinite.</exception>
    public Level At(double time)
    {
        ProcessLevel level = process.At(time);
        double input = timeInput switch
        {
            NetworkTime.Heat => time,
            NetworkTime.Sigma => level.Sigma,
            NetworkTime.QuarterLogSigma => 0.25 * Math.Log(level.Sigma),
            _ => level.OwnTime,
        };
        return new Level(time, Prediction.At(predicts, level, sigmaData), timeScale * input);
    }

    /// <summary>The scores at some positions, at most a batch.</summary>
    /// <param name="worker">Whose buffers the network uses.</param>
    /// <param name="positions">y, d components per row.</param>
    /// <param name="inputs">As many values, overwritten.</param>
    /// <param name="scores">As many values, overwritten.</param>
    /// <exception cref="NotFiniteNumberException">An output is infinite or NaN; the message says where.</exception>
    public void Evaluate(int worker, in Level level, ReadOnlySpan<double> positions, Span<double> inputs, Span<double> scores)
    {
        level.Map.Scale(positions, inputs);
        network.Evaluate(worker, inputs, level.Input, scores);
        for (int index = 0; index < scores.Length; index++)
        {
            if (!double.IsFinite(scores[index]))
                throw NotFinite(level, positions, index, scores[index]);
            scores[index] = level.Map.Score(positions[index], scores[index]);
        }
    }

    private NotFiniteNumberException NotFinite(in Level level, ReadOnlySpan<double> positions, int index, double value)
    {
        int first = index / Dimension * Dimension;
        string place = string.Create(CultureInfo.InvariantCulture, $"x = {positions[first]:G6}");
        if (Dimension == 2)
            place += string.Create(CultureInfo.InvariantCulture, $", y = {positions[first + 1]:G6}");
        return new NotFiniteNumberException(
            string.Create(
                CultureInfo.InvariantCulture, $"the network {name} returns {value} at {place}, {NoiseLevel.Text(level.Time, "G6")}"),
            value);
    }
}
