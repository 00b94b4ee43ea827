using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// Rounding tolerances relative to the quantity: the only tolerance of a guaranteed reading (derived in docs/monitors.md). The unit is
/// 2⁻⁵³, N the sum of the axes' cells. The tolerance of ∫ v follows from the mass that each step moved.
/// </summary>
public sealed class Rounding
{
    /// <summary>2⁻⁵³.</summary>
    public const double Unit = 1.1102230246251565e-16;

    /// <summary>Tolerance of sums of powers: one rounding for every eight cells of a segment of a row, and some for its terms.</summary>
    public const double Sum = 1024 * Unit;

    /// <summary>A tolerance above this says too little: the reading is <see cref="Verdict.NotApplicable"/>.</summary>
    public const double Largest = 1e-6;

    // Two sums of masses are compared: 64 terms within a segment, a few roundings across segments.
    private const double TwoMasses = 2 * 72 * Unit;

    private readonly TimeLevels times;
    private readonly int dimension;
    private readonly int substeps;
    private readonly double epsilon;
    private readonly double cells;
    private bool begun;
    private double massBefore;
    private double exchangeBefore;
    private double handedBefore;
    private double unbalancedBefore;
    private double crossBefore;
    private long repairedBefore;
    private double sum;

    /// <param name="epsilon">Greatest noise level ε of the generation; 0 without one.</param>
    public Rounding(Grid grid, TimeLevels times, double epsilon)
    {
        this.times = times;
        this.epsilon = epsilon;
        dimension = grid.Dimension;
        cells = grid.Axes.Sum(axis => axis.Cells);
        substeps = epsilon == 0 ? 0 : 2 * Math.Clamp((int)Math.Ceiling(epsilon), 1, 16);
    }

    /// <summary>∫ v of the level last read against ∫ v at T.</summary>
    public double Mass { get; private set; }

    /// <summary>∫ v of the level last read against ∫ v one level earlier.</summary>
    public double MassOfStep { get; private set; }

    /// <summary>∫ v one level earlier; NaN at the first.</summary>
    public double MassBefore { get; private set; } = double.NaN;

    /// <summary>w of one cell in one step.</summary>
    public double RatioOfStep => 8 * Unit * cells;

    /// <summary>Each entry of u: at most eight roundings per cell of its lines and forward step; one step's worth for the data.</summary>
    public double Forward(int steps) => 8 * Unit * cells * (steps + 1);

    /// <summary>
    /// w of one cell from level n down to <paramref name="level"/>: a quotient of two sums of positive terms, eight roundings per cell of
    /// the line and step.
    /// </summary>
    public double Ratio(int level) => RatioOfStep * LevelsFromEnd(level);

    /// <summary>Steps from level n down to <paramref name="level"/>, and one for v_T's own rounding.</summary>
    public int LevelsFromEnd(int level) => times.Last - level + 1;

    /// <summary>Takes the step that led to a level; called once per level, before its monitors.</summary>
    public void Advance(LevelStatistics level)
    {
        ArgumentNullException.ThrowIfNull(level);
        if (!level.HasGeneration)
            return;
        SchemeCounts counts = level.Counts;
        MassBefore = begun ? massBefore : double.NaN;
        if (begun)
        {
            double ofStep = (double.IsNaN(counts.HandedOn) ? ByExchange(level) : ByMassMoved(counts)) / Judge.Scale(massBefore);
            sum += ofStep;
            MassOfStep = ofStep + TwoMasses;
            Mass = sum + TwoMasses;
        }
        else
        {
            (Mass, MassOfStep) = (TwoMasses, TwoMasses);
        }

        begun = true;
        (massBefore, exchangeBefore) = (level.MassV, level.Exchange);
        (handedBefore, unbalancedBefore, crossBefore) = (counts.HandedOn, counts.Unbalanced, counts.CrossFluxKept);
        repairedBefore = counts.Repaired + counts.Blended;
    }

    /// <summary>Writes what it keeps of earlier levels, for a checkpoint.</summary>
    public void Save(BinaryWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write(begun);
        state.Write(repairedBefore);
        foreach (double value in new[] { massBefore, exchangeBefore, handedBefore, unbalancedBefore, crossBefore, sum })
            state.Write(value);
    }

    /// <summary>Reads back what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        begun = state.ReadBoolean();
        repairedBefore = state.ReadInt64();
        (massBefore, exchangeBefore, handedBefore, unbalancedBefore, crossBefore, sum) =
            (state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble());
    }

    /// <summary>
    /// The remap with the grid's score: 28 roundings of each cell's mass per sweep, six of all that the diffusion handed on, two of the
    /// mass for each of its sub-steps, and the v-mass that an imbalance of u moved. Repaired or blended lines have eight more per sub-step
    /// and sweep; the cross correction eight per cell and part, and eight of the flux that it moved, since both cells of a face add the
    /// same number.
    /// </summary>
    private double ByMassMoved(in SchemeCounts counts)
    {
        double handed = counts.HandedOn - (double.IsNaN(handedBefore) ? 0 : handedBefore);
        bool repaired = counts.Repaired + counts.Blended != repairedBefore;
        double perSweep = 28 + 2 * substeps + (repaired ? 8 * (substeps + 1) : 0);
        double ofCross = dimension == 1 ? 0 : 64 * massBefore + 8 * (counts.CrossFluxKept - crossBefore);
        return counts.Unbalanced - unbalancedBefore + Unit * (dimension * perSweep * massBefore + 6 * handed + ofCross);
    }

    /// <summary>
    /// Any other step: 32 roundings per axis of the mass in each cell, of what a line's cells hand on, at most all of it per cell, and of
    /// what they exchange, at most max(1, ε) Δt ∫ v/(δ|i|).
    /// </summary>
    private double ByExchange(LevelStatistics level)
    {
        double exchanged = Math.Max(1, epsilon) * times.Step(level.Index) * Math.Max(exchangeBefore, level.Exchange);
        return 32 * Unit * (dimension * (1 + cells) * massBefore + exchanged);
    }
}
