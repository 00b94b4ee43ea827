using System.Globalization;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Scores;

/// <summary>
/// The check between a score and the schemes: clamps and maxima downstream would hide an infinity or convert it into a loss of mass, so it
/// is refused here.
/// </summary>
public static class FiniteScore
{
    /// <summary>Evaluates a score as <see cref="IFaceScore.Evaluate"/> does.</summary>
    /// <exception cref="NotFiniteNumberException">A value is infinite or NaN; the message says where.</exception>
    public static void EvaluateFinite(this IFaceScore score, int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        ArgumentNullException.ThrowIfNull(score);
        score.Evaluate(axis, time, u, normal);
        int cell = FiniteCheck.FirstNonFinite(normal);
        if (cell < 0)
            return;
        string where = string.Create(
            CultureInfo.InvariantCulture, $"the face above cell {cell} along {(axis == 0 ? 'x' : 'y')}, {NoiseLevel.Text(time, "G6")}");
        throw new NotFiniteNumberException(
            string.Create(CultureInfo.InvariantCulture, $"the driving score is {normal[cell]} at {where}"),
            normal[cell]);
    }
}
