using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace PdeDiffusion.Networks;

/// <summary>
/// The telemetry of ONNX Runtime is on in its published libraries: an identifier of the machine and events in the user's cache folder, sent
/// to its maker. It is turned off before the library is initialised, as its Privacy.md describes.
/// </summary>
internal static partial class OnnxTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    static OnnxTelemetry()
    {
        // On Unix .NET sets variables in a copy of its own, which native code does not see.
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(Switch, "1");
        else
            _ = SetVariable(Switch, "1", 1);

        // The back end that Windows has by itself does not read the variable.
        OrtEnv.Instance().DisableTelemetryEvents();
    }

    /// <summary>Turns it off for this process, once; to be called before anything else of ONNX Runtime.</summary>
    public static void TurnOff() => RuntimeHelpers.RunClassConstructor(typeof(OnnxTelemetry).TypeHandle);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
