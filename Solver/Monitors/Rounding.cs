using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// Rounding tolerances relative to the quantity: the only tolerance of a guaranteed reading (derived in docs/monitors.md). The unit is
/// 2⁻⁵³, N the sum of the axes' cells, S the largest 1/(|i|δ).
/// </summary>
public sealed class Rounding
{
    /// <summary>2⁻⁵³.</summary>
    public const double Unit = 1.1102230246251565e-16;

    /// <summary>Tolerance of sums of powers: one rounding for every eight cells of a segment of a row, and some for its terms.</summary>
    public const double Sum = 1024 * Unit;

    private readonly TimeLevels times;
    private readonly double massRoundings;
    private readonly double cells;
    private readonly double stiffness;
    private readonly double largestRate;
    private readonly double[] massFromEnd;

    /// <param name="massRoundings">
    /// Number of times per step that a link's share of mass gathers 32 roundings: the number of axes for the markov scheme, the number of
    /// cells marched over for the remap.
    /// </param>
    /// <param name="epsilon">Noise level ε of the generation; 0 without one.</param>
    public Rounding(Grid grid, TimeLevels times, double massRoundings, double epsilon)
    {
        this.times = times;
        largestRate = Math.Max(1, epsilon);
        this.massRoundings = massRoundings;
        cells = grid.Axes.Sum(axis => axis.Cells);
        stiffness = grid.Axes.Max(Stiffness);
        massFromEnd = new double[times.Last + 1];
        for (int level = times.Last - 1; level >= 0; level--)
            massFromEnd[level] = massFromEnd[level + 1] + MassOfStep(level);
    }

    /// <summary>Each entry of u: at most eight roundings per cell of its lines and forward step; one step's worth for the data.</summary>
    public double Forward(int steps) => 8 * Unit * cells * (steps + 1);

    /// <summary>Mass of v from level n down to <paramref name="level"/>.</summary>
    public double Mass(int level) => massFromEnd[level];

    /// <summary>
    /// Mass of v in the step from level + 1 to level: a link moves at most the larger of the two cells' supply and max(1, ε) Δt/(δ|i|)
    /// times their mass each way, with 32 roundings per axis (per cell marched over, in the remap); in the mass form each column is a
    /// quotient of sums with at most 16 roundings per cell of the line.
    /// </summary>
    public double MassOfStep(int level) => Unit * (32 * massRoundings * (1 + largestRate * times.Step(level) * stiffness) + 16 * cells);

    /// <summary>
    /// w of one cell from level n down to <paramref name="level"/>: a quotient of two sums of positive terms, eight roundings per cell of
    /// the line and step.
    /// </summary>
    public double Ratio(int level) => RatioOfStep * LevelsFromEnd(level);

    /// <summary>w of one cell in one step.</summary>
    public double RatioOfStep => 8 * Unit * cells;

    /// <summary>Steps from level n down to <paramref name="level"/>, and one for v_T's own rounding.</summary>
    public int LevelsFromEnd(int level) => times.Last - level + 1;

    private static double Stiffness(Axis axis)
    {
        double largest = 0;
        for (int link = 0; link < axis.Links; link++)
        {
            double width = Math.Min(axis.Widths[link], axis.Widths[(link + 1) % axis.Cells]);
            largest = Math.Max(largest, 1 / (axis.Distances[link] * width));
        }

        return largest;
    }
}
