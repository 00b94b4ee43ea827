namespace PdeDiffusion.Schemes;

/// <summary>
/// Formal order of accuracy of v for smooth, resolved data: the error is O(Δt^Time + h^Space). Coarse grids and limiters may show less.
/// </summary>
/// <param name="Time">Order in the time step Δt.</param>
/// <param name="Space">Order in the cell width h on uniform axes.</param>
public readonly record struct SchemeOrder(int Time, int Space);
