using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Flows;

/// <summary>
/// The heat equation ∂t u = Δu from u0 at t = 0 through t_0 = stop to t_n = T. Generation requires u at every level, from the last to the
/// first: all levels are stored if the memory suffices, otherwise every s-th one, and the levels between two stored ones are recomputed
/// when generation reaches them (one additional forward solve in total). A closed form needs no other level: with generation it goes to
/// level n at once, and each level is computed once, when it is asked for; three arrays suffice. The bits are the same.
/// </summary>
public sealed class ForwardFlow
{
    /// <summary>Arrays of a closed form: level 0 and two neighbours.</summary>
    private const int DirectArrays = 3;

    private readonly double[][] kept;
    private readonly double[][] segment;

    // Of a closed form with generation: the level that each array of kept has, -1 for none. Null where levels follow from one another.
    private readonly int[]? held;
    private readonly int stride;
    private readonly int sweepOffset;
    private int loadedSegment;

    /// <inheritdoc cref="ForwardFlow(Grid, TimeLevels, IForwardSweeps, ReadOnlySpan{double}, long, bool, int)"/>
    /// <exception cref="ArgumentException">The kind is closed-form, which requires data, or lattice-exact on an axis that is not
    /// uniform.</exception>
    public ForwardFlow(
        Grid grid, TimeLevels times, ForwardKind kind, ReadOnlySpan<double> initial, WorkerTeam team, long memory, bool keep,
        int firstAxis = 0)
        : this(grid, times, Sweeps(kind, grid, team), initial, memory, keep, firstAxis)
    {
    }

    /// <param name="initial">
    /// u0, cell averages; not kept. <see cref="DensityFloor"/> is added here. Empty if the warm-up does not read them.
    /// </param>
    /// <param name="memory">Bytes that the kept levels may take.</param>
    /// <param name="keep">False for a run without generation: only the current level is kept.</param>
    /// <param name="firstAxis">The axis that the very first step sweeps first; then the axes alternate.</param>
    /// <exception cref="ArgumentException">The memory is too small for the smallest number of levels that generation requires; the message
    /// gives the required size.</exception>
    public ForwardFlow(
        Grid grid, TimeLevels times, IForwardSweeps sweeps, ReadOnlySpan<double> initial, long memory, bool keep, int firstAxis = 0)
    {
        Grid = grid;
        Times = times;
        Stepper = sweeps;
        sweepOffset = firstAxis;
        Level = new FlowLevel(grid, times) { Index = -1, Forward = sweeps.Kind };

        held = IsHastened(sweeps.Kind, keep) ? [times.Warmup == 0 ? 0 : -1, -1, -1] : null;
        stride = keep && held is null ? Stride(times.Last, memory / (8L * grid.CellCount), grid.CellCount) : int.MaxValue;
        kept = Allocate(held?.Length ?? (keep ? times.Last / stride + 1 : 1), grid.CellCount);
        segment = Allocate(keep && held is null ? Math.Min(stride - 1, times.Last) : 0, grid.CellCount);
        KeepsLevels = keep;

        double[] first = kept[0];
        for (int cell = 0; cell < initial.Length; cell++)
            first[cell] = initial[cell] + DensityFloor.Value;
        Level.U = first;
        if (times.Warmup == 0)
            Arrive(0);
    }

    public Grid Grid { get; }

    public TimeLevels Times { get; }

    /// <summary>The forward scheme; the generation scheme uses its state between two sweeps.</summary>
    public IForwardSweeps Stepper { get; }

    /// <summary>True if <see cref="At"/> is available for earlier levels.</summary>
    public bool KeepsLevels { get; }

    /// <summary>Forward steps in all, the warm-up included.</summary>
    public int StepCount => Times.Warmup + Times.Last;

    /// <summary>Calls of <see cref="Hasten"/> from the start to level n.</summary>
    public int HastenedSteps => Hastened(Stepper.Kind, KeepsLevels, Times);

    /// <summary>The same of a flow that is not built: a closed form that keeps its levels computes them when they are asked for.</summary>
    public static int Hastened(ForwardKind kind, bool keep, TimeLevels times)
    {
        ArgumentNullException.ThrowIfNull(times);
        return IsHastened(kind, keep) ? 1 : times.Warmup + times.Last;
    }

    private static bool IsHastened(ForwardKind kind, bool keep) => keep && kind == ForwardKind.ClosedForm;

    /// <summary>Forward steps done.</summary>
    public int StepsDone { get; private set; }

    /// <summary>The current level; its index is −1 during the warm-up.</summary>
    public FlowLevel Level { get; }

    /// <summary>
    /// One forward step; returns false at level n. A flow with stop = 0 is at level 0 before the first step.
    /// </summary>
    public bool Advance()
    {
        if (StepsDone == StepCount)
            return false;
        int level = StepsDone - Times.Warmup;
        if (held is null && level < 0)
        {
            Stepper.Step(kept[0], kept[0], StepsDone * Times.WarmupStep, Times.WarmupStep, FirstAxis(level));
        }
        else if (held is null)
        {
            StepFrom(level);
            loadedSegment = (level + 1) / stride;
        }

        StepsDone++;
        if (level + 1 >= 0)
            Arrive(level + 1);
        return true;
    }

    /// <summary>As <see cref="Advance"/>, but a closed form that keeps its levels goes to level n at once.</summary>
    public bool Hasten()
    {
        if (held is not null && StepsDone < StepCount)
            StepsDone = StepCount - 1;
        return Advance();
    }

    /// <summary>Restores a flow that keeps no levels to its state after some steps; the following steps give the same bits.</summary>
    /// <param name="stepsDone">Steps done then, the warm-up included.</param>
    /// <param name="u">u after these steps, cell averages including the floor; not kept.</param>
    /// <exception cref="ArgumentException">The flow keeps its levels, or has fewer steps or another number of cells.</exception>
    public void Resume(int stepsDone, ReadOnlySpan<double> u)
    {
        if (KeepsLevels || stepsDone < 0 || stepsDone > StepCount || u.Length != Grid.CellCount)
            throw new ArgumentException("the state does not belong to this flow", nameof(stepsDone));
        u.CopyTo(Level.U);
        StepsDone = stepsDone;
        if (stepsDone >= Times.Warmup)
            Arrive(stepsDone - Times.Warmup);
    }

    /// <summary>
    /// u at a level that the flow has reached, computed (again) if it is not stored. The array is valid until a level other than a
    /// neighbour is requested.
    /// </summary>
    public double[] At(int level)
    {
        if (held is not null)
            return Direct(level);
        if (level % stride != 0 && loadedSegment != level / stride)
        {
            loadedSegment = level / stride;
            int end = Math.Min((loadedSegment + 1) * stride, Times.Last + 1);
            for (int from = loadedSegment * stride; from + 1 < end; from++)
                StepFrom(from);
        }

        return Slot(level);
    }

    /// <summary>The axis that the step from <paramref name="level"/> to the next one sweeps first.</summary>
    public int FirstAxis(int level) => Grid.Dimension == 1 ? 0 : (Times.Warmup + level + sweepOffset) & 1;

    /// <summary>A level of a closed form.</summary>
    private double[] Direct(int level)
    {
        int slot = level == 0 ? 0 : 1 + (level & 1);
        double[] u = kept[slot];
        if (held![slot] != level)
        {
            // The time of the level as the step to it has it.
            (double time, double step) = level == 0
                ? ((Times.Warmup - 1) * Times.WarmupStep, Times.WarmupStep) : (Times[level - 1], Times.Step(level - 1));
            Stepper.Step(u, u, time, step, FirstAxis(level - 1));
            held[slot] = level;
        }

        return u;
    }

    private void StepFrom(int level) =>
        Stepper.Step(Slot(level), Slot(level + 1), Times[level], Times.Step(level), FirstAxis(level));

    private double[] Slot(int level) =>
        !KeepsLevels ? kept[0] : level % stride == 0 ? kept[level / stride] : segment[level % stride - 1];

    private void Arrive(int level)
    {
        Level.Index = level;
        Level.U = held is null ? Slot(level) : Direct(level);
    }

    /// <summary>How many arrays a flow keeps for generation, of those that fit.</summary>
    /// <param name="last">Index of level T.</param>
    /// <param name="arrays">Arrays of the grid's size that the memory holds.</param>
    internal static long ArraysKept(ForwardKind kind, int last, long arrays)
    {
        if (kind == ForwardKind.ClosedForm)
            return DirectArrays;
        for (int s = 1; s <= last + 1; s++)
        {
            long needed = last / s + 1 + Math.Min(s - 1, last);
            if (needed <= arrays)
                return needed;
        }

        return arrays;
    }

    /// <summary>The smallest s such that every s-th of levels 0 … last and the s − 1 levels between two of them fit.</summary>
    private static int Stride(int last, long arrays, int cells)
    {
        long fewest = long.MaxValue;
        for (int s = 1; s <= last + 1; s++)
        {
            long needed = last / s + 1 + Math.Min(s - 1, last);
            if (needed <= arrays)
                return s;
            fewest = Math.Min(fewest, needed);
        }

        throw new ArgumentException(
            $"memory for the forward states is too small: {last + 1} levels of {cells} cells require at least {fewest * 8L * cells} bytes",
            nameof(arrays));
    }

    private static IForwardSweeps Sweeps(ForwardKind kind, Grid grid, WorkerTeam team) => kind switch
    {
        ForwardKind.ImplicitEuler => new ImplicitEuler(grid, team),
        ForwardKind.LatticeExact => new LatticeExact(grid, team),
        ForwardKind.ClosedForm => throw new ArgumentException("a closed form requires its data", nameof(kind)),
        _ => throw new ArgumentException("unknown kind of forward scheme", nameof(kind)),
    };

    private static double[][] Allocate(int count, int cells)
    {
        var arrays = new double[count][];
        for (int index = 0; index < count; index++)
            arrays[index] = CellValues.Zeros(cells);
        return arrays;
    }
}
