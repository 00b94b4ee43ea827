using PdeDiffusion.Grids;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Monitors;

/// <summary>
/// <c>gradient-budget</c>, on request, two axes, ε &gt; 0: KL(v|u)(t) ≤ KL(T) + ((1+ε)²/4ε) ∫_t^T E_v|∇φ|² dt', ∇φ the gradient part of
/// the error e = ŝ − s in the mean over v (docs/numerics.md, 5.5), at most the bound of <c>score-error-budget</c>; and
/// <c>score-curl</c>: the share of the error that costs nothing, E_v|e − ∇φ|²/E_v|e|².
/// </summary>
/// <remarks>Tolerance of the budget: as of <c>score-error-budget</c>. Bound of the share: 1.</remarks>
internal sealed class GradientBudgetMonitor : IMonitor
{
    public static readonly MonitorDescriptor Budget = new(
        "gradient-budget", "KL(v|u) grows at most by the gradient part of the score's error", "KL(v|u)", "KL at T + ∫ gradient part", "",
        Relation.AtMost, ReadingStatus.Observed)
    {
        Theorem = new Theorem("inexact score, gradient part", "numerics 5.5"),
        Help = new MonitorHelp(
            "KL(v|u) grows more than the gradient part of the score's error accounts for",
            "the time error of the scheme, if the score is close to that of u; a grid that does not resolve the score",
            "score-error-budget; more steps"),
        Anchor = "gradient-budget-score-curl",
    };

    private static readonly MonitorDescriptor Share = new(
        "score-curl", "the share of the score's error that leaves v unchanged", "E|e − ∇φ|²/E|e|²", "1", "", Relation.AtMost,
        ReadingStatus.Observed)
    {
        Theorem = new Theorem("orthogonality of the gradient part", "numerics 5.5"),
        Help = new MonitorHelp(
            "the gradient part of the error is larger than the error",
            MonitorHelp.Defect,
            "the level in readings.csv; report it with run.json"),
        Anchor = "gradient-budget-score-curl",
    };

    public static MonitorKind Kind { get; } = new([Budget, Share],
        setup => setup is { GradientBudget: true, Grid.Dimension: 2, Epsilon: { Greatest: > 0 } epsilon, Score: { } score }
            ? new GradientBudgetMonitor(setup, epsilon, score)
            : null);

    private readonly Grid grid;
    private readonly IFaceScore score;
    private readonly GradientPart gradient;
    private readonly BudgetBound budget;
    private readonly double[][] error;

    public GradientBudgetMonitor(MonitorSetup setup, TimeFunction epsilon, IFaceScore score)
    {
        (grid, this.score) = (setup.Grid, score);
        gradient = new GradientPart(grid);
        budget = new BudgetBound(epsilon, setup.Rounding);
        error = [CellValues.Zeros(grid), CellValues.Zeros(grid)];
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        FindError(level);
        (double whole, double part) = gradient.Of(level.V, error[0], error[1]);
        readings.Add(budget.Read(level, Budget, part));
        readings.Add(whole > 0
            ? Judge.Read(level, Share, 1 - part / whole, 1, GradientPart.Tolerance, guaranteed: false)
            : Judge.NotApplicable(level, Share, double.NaN, guaranteed: false));
    }

    public void Save(BinaryWriter state) => budget.Save(state);

    public void Restore(BinaryReader state) => budget.Restore(state);

    /// <summary>ŝ·n − s·n at the faces between judged cells, 0 at the others.</summary>
    private void FindError(LevelStatistics level)
    {
        ReadOnlySpan<double> u = level.U;
        for (int axis = 0; axis < 2; axis++)
        {
            double[] normal = error[axis];
            score.Evaluate(axis, level.Time, u, normal);
            Axis along = grid.Axes[axis];
            for (int cell = 0; cell < normal.Length; cell++)
            {
                int position = grid.Position(cell, axis), upper = cell + grid.ToUpper(position, axis);
                bool isJudged = position < along.Links && u[cell] >= SegmentKernels.NearFloor && u[upper] >= SegmentKernels.NearFloor;
                normal[cell] = isJudged ? normal[cell] - Math.Log(u[upper] / u[cell]) / along.Distances[position] : 0;
            }
        }
    }
}
