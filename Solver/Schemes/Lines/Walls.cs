namespace PdeDiffusion.Schemes.Lines;

/// <summary>
/// How a line ends, as a type argument of the kernels: compared as types, so that only the code of one case is compiled
/// (<see cref="Lanes.ILanes{TSelf}"/>).
/// </summary>
internal interface IWalls;

/// <summary>No flux through either end.</summary>
internal readonly struct NoFlux : IWalls;

/// <summary>The last cell is linked to the first.</summary>
internal readonly struct Periodic : IWalls;

/// <summary>
/// A segment of a long line (<see cref="LongLine"/>): every cell is linked to the separator on its left as to the last cell of a periodic
/// line, and the segment's last cell is the separator on its right.
/// </summary>
internal readonly struct Separated : IWalls;
