using PdeDiffusion.Configs;
using PdeDiffusion.Grids;

namespace PdeDiffusion.Problems;

/// <summary>Cells along each axis and time steps of a run.</summary>
/// <param name="Columns">Cells along x.</param>
/// <param name="Rows">Cells along y; 1 on a grid of one axis.</param>
/// <param name="Steps">Steps between stop and end.</param>
public readonly record struct Resolution(int Columns, int Rows, int Steps)
{
    /// <summary>Fewest cells of an axis whose quarter still has a shape; an axis of one cell has none to lose.</summary>
    private const int FewestCells = 8;

    private const int FewestSteps = 4;

    /// <summary>Cells of the grid.</summary>
    public long Cells => (long)Columns * Rows;

    /// <summary>True if the run has companions at half and at a quarter of its cells and steps.</summary>
    public bool HasCompanions => (Columns >= FewestCells || Columns == 1) && (Rows >= FewestCells || Rows == 1) && Steps >= FewestSteps;

    /// <summary>Half of cells and steps, rounded up.</summary>
    public Resolution Half => new(HalfOf(Columns), HalfOf(Rows), HalfOf(Steps));

    /// <summary>Twice the cells along each axis, or twice the steps, or both.</summary>
    public Resolution Refined(bool inSpace, bool inTime) => new(
        inSpace ? checked(Finer(Columns)) : Columns, inSpace ? checked(Finer(Rows)) : Rows, inTime ? checked(2 * Steps) : Steps);

    /// <summary>As in <c>96x96-24</c>; of one axis <c>400-50</c>.</summary>
    public override string ToString() => Rows == 1 ? FormattableString.Invariant($"{Columns}-{Steps}")
        : FormattableString.Invariant($"{Columns}x{Rows}-{Steps}");

    /// <summary>As in <c>96 x 96 cells, 24 steps</c>.</summary>
    public string Words => Rows == 1 ? FormattableString.Invariant($"{Columns} cells, {Steps} steps")
        : FormattableString.Invariant($"{Columns} x {Rows} cells, {Steps} steps");

    /// <summary>The resolution of a problem.</summary>
    public static Resolution Of(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new Resolution(problem.Grid.Columns, problem.Grid.Rows, problem.Config.Time.Steps);
    }

    /// <summary>The ratio of two resolutions, the geometric mean over axes and steps that differ; 1 if none does.</summary>
    public double RatioTo(Resolution coarser)
    {
        double logarithm = 0;
        int count = 0;
        foreach ((int fine, int coarse) in (ReadOnlySpan<(int, int)>)
            [(Columns, coarser.Columns), (Rows, coarser.Rows), (Steps, coarser.Steps)])
        {
            if (fine == coarse)
                continue;
            logarithm += Math.Log((double)fine / coarse);
            count++;
        }

        return count == 0 ? 1 : Math.Exp(logarithm / count);
    }

    /// <summary>The config of a run whose accuracy chose this resolution: the same run, without the choice.</summary>
    public RunConfig Chosen(RunConfig requested) => Of(requested) with { Accuracy = null, ErrorEstimate = true };

    /// <summary>
    /// A config at this resolution. Equal cells stay equal, a grading keeps its formula, and given faces are merged or split smoothly
    /// (<see cref="FaceMap"/>); the warm-up is refined like the steps.
    /// </summary>
    internal RunConfig Of(RunConfig config)
    {
        var axes = new List<AxisConfig>();
        for (int axis = 0; axis < config.Mesh.Axes.Count; axis++)
            axes.Add(At(config.Mesh.Axes[axis], axis == 0 ? Columns : Rows));
        double ratio = (double)Steps / config.Time.Steps;
        return config with
        {
            Mesh = axes.SequenceEqual(config.Mesh.Axes) ? config.Mesh : new MeshConfig { Axes = axes },
            Time = config.Time with
            {
                Steps = Steps,
                Warmup = (int)Math.Max(1, Math.Round(config.Time.Warmup * ratio, MidpointRounding.AwayFromZero)),
            },
        };
    }

    private static AxisConfig At(AxisConfig axis, int cells)
    {
        if (axis.Faces is { } faces)
            return faces.Count - 1 == cells ? axis : axis with { Faces = [.. FaceMap.Resample([.. faces], cells)] };
        if (axis.Cells == cells)
            return axis;
        GradingConfig? grading = axis.Grading is GeometricGrading geometric
            ? geometric with { Ratio = Math.Pow(geometric.Ratio, (double)axis.Cells!.Value / cells) } : axis.Grading;
        return axis with { Cells = cells, Grading = grading };
    }

    private static int HalfOf(int count) => (count + 1) / 2;

    private static int Finer(int cells) => cells == 1 ? 1 : checked(2 * cells);
}
