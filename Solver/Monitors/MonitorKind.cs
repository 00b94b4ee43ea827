namespace PdeDiffusion.Monitors;

/// <summary>A class of monitors as the registry lists it.</summary>
/// <param name="Descriptors">The descriptors of its readings, in their order.</param>
/// <param name="Create">Builds it for a problem; null if it does not apply.</param>
internal sealed record MonitorKind(IReadOnlyList<MonitorDescriptor> Descriptors, Func<MonitorSetup, IMonitor?> Create);
