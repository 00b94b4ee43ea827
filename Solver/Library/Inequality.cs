using PdeDiffusion.Monitors;

namespace PdeDiffusion.Library;

/// <summary>A monitor of the user: an inequality between two quantities of a level, read after those of the program.</summary>
/// <remarks>Its readings are observed: the schemes guarantee nothing of it.</remarks>
public sealed class Inequality
{
    private readonly MonitorDescriptor descriptor;
    private readonly Func<Level, double> measured;
    private readonly Func<Level, double> bound;
    private readonly double tolerance;

    private Inequality(string name, Relation relation, Func<Level, double> measured, Func<Level, double> bound, double tolerance)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(bound);
        if (!(tolerance >= 0))
            throw new ArgumentException($"a tolerance is at least 0, but {name} has {tolerance:R}", nameof(tolerance));
        descriptor = new MonitorDescriptor(name, name, name, "bound", "", relation, ReadingStatus.Observed);
        (this.measured, this.bound, this.tolerance) = (measured, bound, tolerance);
    }

    /// <summary>measured ≤ bound at every level.</summary>
    /// <param name="name">The name of its readings.</param>
    /// <param name="tolerance">Relative to the bound.</param>
    public static Inequality AtMost(string name, Func<Level, double> measured, Func<Level, double> bound, double tolerance = 1e-12) =>
        new(name, Relation.AtMost, measured, bound, tolerance);

    /// <summary>measured ≥ bound at every level.</summary>
    /// <inheritdoc cref="AtMost"/>
    public static Inequality AtLeast(string name, Func<Level, double> measured, Func<Level, double> bound, double tolerance = 1e-12) =>
        new(name, Relation.AtLeast, measured, bound, tolerance);

    /// <summary>measured = bound at every level.</summary>
    /// <inheritdoc cref="AtMost"/>
    public static Inequality Equal(string name, Func<Level, double> measured, Func<Level, double> bound, double tolerance = 1e-12) =>
        new(name, Relation.Equal, measured, bound, tolerance);

    internal Reading Read(Level level) =>
        Judge.Compare(level.Index, level.Time, descriptor, measured(level), bound(level), tolerance, guaranteed: false);
}
