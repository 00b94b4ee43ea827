using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>A mode of u on a line.</summary>
/// <param name="Step">Level k.</param>
/// <param name="Time">Forward time t_k.</param>
/// <param name="X">Position: the vertex of the parabola through log u of three cells.</param>
/// <param name="Density">u in the cell of the mode.</param>
public readonly record struct Mode(int Step, double Time, double X, double Density);

/// <summary>
/// <c>modes</c>, one axis: the number of modes of u never grows with t (docs/numerics.md, 5.2). A theorem for implicit Euler and the
/// lattice semigroup; for cell averages of a closed form it is observed. A mode is a change from + to − in (+, u_1 − u_0, …, −), on a
/// periodic axis in the cyclic sequence. Measured: the modes that are certain at the later of two levels; bound: those that are possible
/// at the earlier one, signs lost in rounding errors taken either way. In generation the later levels are read first.
/// </summary>
internal sealed class ModesMonitor : IMonitor, IRecords<Mode>
{
    private static readonly MonitorDescriptor Descriptor = new(
        "modes", "the number of modes of u never grows with t", "modes at later t", "modes at t", "", Relation.AtMost,
        ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("variation diminution: modes", "numerics 5.2"),
        Help = new MonitorHelp(
            "u gained a mode as t grew",
            "with closed-form averages on cells that are wide against the data it can happen; otherwise " + MonitorHelp.Defect,
            "modes.csv at the level; more cells; forward of kind lattice-exact"),
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => setup.Grid.Dimension == 1 ? new ModesMonitor(setup) : null) { IsExtended = true };

    /// <summary>A level with more modes than this is counted, and its modes are not recorded.</summary>
    public const int MostRecorded = 64;

    private readonly Axis axis;
    private readonly bool guaranteed;
    private readonly bool backward;
    private readonly double[] errors;
    private readonly sbyte[] signs;
    private readonly List<Mode> modes;
    private int extreme = -1;

    public ModesMonitor(MonitorSetup setup)
    {
        axis = setup.Grid.X;
        guaranteed = setup.Forward != ForwardKind.ClosedForm;
        backward = setup.Epsilon is not null;

        // Eight times the rounding of a second difference: u_{i+1} − u_i relative to the larger.
        errors = [.. Enumerable.Range(0, setup.Times.Last + 1).Select(
            level => 8 * SharpCurvature.Units(axis, setup, level) * Rounding.Unit)];
        signs = new sbyte[axis.Links + (axis.IsPeriodic ? 0 : 2)];
        modes = new List<Mode>(4 * errors.Length);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Mode> Rows => modes;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        ReadOnlySpan<double> u = level.U;
        FindSigns(u, errors[level.Index]);
        int certain = Count(SignChanges.Least(signs, axis.IsPeriodic)), possible = Count(SignChanges.Most(signs, axis.IsPeriodic));
        if (certain <= MostRecorded)
            Record(level);
        if (extreme < 0)
            readings.Add(Judge.NotApplicable(level, Descriptor, certain, guaranteed));
        else if (backward)
            readings.Add(Judge.Read(level, Descriptor, extreme, possible, 0, guaranteed));
        else
            readings.Add(Judge.Read(level, Descriptor, certain, extreme, 0, guaranteed));

        // The largest certain number so far of later levels, or the smallest possible one of earlier levels.
        extreme = extreme < 0 ? (backward ? certain : possible) : backward ? Math.Max(extreme, certain) : Math.Min(extreme, possible);
    }

    public void Save(BinaryWriter state)
    {
        state.Write(extreme);
        state.Write(modes.Count);
        foreach (Mode mode in modes)
        {
            state.Write(mode.Step);
            state.Write(mode.Time);
            state.Write(mode.X);
            state.Write(mode.Density);
        }
    }

    public void Restore(BinaryReader state)
    {
        extreme = state.ReadInt32();
        modes.Clear();
        for (int count = state.ReadInt32(); count > 0; count--)
            modes.Add(new Mode(state.ReadInt32(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble()));
    }

    /// <summary>Modes of a number of sign changes: every second one; an open sequence begins with + and ends with −.</summary>
    private int Count(int changes) => axis.IsPeriodic ? changes / 2 : (changes + 1) / 2;

    private void FindSigns(ReadOnlySpan<double> u, double error)
    {
        int place = 0;
        if (!axis.IsPeriodic)
            signs[place++] = 1;
        for (int link = 0; link < axis.Links; link++)
        {
            double lower = u[link], upper = u[link + 1 < u.Length ? link + 1 : 0], larger = Math.Max(lower, upper);
            signs[place++] = larger < SegmentKernels.NearFloor ? SignChanges.None : SignChanges.Of(upper - lower, error * larger);
        }

        if (!axis.IsPeriodic)
            signs[place] = -1;
    }

    /// <summary>Adds the modes that are certain: each the largest cell between a certain + and the next certain −.</summary>
    private void Record(LevelStatistics level)
    {
        ReadOnlySpan<double> u = level.U;

        // An open sequence starts with its +; sign p then stands between cells p − 1 and p, in a cyclic one between p and p + 1.
        int count = signs.Length, cells = axis.Cells, shift = axis.IsPeriodic ? 1 : 0;
        int start = axis.IsPeriodic ? Array.IndexOf(signs, (sbyte)-1) : 0, rise = -1;
        for (int step = 0; step < count && start >= 0; step++)
        {
            int place = (start + step) % count;
            if (signs[place] == 1)
            {
                rise = start + step;
            }
            else if (signs[place] == -1 && rise >= 0)
            {
                int best = (rise + shift) % cells;
                for (int between = rise + 1; between <= start + step; between++)
                {
                    int cell = (between - 1 + shift) % cells;
                    if (u[cell] > u[best])
                        best = cell;
                }

                modes.Add(new Mode(level.Index, level.Time, Vertex(u, best), u[best]));
                rise = -1;
            }
        }

        // The first − of a cyclic sequence ends the mode that its last + began.
        if (axis.IsPeriodic && start >= 0 && rise >= 0)
        {
            int best = (rise + shift) % cells;
            for (int between = rise + 1; between <= start + count; between++)
                best = u[(between - 1 + shift) % cells] > u[best] ? (between - 1 + shift) % cells : best;
            modes.Add(new Mode(level.Index, level.Time, Vertex(u, best), u[best]));
        }
    }

    /// <summary>The vertex of the parabola through log u of a cell and its neighbours, within the cell; at an end its centre.</summary>
    private double Vertex(ReadOnlySpan<double> u, int cell)
    {
        double centre = axis.Centres[cell], half = 0.5 * axis.Widths[cell];
        if (cell == 0 || cell == axis.Cells - 1)
            return centre;
        double left = Math.Log(u[cell - 1] / u[cell]), right = Math.Log(u[cell + 1] / u[cell]);
        double low = axis.Distances[cell - 1], high = axis.Distances[cell];
        double slope = (right * low / high - left * high / low) / (low + high);
        double second = 2 * (left / low + right / high) / (low + high);
        return second < 0 ? centre + Math.Clamp(-slope / second, -half, half) : centre;
    }
}
