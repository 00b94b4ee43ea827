namespace PdeDiffusion.Scores;

/// <summary>
/// How networks are opened in this process. The program with networks sets it when it starts; Solver alone has none, so that it does not
/// depend on a library of 160 MB.
/// </summary>
public static class NetworkRuntime
{
    /// <summary>Opens a network; null in a program without.</summary>
    public static NetworkOpener? Opener { get; set; }

    /// <summary>The files beside a network's own that it reads, such as weights that lie apart; null for none.</summary>
    public static Func<string, IReadOnlyList<string>>? Beside { get; set; }

    /// <summary>All files of a network, its own first.</summary>
    public static IReadOnlyList<string> FilesOf(string path) => [path, .. Beside?.Invoke(path) ?? []];

    /// <summary>Opens a network.</summary>
    /// <inheritdoc cref="NetworkOpener"/>
    /// <exception cref="ArgumentException">It is no network of this kind, or this program has no networks.</exception>
    public static INetwork Open(string path, int dimension, IReadOnlyDictionary<string, double> inputs, int batch, int workers) =>
        Opener is { } open ? open(path, dimension, inputs, batch, workers)
            : throw new ArgumentException("this program runs without networks: run it with --project Solver.Networks");
}

/// <summary>A network failed in a way that its signature did not show.</summary>
public sealed class NetworkFailedException(string message, Exception? inner = null) : Exception(message, inner);
