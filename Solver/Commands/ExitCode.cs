namespace PdeDiffusion.Commands;

/// <summary>What the process returns.</summary>
public static class ExitCode
{
    /// <summary>Finished; under <c>report</c> whatever the verdict.</summary>
    public const int Finished = 0;

    public const int WrongCommandLine = 1;

    /// <summary>Bad input, or an output folder in the way.</summary>
    public const int BadInput = 2;

    /// <summary>A guaranteed theorem violated under <c>fail</c> or <c>stop</c>, or a study that missed its expected order.</summary>
    public const int Violated = 3;

    /// <summary>Failed or interrupted.</summary>
    public const int Failed = 4;
}
