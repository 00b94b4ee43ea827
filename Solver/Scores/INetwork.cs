namespace PdeDiffusion.Scores;

/// <summary>A function of positions and a time, such as a trained network: ŵ(x, τ), in whatever scaling it was trained.</summary>
public interface INetwork : IDisposable
{
    /// <summary>d, the number of components of a position.</summary>
    int Dimension { get; }

    /// <summary>Rows of one evaluation; every call but the last of a set has as many.</summary>
    int Batch { get; }

    /// <summary>Evaluates the network; calls from several threads at once are allowed if each has a worker number of its own.</summary>
    /// <param name="worker">0 to the number of workers − 1: whose buffers are used.</param>
    /// <param name="positions">At most <see cref="Batch"/> rows of d components.</param>
    /// <param name="time">The time input, the same for all rows.</param>
    /// <param name="outputs">As many values as <paramref name="positions"/>, overwritten; not checked for NaN.</param>
    /// <exception cref="NetworkFailedException">The network fails, or returns another shape.</exception>
    void Evaluate(int worker, ReadOnlySpan<double> positions, double time, Span<double> outputs);
}

/// <summary>Opens a network.</summary>
/// <param name="path">The file.</param>
/// <param name="dimension">d.</param>
/// <param name="inputs">Constant values of its further inputs, by name.</param>
/// <param name="batch">Rows of one evaluation.</param>
/// <param name="workers">Threads that may call it at once.</param>
/// <exception cref="ArgumentException">It is no network of this kind.</exception>
public delegate INetwork NetworkOpener(string path, int dimension, IReadOnlyDictionary<string, double> inputs, int batch, int workers);
