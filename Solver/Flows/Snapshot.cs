using PdeDiffusion.Grids;

namespace PdeDiffusion.Flows;

/// <summary>A level's fields as they are exported and drawn: copies, one value a cell.</summary>
/// <param name="Number">000, 001, … in the order written.</param>
/// <param name="Time">Forward time t.</param>
/// <param name="U">u, cell averages.</param>
/// <param name="V">v, cell averages; null without generation.</param>
/// <param name="W">v/u, NaN where u is at its floor; null without generation.</param>
/// <param name="Score">The driving score, one array an axis: mean of the two face scores of a cell, boundary faces 0.</param>
/// <param name="DivScore">Divergence of the driving score: differences of the face scores over the cell.</param>
public sealed record Snapshot(int Number, double Time, Grid Grid, double[] U, double[]? V, double[]? W, double[][] Score, double[] DivScore);
