namespace PdeDiffusion.Monitors.Measuring;

/// <summary>A sum with its rounding error kept beside it (Neumaier 1974).</summary>
internal struct CompensatedSum
{
    private double sum;
    private double carry;

    public readonly double Value => sum + carry;

    public void Add(double term)
    {
        double total = sum + term;
        carry += Math.Abs(sum) >= Math.Abs(term) ? sum - total + term : term - total + sum;
        sum = total;
    }

    public void Add(CompensatedSum other)
    {
        Add(other.sum);
        Add(other.carry);
    }
}

/// <summary>A smallest or largest value and the first cell that has it.</summary>
internal struct Extremum(double start)
{
    public double Value = start;
    public int Cell = -1;

    public void OfferLow(double value, int cell)
    {
        if (value < Value || (value == Value && cell < Cell))
            (Value, Cell) = (value, cell);
    }

    public void OfferHigh(double value, int cell)
    {
        if (value > Value || (value == Value && cell < Cell))
            (Value, Cell) = (value, cell);
    }
}

/// <summary>
/// Σ |i| (v/scale)^p of part of the cells, for each exponent p: scaled by the part's largest value, or a power of two next to it that
/// neighbouring segments mostly share, so that no power overflows or vanishes.
/// </summary>
internal sealed class PowerSums(double[] exponents)
{
    private readonly CompensatedSum[] sums = new CompensatedSum[exponents.Length];

    /// <summary>True if powers of 2 by an exponent may leave the range of a double.</summary>
    public bool AreLarge { get; } = exponents.Any(p => p > 512);

    public double Scale { get; private set; }

    public double Sum(int exponent) => sums[exponent].Value;

    public void Clear()
    {
        Scale = 0;
        Array.Clear(sums);
    }

    /// <summary>Makes room for a part of this scale: sums are relative to the larger of the two.</summary>
    public void Raise(double scale)
    {
        if (!(scale > Scale))
            return;
        for (int index = 0; index < sums.Length && Scale > 0; index++)
        {
            double value = sums[index].Value * Math.Pow(Scale / scale, exponents[index]);
            sums[index] = default;
            sums[index].Add(value);
        }

        Scale = scale;
    }

    /// <summary>Adds Σ |i| (v/scale)^p of a part; <see cref="Raise"/> has been called with its scale.</summary>
    public void Add(int exponent, double sum, double scale) =>
        sums[exponent].Add(scale == Scale ? sum : sum * Math.Pow(scale / Scale, exponents[exponent]));

    public void Add(PowerSums part)
    {
        Raise(part.Scale);
        for (int index = 0; index < sums.Length && part.Scale > 0; index++)
            Add(index, part.sums[index].Value, part.Scale);
    }
}

/// <summary>What one block of cells adds to a level's statistics. Blocks are joined in their order, so the bits do not depend on the threads.</summary>
internal sealed class LevelPart(double[] exponents)
{
    public CompensatedSum MassU;
    public CompensatedSum MassV;
    public CompensatedSum MassAtFloor;
    public CompensatedSum Divergence;
    public CompensatedSum AbsoluteDivergence;
    public CompensatedSum Fisher;
    public CompensatedSum SquaredDistance;
    public CompensatedSum CappedDistance;
    public Extremum LeastU;
    public Extremum LeastV;
    public Extremum GreatestV;
    public Extremum LeastRatio;
    public Extremum GreatestRatio;
    public Extremum Curvature;
    public int CellsAtFloor;
    public bool CurvatureUndefined;

    public PowerSums Powers { get; } = new(exponents);

    /// <summary>Σ |i| u e^{λ c} for each λ of <see cref="SegmentKernels.Tilts"/>.</summary>
    public CompensatedSum[] Tilted { get; } = new CompensatedSum[SegmentKernels.Tilts];

    public void Clear()
    {
        MassU = MassV = MassAtFloor = Divergence = AbsoluteDivergence = default;
        Fisher = SquaredDistance = CappedDistance = default;
        Array.Clear(Tilted);
        LeastU = LeastV = LeastRatio = Curvature = new Extremum(double.PositiveInfinity);
        GreatestV = GreatestRatio = new Extremum(double.NegativeInfinity);
        CellsAtFloor = 0;
        CurvatureUndefined = false;
        Powers.Clear();
    }

    public void Add(LevelPart part)
    {
        MassU.Add(part.MassU);
        MassV.Add(part.MassV);
        MassAtFloor.Add(part.MassAtFloor);
        Divergence.Add(part.Divergence);
        AbsoluteDivergence.Add(part.AbsoluteDivergence);
        Fisher.Add(part.Fisher);
        SquaredDistance.Add(part.SquaredDistance);
        CappedDistance.Add(part.CappedDistance);
        for (int tilt = 0; tilt < Tilted.Length; tilt++)
            Tilted[tilt].Add(part.Tilted[tilt]);
        LeastU.OfferLow(part.LeastU.Value, part.LeastU.Cell);
        LeastV.OfferLow(part.LeastV.Value, part.LeastV.Cell);
        GreatestV.OfferHigh(part.GreatestV.Value, part.GreatestV.Cell);
        LeastRatio.OfferLow(part.LeastRatio.Value, part.LeastRatio.Cell);
        GreatestRatio.OfferHigh(part.GreatestRatio.Value, part.GreatestRatio.Cell);
        Curvature.OfferLow(part.Curvature.Value, part.Curvature.Cell);
        CellsAtFloor += part.CellsAtFloor;
        CurvatureUndefined |= part.CurvatureUndefined;
        Powers.Add(part.Powers);
    }
}
