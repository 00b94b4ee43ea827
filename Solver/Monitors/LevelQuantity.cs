namespace PdeDiffusion.Monitors;

/// <summary>A quantity of a level that a monitor measures and by which runs are compared.</summary>
/// <param name="Name">Its name in <c>grid.csv</c> and in figures of kind <c>compare</c>.</param>
/// <param name="Label">For an axis, without the unit.</param>
/// <param name="Unit">Empty if dimensionless.</param>
/// <param name="Monitor">Name of the monitor that measures it.</param>
/// <param name="Of">From the monitor's measured value to the quantity.</param>
public sealed record LevelQuantity(string Name, string Label, string Unit, string Monitor, Func<double, double> Of)
{
    /// <summary>The names, separated by spaces, as the attribute of a config key requires them.</summary>
    public const string Names = "KL ratio_min ratio_max distance_rms potential KL_tilted";

    /// <summary>All of them, in the order of <see cref="Names"/>.</summary>
    public static IReadOnlyList<LevelQuantity> All { get; } =
    [
        new("KL", "KL(v|u)", "", RatioMonitors.Contraction.Name, value => value),
        new("ratio_min", "min v/u", "", RatioMonitors.Least.Name, value => value),
        new("ratio_max", "max v/u", "", RatioMonitors.Greatest.Name, value => value),
        new("distance_rms", "√(E dist²) of v to the data", "length", ConcentrationMonitors.Continuum.Name, Math.Sqrt),
        new("potential", "mean of Φ over v", "length²", MixedPotentialMonitor.Descriptor.Name, value => value),
        new("KL_tilted", "KL(v|q), q the tilted law", "", TiltedLawMonitor.Descriptor.Name, value => value),
    ];
}
