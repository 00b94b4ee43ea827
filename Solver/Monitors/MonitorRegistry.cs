namespace PdeDiffusion.Monitors;

/// <summary>The list of all monitors: to add one, add its class, a line here, and a section in docs/monitors.md.</summary>
public static class MonitorRegistry
{
    /// <summary>In the order of their readings at each level.</summary>
    internal static IReadOnlyList<MonitorKind> Kinds { get; } =
    [
        MassMonitors.Kind,
        RatioMonitors.Kind,
        LiYauMonitors.Kind,
        DirectionMonitors.Kind,
        HamiltonMonitors.Kind,
        ModesMonitor.Kind,
        CrossingsMonitor.Kind,
        InformationMonitors.Kind,
        FisherContinuumMonitor.Kind,
        CurvatureAboveMonitor.Kind,
        LocalDimensionMonitor.Kind,
        ScoreResidualMonitor.Kind,
        LpMonitors.Kind,
        BlendedLinesMonitor.Kind,
        CrossFluxMonitor.Kind,
        KlDissipationMonitor.Kind,
        StartMismatchMonitor.Kind,
        ConcentrationMonitors.Kind,
        SupportMonitor.Kind,
        ScoreBudgetMonitor.Kind,
        GradientBudgetMonitor.Kind,
        ScoreIdentityMonitor.Kind,
        MixedPotentialMonitor.Kind,
        TiltedLawMonitor.Kind,
    ];

    /// <summary>Every monitor's descriptor; a parametrised monitor appears once.</summary>
    public static IReadOnlyList<MonitorDescriptor> Descriptors { get; } = [.. Kinds.SelectMany(kind => kind.Descriptors)];

    /// <summary>The descriptor of a name of <c>readings.csv</c>; a neutral description for an unknown name.</summary>
    public static MonitorDescriptor Describe(string name) => Find(name) ?? MonitorDescriptor.Unknown(name);

    /// <summary>True if a monitor has this name; of a parametrised one, with a value in brackets.</summary>
    public static bool IsKnown(string name) => Find(name) is not null;

    private static MonitorDescriptor? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (MonitorDescriptor descriptor in Descriptors)
        {
            if (descriptor.Parameter is null)
            {
                if (descriptor.Name == name)
                    return descriptor;
            }
            else if (name.EndsWith(']') && name.StartsWith(descriptor.Name + "[", StringComparison.Ordinal))
            {
                return descriptor.At(name[(descriptor.Name.Length + 1)..^1]);
            }
        }

        return null;
    }

    /// <summary>Upper bound on the number of readings of one level.</summary>
    /// <param name="exponents">Number of exponents of the L^p monitors.</param>
    public static int MostReadings(int exponents) => Descriptors.Sum(descriptor => descriptor.Parameter is null ? 1 : exponents);
}
