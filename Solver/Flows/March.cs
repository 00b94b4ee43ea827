using System.Globalization;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Flows;

/// <summary>
/// The loop of a run: the forward flow from 0 to T, then generation from v_T at T down to stop. Every state is checked for values that are
/// not finite. Watchers observe the levels of generation, from T down, or, without generation, of the forward flow, from stop up.
/// </summary>
/// <param name="forward">The forward flow, before its first step; it keeps its levels if there is generation.</param>
/// <param name="generation">Null for a run of the forward flow alone.</param>
/// <param name="watchers">Called in this order; one that ends the run prevents the calls of those after it.</param>
/// <param name="progress">Null for no progress.</param>
public sealed class March(ForwardFlow forward, Generation? generation, IReadOnlyList<IWatcher> watchers, IRunProgress? progress)
{
    /// <summary>v/u is undefined where u is below this value.</summary>
    public const double NearFloor = Snapshot.FloorMargin * DensityFloor.Value;

    /// <summary>Largest mass of v_T that may lie where u_T is at its floor.</summary>
    public const double LargestMassAtFloor = 1e-12;

    private readonly int? firstLevel;
    private bool resumed;

    /// <summary>The forward flow.</summary>
    public ForwardFlow Forward => forward;

    /// <summary>The current generation; null before it begins.</summary>
    public BackwardFlow? Backward { get; private set; }

    /// <summary>The current level; its index is −1 during the warm-up of the forward flow.</summary>
    public FlowLevel Level => Backward?.Level ?? forward.Level;

    /// <summary>Steps done in the current phase.</summary>
    public int StepsDone => Backward is null ? forward.StepsDone : forward.Times.Last - Backward.Level.Index;

    /// <summary>Steps of the current phase.</summary>
    public int StepCount => Backward is null ? forward.StepCount : forward.Times.Last;

    /// <summary>Forward time t of the current state.</summary>
    public double Time => Level.Index >= 0 ? Level.Time : forward.StepsDone * forward.Times.WarmupStep;

    /// <summary>True once a step of the phase that is watched has been done.</summary>
    public bool HasStepped { get; private set; }

    /// <summary>True if the run has been cancelled; it ends after the watchers have been called.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Level that generation will start from; T unless it is resumed.</summary>
    public int FirstLevel
    {
        get => firstLevel ?? forward.Times.Last;
        init => firstLevel = value;
    }

    private string StepName => Backward is null ? "forward step" : "generation step";

    /// <summary>The forward flow alone, watched.</summary>
    /// <returns>False if a watcher ended the run.</returns>
    /// <exception cref="RunFailedException">A value is not finite.</exception>
    /// <exception cref="RunInterruptedException">Cancelled.</exception>
    public bool Advance(CancellationToken cancellation)
    {
        progress?.Begin("forward", forward.StepCount - forward.StepsDone, 0, forward.Grid.CellCount);
        if (!resumed && !Show(cancellation))
            return false;
        while (forward.Advance())
        {
            Check("u", forward.Level.U);
            HasStepped = true;
            if (!Show(cancellation))
                return false;
            ThrowIfCancelled();
        }

        return true;
    }

    /// <summary>The forward flow to T as the first phase of a run with generation, not watched.</summary>
    /// <inheritdoc cref="Advance"/>
    public void Noise(CancellationToken cancellation)
    {
        progress?.Begin("forward", forward.HastenedSteps, FirstLevel, forward.Grid.CellCount);
        while (forward.Hasten())
        {
            Check("u", forward.Level.U);
            IsCancelled = cancellation.IsCancellationRequested;
            ThrowIfCancelled();
        }
    }

    /// <summary>Begins generation: v_T, normalised to mass 1.</summary>
    /// <exception cref="ArgumentException">v_T has no finite mass, or has mass where u_T is at its floor, so that v/u is
    /// undefined.</exception>
    public void Begin()
    {
        double[] start = generation!.Start is { } given ? Normalised(given()) : CellValues.Copy(forward.Level.U);
        RefuseMassAtFloor(start);
        Backward = new BackwardFlow(forward, generation.Scheme(forward), start, generation.PropagatesOne);
    }

    /// <summary>Begins generation at a level that it had reached before; the steps that follow give the same bits.</summary>
    /// <param name="density">v at <see cref="FirstLevel"/>, cell averages; owned by the flow.</param>
    public void Resume(double[] density)
    {
        resumed = true;
        Backward = new BackwardFlow(forward, generation!.Scheme(forward), density, FirstLevel, generation.PropagatesOne);
    }

    /// <summary>Puts the forward flow alone to where it was after some steps.</summary>
    /// <inheritdoc cref="ForwardFlow.Resume"/>
    public void Resume(int stepsDone, double[] u)
    {
        resumed = true;
        forward.Resume(stepsDone, u);
    }

    /// <summary>Generation down to stop, watched; <see cref="Begin"/> or <see cref="Resume(double[])"/> comes first.</summary>
    /// <inheritdoc cref="Advance"/>
    /// <exception cref="RunFailedException">A value, or the driving score, is not finite.</exception>
    public bool Generate(CancellationToken cancellation)
    {
        foreach (FlowLevel _ in Levels())
        {
            if ((HasStepped || !resumed) && !Show(cancellation))
                return false;
            if (HasStepped)
                ThrowIfCancelled();
        }

        return true;
    }

    /// <summary>
    /// The levels of generation, each computed when it is asked for, the first one included; <see cref="Begin"/> or
    /// <see cref="Resume(double[])"/> comes first. It is the same object each time, whose arrays are valid until the next is asked for.
    /// </summary>
    /// <exception cref="RunFailedException">A value, or the driving score, is not finite.</exception>
    public IEnumerable<FlowLevel> Levels()
    {
        BackwardFlow backward = Backward!;

        // Before the first step: the remap keeps v within its bounds and would hide a NaN that it is given.
        RequireFinite("v", backward.Level.V!);
        progress?.Begin("generation", backward.Level.Index, 0, forward.Grid.CellCount);
        yield return backward.Level;
        while (Step(backward))
        {
            Check("v", backward.Level.V!);

            // Of a closed form no level but T has been checked.
            if (forward.HastenedSteps < forward.StepCount)
                RequireFinite("u", backward.Level.U);
            HasStepped = true;
            yield return backward.Level;
        }
    }

    private bool Step(BackwardFlow backward)
    {
        try
        {
            return backward.Advance();
        }
        catch (NotFiniteNumberException fault)
        {
            throw new RunFailedException($"{fault.Message}, in generation step {StepsDone + 1}: the run stops here", fault);
        }
    }

    private void Check(string name, double[] values)
    {
        progress?.Step();
        RequireFinite(name, values);
    }

    private bool Show(CancellationToken cancellation)
    {
        IsCancelled = cancellation.IsCancellationRequested;

        // By index: an enumerator of the interface would be allocated at every step.
        for (int index = 0; index < watchers.Count; index++)
        {
            // Read before each: a watcher that prepares for the end and the march that ends must agree.
            IsCancelled = cancellation.IsCancellationRequested;
            if (watchers[index].IsDue(this) && !watchers[index].Watch(this))
                return false;
        }

        return true;
    }

    private void ThrowIfCancelled()
    {
        if (IsCancelled)
        {
            throw new RunInterruptedException(string.Create(
                CultureInfo.InvariantCulture, $"interrupted after {StepName} {StepsDone} of {StepCount}, {NoiseLevel.Text(Time, "G6")}"));
        }
    }

    private void RequireFinite(string name, double[] values)
    {
        int cell = FiniteCheck.FirstNonFinite(values);
        if (cell < 0)
            return;
        Grid grid = forward.Grid;
        string place = string.Join(", ", Enumerable.Range(0, grid.Dimension).Select(
            axis => string.Create(CultureInfo.InvariantCulture, $"{(axis == 0 ? 'x' : 'y')} = {grid.Centre(cell, axis):G6}")));
        throw new RunFailedException(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} is {values[cell]} in cell {cell} ({place}) after {StepName} {StepsDone}, {NoiseLevel.Text(Time, "G6")}: ")
            + "the run stops here");
    }

    private double[] Normalised(double[] start)
    {
        double mass = Density.Normalise(forward.Grid, start);
        if (Math.Abs(mass - 1) > 1e-12)
            progress?.Note(string.Create(CultureInfo.InvariantCulture, $"note: v_T has mass {mass:R} on the grid and is normalised to 1"));
        return start;
    }

    private void RefuseMassAtFloor(double[] start)
    {
        double[] u = forward.Level.U;
        double lost = 0;
        for (int cell = 0; cell < start.Length; cell++)
            lost += u[cell] < NearFloor ? forward.Grid.Volume(cell) * start[cell] : 0;
        if (lost <= LargestMassAtFloor)
            return;
        throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture,
            $"a fraction {lost:G3} of the mass of v_T is where u(T) is below {NearFloor:G1}; "
            + $"at most {LargestMassAtFloor:G1} is allowed: increase time.end or move the start closer to the data"));
    }
}
