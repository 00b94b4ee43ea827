using MathNet.Numerics.Integration;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// The sharp discrete Li–Yau bound (docs/numerics.md, 3.3): Λ_n = Σ_axes (2/h²) log(p_n(1)/p_n(0)), p_n the kernel on the infinite lattice
/// of the forward steps taken so far. Its Fourier transform is φ(θ) = Π_j 1/(1 + 4λ_j s²), s = sin(θ/2), λ_j = Δt_j/h², for implicit Euler
/// and e^{−4ts²/h²} for the exact semi-discrete flow.
/// </summary>
/// <remarks>
/// Two forms of the ratio, both quotients of integrals of positive functions over (0, π), so that neither short nor long steps cancel:
/// 1 − p(1)/p(0) = ∫ 2s²φ / ∫ φ, and by parts p(1)/p(0) = ∫ φ g sin²θ / ∫ φ with g = −φ'/(φ sin θ) = Σ_j 2λ_j/(1 + 4λ_j s²).
/// Gauss–Legendre quadrature on panels (π2^{−m−1}, π2^{−m}) integrates a function of the same shape at every scale: the cost does not
/// depend on λ.
/// </remarks>
public static class LatticeKernel
{
    private const int Panels = 60;
    private const int NodesPerPanel = 32;

    /// <summary>Λ at every level; −∞ at t = 0.</summary>
    /// <exception cref="ArgumentException">An axis is graded, or the forward flow is no flow of a lattice.</exception>
    public static double[] CurvatureBounds(Grid grid, TimeLevels times, ForwardKind forward)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(times);
        if (!grid.IsUniform)
            throw new ArgumentException("the lattice kernel requires uniform axes", nameof(grid));
        if (forward is not (ForwardKind.ImplicitEuler or ForwardKind.LatticeExact))
            throw new ArgumentException("the lattice kernel requires a forward flow on the grid", nameof(forward));
        var bounds = new double[times.Last + 1];
        foreach (Axis axis in grid.Axes)
        {
            double[] along = OfAxis(axis, times, forward);
            for (int level = 0; level <= times.Last; level++)
                bounds[level] += along[level];
        }

        return bounds;
    }

    /// <summary>The summand (2/h²) log(p_n(1)/p_n(0)) of a uniform axis at every level; −∞ at t = 0.</summary>
    internal static double[] OfAxis(Axis axis, TimeLevels times, ForwardKind forward)
    {
        double spacing = axis.Widths[0];
        double[] ratios = forward == ForwardKind.ImplicitEuler ? ImplicitEuler(spacing, times) : Exact(spacing, times);
        return [.. ratios.Select(ratio => 2 / (spacing * spacing) * ratio)];
    }

    /// <summary>log(p(1)/p(0)) at every level after the warm-up steps and the steps between levels.</summary>
    private static double[] ImplicitEuler(double spacing, TimeLevels times)
    {
        (double[] sines, double[] full, double[] weights) = Nodes();
        var transform = new double[sines.Length];
        var slope = new double[sines.Length];
        Array.Fill(transform, 1);
        for (int step = 0; step < times.Warmup; step++)
            Multiply(sines, transform, slope, times.WarmupStep / (spacing * spacing));

        var ratios = new double[times.Last + 1];
        for (int level = 0; level <= times.Last; level++)
        {
            if (level > 0)
                Multiply(sines, transform, slope, times.Step(level - 1) / (spacing * spacing));
            ratios[level] = times.Warmup + level == 0 ? double.NegativeInfinity : LogRatio(sines, full, weights, transform, slope);
        }

        return ratios;
    }

    private static double[] Exact(double spacing, TimeLevels times)
    {
        (double[] sines, double[] full, double[] weights) = Nodes();
        var transform = new double[sines.Length];
        var slope = new double[sines.Length];
        var ratios = new double[times.Last + 1];
        for (int level = 0; level <= times.Last; level++)
        {
            double scaled = times[level] / (spacing * spacing);
            for (int node = 0; node < sines.Length; node++)
            {
                double sine = sines[node];
                transform[node] = Math.Exp(-4 * scaled * sine * sine);
                slope[node] = 2 * scaled;
            }

            ratios[level] = times[level] == 0 ? double.NegativeInfinity : LogRatio(sines, full, weights, transform, slope);
        }

        return ratios;
    }

    private static void Multiply(double[] sines, double[] transform, double[] slope, double lambda)
    {
        for (int node = 0; node < sines.Length; node++)
        {
            double sine = sines[node], denominator = 1 + 4 * lambda * sine * sine;
            transform[node] /= denominator;
            slope[node] += 2 * lambda / denominator;
        }
    }

    private static double LogRatio(double[] sines, double[] fullSines, double[] weights, double[] transform, double[] slope)
    {
        double whole = 0, defect = 0, ratio = 0;
        for (int node = 0; node < sines.Length; node++)
        {
            double mass = weights[node] * transform[node], sine = sines[node], full = fullSines[node];
            whole += mass;
            defect += mass * 2 * sine * sine;
            ratio += mass * slope[node] * full * full;
        }

        // log(1 − D) = −2 artanh(D/(2 − D)).
        double lost = defect / whole;
        return lost > 0.5 ? Math.Log(ratio / whole) : -2 * Math.Atanh(lost / (2 - lost));
    }

    /// <summary>sin(θ/2), sin θ and the weight of each node θ.</summary>
    private static (double[] Sines, double[] FullSines, double[] Weights) Nodes()
    {
        var rule = new GaussLegendreRule(-1, 1, NodesPerPanel);
        var angles = new double[(Panels + 1) * NodesPerPanel];
        var weights = new double[angles.Length];

        // From small angles to large ones; the first panel reaches down to 0.
        for (int panel = 0; panel <= Panels; panel++)
        {
            double high = Math.ScaleB(Math.PI, panel - Panels), low = panel == 0 ? 0 : 0.5 * high;
            for (int node = 0; node < NodesPerPanel; node++)
            {
                angles[panel * NodesPerPanel + node] = 0.5 * (low + high) + 0.5 * (high - low) * rule.GetAbscissa(node);
                weights[panel * NodesPerPanel + node] = 0.5 * (high - low) * rule.GetWeight(node);
            }
        }

        return ([.. angles.Select(angle => Math.Sin(0.5 * angle))], [.. angles.Select(Math.Sin)], weights);
    }
}
