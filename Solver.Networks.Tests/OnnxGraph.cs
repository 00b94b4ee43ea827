using System.Text;

namespace PdeDiffusion.Networks.Tests;

/// <summary>Writes ONNX models: a graph of nodes on float or double tensors, as a protocol buffer (onnx.proto3, opset 13).</summary>
internal sealed class OnnxGraph(bool isDouble)
{
    private readonly Message nodes = new(), initializers = new(), ports = new();
    private int count;

    /// <summary>A domain of operators of its own, which ONNX Runtime does not know.</summary>
    public const string CustomDomain = "com.example";

    /// <summary>Elements: 1 float, 11 double.</summary>
    private int Element => isDouble ? 11 : 1;

    /// <summary>Adds a node; returns the name of its output.</summary>
    public string Op(string type, params string[] inputs) => Op(type, null, inputs);

    /// <summary>Adds a node with one integer attribute.</summary>
    public string Op(string type, (string Name, long Value)? attribute, params string[] inputs)
    {
        string output = $"v{count++}";
        var node = new Message();
        foreach (string input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(4, type);
        if (type.StartsWith("Custom", StringComparison.Ordinal))
            node.Text(7, CustomDomain);
        if (attribute is { } given)
            node.Embed(5, new Message().Text(1, given.Name).Number(3, given.Value).Number(20, 2));
        nodes.Embed(1, node);
        return output;
    }

    /// <summary>A constant of the graph's element type.</summary>
    public string Constant(double[] values, params long[] shape)
    {
        byte[] raw = isDouble
            ? [.. values.SelectMany(BitConverter.GetBytes)] : [.. values.SelectMany(value => BitConverter.GetBytes((float)value))];
        return Initializer(Element, raw, shape);
    }

    public string Scalar(double value) => Constant([value], 1);

    /// <summary>64-bit integers, as axes are given.</summary>
    public string Integers(params long[] values) => Initializer(7, [.. values.SelectMany(BitConverter.GetBytes)], values.Length);

    /// <summary>A tensor whose values stand in another file.</summary>
    public string External(string location, params long[] shape)
    {
        string name = $"c{count++}";
        Message tensor = Dims(shape).Number(2, Element).Text(8, name);
        tensor.Embed(13, new Message().Text(1, "location").Text(2, location)).Number(14, 1);
        initializers.Embed(5, tensor);
        return name;
    }

    /// <summary>An input of the model; a negative length is free.</summary>
    public string Input(string name, params long[] shape) => Port(11, name, shape);

    /// <summary>The output of the model.</summary>
    public void Output(string value, string name, params long[] shape)
    {
        nodes.Embed(1, new Message().Text(1, value).Text(2, name).Text(4, "Identity"));
        Port(12, name, shape);
    }

    public void Save(string path)
    {
        Message graph = new Message().Append(nodes).Text(2, "graph").Append(initializers).Append(ports);
        Message model = new Message().Number(1, 8).Embed(7, graph).Embed(8, new Message().Text(1, "").Number(2, 13))
            .Embed(8, new Message().Text(1, CustomDomain).Number(2, 1));
        File.WriteAllBytes(path, model.ToArray());
    }

    private string Port(int field, string name, long[] shape)
    {
        var dims = new Message();
        foreach (long length in shape)
            dims.Embed(1, length < 0 ? new Message().Text(2, "N") : new Message().Number(1, length));
        Message type = new Message().Embed(1, new Message().Number(1, Element).Embed(2, dims));
        ports.Embed(field, new Message().Text(1, name).Embed(2, type));
        return name;
    }

    private string Initializer(int element, byte[] raw, params long[] shape)
    {
        string name = $"c{count++}";
        initializers.Embed(5, Dims(shape).Number(2, element).Text(8, name).Bytes(9, raw));
        return name;
    }

    private static Message Dims(long[] shape)
    {
        var message = new Message();
        foreach (long length in shape)
            message.Number(1, length);
        return message;
    }

    /// <summary>A protocol buffer: fields of a number and a wire type.</summary>
    private sealed class Message
    {
        private readonly List<byte> bytes = [];

        public byte[] ToArray() => [.. bytes];

        public Message Append(Message other)
        {
            bytes.AddRange(other.bytes);
            return this;
        }

        public Message Number(int field, long value)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
            return this;
        }

        public Message Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

        public Message Embed(int field, Message message) => Bytes(field, message.ToArray());

        public Message Bytes(int field, byte[] content)
        {
            Varint(((ulong)field << 3) | 2);
            Varint((ulong)content.Length);
            bytes.AddRange(content);
            return this;
        }

        private void Varint(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
        }
    }
}
