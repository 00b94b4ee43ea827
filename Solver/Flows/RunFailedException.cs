namespace PdeDiffusion.Flows;

/// <summary>A run that ended before its last level: interrupted, or with a value that is not finite. The message says where.</summary>
public class RunFailedException(string message, Exception? cause = null) : Exception(message, cause);
