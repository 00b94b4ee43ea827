using PdeDiffusion.Configs;

namespace PdeDiffusion.Commands;

/// <summary>Exit codes of the process.</summary>
public static class ExitCode
{
    /// <summary>Finished; with <c>report</c>, regardless of the verdict.</summary>
    public const int Finished = 0;

    public const int WrongCommandLine = 1;

    /// <summary>Invalid input, or an output folder that must not be overwritten.</summary>
    public const int BadInput = 2;

    /// <summary>A guaranteed theorem violated under <c>fail</c> or <c>stop</c>, or a study that did not reach its expected order.</summary>
    public const int Violated = 3;

    /// <summary>Failed or interrupted.</summary>
    public const int Failed = 4;

    /// <summary>The code of a run that came to its end, early or not.</summary>
    /// <param name="violated">True if a guaranteed theorem was violated.</param>
    /// <param name="action">The action that the config requests.</param>
    public static int Of(bool violated, ViolationAction action) =>
        violated && action != ViolationAction.Report ? Violated : Finished;
}
