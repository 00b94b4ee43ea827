using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>Entropy and Fisher information of u at a level (docs/numerics.md, 5.3).</summary>
/// <param name="Step">Level k.</param>
/// <param name="Time">Forward time t_k.</param>
/// <param name="Entropy">H = −∫ u log u.</param>
/// <param name="Fisher">I_h = Σ_faces (A/δ)(u_j − u_i)(log u_j − log u_i).</param>
/// <param name="Loss">2td − 4t²I_h, the least denoising loss E|x0 − D|² as the grid has it; NaN where the grid cannot tell.</param>
public readonly record struct InformationLevel(int Step, double Time, double Entropy, double Fisher, double Loss);

/// <summary>
/// <c>de-bruijn</c>: H(u^{n+1}) − H(u^n) ≥ Δt I_h(u^{n+1}), a theorem of implicit Euler on any axes and of the lattice semigroup, observed
/// for a closed form; and <c>fisher-bound</c>: I_h ≤ −Λ ∫u on uniform axes, the sharp Li–Yau bound in the mean.
/// </summary>
/// <remarks>
/// Tolerances: a step computes each entry of u with a relative error e of at most 8 units per cell of its lines (lattice-exact: and
/// 64 + 13√λ per axis). It changes H by at most e Σ|i|u(1 + |log u|) and I_h by at most 2e Σ_faces (A/δ)(u_i + u_j)|log u_j − log u_i|.
/// The sums themselves: 16 and 8 units of the same, with |log u| in the latter for the rounding of each logarithm.
/// </remarks>
internal sealed class InformationMonitors : IMonitor, IRecords<InformationLevel>
{
    private static readonly MonitorDescriptor Entropy = new(
        "de-bruijn", "the entropy of u grows at least by Δt I, I Fisher information", "growth of entropy", "Δt I", "",
        Relation.AtLeast, ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("de Bruijn's identity, one-sided", "numerics 5.3"),
        Help = MonitorHelp.OfGuarantee("the entropy of u grows less in a step than its Fisher information demands"),
    };

    private static readonly MonitorDescriptor Bound = new(
        "fisher-bound", "the Fisher information of u is at most −Λ", "Fisher information", "−Λ", "1/length²", Relation.AtMost,
        ReadingStatus.Guaranteed)
    {
        Theorem = new Theorem("Li-Yau bound in the mean, sharp discrete form", "numerics 5.3"),
        Help = MonitorHelp.OfGuarantee("the Fisher information of u exceeds what the grid permits"),
    };

    public static MonitorKind Kind { get; } = new([Entropy, Bound], setup => new InformationMonitors(setup)) { IsExtended = true };

    private readonly MonitorSetup setup;
    private readonly Grid grid;
    private readonly TimeLevels times;
    private readonly SharpCurvature curvature;
    private readonly Rounding rounding;
    private readonly bool guaranteed;
    private readonly double widest;
    private readonly List<InformationLevel> levels;
    private bool begun;
    private int indexBefore;
    private double entropyBefore, weightBefore, fisherBefore, fisherWeightBefore;

    public InformationMonitors(MonitorSetup setup)
    {
        this.setup = setup;
        (grid, times, curvature, rounding) = (setup.Grid, setup.Times, setup.Curvature, setup.Rounding);
        guaranteed = setup.Forward != ForwardKind.ClosedForm;
        widest = grid.Axes.Max(axis => axis.Widths.ToArray().Max());
        levels = new List<InformationLevel>(times.Last + 1);
    }

    /// <inheritdoc/>
    public IReadOnlyList<InformationLevel> Rows => levels;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        readings.Add(begun ? OfStep(level) : Judge.NotApplicable(level, Entropy, double.NaN, guaranteed));
        double bound = LeastDivergence(level.Index), fisher = level.Information;
        readings.Add(double.IsFinite(bound)
            ? Judge.Read(
                level, Bound, fisher, -bound * level.MassU, Tolerance(level, bound) / Judge.Scale(bound * level.MassU), guaranteed: true)
            : Judge.NotApplicable(level, Bound, fisher, guaranteed: grid.IsUniform));
        levels.Add(new InformationLevel(level.Index, level.Time, level.Entropy, fisher, Loss(level, bound)));
        (begun, indexBefore, entropyBefore, weightBefore) = (true, level.Index, level.Entropy, level.EntropyWeight);
        (fisherBefore, fisherWeightBefore) = (fisher, level.InformationWeight);
    }

    public void Save(BinaryWriter state)
    {
        state.Write(begun);
        state.Write(indexBefore);
        foreach (double value in new[] { entropyBefore, weightBefore, fisherBefore, fisherWeightBefore })
            state.Write(value);
        state.Write(levels.Count);
        foreach (InformationLevel level in levels)
        {
            state.Write(level.Step);
            foreach (double value in new[] { level.Time, level.Entropy, level.Fisher, level.Loss })
                state.Write(value);
        }
    }

    public void Restore(BinaryReader state)
    {
        (begun, indexBefore) = (state.ReadBoolean(), state.ReadInt32());
        (entropyBefore, weightBefore, fisherBefore, fisherWeightBefore) =
            (state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble());
        levels.Clear();
        for (int count = state.ReadInt32(); count > 0; count--)
        {
            levels.Add(new InformationLevel(
                state.ReadInt32(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble()));
        }
    }

    /// <summary>The step between the level before and this one, in whichever order they are read.</summary>
    private Reading OfStep(LevelStatistics level)
    {
        bool isLater = level.Index > indexBefore;
        double step = Math.Abs(times[level.Index] - times[indexBefore]), growth = level.Entropy - entropyBefore;
        (double fisher, double fisherWeight) = isLater ? (level.Information, level.InformationWeight) : (fisherBefore, fisherWeightBefore);
        double weightLater = isLater ? level.EntropyWeight : weightBefore, ofEntries = ErrorOfStep(step);
        double bound = step * fisher;
        double tolerance = 16 * Rounding.Unit * (level.EntropyWeight + weightBefore) + ofEntries * weightLater
            + step * (8 * Rounding.Unit + 2 * ofEntries) * fisherWeight;
        return Judge.Within(level, Entropy, isLater ? growth : -growth, bound, tolerance / Judge.Scale(bound), guaranteed);
    }

    private double ErrorOfStep(double step)
    {
        double error = rounding.RatioOfStep;
        for (int axis = 0; setup.Forward == ForwardKind.LatticeExact && axis < grid.Dimension; axis++)
            error += (64 + 13 * Math.Sqrt(step) / grid.Axes[axis].Widths[0]) * Rounding.Unit;
        return error;
    }

    /// <summary>Σ_axes Λ; NaN where an axis is graded, −∞ at t = 0.</summary>
    private double LeastDivergence(int level)
    {
        double sum = 0;
        for (int axis = 0; axis < grid.Dimension; axis++)
            sum += curvature.Bound(axis, level);
        return sum;
    }

    private double Tolerance(LevelStatistics level, double bound)
    {
        double tolerance = 8 * Rounding.Unit * level.InformationWeight + 128 * Rounding.Unit * Math.Abs(bound) * level.MassU;
        for (int axis = 0; axis < grid.Dimension; axis++)
            tolerance += curvature.Tolerance(axis, level.Index) * level.MassU;
        return tolerance;
    }

    /// <summary>
    /// 2td − 4t²I_h where it is more than what the lattice may be off by, 4t²(−Λ − d/2t), and √(σ² + 2t) is at least a cell's width.
    /// </summary>
    private double Loss(LevelStatistics level, double bound)
    {
        double t = level.Time, d = grid.Dimension, loss = 2 * t * d - 4 * t * t * level.Information;
        bool isResolved = Math.Sqrt(setup.DataVariance + 2 * t) >= widest;
        return isResolved && loss >= 4 * t * t * Math.Max(0, -bound - d / (2 * t)) ? loss : double.NaN;
    }
}

/// <summary>
/// <c>fisher-continuum</c>, on request: I_h ≤ d/2t (Li–Yau in the mean), which the lattice exceeds where t is not large against h²
/// (2t I_h = 1.053 at 2t = h²); within the sharp bound the reading is <c>discretization</c>.
/// </summary>
internal sealed class FisherContinuumMonitor(MonitorSetup setup) : IMonitor
{
    private static readonly MonitorDescriptor Descriptor = new(
        "fisher-continuum", "the Fisher information of u is at most d/2t, of the continuum", "Fisher information", "d/2t", "1/length²",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("Li-Yau bound in the mean", "numerics 5.3"),
        Help = new MonitorHelp(
            "the Fisher information of u exceeds d/2t",
            "cells that are wide against sqrt(t), or few warmup steps",
            "fisher-bound; more cells where u varies, more warmup steps"),
    };

    public static MonitorKind Kind { get; } =
        new([Descriptor], setup => new FisherContinuumMonitor(setup)) { OnRequest = "fisher-continuum", IsExtended = true };

    private readonly SharpCurvature curvature = setup.Curvature;
    private readonly int dimension = setup.Grid.Dimension;

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        double bound = dimension / (2 * level.Time), fisher = level.Information, sharp = 0;
        for (int axis = 0; axis < dimension; axis++)
            sharp -= curvature.Bound(axis, level.Index);
        double tolerance = 8 * Rounding.Unit * level.InformationWeight / Judge.Scale(bound) + 128 * Rounding.Unit;
        readings.Add(level.Time == 0
            ? Judge.NotApplicable(level, Descriptor, fisher, guaranteed: false)
            : Judge.Excuse(Judge.Read(level, Descriptor, fisher, bound, tolerance, guaranteed: false), fisher <= sharp * level.MassU));
    }
}
