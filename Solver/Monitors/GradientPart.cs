using PdeDiffusion.Grids;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The gradient part ∇φ of a field e on the faces of a grid of two axes, in the mean over v: div(v∇φ) = div(v e) with no flux through
/// walls, i.e. φ minimises Σ_faces A δ v̄ (φ_j − φ_i)²/δ² − 2 …, v̄ = ½(v_i + v_j) (docs/numerics.md, 5.5). Conjugate gradients,
/// preconditioned by a V-cycle: cells are joined in pairs along each axis, links between joined cells have half the sum of their
/// coefficients, and lines along x, then y (afterwards in the opposite order) are solved in turn.
/// </summary>
/// <remarks>
/// Links with v̄ below 1e-13 of the largest have that coefficient, so that the matrix stays connected. The iteration ends at a residual
/// of 1e-6 in the norm of the preconditioner: the error of E_v|∇φ|², which is quadratic in that of φ, is about 1e-12 of it.
/// Memory is allocated once.
/// </remarks>
internal sealed class GradientPart
{
    /// <summary>Largest residual in the norm of the preconditioner, relative to the first.</summary>
    public const double Tolerance = 1e-6;

    private const int MostIterations = 100;
    private const double LeastCoefficient = 1e-13;

    private readonly Grid grid;
    private readonly Level[] levels;
    private readonly double[] potential;
    private readonly double[] right;
    private readonly double[] residual;
    private readonly double[] direction;
    private readonly double[] image;

    public GradientPart(Grid grid)
    {
        this.grid = grid;
        var all = new List<Level> { new(grid.Columns, grid.Rows, grid.X.IsPeriodic, grid.Axes[1].IsPeriodic) };
        while (all[^1].Columns > 2 || all[^1].Rows > 2)
            all.Add(all[^1].Coarser());
        levels = [.. all];
        potential = CellValues.Zeros(grid);
        right = CellValues.Zeros(grid);
        residual = CellValues.Zeros(grid);
        direction = CellValues.Zeros(grid);
        image = CellValues.Zeros(grid);
    }

    /// <summary>Iterations of the last solve.</summary>
    public int Iterations { get; private set; }

    /// <summary>E_v|e|² and E_v|∇φ|².</summary>
    /// <param name="v">Cell averages.</param>
    /// <param name="alongX">e·n at the upper face along x of each cell; 0 where there is no link.</param>
    /// <param name="alongY">The same along y.</param>
    public (double Whole, double Gradient) Of(ReadOnlySpan<double> v, ReadOnlySpan<double> alongX, ReadOnlySpan<double> alongY)
    {
        double whole = Assemble(v, alongX, alongY);
        levels[0].Finish(LeastCoefficient);
        for (int level = 1; level < levels.Length; level++)
            levels[level].Join(levels[level - 1]);

        Array.Clear(potential);
        right.CopyTo(residual, 0);
        RemoveMean(residual);
        double[] preconditioned = Precondition();
        preconditioned.CopyTo(direction, 0);
        double norm = Dot(residual, preconditioned), first = norm;
        for (Iterations = 0; Iterations < MostIterations && norm > Tolerance * Tolerance * first; Iterations++)
        {
            levels[0].Apply(direction, image);
            double step = norm / Dot(direction, image);
            for (int cell = 0; cell < potential.Length; cell++)
            {
                potential[cell] += step * direction[cell];
                residual[cell] -= step * image[cell];
            }

            preconditioned = Precondition();
            double before = norm;
            norm = Dot(residual, preconditioned);
            for (int cell = 0; cell < potential.Length; cell++)
                direction[cell] = preconditioned[cell] + norm / before * direction[cell];
        }

        return (whole, Math.Min(whole, Dot(right, potential)));
    }

    /// <summary>The coefficients A v̄/δ and the right-hand side −div(v e) of the finest level.</summary>
    /// <returns>E_v|e|².</returns>
    private double Assemble(ReadOnlySpan<double> v, ReadOnlySpan<double> alongX, ReadOnlySpan<double> alongY)
    {
        double whole = 0;
        double[] size = image;
        Array.Clear(right);
        Array.Clear(size);
        for (int axis = 0; axis < 2; axis++)
        {
            Axis along = grid.Axes[axis], across = grid.Axes[1 - axis];
            ReadOnlySpan<double> normal = axis == 0 ? alongX : alongY;
            double[] coefficients = axis == 0 ? levels[0].East : levels[0].North;
            for (int cell = 0; cell < v.Length; cell++)
            {
                int position = grid.Position(cell, axis);
                coefficients[cell] = 0;
                if (position >= along.Links)
                    continue;
                int upper = cell + grid.ToUpper(position, axis);
                double area = across.Widths[grid.Position(cell, 1 - axis)], mass = area * 0.5 * (v[cell] + v[upper]);
                coefficients[cell] = mass / along.Distances[position];
                whole += mass * along.Distances[position] * normal[cell] * normal[cell];
                double flux = mass * normal[cell];
                right[upper] += flux;
                right[cell] -= flux;
                size[upper] += Math.Abs(flux);
                size[cell] += Math.Abs(flux);
            }
        }

        // A divergence at the rounding of its fluxes is none; the matrix has no solution for the noise.
        for (int cell = 0; cell < right.Length; cell++)
            right[cell] = Math.Abs(right[cell]) <= 64 * Rounding.Unit * size[cell] ? 0 : right[cell];
        return whole;
    }

    private double[] Precondition()
    {
        residual.CopyTo(levels[0].Right, 0);
        Cycle(0);
        RemoveMean(levels[0].Solution);
        return levels[0].Solution;
    }

    /// <summary>Constants are in the kernel of the matrix: right-hand side and iterates stay orthogonal to them.</summary>
    private static void RemoveMean(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        double mean = sum / values.Length;
        for (int cell = 0; cell < values.Length; cell++)
            values[cell] -= mean;
    }

    private void Cycle(int index)
    {
        Level level = levels[index];
        Array.Clear(level.Solution);
        level.Smooth(forward: true);
        if (index + 1 < levels.Length)
        {
            Level coarse = levels[index + 1];
            level.Restrict(coarse);
            Cycle(index + 1);
            level.Prolong(coarse);
        }

        level.Smooth(forward: false);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int cell = 0; cell < a.Length; cell++)
            sum += a[cell] * b[cell];
        return sum;
    }

    /// <summary>A level of the hierarchy: a symmetric five-point matrix with row sums 0.</summary>
    private sealed class Level
    {
        private readonly bool periodicX, periodicY;
        private readonly double[] diagonal;
        private readonly double[] share;
        private readonly double[] pending;

        public Level(int columns, int rows, bool periodicX, bool periodicY)
        {
            (Columns, Rows, this.periodicX, this.periodicY) = (columns, rows, periodicX, periodicY);
            int cells = columns * rows;
            (East, North, Right, Solution) = (new double[cells], new double[cells], new double[cells], new double[cells]);
            (diagonal, share, pending) = (new double[cells], new double[Math.Max(columns, rows)], new double[cells]);
        }

        public int Columns { get; }

        public int Rows { get; }

        /// <summary>Coefficient of the link between a cell and its upper neighbour along x, wrapped; 0 where there is none.</summary>
        public double[] East { get; }

        /// <summary>The same along y.</summary>
        public double[] North { get; }

        public double[] Right { get; }

        public double[] Solution { get; }

        public Level Coarser() => new((Columns + 1) / 2, (Rows + 1) / 2, periodicX, periodicY);

        /// <summary>Raises small coefficients of the links that there are, and forms the diagonal.</summary>
        public void Finish(double least)
        {
            double largest = 0;
            for (int cell = 0; cell < diagonal.Length; cell++)
                largest = Math.Max(largest, Math.Max(East[cell], North[cell]));
            Array.Clear(diagonal);
            for (int cell = 0; cell < diagonal.Length; cell++)
            {
                int column = cell % Columns, row = cell / Columns;
                if (Columns > 1 && (periodicX || column < Columns - 1))
                    Add(ref East[cell], cell, ToEast(cell, column));
                if (Rows > 1 && (periodicY || row < Rows - 1))
                    Add(ref North[cell], cell, ToNorth(cell, row));
            }

            void Add(ref double coefficient, int cell, int other)
            {
                coefficient = Math.Max(coefficient, least * largest);
                diagonal[cell] += coefficient;
                diagonal[other] += coefficient;
            }
        }

        /// <summary>The matrix on pairs of cells of a finer level.</summary>
        public void Join(Level fine)
        {
            Array.Clear(East);
            Array.Clear(North);
            for (int cell = 0; cell < fine.diagonal.Length; cell++)
            {
                int column = cell % fine.Columns, row = cell / fine.Columns, joined = row / 2 * Columns + column / 2;
                if ((column % 2 == 1 || column == fine.Columns - 1) && Columns > 1)
                    East[joined] += 0.5 * fine.East[cell];
                if ((row % 2 == 1 || row == fine.Rows - 1) && Rows > 1)
                    North[joined] += 0.5 * fine.North[cell];
            }

            Finish(0);
        }

        /// <summary>result = A x.</summary>
        public void Apply(double[] x, double[] result)
        {
            for (int cell = 0; cell < x.Length; cell++)
                result[cell] = 0;
            for (int cell = 0; cell < x.Length; cell++)
            {
                int east = ToEast(cell, cell % Columns), north = ToNorth(cell, cell / Columns);
                double alongX = East[cell] * (x[cell] - x[east]), alongY = North[cell] * (x[cell] - x[north]);
                result[cell] += alongX + alongY;
                result[east] -= alongX;
                result[north] -= alongY;
            }
        }

        /// <summary>The residual, summed over the cells of each pair.</summary>
        public void Restrict(Level coarse)
        {
            Apply(Solution, pending);
            Array.Clear(coarse.Right);
            for (int cell = 0; cell < pending.Length; cell++)
                coarse.Right[cell / Columns / 2 * coarse.Columns + cell % Columns / 2] += Right[cell] - pending[cell];
        }

        public void Prolong(Level coarse)
        {
            for (int cell = 0; cell < Solution.Length; cell++)
                Solution[cell] += coarse.Solution[cell / Columns / 2 * coarse.Columns + cell % Columns / 2];
        }

        /// <summary>Solves every line along x in turn, then along y; backward in the opposite order.</summary>
        public void Smooth(bool forward)
        {
            if (!forward)
                Lines(1, forward);
            Lines(0, forward);
            if (forward)
                Lines(1, forward);
        }

        private void Lines(int axis, bool forward)
        {
            int lines = axis == 0 ? Rows : Columns;
            for (int step = 0; step < lines; step++)
                SolveLine(axis, forward ? step : lines - 1 - step);
        }

        /// <summary>
        /// Solves a line for its cells with the others fixed, a link around a periodic axis included in the fixed ones.
        /// </summary>
        private void SolveLine(int axis, int line)
        {
            int length = axis == 0 ? Columns : Rows, stride = axis == 0 ? 1 : Columns, start = axis == 0 ? line * Columns : line;
            double[] links = axis == 0 ? East : North;
            double before = 0;
            for (int place = 0; place < length; place++)
            {
                int cell = start + place * stride, column = cell % Columns, row = cell / Columns;
                double right = Right[cell];
                int east = ToEast(cell, column), west = column > 0 ? cell - 1 : cell + Columns - 1;
                int north = ToNorth(cell, row), south = row > 0 ? cell - Columns : cell + (Rows - 1) * Columns;
                if (axis == 1)
                    right += East[cell] * Solution[east] + East[west] * Solution[west];
                else
                    right += North[cell] * Solution[north] + North[south] * Solution[south];

                // The link around: from the last cell to the first.
                if (place == length - 1)
                    right += links[cell] * Solution[start];
                if (place == 0)
                    right += links[start + (length - 1) * stride] * Solution[start + (length - 1) * stride];
                double link = place > 0 ? links[cell - stride] : 0;
                double pivot = diagonal[cell] * (1 + 1e-14) - (place > 0 ? link * share[place - 1] : 0);
                share[place] = pivot > 0 && place < length - 1 ? links[cell] / pivot : 0;
                before = pivot > 0 ? (right + link * before) / pivot : 0;
                pending[cell] = before;
            }

            double after = 0;
            for (int place = length - 1; place >= 0; place--)
            {
                int cell = start + place * stride;
                after = pending[cell] + share[place] * after;
                Solution[cell] = after;
            }
        }

        private int ToEast(int cell, int column) => column < Columns - 1 ? cell + 1 : cell + 1 - Columns;

        private int ToNorth(int cell, int row) => row < Rows - 1 ? cell + Columns : cell - (Rows - 1) * Columns;
    }
}
