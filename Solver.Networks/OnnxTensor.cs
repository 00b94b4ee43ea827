using Microsoft.ML.OnnxRuntime;

namespace PdeDiffusion.Networks;

/// <summary>A dense tensor in memory of our own that an ONNX model reads or writes: float, double or 64-bit integers.</summary>
internal sealed class OnnxTensor : IDisposable
{
    private readonly float[] singles = [];
    private readonly double[] doubles = [];
    private readonly long[] integers = [];

    public OnnxTensor(Type element, long[] shape)
    {
        int count = (int)shape.Aggregate(1L, (product, length) => product * length);
        if (element == typeof(float))
            Value = OrtValue.CreateTensorValueFromMemory(singles = new float[count], shape);
        else if (element == typeof(double))
            Value = OrtValue.CreateTensorValueFromMemory(doubles = new double[count], shape);
        else
            Value = OrtValue.CreateTensorValueFromMemory(integers = new long[count], shape);
    }

    public OrtValue Value { get; }

    /// <summary>Writes the first values; the rest repeats the last of them, so that it is as harmless as they are.</summary>
    public void Write(ReadOnlySpan<double> values)
    {
        if (doubles.Length > 0)
        {
            values.CopyTo(doubles);
            doubles.AsSpan(values.Length).Fill(values[^1]);
            return;
        }

        for (int index = 0; index < values.Length; index++)
            singles[index] = (float)values[index];
        singles.AsSpan(values.Length).Fill((float)values[^1]);
    }

    /// <summary>Sets every value; integers are rounded to the nearest.</summary>
    public void Fill(double value)
    {
        Array.Fill(singles, (float)value);
        Array.Fill(doubles, value);
        Array.Fill(integers, (long)Math.Round(value));
    }

    /// <summary>Reads the first values.</summary>
    public void Read(Span<double> values)
    {
        if (doubles.Length > 0)
        {
            doubles.AsSpan(0, values.Length).CopyTo(values);
            return;
        }

        for (int index = 0; index < values.Length; index++)
            values[index] = singles[index];
    }

    public void Dispose() => Value.Dispose();
}
