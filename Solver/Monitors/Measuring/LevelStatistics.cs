using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>
/// The quantities that monitors judge at one level, measured in one pass over memory. Segments of rows are added in a fixed order: the bits
/// do not depend on the number of threads or on earlier levels. Nothing is allocated after construction. Cells where u is below 1e3 η
/// (docs/numerics.md, 3.2) are counted and not judged.
/// </summary>
public sealed unsafe class LevelStatistics : IBlockWork
{
    private const int RowsPerBlock = 16;

    private readonly Grid grid;
    private readonly WorkerTeam team;
    private readonly double[] finiteExponents;
    private readonly int segmentsPerRow;
    private readonly double[] segmentMasses;
    private readonly double[] squaredDistances;
    private readonly double[] fisherWeights;
    private readonly LevelPart[] parts;
    private readonly LevelPart total;
    private readonly double[] scratch;
    private readonly double[] widths;
    private readonly double scaleX;
    private readonly double[] west;
    private readonly double[] east;
    private readonly double[] south;
    private readonly double[] north;
    private readonly double[] exchangeX;
    private readonly double[] exchangeY;
    private readonly bool equalSpacings;
    private readonly (double Value, int Cell)[] secondDifferences = new (double, int)[LevelPart.Directions];
    private double[] u = [];
    private double[]? v;
    private bool byFaces;
    private bool curvatureOnly;

    /// <param name="exponents">The p of the norms to be measured, 1 ≤ p ≤ ∞; 1 and ∞ cost nothing.</param>
    /// <param name="squaredDistances">dist(x, K)² at each cell's centre, for the moments of the distance; null to measure none.</param>
    /// <exception cref="ArgumentException">An exponent is below 1.</exception>
    public LevelStatistics(Grid grid, IReadOnlyList<double> exponents, WorkerTeam team, double[]? squaredDistances = null)
    {
        this.squaredDistances = squaredDistances ?? [];
        this.grid = grid;
        this.team = team;
        Exponents = [.. exponents];
        foreach (double p in Exponents)
        {
            if (!(p >= 1))
                throw new ArgumentException($"the exponent p of an L^p norm must be at least 1, but is {p:R}", nameof(exponents));
        }

        finiteExponents = [.. Exponents.Where(p => p > 1 && double.IsFinite(p)).Distinct()];
        segmentsPerRow = (grid.Columns - 1) / SegmentKernels.LongestSegment + 1;
        parts = new LevelPart[segmentsPerRow * ((grid.Rows - 1) / RowsPerBlock + 1)];
        for (int block = 0; block < parts.Length; block++)
            parts[block] = new LevelPart(finiteExponents);
        total = new LevelPart(finiteExponents);
        segmentMasses = new double[segmentsPerRow * grid.Rows];
        scratch = ScratchRows.Allocate(team.Threads);

        // On a uniform axis the width is applied once, to the sum: the terms are then exact.
        scaleX = grid.X.IsUniform ? grid.X.Widths[0] : 1;
        widths = new double[(grid.Columns + 7) / 8 * 8];
        for (int column = 0; column < grid.Columns; column++)
            widths[column] = grid.X.Widths[column] / scaleX;
        fisherWeights = new double[widths.Length];
        for (int column = 0; column < grid.Columns; column++)
        {
            int link = column > 0 ? column - 1 : grid.X.Links - 1;
            fisherWeights[column] = column == 0 && (!grid.X.IsPeriodic || link < 0) ? 0 : 1 / grid.X.Distances[link];
        }

        (west, east) = CurvatureWeights(grid.X);
        (south, north) = grid.Dimension == 2 ? CurvatureWeights(grid.Axes[1]) : ([], []);
        exchangeX = [.. ExchangeRates(grid.X), .. new double[widths.Length - grid.Columns]];
        exchangeY = grid.Dimension == 2 ? ExchangeRates(grid.Axes[1]) : [];
        for (int column = 0; column < grid.Columns; column++)
            exchangeX[column] *= widths[column];
        equalSpacings = grid.IsUniform && (grid.Dimension == 1 || grid.X.Widths[0] == grid.Axes[1].Widths[0]);
        LargestCurvatureWeight = west.Max() + east.Max() + (grid.Dimension == 2 ? south.Max() + north.Max() : 0);
    }

    public Grid Grid => grid;

    public IReadOnlyList<double> Exponents { get; }

    /// <summary>Level k.</summary>
    public int Index { get; private set; }

    /// <summary>Forward time t_k.</summary>
    public double Time { get; private set; }

    /// <summary>Forward steps taken to reach u, the warm-up included.</summary>
    public int ForwardSteps { get; private set; }

    /// <summary>What the scheme guarantees of v.</summary>
    public Guarantees Guarantees { get; private set; }

    /// <summary>The scheme's counters up to this level.</summary>
    public SchemeCounts Counts { get; private set; } = SchemeCounts.None;

    /// <summary>True if the scheme guarantees this theorem.</summary>
    public bool Keeps(Guarantees theorem) => (Guarantees & theorem) == theorem;

    public bool HasGeneration => v is not null;

    /// <summary>u of the level last measured; lent by the flow.</summary>
    public ReadOnlySpan<double> U => u;

    /// <summary>v of the level last measured; empty without generation.</summary>
    public ReadOnlySpan<double> V => v;

    /// <summary>True if the level came with max P 1.</summary>
    public bool HasPropagatedOne => !double.IsNaN(GreatestPropagatedOne);

    /// <summary>∫ u.</summary>
    public double MassU => total.MassU.Value;

    /// <summary>
    /// ∫ u over each segment of <see cref="SegmentKernels.LongestSegment"/> cells of a row, row by row; the last of a row may be shorter.
    /// </summary>
    public ReadOnlySpan<double> SegmentMasses => segmentMasses;

    /// <summary>∫ v.</summary>
    public double MassV => total.MassV.Value;

    /// <summary>∫ v over the cells that are not judged.</summary>
    public double MassAtFloor => total.MassAtFloor.Value;

    /// <summary>
    /// ∫ v Σ_axes ½ (1/δ + 1/δ')/|i|, δ and δ' the distances to the two neighbours of a cell and |i| its width along the axis: the rate at
    /// which diffusion exchanges mass with the neighbours.
    /// </summary>
    public double Exchange => total.Exchange.Value;

    /// <summary>Fraction of the cells with u ≥ 1e3 η.</summary>
    public double Judged => 1 - (double)total.CellsAtFloor / grid.CellCount;

    public double LeastU => total.LeastU.Value;

    public int LeastUCell => total.LeastU.Cell;

    public double LeastV => total.LeastV.Value;

    public int LeastVCell => total.LeastV.Cell;

    public double GreatestV => total.GreatestV.Value;

    /// <summary>min v/u over the judged cells; ∞ if there are none.</summary>
    public double LeastRatio => total.LeastRatio.Value;

    public int LeastRatioCell => total.LeastRatio.Cell;

    /// <summary>max v/u over the judged cells; −∞ if there are none.</summary>
    public double GreatestRatio => total.GreatestRatio.Value;

    public int GreatestRatioCell => total.GreatestRatio.Cell;

    /// <summary>KL(v|u) = Σ |i| v log(v/u), over all cells with v &gt; 0.</summary>
    public double Divergence => total.Divergence.Value;

    /// <summary>Σ |i| v (1 + |log(v/u)|), which measures the rounding of <see cref="Divergence"/>.</summary>
    public double DivergenceWeight => total.MassV.Value + total.AbsoluteDivergence.Value;

    /// <summary>
    /// The relative Fisher information of v and u, Σ_faces (A/δ) ½(u_i + u_j) (w_j − w_i)(log w_j − log w_i), over the faces between judged
    /// cells.
    /// </summary>
    public double FisherInformation => total.Fisher.Value;

    /// <summary>True to measure entropy, Fisher information and second differences along lattice directions.</summary>
    public bool Extended { get; init; } = true;

    /// <summary>The entropy of u, −Σ |i| u log u.</summary>
    public double Entropy => total.Entropy.Value;

    /// <summary>Σ |i| u (1 + |log u|), which measures the rounding of <see cref="Entropy"/>.</summary>
    public double EntropyWeight => total.MassU.Value + total.AbsoluteEntropy.Value;

    /// <summary>The Fisher information of u, Σ_faces (A/δ)(u_j − u_i)(log u_j − log u_i).</summary>
    public double Information => total.Information.Value;

    /// <summary>
    /// Σ_faces (A/δ)(u_i + u_j) |log u_j − log u_i| (1 + |log u|), which measures the rounding of <see cref="Information"/>.
    /// </summary>
    public double InformationWeight => total.InformationSize.Value;

    /// <summary>
    /// The smallest log u(i + e) + log u(i − e) − 2 log u(i) over the judged cells, indices reflected at a no-flux end and wrapped at a
    /// periodic one, and a cell that has it. ∞ if no cell is judged; NaN along x on a graded line.
    /// </summary>
    /// <param name="direction">0: e along x, 1: along y, 2: the smaller of both diagonals (two axes only).</param>
    public (double Value, int Cell) LeastSecondDifference(int direction) =>
        direction == 2 && secondDifferences[3].Value < secondDifferences[2].Value ? secondDifferences[3] : secondDifferences[direction];

    /// <summary>True if the moments of the distance to the data are measured.</summary>
    public bool HasDistances => squaredDistances.Length > 0 && v is not null && Time > 0;

    /// <summary>E_v dist(x, K)².</summary>
    public double MeanSquaredDistance => total.SquaredDistance.Value;

    /// <summary>E_v min(dist(x, K)²/4t, 500).</summary>
    public double MeanCappedDistance => total.CappedDistance.Value;

    /// <summary>Number of λ that <see cref="TiltedMass"/> is measured at.</summary>
    public static int Tilts => SegmentKernels.Tilts;

    /// <summary>λ number <paramref name="tilt"/>: 0.96 · 2^{tilt − 7}.</summary>
    public static double Tilt(int tilt) => Math.ScaleB(SegmentKernels.LargestTilt, tilt + 1 - SegmentKernels.Tilts);

    /// <summary>Σ |i| u exp(λ min(dist²/4t, 500)) for λ = <see cref="Tilt"/>.</summary>
    public double TiltedMass(int tilt) => total.Tilted[tilt].Value;

    /// <summary>R = max P 1, ∞ where P 1 is not a number; NaN if the level came without.</summary>
    public double GreatestPropagatedOne { get; private set; }

    /// <summary>
    /// min over the judged cells of Δ_h log u = (1/|i|) Σ (A/δ) log(u_j/u_i), no-flux faces contributing 0; on graded axes divided by the
    /// mean of the two centre distances instead of |i| (docs/numerics.md, 3.3). ∞ if no cell is judged.
    /// </summary>
    public double LeastCurvature { get; private set; }

    public int LeastCurvatureCell => total.Curvature.Cell;

    /// <summary>Largest sum of a cell's weights 1/(|i| δ), which measures the rounding of <see cref="LeastCurvature"/>.</summary>
    public double LargestCurvatureWeight { get; }

    /// <summary>The first cell of u or v that is not a finite number; −1 if there is none.</summary>
    public int FirstNotFinite { get; private set; }

    /// <summary>‖v‖_p for the p of <see cref="Exponents"/> with this index. v is taken as it is, non-negative.</summary>
    public double Norm(int exponent)
    {
        double p = Exponents[exponent];
        if (p == 1)
            return MassV;
        if (double.IsPositiveInfinity(p))
            return GreatestV;
        return total.Powers.Scale * Math.Pow(total.Powers.Sum(Array.IndexOf(finiteExponents, p)), 1 / p);
    }

    /// <summary>Measures a level; its arrays are not kept.</summary>
    public void Measure(FlowLevel level)
    {
        ArgumentNullException.ThrowIfNull(level);
        (Index, Time, ForwardSteps, Guarantees) = (level.Index, level.Time, level.ForwardSteps, level.Guarantees);
        (u, v, GreatestPropagatedOne) = (level.U, level.V, level.GreatestPropagatedOne);
        Counts = level.Counts;
        byFaces = !grid.IsUniform;
        curvatureOnly = false;
        Pass();

        double sums = total.MassU.Value + (v is null ? 0 : total.MassV.Value);
        FirstNotFinite = double.IsFinite(sums) ? -1 : FindNotFinite();
        bool product = equalSpacings && !byFaces;
        if (!byFaces && (total.CurvatureUndefined || (product && total.Curvature.Value < SegmentKernels.SmallestProduct)))
            MeasureCurvatureAgain();
        else
            LeastCurvature = product ? Math.Log(total.Curvature.Value) * west[0] : total.Curvature.Value;
        if (Extended)
            FindSecondDifferences();
    }

    /// <inheritdoc/>
    void IBlockWork.Run(int block, int worker)
    {
        LevelPart part = parts[block];
        part.Clear();
        int firstRow = block / segmentsPerRow * RowsPerBlock, endRow = Math.Min(firstRow + RowsPerBlock, grid.Rows);
        int start = block % segmentsPerRow * SegmentKernels.LongestSegment;
        fixed (double* uAll = u, vAll = v)
        {
            for (int row = firstRow; row < endRow; row++)
            {
                if (RegisterWidth.IsEight)
                    MeasureSegment<Lanes8>(part, row, start, row == firstRow, new ScratchRows(scratch, worker), uAll, vAll);
                else
                    MeasureSegment<Lanes4>(part, row, start, row == firstRow, new ScratchRows(scratch, worker), uAll, vAll);
            }
        }
    }

    private void Pass()
    {
        team.Run(this, parts.Length);
        total.Clear();
        foreach (LevelPart part in parts)
            total.Add(part);
        total.LeastU.Cell = Place(total.LeastU, u, null, -1);
        if (equalSpacings && !byFaces && total.Curvature.Cell >= 0)
            total.Curvature.Cell = PlaceOfCurvature(total.Curvature);
        if (v is not null)
        {
            total.LeastV.Cell = Place(total.LeastV, v, null, -1);
            total.LeastRatio.Cell = Place(total.LeastRatio, v, u, -1);
            total.GreatestRatio.Cell = Place(total.GreatestRatio, v, u, 1);
        }
    }

    /// <summary>
    /// The first cell of an extremum of values, or of values over a judged density, in the segment that starts at its cell.
    /// </summary>
    /// <param name="sign">1 for a largest value, −1 for a smallest.</param>
    private int Place(Extremum extremum, double[] values, double[]? density, int sign)
    {
        if (extremum.Cell < 0)
            return -1;
        int end = extremum.Cell + Math.Min(SegmentKernels.LongestSegment, grid.Columns - extremum.Cell % grid.Columns);
        int place = extremum.Cell;
        double most = double.NegativeInfinity;
        for (int cell = extremum.Cell; cell < end; cell++)
        {
            double value = sign * (density is null ? values[cell]
                : density[cell] < SegmentKernels.NearFloor ? double.NaN : values[cell] / density[cell]);
            if (value > most)
                (most, place) = (value, cell);
        }

        return place;
    }

    /// <summary>The first cell whose product of ratios is the smallest, in the segment that starts at its cell.</summary>
    private int PlaceOfCurvature(Extremum smallest)
    {
        int row = smallest.Cell / grid.Columns, start = smallest.Cell % grid.Columns;
        int count = Math.Min(SegmentKernels.LongestSegment, grid.Columns - start);
        fixed (double* all = u)
        {
            double* centre = WithNeighbours(new ScratchRows(scratch, 0), 0, all + row * grid.Columns, start, count);
            for (int i = 0; i < count; i++)
            {
                double inverse = 1 / centre[i], product = centre[i - 1] * inverse * (centre[i + 1] * inverse);
                int cell = smallest.Cell + i;
                if (grid.Dimension == 2)
                    product *= u[cell + Offset(row, -1)] * inverse * (u[cell + Offset(row, 1)] * inverse);
                if (centre[i] >= SegmentKernels.NearFloor && product == smallest.Value)
                    return cell;
            }
        }

        return smallest.Cell;
    }

    /// <summary>A second pass, over u alone, after a product of ratios left the range of a double.</summary>
    private void MeasureCurvatureAgain()
    {
        // The parts are overwritten; the first pass's total is kept but for the curvature.
        (byFaces, curvatureOnly) = (true, true);
        team.Run(this, parts.Length);
        total.Curvature = new Extremum(double.PositiveInfinity);
        foreach (LevelPart part in parts)
            total.Curvature.OfferLow(part.Curvature.Value, part.Curvature.Cell);
        LeastCurvature = total.Curvature.Value;
    }

    /// <summary>
    /// Logarithms of the smallest products along the directions; where a product left the range of a double, from logarithms of ratios.
    /// </summary>
    private void FindSecondDifferences()
    {
        if (grid.Dimension == 1)
        {
            double spacing = grid.X.Widths[0];
            secondDifferences[0] = grid.X.IsUniform ? (LeastCurvature * spacing * spacing, LeastCurvatureCell) : (double.NaN, -1);
            return;
        }

        for (int direction = 0; direction < LevelPart.Directions; direction++)
        {
            Extremum smallest = total.Directional[direction];
            bool inRange = smallest.Value >= SegmentKernels.SmallestProduct;
            secondDifferences[direction] = inRange && smallest.Cell >= 0
                ? (Math.Log(smallest.Value), PlaceOfDirection(smallest, direction))
                : inRange ? (double.PositiveInfinity, -1) : SecondDifferenceByLogarithms(direction);
        }
    }

    /// <summary>The first cell of a smallest product, in the segment that starts at its cell.</summary>
    private int PlaceOfDirection(Extremum smallest, int direction)
    {
        int end = smallest.Cell + Math.Min(SegmentKernels.LongestSegment, grid.Columns - smallest.Cell % grid.Columns);
        for (int cell = smallest.Cell; cell < end; cell++)
        {
            (int upper, int lower) = Neighbours(cell, direction);
            double inverse = 1 / u[cell];
            if (u[cell] >= SegmentKernels.NearFloor && u[lower] * inverse * (u[upper] * inverse) == smallest.Value)
                return cell;
        }

        return smallest.Cell;
    }

    private (double Value, int Cell) SecondDifferenceByLogarithms(int direction)
    {
        (double Value, int Cell) least = (double.PositiveInfinity, -1);
        for (int cell = 0; cell < u.Length; cell++)
        {
            if (u[cell] < SegmentKernels.NearFloor)
                continue;
            (int upper, int lower) = Neighbours(cell, direction);
            double value = Math.Log(u[upper] / u[cell]) + Math.Log(u[lower] / u[cell]);
            if (value < least.Value)
                least = (value, cell);
        }

        return least;
    }

    /// <summary>The cells i + e and i − e.</summary>
    private (int Upper, int Lower) Neighbours(int cell, int direction)
    {
        int column = cell % grid.Columns, row = cell / grid.Columns, alongX = direction == 1 ? 0 : direction == 3 ? -1 : 1;
        int alongY = direction == 0 ? 0 : 1;
        return (At(column + alongX, row + alongY), At(column - alongX, row - alongY));

        int At(int x, int y) => Inside(grid.Axes[1], y) * grid.Columns + Inside(grid.X, x);

        static int Inside(Axis axis, int position) => position >= 0 && position < axis.Cells ? position
            : axis.IsPeriodic ? (position + axis.Cells) % axis.Cells : Math.Clamp(position, 0, axis.Cells - 1);
    }

    private void MeasureSegment<TRegister>(
        LevelPart part, int row, int start, bool isFirst, ScratchRows rows, double* uAll, double* vAll)
        where TRegister : struct, IRegister<TRegister>
    {
        int count = Math.Min(SegmentKernels.LongestSegment, grid.Columns - start), first = row * grid.Columns + start;
        double height = scaleX * grid.RowHeight(row);
        double* centre, below = null, above = null;
        if (grid.Dimension == 1)
        {
            centre = WithNeighbours(rows, 0, uAll + row * grid.Columns, start, count);
        }
        else
        {
            // Three rows in turn: the row above becomes the next centre.
            centre = rows.Of(row % 3) + 8;
            below = rows.Of((row + 2) % 3) + 8;
            if (isFirst)
            {
                WithNeighbours(rows, row % 3, uAll + row * grid.Columns, start, count);
                WithNeighbours(rows, (row + 2) % 3, uAll + row * grid.Columns + Offset(row, -1), start, count);
            }

            above = WithNeighbours(rows, (row + 1) % 3, uAll + row * grid.Columns + Offset(row, 1), start, count);
        }

        fixed (double* widthsAll = widths, westAll = west, eastAll = east, exchangeAll = exchangeX, linksAll = fisherWeights,
            distances = squaredDistances)
        {
            // The copy is in the first-level cache; behind a last cell it holds the neighbour.
            double* density = count % SegmentKernels.Places == 0 ? centre : rows.Padded(5, uAll + first, count), inverses = rows.Of(4);
            double leastU = 0, greatestU = 0;
            if (!curvatureOnly)
            {
                SegmentKernels<TRegister>.Density(
                    part, density, widthsAll + start, height, count, first, out double massU, out leastU, out greatestU);
                segmentMasses[row * segmentsPerRow + start / SegmentKernels.LongestSegment] = massU;
                if (equalSpacings || below != null || vAll != null)
                    SegmentKernels<TRegister>.Inverses(density, inverses, count);
            }

            bool allJudged = leastU >= SegmentKernels.NearFloor, directions = Extended && below != null && !curvatureOnly;
            if (byFaces)
            {
                CurvatureKernels<TRegister>.CurvatureByFaces(
                    part, centre, below, above, westAll + start, eastAll + start,
                    below == null ? 0 : south[row], above == null ? 0 : north[row], count, first);
            }
            else if (equalSpacings && directions)
            {
                DirectionKernels<TRegister>.LeastWithCurvature(part, centre, inverses, below, above, count, first, allJudged);
                directions = false;
            }
            else if (equalSpacings)
            {
                CurvatureKernels<TRegister>.CurvatureByProduct(part, centre, inverses, below, above, count, first, allJudged);
            }
            else
            {
                CurvatureKernels<TRegister>.CurvatureByAxes(part, centre, below, above, west[0], south[0], count, first);
            }

            if (curvatureOnly)
                return;
            if (directions)
                DirectionKernels<TRegister>.Least(part, centre, inverses, below, above, count, first, allJudged);
            bool bothFisher = Extended && vAll != null && HasLowerRow(row);
            if (Extended)
            {
                MeasureInformation<TRegister>(
                    part, row, start, isFirst, rows, density, centre, below, widthsAll + start, linksAll + start,
                    uAll + Math.Min(row + 2, grid.Rows - 1) * grid.Columns + start, count, !bothFisher,
                    allJudged && double.IsFinite(segmentMasses[row * segmentsPerRow + start / SegmentKernels.LongestSegment]));
            }

            if (vAll != null)
            {
                double* generated = rows.Padded(3, vAll + first, count);
                double* ratios = rows.Of(6 + row % 2) + 8, logarithms = rows.Of(8 + row % 2) + 8;
                SegmentKernels<TRegister>.Generated(
                    part, generated, widthsAll + start, height, count, first, out double leastV, out double greatestV,
                    out double segmentMass);
                double rateY = exchangeY.Length > 0 ? exchangeY[row] : 0;
                part.Exchange.Add(grid.X.IsUniform
                    ? segmentMass * (rateY + exchangeX[start])
                    : segmentMass * rateY
                        + SegmentKernels<TRegister>.Totals(generated, exchangeAll + start, count, out _, out _) * height);
                if (SegmentKernels.AreInRange(leastU, greatestU, leastV, greatestV))
                {
                    double* exponents = rows.Of(11);
                    SegmentKernels<TRegister>.RatiosInRange(density, inverses, generated, ratios, logarithms, exponents, count);
                    SegmentKernels<TRegister>.DivergenceInRange(
                        part, generated, widthsAll + start, height, ratios, logarithms, exponents, count, first,
                        HasDistances ? distances + first : density, vAll + first + (row + 1 < grid.Rows ? grid.Columns : 0));
                }
                else
                {
                    double* unbounded = rows.Of(11);
                    SegmentKernels<TRegister>.Ratios(density, generated, ratios, unbounded, logarithms, count);
                    SegmentKernels<TRegister>.Divergence(
                        part, generated, widthsAll + start, height, ratios, unbounded, count, first, allJudged);
                }

                RatioBefore(row, start, ratios, logarithms);
                double* lowerRatios = rows.Of(7 - row % 2) + 8, lowerLogarithms = rows.Of(9 - row % 2) + 8;
                if (isFirst && HasLowerRow(row))
                {
                    double* lower = rows.Padded(10, vAll + first + Offset(row, -1), count);
                    SegmentKernels<TRegister>.Ratios(below, lower, lowerRatios, rows.Of(11), lowerLogarithms, count);
                }

                if (bothFisher)
                {
                    FisherKernels<TRegister>.BothAxes(
                        part, centre, ratios, logarithms, rows.Of(12 + row % 2) + 8, below, lowerRatios, lowerLogarithms,
                        rows.Of(13 - row % 2) + 8, linksAll + start, widthsAll + start, grid.RowHeight(row), scaleX / LowerDistance(row),
                        count);
                }
                else
                {
                    SegmentKernels<TRegister>.Fisher(
                        part, centre, ratios, logarithms, centre - 1, ratios - 1, logarithms - 1, linksAll + start, grid.RowHeight(row),
                        count);
                    if (HasLowerRow(row))
                    {
                        SegmentKernels<TRegister>.Fisher(
                            part, centre, ratios, logarithms, below, lowerRatios, lowerLogarithms, widthsAll + start,
                            scaleX / LowerDistance(row), count);
                    }
                }

                if (HasDistances)
                {
                    double* squares = rows.Padded(10, distances + first, count);
                    double* tilts = rows.Of(11), exponents = rows.Of(4);
                    SegmentKernels<TRegister>.Distances(
                        part, generated, squares, widthsAll + start, height, 0.25 / Time, tilts, exponents, count);
                    SegmentKernels<TRegister>.Tilts(tilts, exponents, count);
                    SegmentKernels<TRegister>.Tilted(part, density, tilts, widthsAll + start, height, count);
                }

                if (finiteExponents.Length > 0)
                    PowerKernels<TRegister>.Powers(part, finiteExponents, generated, greatestV, widthsAll + start, height, count);
            }
        }
    }

    /// <summary>Entropy of u, log u, and Fisher information of u.</summary>
    /// <param name="ahead">u of a row that follows, which is prefetched: the hardware does not look beyond a page.</param>
    /// <param name="withFisher">False where <see cref="FisherKernels{TRegister}"/> takes the information later.</param>
    /// <param name="inRange">Every u of the segment is a positive normal number.</param>
    private void MeasureInformation<TRegister>(
        LevelPart part, int row, int start, bool isFirst, ScratchRows rows, double* density, double* centre, double* below,
        double* widthsOf, double* linksOf, double* ahead, int count, bool withFisher, bool inRange)
        where TRegister : struct, IRegister<TRegister>
    {
        double* logarithms = rows.Of(12 + row % 2) + 8, lower = rows.Of(13 - row % 2) + 8;
        double height = scaleX * grid.RowHeight(row);
        if (inRange)
        {
            InformationKernels<TRegister>.EntropyInRange(
                part, density, widthsOf, height, logarithms, rows.Of(10), rows.Of(11), count, ahead);
        }
        else
        {
            InformationKernels<TRegister>.Entropy(part, density, widthsOf, height, logarithms, count);
        }

        logarithms[-1] = Math.Log(centre[-1]);
        if (isFirst && HasLowerRow(row))
            InformationKernels<TRegister>.Logarithms(below, lower, count);
        if (!withFisher)
            return;
        InformationKernels<TRegister>.Fisher(
            part, centre, logarithms, centre - 1, logarithms - 1, linksOf, grid.RowHeight(row), count);
        if (!HasLowerRow(row))
            return;
        InformationKernels<TRegister>.Fisher(part, centre, logarithms, below, lower, widthsOf, scaleX / LowerDistance(row), count);
    }

    /// <summary>The segment's u with its neighbours on either side: the cell itself at a no-flux end, so that its ratio is 1.</summary>
    private double* WithNeighbours(ScratchRows rows, int slot, double* rowOfU, int start, int count)
    {
        int last = grid.Columns - 1, end = start + count - 1;
        double* target = rows.Of(slot) + 8;
        new ReadOnlySpan<double>(rowOfU + start, count).CopyTo(new Span<double>(target, count));
        target[-1] = rowOfU[start > 0 ? start - 1 : grid.X.IsPeriodic ? last : 0];
        target[count] = rowOfU[end < last ? end + 1 : grid.X.IsPeriodic ? 0 : last];
        for (int i = count + 1; i % 8 != 1; i++)
            target[i] = rowOfU[end];
        return target;
    }

    /// <summary>w and log w of the cell before the segment, at place −1; NaN, which is skipped, where there is none.</summary>
    private void RatioBefore(int row, int start, double* ratios, double* logarithms)
    {
        if (start == 0 && !grid.X.IsPeriodic)
        {
            ratios[-1] = double.NaN;
            return;
        }

        int before = row * grid.Columns + (start > 0 ? start - 1 : grid.Columns - 1);
        double ratio = u[before] >= SegmentKernels.NearFloor ? v![before] / u[before] : double.NaN;
        (ratios[-1], logarithms[-1]) = (ratio, Math.Log(Math.Max(ratio, SegmentKernels.SmallestRatio)));
    }

    private bool HasLowerRow(int row) => grid.Dimension == 2 && (row > 0 || (grid.Axes[1].IsPeriodic && grid.Rows > 1));

    private double LowerDistance(int row) => grid.Axes[1].Distances[row > 0 ? row - 1 : grid.Rows - 1];

    private int Offset(int row, int direction)
    {
        int neighbour = row + direction;
        if (neighbour < 0 || neighbour >= grid.Rows)
            neighbour = grid.Axes[1].IsPeriodic ? (neighbour + grid.Rows) % grid.Rows : row;
        return (neighbour - row) * grid.Columns;
    }

    private int FindNotFinite()
    {
        for (int cell = 0; cell < u.Length; cell++)
        {
            if (!double.IsFinite(u[cell]) || (v is not null && !double.IsFinite(v[cell])))
                return cell;
        }

        return -1;
    }

    /// <summary>½ (1/δ + 1/δ')/|i| of each cell; beyond a no-flux end as if the cell's mirror image were its neighbour.</summary>
    private static double[] ExchangeRates(Axis axis)
    {
        var rates = new double[axis.Cells];
        for (int cell = 0; cell < axis.Cells; cell++)
        {
            double below = cell > 0 ? axis.Distances[cell - 1] : axis.Links == axis.Cells ? axis.Distances[^1] : axis.Widths[cell];
            double above = cell < axis.Links ? axis.Distances[cell] : axis.Widths[cell];
            rates[cell] = 0.5 * (1 / below + 1 / above) / axis.Widths[cell];
        }

        return rates;
    }

    /// <summary>
    /// Weights of log(u_j/u_i) for a cell's lower and upper neighbour, 1/(δ · mean of the two δ); 1/h² on a uniform axis. Padded to a
    /// multiple of eight.
    /// </summary>
    private static (double[] Lower, double[] Upper) CurvatureWeights(Axis axis)
    {
        var lower = new double[(axis.Cells + 7) / 8 * 8];
        var upper = new double[lower.Length];
        ReadOnlySpan<double> distances = axis.Distances;
        for (int cell = 0; cell < axis.Cells; cell++)
        {
            // At a no-flux end the neighbour is the cell's mirror image, one width away.
            double below = cell > 0 ? distances[cell - 1] : axis.Links == axis.Cells ? distances[^1] : axis.Widths[cell];
            double above = cell < axis.Links ? distances[cell] : axis.Widths[cell];
            double mean = 0.5 * (below + above);
            (lower[cell], upper[cell]) = (1 / (below * mean), 1 / (above * mean));
        }

        return (lower, upper);
    }
}
