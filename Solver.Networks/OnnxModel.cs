using Microsoft.ML.OnnxRuntime;

namespace PdeDiffusion.Networks;

/// <summary>Opens ONNX models; every refusal is one line.</summary>
internal static class OnnxModel
{
    /// <exception cref="ArgumentException">Not a model that can be run here.</exception>
    public static InferenceSession Open(string path)
    {
        string name = Path.GetFileName(path);
        _ = OnnxExternalData.Paths(path);
        try
        {
            OnnxTelemetry.TurnOff();
            using var options = new SessionOptions
            {
                // One thread for each call: the threads of a run share the batches among them.
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException failure)
        {
            throw new ArgumentException($"{name} cannot be opened as an ONNX model: {FirstLine(failure)}", failure);
        }
        catch (Exception failure) when (failure is TypeInitializationException or DllNotFoundException)
        {
            throw new ArgumentException($"ONNX Runtime has no library for this platform: {failure.GetBaseException().Message}", failure);
        }
    }

    /// <summary>The first line of a message of ONNX Runtime.</summary>
    public static string FirstLine(OnnxRuntimeException failure) => failure.Message.Split('\n')[0].Trim();
}
