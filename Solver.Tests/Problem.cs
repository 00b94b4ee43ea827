using CsCheck;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests;

/// <summary>A problem that theorems are tried on: a grid, u0, v_T, ε and time levels, drawn at random by <see cref="Any"/>.</summary>
internal sealed record Problem(Grid Grid, double[] U0, double[] Start, double Epsilon, TimeLevels Times)
{
    /// <summary>One axis of 1 to 24 cells, uniform or graded, no-flux or periodic.</summary>
    public static readonly Gen<Axis> AnyAxis = AxisOf(Gen.Bool);

    /// <summary>Uniform axes only.</summary>
    public static readonly Gen<Axis> AnyUniformAxis = AxisOf(Gen.Const(true));

    /// <summary>
    /// Random data over many orders of magnitude, ε in [0, 4], steps that resolve nothing up to steps that resolve all; 1D and 2D.
    /// </summary>
    public static Gen<Problem> Any(Gen<Axis> axes) =>
        from x in axes
        from y in axes
        from dimension in Gen.Int[1, 2]
        let grid = dimension == 1 ? new Grid(x) : new Grid(x, y)
        from u0 in AnyDensity(grid)
        from start in AnyDensity(grid)
        from epsilon in Gen.OneOf(Gen.OneOf(0.0, 1.0), Gen.Double[0, 4])
        from scale in Gen.Double[-5, 3]
        from steps in Gen.Int[1, 6]
        from warmup in Gen.Int[1, 5]
        from geometric in Gen.Bool
        let end = Math.Pow(10, scale)
        select new Problem(grid, u0, start, epsilon,
            new TimeLevels(0.1 * end, end, steps, geometric ? TimeSpacing.Geometric : TimeSpacing.Uniform, 0, warmup, []));

    /// <summary>Cell averages of mass 1, values over up to 30 orders of magnitude, with zeros.</summary>
    public static Gen<double[]> AnyDensity(Grid grid) =>
        from spread in Gen.OneOf(0.0, 2.0, 30.0)
        from zeros in Gen.OneOf(0, 50, 95)
        from values in Gen.Select(Gen.Double[0, 1], Gen.Int[1, 100]).Array[grid.CellCount]
        select Normalise(grid, [.. values.Select((pair, cell) =>
            pair.Item2 <= zeros && cell != grid.CellCount / 2 ? 0 : Math.Exp(-spread * Math.Log(10) * pair.Item1))]);

    public static double[] Normalise(Grid grid, double[] values)
    {
        double mass = Density.Mass(grid, values);
        return [.. values.Select(value => value / mass)];
    }

    public ForwardFlow Solve(WorkerTeam team, long memory = 1L << 30, int firstAxis = 0)
    {
        var forward = new ForwardFlow(Grid, Times, ForwardKind.ImplicitEuler, U0, team, memory, keep: true, firstAxis);
        while (forward.Advance())
        {
        }

        return forward;
    }

    /// <summary>
    /// The rounding that the markov scheme's mass may gather in one step: a link moves Δt A/(δ|i|) times a cell's mass, each with a few
    /// roundings.
    /// </summary>
    public double MassRounding(double timeStep) => 32 * Math.Pow(2, -53) * (1 + timeStep * Grid.Axes.Max(Stiffness));

    public double LongestStep => Enumerable.Range(0, Times.Last).Max(Times.Step);

    private static double Stiffness(Axis axis) =>
        axis.Links == 0 ? 0 : 1 / (axis.Distances.ToArray().Min() * axis.Widths.ToArray().Min());

    private static Gen<Axis> AxisOf(Gen<bool> isUniform) =>
        from uniform in isUniform
        from boundary in Gen.OneOf(Boundary.NoFlux, Boundary.Periodic)
        from cells in Gen.Int[1, 24]
        from widths in Gen.Double[0.02, 1].Array[cells]
        select uniform ? Axis.Uniform(-1, 2, cells, boundary) : Axis.Graded(Faces(widths), boundary);

    private static double[] Faces(double[] widths)
    {
        var faces = new double[widths.Length + 1];
        for (int cell = 0; cell < widths.Length; cell++)
            faces[cell + 1] = faces[cell] + widths[cell];
        return faces;
    }
}
