namespace PdeDiffusion.Schemes;

/// <summary>
/// The time levels t_0 = stop &lt; t_1 &lt; … &lt; t_n = end of forward time t, each computed from its index, never accumulated, and the
/// equal warm-up steps that lead the forward flow from 0 to stop.
/// </summary>
public sealed class TimeLevels
{
    private readonly double[] levels;

    /// <param name="extra">
    /// Times in [stop, end] that become levels of their own; one within 1e-12 relative of a level takes its place, unless that is stop or
    /// end.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Not 0 ≤ stop &lt; end &lt; ∞, geometric spacing with stop + shift ≤ 0, an extra time outside
    /// [stop, end], or levels closer than 1e-12 relative.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">steps &lt; 1 or warmup &lt; 1.</exception>
    public TimeLevels(double stop, double end, int steps, TimeSpacing spacing, double shift, int warmup, ReadOnlySpan<double> extra)
        : this(Spaced(stop, end, steps, spacing, shift), warmup, extra)
    {
    }

    /// <param name="given">At least two levels, increasing.</param>
    /// <inheritdoc cref="TimeLevels(double, double, int, TimeSpacing, double, int, ReadOnlySpan{double})"/>
    public TimeLevels(IReadOnlyList<double> given, int warmup, ReadOnlySpan<double> extra)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentOutOfRangeException.ThrowIfLessThan(warmup, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(given.Count, 2, nameof(given));
        double stop = given[0], end = given[^1];
        int steps = given.Count - 1;
        if (!(stop >= 0 && end > stop && double.IsFinite(end)))
            throw new ArgumentException("the time levels require 0 <= stop < end");
        var times = new List<double>(steps + 1 + extra.Length);
        times.AddRange(given);
        foreach (double time in extra)
        {
            if (!(time >= stop && time <= end))
                throw new ArgumentException($"time {time:R} lies outside [{stop:R}, {end:R}]", nameof(extra));
            int near = times.FindIndex(level => Same(level, time));
            if (near < 0)
                times.Add(time);
            else if (near > 0 && near < steps)
                times[near] = time;
        }

        times.Sort();
        for (int level = 1; level < times.Count; level++)
        {
            if (!(times[level] > times[level - 1]) || Same(times[level], times[level - 1]))
                throw new ArgumentException($"{steps} steps between {stop:R} and {end:R} are too many for distinct time levels",
                    nameof(given));
        }

        levels = [.. times];
        Warmup = stop > 0 ? warmup : 0;
    }

    private static double[] Spaced(double stop, double end, int steps, TimeSpacing spacing, double shift)
    {
        if (!(stop >= 0 && end > stop && double.IsFinite(end)))
            throw new ArgumentException("the time levels require 0 <= stop < end");
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (spacing == TimeSpacing.Geometric && !(stop + shift > 0 && double.IsFinite(shift)))
            throw new ArgumentException("geometric levels require stop + shift > 0");

        var times = new double[steps + 1];
        double ratio = spacing == TimeSpacing.Geometric ? Math.Log((end + shift) / (stop + shift)) : 0;
        for (int level = 0; level <= steps; level++)
        {
            double share = (double)level / steps;
            times[level] = level == 0 ? stop : level == steps ? end
                : spacing == TimeSpacing.Uniform ? stop + (end - stop) * share
                : (stop + shift) * Math.Exp(ratio * share) - shift;
        }

        return times;
    }

    /// <summary>Index n of the last level, t_n = end.</summary>
    public int Last => levels.Length - 1;

    /// <summary>Number of equal forward steps from 0 to stop; 0 if stop = 0.</summary>
    public int Warmup { get; }

    /// <summary>Forward time t_k of level k.</summary>
    public double this[int level] => levels[level];

    /// <summary>Length Δt of the warm-up steps; 0 if there are none.</summary>
    public double WarmupStep => Warmup == 0 ? 0 : levels[0] / Warmup;

    /// <summary>Δt = t_{k+1} − t_k, the step between level k and level k + 1.</summary>
    public double Step(int level) => levels[level + 1] - levels[level];

    /// <summary>The level of a time that is one within 1e-12 relative; −1 if there is none.</summary>
    public int IndexOf(double time) => Array.FindIndex(levels, level => Same(level, time));

    private static bool Same(double a, double b) => Math.Abs(a - b) <= 1e-12 * Math.Max(Math.Abs(a), Math.Abs(b));
}
