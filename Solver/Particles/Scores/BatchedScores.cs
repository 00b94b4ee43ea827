using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Particles.Scores;

/// <summary>
/// The scores of many particles at once, after the fast Gauss transform (Greengard and Strain, SIAM J. Sci. Stat. Comput. 12, 1991): space
/// is cut into boxes of side 0.62 √(2a), a = σ² + 2t, and for each box that contains particles the significant <see cref="BoxComponents"/>
/// are gathered once. Where many particles are expected, the box has a <see cref="LocalExpansion"/>; elsewhere each particle sums the
/// components. Particles far from the data, and those in boxes whose components lie too far apart, take the truncated sum. The score errs
/// by at most 1e-12 · diameter/a, as for <see cref="ScoreSummation.Truncated"/>. The boxes are fixed in space, and the choice in each
/// depends on the data, t and the number of particles expected only, so a particle's score depends on its own position only. Allocates only
/// when the number of particles grows.
/// </summary>
internal sealed class BatchedScores : IBlockWork
{
    /// <summary>Side of a box over √(2a).</summary>
    private const double Side = 0.62;

    /// <summary>Boxes added on each side of the bounding box of the data; particles further out have probability 1e-8.</summary>
    private const int Margin = 9;

    /// <summary>Number of components at which the number of significant components is sampled.</summary>
    private const int Probes = 16;

    /// <summary>
    /// Particles per box above which its expansion is faster than their sums, measured with AVX2: flat from 25 to 60.
    /// </summary>
    private const double Crowded = 40;

    /// <summary>As <see cref="Crowded"/> in one dimension, where an expansion is shorter.</summary>
    private const double CrowdedLine = 20;

    /// <summary>Particles per box above which boxes are faster, measured with AVX2.</summary>
    private const double FewestShared = 4;

    private const int BlockSize = 64;

    private readonly MixtureComponents mixture;
    private readonly WorkerTeam team;
    private readonly LocalExpansion[] expansions;
    private readonly BoxComponents[] gathered;
    private readonly double logCrowded;
    private readonly int expected;
    private readonly int mostBoxes;
    private readonly int[] starts;
    private readonly int[] occupied;
    private readonly int[] dealt;
    private int[] boxes = [];
    private int[] order = [];
    private HeatFlowScore score = null!;
    private ReadOnlyMemory<double> placesX;
    private ReadOnlyMemory<double> placesY;
    private double side;
    private int columns;
    private int rows;
    private int occupiedCount;
    private int outside;
    private CancellationToken ending;

    /// <param name="expected">How many particles there will be: it decides at which times boxes pay.</param>
    public BatchedScores(MixtureComponents mixture, int expected, WorkerTeam team)
    {
        (this.mixture, this.expected, this.team) = (mixture, expected, team);
        mostBoxes = 4 * Math.Min(expected, 1 << 20);
        starts = new int[mostBoxes + 2];
        occupied = new int[mostBoxes];
        dealt = new int[mostBoxes];
        expansions = new LocalExpansion[team.Threads];
        gathered = new BoxComponents[team.Threads];
        for (int worker = 0; worker < team.Threads; worker++)
            (expansions[worker], gathered[worker]) = (new LocalExpansion(mixture.Dimension), new BoxComponents(mixture.X.Length));

        // With u = 2^LogTotal (2πa)^{−d/2} at its centre and volume side^d a box holds some `expected` u side^d particles.
        double perTotal = expected * Math.Pow(Side / Math.Sqrt(Math.PI), mixture.Dimension);
        logCrowded = Math.Log2((mixture.Dimension == 1 ? CrowdedLine : Crowded) / perTotal);
    }

    /// <summary>First components of the scores, by the number of the particle.</summary>
    public double[] X { get; private set; } = [];

    /// <summary>Second components; 0 in one dimension.</summary>
    public double[] Y { get; private set; } = [];

    /// <summary>
    /// Moves to the time of a score. True if boxes are faster there than treating the particles one by one. Where n components matter, out
    /// to 5.3 √(2a), a box of side 0.62 √(2a) holds some 1/226 of the particles that these n give rise to (1/17 in one dimension).
    /// </summary>
    public bool Prepare(HeatFlowScore at)
    {
        if (!at.EqualVariances)
            return false;
        score = at;
        side = Side * Math.Sqrt(2 * at.CommonVariance);
        double across = Math.Ceiling((mixture.Right - mixture.Left) / side) + 2 * Margin;
        double up = mixture.Dimension == 1 ? 1 : Math.Ceiling((mixture.Top - mixture.Bottom) / side) + 2 * Margin;
        if (!(across * up <= mostBoxes))
            return false;
        (columns, rows) = ((int)across, (int)up);
        double packs = 0;
        for (int probe = 0; probe < Probes; probe++)
            packs += (double)at.PacksNear((int)((long)probe * mixture.Count / Probes)) / Probes;
        double share = packs / mixture.Tree.Packs * expected / (mixture.Dimension == 1 ? 17 : 226);
        return share > FewestShared;
    }

    /// <summary>Writes the scores at the time last prepared to <see cref="X"/> and <see cref="Y"/>.</summary>
    /// <param name="cancellation">Once cancelled, the scores are not meant to be used.</param>
    public void Evaluate(ReadOnlyMemory<double> x, ReadOnlyMemory<double> y, CancellationToken cancellation = default)
    {
        (placesX, placesY, ending) = (x, y, cancellation);
        if (boxes.Length < x.Length)
        {
            (boxes, order) = (new int[x.Length], new int[x.Length]);
            (X, Y) = (new double[x.Length], new double[x.Length]);
        }

        Sort();
        team.Run(this, occupiedCount + (outside + BlockSize - 1) / BlockSize);
        (placesX, placesY) = (default, default);
    }

    void IBlockWork.Run(int block, int worker)
    {
        if (ending.IsCancellationRequested)
            return;
        if (block >= occupiedCount)
        {
            int first = starts[columns * rows] + (block - occupiedCount) * BlockSize;
            OneByOne(order.AsSpan(first, Math.Min(BlockSize, placesX.Length - first)));
            return;
        }

        int box = dealt[block];
        Span<int> inside = order.AsSpan(starts[box]..starts[box + 1]);
        double x = mixture.Left + (box % columns - Margin + 0.5) * side, half = 0.5 * side;
        double y = mixture.Dimension == 1 ? 0 : mixture.Bottom + (box / columns - Margin + 0.5) * side;
        double reach = mixture.Dimension == 1 ? half : Math.Sqrt(0.5) * side;
        if (RegisterWidth.IsEight)
            InBox<Lanes8, LanePair<Lanes8>>(inside, x, y, half, reach, worker);
        else
            InBox<Lanes4, LanePair<LanePair<Lanes4>>>(inside, x, y, half, reach, worker);
    }

    private void InBox<TRegister, TGroup>(Span<int> inside, double x, double y, double half, double reach, int worker)
        where TRegister : struct, IRegister<TRegister>
        where TGroup : struct, ILanes<TGroup>
    {
        BoxComponents components = gathered[worker];
        LocalExpansion expansion = expansions[worker];
        if (!score.TryGather<TRegister>(components, x, y, half, reach))
        {
            OneByOne(inside);
            return;
        }

        if (!(components.LogTotal >= logCrowded && expansion.TryExpand<TRegister>(components)))
        {
            components.Evaluate<TRegister>(inside, placesX.Span, placesY.Span, X, Y);
            return;
        }

        for (int done = 0; done < inside.Length; done += LocalExpansion.Group)
        {
            Span<int> group = inside[done..Math.Min(inside.Length, done + LocalExpansion.Group)];
            expansion.Evaluate<TGroup>(group, placesX.Span, placesY.Span, X, Y);
        }
    }

    private void OneByOne(ReadOnlySpan<int> some)
    {
        ReadOnlySpan<double> x = placesX.Span, y = placesY.Span;
        foreach (int p in some)
            score.Evaluate(x[p], y[p], ScoreSummation.Truncated, out X[p], out Y[p], out _);
    }

    /// <summary>The particles in the order of their boxes, those outside last, and the boxes that hold some.</summary>
    private void Sort()
    {
        int all = columns * rows;
        Array.Clear(starts, 0, all + 1);
        ReadOnlySpan<double> x = placesX.Span, y = placesY.Span;
        double inverse = 1 / side;
        for (int p = 0; p < x.Length; p++)
        {
            double column = Math.Floor((x[p] - mixture.Left) * inverse) + Margin;
            double row = mixture.Dimension == 1 ? 0 : Math.Floor((y[p] - mixture.Bottom) * inverse) + Margin;
            boxes[p] = column >= 0 && column < columns && row >= 0 && row < rows ? (int)row * columns + (int)column : all;
            starts[boxes[p]]++;
        }

        outside = starts[all];
        occupiedCount = 0;
        for (int box = 0, end = 0; box <= all; box++)
        {
            if (starts[box] > 0 && box < all)
                occupied[occupiedCount++] = box;
            end += starts[box];
            starts[box] = end;
        }

        starts[all + 1] = x.Length;
        for (int p = x.Length - 1; p >= 0; p--)
            order[--starts[boxes[p]]] = p;

        // A worker takes a run of the list: the boxes are dealt out, so that each gets as many of the crowded ones.
        for (int worker = 0, place = 0; worker < team.Threads; worker++)
        {
            for (int box = worker; box < occupiedCount; box += team.Threads)
                dealt[place++] = occupied[box];
        }
    }
}
