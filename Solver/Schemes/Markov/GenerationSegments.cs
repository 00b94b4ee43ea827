using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;
using static PdeDiffusion.Schemes.Lines.LongLine;
using static PdeDiffusion.Schemes.Markov.GenerationKernel;

namespace PdeDiffusion.Schemes.Markov;

/// <summary>
/// The step of <see cref="GenerationSweep"/> on a single long line (<see cref="LongLine"/>): the kernel that serves lines eliminates the
/// segments in parallel lanes, each cell also linked to the separator on its left as to the last cell of a periodic line; the segments are
/// shared among threads. The separators are solved by <see cref="SeparatorSystem"/>. Every pivot is a sum of positive terms, and v = u is
/// reproduced to the bit, as without the cut.
/// </summary>
internal sealed unsafe class GenerationSegments : IBlockWork
{
    // Panels of a group: links, pivots (first the driver), wraps, v, one.
    private const int Panels = 5;

    private readonly Axis axis;
    private readonly GenerationKernel kernel;
    private readonly WorkerTeam team;
    private readonly int length;
    private readonly int rows;
    private readonly SeparatorSystem reduced;
    private readonly Scratch memory;
    private readonly Scratch geometry;
    private double[] halfSteps = [];
    private double[] driver = [];
    private double[] uNew = [];
    private double[] v = [];
    private double[]? one;
    private readonly double[] greatest = new double[Groups];
    private bool startsFromOne;
    private bool onlyGreatest;
    private bool massForm;
    private bool upward;

    public GenerationSegments(Axis axis, GenerationKernel kernel, WorkerTeam team)
    {
        this.axis = axis;
        this.kernel = kernel;
        this.team = team;
        length = axis.Cells / Segments;
        rows = Segments + axis.Cells % Segments;
        reduced = new SeparatorSystem(rows, axis.IsPeriodic, sides: 2);
        memory = new Scratch(Groups * GroupSize);
        geometry = new Scratch(Groups * GeometrySize);
        for (int group = 0; group < Groups; group++)
        {
            double* widths = Geometry(group), gaps = widths + PanelSize, left = widths + 3 * PanelSize;
            for (int lane = 0; lane < PerGroup; lane++)
            {
                int start = (group * PerGroup + lane) * length;
                for (int cell = 0; cell < length; cell++)
                {
                    widths[cell * PerGroup + lane] = axis.Widths[start + cell];
                    gaps[cell * PerGroup + lane] = start + cell < axis.Links ? axis.Distances[start + cell] : 0;
                }

                left[PerGroup + lane] = axis.Widths[Below(start)];
                left[2 * PerGroup + lane] = Below(start) < axis.Links ? axis.Distances[Below(start)] : 0;
            }
        }
    }

    private nint PanelSize => (nint)length * PerGroup;

    private nint GroupSize => Eliminated.Rows * PerGroup + Panels * PanelSize;

    /// <summary>Widths, distances and Δt/2δ; then four rows of the separators on the left: driver, width, distance, Δt/2δ.</summary>
    private nint GeometrySize => 3 * PanelSize + 4 * PerGroup;

    /// <summary>Stores Δt/2δ of every link until the next call.</summary>
    public void SetSteps(double[] steps)
    {
        halfSteps = steps;
        for (int group = 0; group < Groups; group++)
        {
            double* here = Geometry(group) + 2 * PanelSize, left = here + PanelSize + 3 * PerGroup;
            for (int lane = 0; lane < PerGroup; lane++)
            {
                int start = (group * PerGroup + lane) * length;
                for (int cell = 0; cell < length; cell++)
                    here[cell * PerGroup + lane] = start + cell < axis.Links ? steps[start + cell] : 0;
                left[lane] = start > 0 || axis.IsPeriodic ? steps[Below(start)] : 0;
            }
        }
    }

    /// <summary>As <see cref="GenerationSweep.ApplyRatio"/> and <see cref="GenerationSweep.ApplyMass"/>.</summary>
    public double Apply(
        double[] drivenBy, double[] end, double[] density, double[]? propagated, bool fromOne, bool toGreatest, bool inMasses)
    {
        (driver, uNew, v, one) = (drivenBy, end, density, propagated);
        (startsFromOne, onlyGreatest, massForm) = (fromOne, toGreatest && propagated is not null, inMasses);
        upward = true;
        team.Run(this, Groups);
        GatherRows();
        reduced.Solve(one is null ? 1 : 2, massForm);
        upward = false;
        team.Run(this, Groups);
        double largest = onlyGreatest ? greatest.Max() : double.NaN;
        for (int row = Segments; row < rows; row++)
        {
            int cell = axis.Cells - rows + row;
            v[cell] = Finished(0, row, cell);
            if (onlyGreatest)
                largest = Math.Max(largest, Finished(1, row, cell));
            else if (one is not null)
                one[cell] = Finished(1, row, cell);
        }

        return largest;
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (RegisterWidth.IsEight)
            Process<LanePair<Lanes8>>(block);
        else
            Process<Lanes4>(block);
    }

    private void Process<TLanes>(int group)
        where TLanes : struct, ILanes<TLanes>
    {
        Eliminated system = System(group);
        double* density = system.Pivots + 2 * PanelSize, widths = Geometry(group);
        nint offset = group * PanelSize;
        fixed (double* drivers = &driver[offset], uNewHere = &uNew[offset], densities = &v[offset], all = one, rowOfOnes = RowOfOnes)
        {
            var block = new Block
            {
                Drivers = system.Pivots,
                Density = density,
                Ones = one is null ? null : density + PanelSize,
                OnesBefore = startsFromOne ? rowOfOnes : density + PanelSize,
                OnesBeforeStride = startsFromOne ? 0 : PerGroup,
                Stride = PerGroup,
                Count = PerGroup,
                Cells = length,
                Widths = widths,
                Gaps = widths + PanelSize,
                HalfSteps = widths + 2 * PanelSize,
            };
            double* onesHere = one is null ? null : all + offset;
            if (upward)
            {
                LoadRows(block, drivers, densities, startsFromOne ? null : onesHere, length);
                Up<TLanes>(group, block, system);
                return;
            }

            Down<TLanes>(group, block, system);
            greatest[group] = StoreRows(block, massForm ? null : uNewHere, densities, onesHere, onlyGreatest, length);
        }
    }

    private void Up<TLanes>(int group, in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
    {
        double* left = Geometry(group) + 3 * PanelSize;
        for (int lane = 0; lane < PerGroup; lane++)
            left[lane] = driver[Below((group * PerGroup + lane) * length)];
        if (massForm)
            kernel.EliminateSegments<TLanes, MassForm>(block, system, left);
        else
            kernel.EliminateSegments<TLanes, RatioForm>(block, system, left);
    }

    private void Down<TLanes>(int group, in Block block, in Eliminated system)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int side = 0; side < (one is null ? 1 : 2); side++)
        {
            double[] values = reduced.Values[side];
            double* solution = side == 0 ? system.Solution : system.OtherSolution, left = side == 0 ? system.LastSide : system.LastOther;
            double* ends = (side == 0 ? block.Density : block.Ones) + (length - 1) * PerGroup;
            for (int lane = 0; lane < PerGroup; lane++)
            {
                int segment = group * PerGroup + lane;
                solution[lane] = values[segment];
                left[lane] = segment > 0 ? values[segment - 1] : axis.IsPeriodic ? values[rows - 1] : 0;
                ends[lane] = massForm ? values[segment] / axis.Widths[(segment + 1) * length - 1] : values[segment];
            }
        }

        if (massForm)
            SubstituteSegments<TLanes, MassForm>(block, system);
        else
            SubstituteSegments<TLanes, QuotientForm>(block, system);
    }

    /// <summary>
    /// The rows of the separators, including the contribution of the segment to the right of each, and of the remaining cells.
    /// </summary>
    private void GatherRows()
    {
        Array.Clear(reduced.Up);
        Array.Clear(reduced.Down);
        int behind = axis.Cells - rows;
        for (int row = Segments; row < rows; row++)
        {
            int cell = behind + row;
            double width = axis.Widths[cell];
            reduced.Rests[row] = massForm ? 1 : width * driver[cell];
            reduced.Sides[0][row] = width * v[cell];
            if (one is not null)
                reduced.Sides[1][row] = width * (startsFromOne ? 1 : one[cell]);
            Couple(cell - 1, row - 1);
        }

        for (int segment = 0; segment < Segments; segment++)
        {
            Eliminated system = System(segment / PerGroup);
            int lane = segment % PerGroup;
            double* density = system.Pivots + 2 * PanelSize + (nint)(length - 1) * PerGroup;
            reduced.Rests[segment] = system.Rest[lane];
            reduced.Sides[0][segment] = density[lane];
            if (one is not null)
                reduced.Sides[1][segment] = density[PanelSize + lane];
        }

        for (int segment = axis.IsPeriodic ? 0 : 1; segment < Segments; segment++)
        {
            Eliminated system = System(segment / PerGroup);
            int lane = segment % PerGroup, left = segment > 0 ? segment - 1 : rows - 1;
            reduced.Rests[left] += system.LastRest[lane];
            reduced.Sides[0][left] += system.LastSide[lane];
            if (one is not null)
                reduced.Sides[1][left] += system.LastOther[lane];
            (reduced.Up[left], reduced.Down[left]) = (system.FromLast[lane], system.ToLast[lane]);
        }
    }

    /// <summary>Coefficients of the link from a cell to the next one, both in the reduced system.</summary>
    private void Couple(int cell, int row)
    {
        Lane At(double value) => Lane.Create(value);
        Lane up, down, lower = At(driver[cell]), upper = At(driver[cell + 1]), half = At(halfSteps[cell]), gap = At(axis.Distances[cell]);
        Lane width = At(axis.Widths[cell]), nextWidth = At(axis.Widths[cell + 1]);
        if (massForm)
            kernel.Couple<Lane, MassForm>(lower, upper, half, gap, width, nextWidth, out up, out down);
        else
            kernel.Couple<Lane, RatioForm>(lower, upper, half, gap, width, nextWidth, out up, out down);
        fixed (double* toUp = &reduced.Up[row], toDown = &reduced.Down[row])
        {
            up.Store(toUp);
            down.Store(toDown);
        }
    }

    private double Finished(int side, int row, int cell) =>
        massForm ? reduced.Values[side][row] / axis.Widths[cell] : uNew[cell] * reduced.Values[side][row];

    /// <summary>The cell below the first cell of a segment; for the first segment of a periodic line, the last cell.</summary>
    private int Below(int start) => start > 0 ? start - 1 : axis.Cells - 1;

    private Eliminated System(int group)
    {
        double* start = memory.Start + group * GroupSize, panels = start + Eliminated.Rows * PerGroup;
        return new Eliminated(start, PerGroup, panels, panels + PanelSize, panels + 2 * PanelSize);
    }

    private double* Geometry(int group) => geometry.Start + group * GeometrySize;
}
