using PdeDiffusion.Grids;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Data.References;

/// <summary>
/// An exact solution v of the generation equation ∂t v + ε Δv − (1+ε) div(s v) = 0 on R^d, s the score of a mixture's heat flow, from
/// v(T) = N(m_T, V_T I) (docs/numerics.md, 4). On a box it holds as far as nothing reaches the walls.
/// </summary>
public abstract class Reference
{
    private readonly double leastOfData;

    /// <exception cref="ArgumentException">T ≤ 0, a start of another dimension, or V_T not positive.</exception>
    private protected Reference(Mixture data, double end, ReadOnlySpan<double> mean, double variance)
        : this(data, end, Gaussian(data, mean, variance))
    {
    }

    /// <param name="start">v_T, one Gaussian.</param>
    /// <exception cref="ArgumentException">T ≤ 0, or a start that is not one Gaussian of the data's dimension.</exception>
    private protected Reference(Mixture data, double end, Mixture start)
    {
        if (!(end > 0 && double.IsFinite(end)))
            throw new ArgumentException($"the end time {end:R} must be positive and finite", nameof(end));
        if (start.Count != 1 || start.Dimension != data.Dimension || !start.HasDensity)
            throw new ArgumentException("the start must be one Gaussian of the data's dimension", nameof(start));
        Data = data;
        End = end;
        Start = start;
        leastOfData = double.PositiveInfinity;
        foreach (double component in data.Variances)
            leastOfData = Math.Min(leastOfData, component);
    }

    /// <summary>u0.</summary>
    private protected Mixture Data { get; }

    /// <summary>T.</summary>
    private protected double End { get; }

    /// <summary>v_T.</summary>
    private protected Mixture Start { get; }

    /// <summary>Cell averages of v(t), 0 ≤ t ≤ T (t &gt; 0 for point data).</summary>
    /// <param name="averages">CellCount values, overwritten.</param>
    /// <exception cref="ArgumentException">A time outside, point data at t = 0, or a grid of another dimension.</exception>
    public abstract void CellAverages(double t, Grid grid, Span<double> averages);

    private static Mixture Gaussian(Mixture data, ReadOnlySpan<double> mean, double variance)
    {
        if (mean.Length != data.Dimension)
            throw new ArgumentException(
                $"the start's mean has {mean.Length} entries, the data have {data.Dimension} dimension(s)", nameof(mean));
        if (!(variance > 0 && double.IsFinite(variance)))
            throw new ArgumentException($"the start's variance {variance:R} must be positive and finite", nameof(variance));
        return Mixture.Gaussian(mean, variance);
    }

    /// <summary>The mixture, if the reference applies; otherwise an error that says which references do.</summary>
    private protected static Mixture Applicable(string name, InitialData data, TimeFunction epsilon, bool applies)
    {
        if (applies && data is Mixture mixture)
            return mixture;
        string[] others = Names(data, epsilon);
        string advice = others.Length == 0 ? "no exact solution is known for these data" : "these do: " + string.Join(", ", others);
        throw new ArgumentException($"the reference {name} does not apply to these data with epsilon = {epsilon}; {advice}");
    }

    /// <summary>Names, as in configs, of the references that apply to the data at this noise level.</summary>
    public static string[] Names(InitialData data, TimeFunction epsilon)
    {
        if (data is not Mixture mixture)
            return [];
        List<string> names = [];
        if (mixture.Count == 1)
            names.Add("gaussian");
        if (epsilon.Is(1))
            names.Add("heat-ratio");
        if (epsilon.Is(0) && mixture.Dimension == 1)
            names.Add("mass-transport");
        if (epsilon.Is(0))
            names.Add("characteristics");
        return [.. names];
    }

    /// <exception cref="ArgumentException">A time outside [0, T], point data at t = 0, or a grid of another dimension.</exception>
    private protected void Require(double t, Grid grid)
    {
        Data.RequireDensity(t);
        if (t > End)
            throw new ArgumentException($"the time {t:R} lies beyond T = {End:R}", nameof(t));
        if (grid.Dimension != Data.Dimension)
            throw new ArgumentException($"the data have {Data.Dimension} dimension(s), the grid has {grid.Dimension}", nameof(grid));
    }

    /// <summary>The covariance of a mixture's one component.</summary>
    private protected static Covariance CovarianceOf(Mixture single) =>
        single.IsIsotropic ? new(single.Variances[0], 0, single.Variances[0]) : single.Covariances[0];

    /// <summary>The least variance of a component of u(t), in any direction.</summary>
    private protected double LeastVariance(double t) => leastOfData + 2 * t;
}
