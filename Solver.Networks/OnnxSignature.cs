using Microsoft.ML.OnnxRuntime;

namespace PdeDiffusion.Networks;

/// <summary>The inputs and the output of a model.</summary>
/// <param name="Position">[N, d].</param>
/// <param name="Time">[N], [N, 1] or one value.</param>
/// <param name="Output">[N, d].</param>
/// <param name="Others">Further inputs with their constant values.</param>
internal sealed record OnnxSignature(
    OnnxSignature.Port Position, OnnxSignature.Port Time, OnnxSignature.Port Output,
    IReadOnlyList<(OnnxSignature.Port Input, double Value)> Others)
{
    /// <summary>One input or output.</summary>
    /// <param name="Shape">Lengths; −1 where free.</param>
    internal sealed record Port(string Name, Type Element, int[] Shape)
    {
        /// <summary>A tensor for this port: free lengths are the batch.</summary>
        public OnnxTensor Tensor(int batch, int dimension) =>
            new(Element, [.. Shape.Select((length, place) => (long)(length >= 0 ? length : place == 0 ? batch : dimension))]);

        public string Text => $"[{string.Join(", ", Shape.Select(length => length < 0 ? "N" : $"{length}"))}]";
    }

    /// <summary>The batch: the model's own if N is fixed, else <paramref name="asked"/>.</summary>
    /// <exception cref="ArgumentException">N is fixed and another.</exception>
    public int Batch(int asked)
    {
        foreach (Port port in new[] { Position, Output })
        {
            if (port.Shape[0] >= 0 && port.Shape[0] != asked)
                throw new ArgumentException(
                    $"the number of rows of \"{port.Name}\" is fixed to {port.Shape[0]}: export the model with a free first dimension, "
                    + $"or set \"batch\": {port.Shape[0]}");
        }

        return asked;
    }

    /// <exception cref="ArgumentException">The model's inputs or outputs are others.</exception>
    public static OnnxSignature Of(InferenceSession session, string file, int dimension, IReadOnlyDictionary<string, double> inputs)
    {
        Port[] given = [.. session.InputNames.Select(name => Read(file, name, session.InputMetadata[name], "input"))];
        if (given.Length < 2)
        {
            throw new ArgumentException(
                $"{file} has {given.Length} input(s): the first must be positions [N, {dimension}], the second time");
        }

        Port position = Points(file, given[0], dimension, "positions");
        Port time = given[1];
        bool single = time.Shape is [] or [1], perRow = time.Shape is [_] or [_, 1];
        if (!single && !perRow)
        {
            throw new ArgumentException(
                $"the second input of {file}, \"{time.Name}\", is {time.Text}: time must be [N], [N, 1] or one value");
        }

        var others = new List<(Port, double)>();
        foreach (Port other in given[2..])
        {
            if (!inputs.TryGetValue(other.Name, out double value))
                throw new ArgumentException($"{file} has a further input \"{other.Name}\" {other.Text}: give its value in \"inputs\"");
            if (other.Shape.Length > 2)
                throw new ArgumentException($"the input \"{other.Name}\" of {file} is {other.Text}: at most two dimensions can be filled");
            others.Add((other, value));
        }

        foreach (string name in inputs.Keys)
        {
            if (!given[2..].Any(other => other.Name == name))
                throw new ArgumentException($"{file} has no further input \"{name}\"; it has {Names(given[2..])}");
        }

        string output = session.OutputNames[0];
        return new OnnxSignature(
            position, time, Points(file, Read(file, output, session.OutputMetadata[output], "output"), dimension, "the output"), others);
    }

    private static string Names(Port[] ports) => ports.Length == 0 ? "none" : string.Join(", ", ports.Select(port => $"\"{port.Name}\""));

    private static Port Points(string file, Port port, int dimension, string what)
    {
        if (port.Shape.Length != 2 || (port.Shape[1] >= 0 && port.Shape[1] != dimension))
            throw new ArgumentException($"{what} of {file}, \"{port.Name}\", is {port.Text}, but must be [N, {dimension}]");
        if (port.Element == typeof(long))
            throw new ArgumentException($"{what} of {file}, \"{port.Name}\", must be float or double");
        return port;
    }

    private static Port Read(string file, string name, NodeMetadata node, string what)
    {
        if (!node.IsTensor || (node.ElementType != typeof(float) && node.ElementType != typeof(double) && node.ElementType != typeof(long)))
            throw new ArgumentException($"the {what} \"{name}\" of {file} must be a tensor of float, double or int64");
        return new Port(name, node.ElementType, node.Dimensions);
    }
}
