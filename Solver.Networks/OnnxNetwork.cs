using Microsoft.ML.OnnxRuntime;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Networks;

/// <summary>
/// An ONNX model with the inputs positions [N, d] and time ([N], [N, 1] or one value) and the output [N, d], in float or double. Rows are
/// evaluated in batches of fixed size, each by one thread: the bits of a batch depend on its content only.
/// </summary>
public sealed class OnnxNetwork : INetwork
{
    private readonly InferenceSession session;
    private readonly RunOptions options;
    private readonly Caller[] callers;
    private readonly string file;

    /// <param name="path">The model, one file without external data outside its folder.</param>
    /// <param name="dimension">d.</param>
    /// <param name="inputs">Constant values of the inputs beyond the first two, by name.</param>
    /// <param name="batch">Rows of one evaluation.</param>
    /// <param name="workers">Threads that may call at once.</param>
    /// <exception cref="ArgumentException">Not such a model; the message says why.</exception>
    public OnnxNetwork(string path, int dimension, IReadOnlyDictionary<string, double> inputs, int batch, int workers)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        (file, Dimension) = (Path.GetFileName(path), dimension);
        session = OnnxModel.Open(path);
        options = new RunOptions();
        try
        {
            OnnxSignature signature = OnnxSignature.Of(session, file, dimension, inputs);
            Batch = signature.Batch(batch);
            callers = new Caller[workers];
            for (int worker = 0; worker < workers; worker++)
                callers[worker] = new Caller(signature, Batch, dimension);
            Try();
        }
        catch
        {
            session.Dispose();
            options.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int Batch { get; }

    /// <inheritdoc/>
    public void Evaluate(int worker, ReadOnlySpan<double> positions, double time, Span<double> outputs)
    {
        int rows = positions.Length / Dimension;
        if (rows * Dimension != positions.Length || rows > Batch || outputs.Length != positions.Length)
            throw new ArgumentException($"{positions.Length} coordinates and {outputs.Length} outputs for {Dimension} components");
        if (rows == 0)
            return;
        try
        {
            callers[worker].Call(session, options, positions, time, outputs);
        }
        catch (OnnxRuntimeException failure)
        {
            throw new NetworkFailedException($"the network {file} fails: {OnnxModel.FirstLine(failure)}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Caller caller in callers)
            caller.Dispose();
        options.Dispose();
        session.Dispose();
    }

    /// <summary>One call: what shapes and operators hide from the signature shows here.</summary>
    private void Try()
    {
        try
        {
            var zeros = new double[Batch * Dimension];
            Evaluate(0, zeros, 0.5, new double[zeros.Length]);
        }
        catch (NetworkFailedException failure)
        {
            throw new ArgumentException(failure.Message, failure);
        }
    }

    /// <summary>Buffers of one thread, bound to the inputs and the output.</summary>
    private sealed class Caller : IDisposable
    {
        private readonly OnnxTensor position;
        private readonly OnnxTensor time;
        private readonly OnnxTensor output;
        private readonly OnnxTensor[] others;
        private readonly string[] inputNames;
        private readonly string[] outputNames;
        private readonly OrtValue[] inputs;
        private readonly OrtValue[] results;

        public Caller(OnnxSignature signature, int batch, int dimension)
        {
            position = signature.Position.Tensor(batch, dimension);
            time = signature.Time.Tensor(batch, dimension);
            output = signature.Output.Tensor(batch, dimension);
            others = [.. signature.Others.Select(other => other.Input.Tensor(batch, dimension))];
            for (int index = 0; index < others.Length; index++)
                others[index].Fill(signature.Others[index].Value);
            inputNames = [signature.Position.Name, signature.Time.Name, .. signature.Others.Select(other => other.Input.Name)];
            outputNames = [signature.Output.Name];
            inputs = [position.Value, time.Value, .. others.Select(other => other.Value)];
            results = [output.Value];
        }

        /// <summary>Fills up a batch with copies of its last row, so that every evaluation has the same shape.</summary>
        public void Call(
            InferenceSession session, RunOptions options, ReadOnlySpan<double> positions, double at, Span<double> outputs)
        {
            position.Write(positions);
            time.Fill(at);
            session.Run(options, inputNames, inputs, outputNames, results);
            output.Read(outputs);
        }

        public void Dispose()
        {
            position.Dispose();
            time.Dispose();
            output.Dispose();
            foreach (OnnxTensor other in others)
                other.Dispose();
        }
    }
}
