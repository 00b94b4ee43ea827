namespace PdeDiffusion.Flows;

/// <summary>A run that the user ended before its last level. The message says after which step.</summary>
public sealed class RunInterruptedException(string message) : RunFailedException(message);
