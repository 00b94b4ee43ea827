namespace PdeDiffusion.Monitors;

/// <summary>A class of monitors as the registry lists it.</summary>
/// <param name="Descriptors">The descriptors of its readings, in their order.</param>
/// <param name="Create">Builds it for a problem; null if it does not apply.</param>
internal sealed record MonitorKind(IReadOnlyList<MonitorDescriptor> Descriptors, Func<MonitorSetup, IMonitor?> Create)
{
    /// <summary>The name in <c>monitors.also</c> that asks for it; null for a monitor that is always read.</summary>
    public string? OnRequest { get; init; }

    /// <summary>True for a monitor that <see cref="MonitorSetup.Extended"/> includes.</summary>
    public bool IsExtended { get; init; }

    /// <summary>Builds it for a problem; null if it does not apply or is not requested.</summary>
    public IMonitor? Build(MonitorSetup setup) =>
        (OnRequest is null || setup.Also.Contains(OnRequest)) && (setup.Extended || !IsExtended) ? Create(setup) : null;
}
