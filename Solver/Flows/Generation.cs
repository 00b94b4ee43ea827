using PdeDiffusion.Schemes;

namespace PdeDiffusion.Flows;

/// <summary>What generation needs besides u.</summary>
/// <param name="Scheme">Builds the scheme for a forward flow that has reached T.</param>
/// <param name="Start">Builds v_T, cell averages; null for v_T = u_T.</param>
/// <param name="PropagatesOne">True to compute max P 1 at each step, for the L^p certificate.</param>
public sealed record Generation(Func<ForwardFlow, IScheme> Scheme, Func<double[]>? Start, bool PropagatesOne);
