namespace PdeDiffusion.Monitors.Measuring;

/// <summary>
/// The contribution of one block of cells to a level's statistics. Blocks are added in their order, so the bits do not depend on the number
/// of threads.
/// </summary>
internal sealed class LevelPart(double[] exponents)
{
    /// <summary>Lattice directions: x, y, and the two diagonals.</summary>
    public const int Directions = 4;

    public CompensatedSum MassU;
    public CompensatedSum MassV;
    public CompensatedSum MassAtFloor;
    public CompensatedSum Exchange;
    public CompensatedSum Divergence;
    public CompensatedSum AbsoluteDivergence;
    public CompensatedSum Fisher;
    public CompensatedSum SquaredDistance;
    public CompensatedSum CappedDistance;
    public CompensatedSum Entropy;
    public CompensatedSum AbsoluteEntropy;
    public CompensatedSum Information;
    public CompensatedSum InformationSize;
    public Extremum LeastU;
    public Extremum LeastV;
    public Extremum GreatestV;
    public Extremum LeastRatio;
    public Extremum GreatestRatio;
    public Extremum Curvature;
    public int CellsAtFloor;
    public bool CurvatureUndefined;

    public PowerSums Powers { get; } = new(exponents);

    /// <summary>The smallest u(i + e) u(i − e)/u(i)² for each direction e.</summary>
    public Extremum[] Directional { get; } = new Extremum[Directions];

    /// <summary>Σ |i| u e^{λ c} for each λ of <see cref="SegmentKernels.Tilts"/>.</summary>
    public CompensatedSum[] Tilted { get; } = new CompensatedSum[SegmentKernels.Tilts];

    public void Clear()
    {
        MassU = MassV = MassAtFloor = Exchange = Divergence = AbsoluteDivergence = default;
        Fisher = SquaredDistance = CappedDistance = default;
        Entropy = AbsoluteEntropy = Information = InformationSize = default;
        Array.Fill(Directional, new Extremum(double.PositiveInfinity));
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
        Exchange.Add(part.Exchange);
        Divergence.Add(part.Divergence);
        AbsoluteDivergence.Add(part.AbsoluteDivergence);
        Fisher.Add(part.Fisher);
        SquaredDistance.Add(part.SquaredDistance);
        CappedDistance.Add(part.CappedDistance);
        Entropy.Add(part.Entropy);
        AbsoluteEntropy.Add(part.AbsoluteEntropy);
        Information.Add(part.Information);
        InformationSize.Add(part.InformationSize);
        for (int direction = 0; direction < Directions; direction++)
            Directional[direction].OfferLow(part.Directional[direction].Value, part.Directional[direction].Cell);
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
