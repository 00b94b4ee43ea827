namespace PdeDiffusion.Runs;

/// <summary>
/// The remaining time of a run whose phases cost differently per step: the current phase by its measured rate, later ones by their estimate
/// times the ratio of measured to estimated time so far.
/// </summary>
/// <param name="phases">In their order.</param>
internal sealed class RemainingTime(IReadOnlyList<RunPhase> phases)
{
    /// <summary>Steps from which the measured rate of a phase is used.</summary>
    private const int FewSteps = 3;

    /// <summary>Figures are estimated in seconds of an idle machine, also where steps are estimated in proportion only.</summary>
    private const double LargestPace = 3;

    private int current = -1;
    private long total;
    private long resumedAt;
    private double measured;
    private double estimated;

    /// <summary>Steps of the current phase that were done before it began: more than 0 in a run that is resumed.</summary>
    public long Before => resumedAt;

    /// <summary>Begins a phase; the time of the one before it is taken as its measured time.</summary>
    /// <param name="steps">Steps that it has left.</param>
    /// <param name="secondsOfLast">How long the phase before took.</param>
    /// <param name="stepsOfLast">How many steps it did.</param>
    public void Begin(string name, long steps, double secondsOfLast, long stepsOfLast)
    {
        if (current >= 0 && phases[current].Name != name)
            Add(secondsOfLast, stepsOfLast);
        int found = -1;
        for (int index = 0; index < phases.Count; index++)
            found = phases[index].Name == name ? index : found;
        current = found;
        total = steps;
        resumedAt = found < 0 ? 0 : Math.Max(0, phases[found].Steps - steps);
    }

    /// <summary>Seconds left.</summary>
    /// <param name="done">Steps of the current phase done since it began.</param>
    /// <param name="seconds">Time since it began.</param>
    /// <param name="later">Steps of later phases, for a phase that is not in the list.</param>
    public double Left(long done, double seconds, long later)
    {
        if (current < 0)
            return (total + later - done) * seconds / Math.Max(done, 1);
        RunPhase phase = phases[current];
        double perStep = phase.Steps == 0 ? 0 : phase.Seconds / phase.Steps;
        double pace = Pace(seconds, perStep * done);
        double left = (total - done) * (done >= FewSteps ? seconds / done : perStep * pace);
        for (int index = current + 1; index < phases.Count; index++)
        {
            left += phases[index].Seconds
                * (phases[index].Name == RunEstimate.Figures ? Math.Clamp(pace, 1 / LargestPace, LargestPace) : pace);
        }

        return left;
    }

    /// <summary>Measured time over estimated time so far; 1 before anything was measured.</summary>
    private double Pace(double seconds, double expected)
    {
        double time = measured + seconds, guess = estimated + expected;
        return time > 0 && guess > 0 ? time / guess : 1;
    }

    private void Add(double seconds, long steps)
    {
        measured += seconds;
        estimated += phases[current].Steps == 0 ? 0 : phases[current].Seconds * steps / phases[current].Steps;
    }
}
