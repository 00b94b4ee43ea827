using PdeDiffusion.Grids;
using PdeDiffusion.SpecialFunctions;

namespace PdeDiffusion.Data.References;

/// <summary>
/// ε = 0 in one dimension: v/u is constant along curves of constant mass, so with F(u(T))(Y(x)) = F(u(t))(x) the distribution functions
/// satisfy F(v(t))(x) = F(v_T)(Y(x)) (docs/numerics.md, 4.3). A cell's mass is therefore a normal interval: no quadrature. The equation
/// for Y is solved in the logarithm of the smaller tail.
/// </summary>
public sealed class MassTransportReference : Reference
{
    /// <param name="data">A mixture on the line.</param>
    /// <param name="epsilon">0.</param>
    /// <param name="mean">m_T.</param>
    /// <param name="variance">V_T.</param>
    /// <exception cref="ArgumentException">Other data or ε (the message names the references that apply), or T, m_T, V_T out of
    /// range.</exception>
    public MassTransportReference(InitialData data, double epsilon, double end, ReadOnlySpan<double> mean, double variance)
        : base(Applicable("mass-transport", data, epsilon, epsilon == 0 && data.Dimension == 1), end, mean, variance)
    {
    }

    /// <inheritdoc/>
    public override void CellAverages(double t, Grid grid, Span<double> averages)
    {
        Require(t, grid);
        double lower = Position(t, grid.X.From);
        for (int cell = 0; cell < averages.Length; cell++)
        {
            double upper = Position(t, grid.X.Faces[cell + 1]);
            averages[cell] = GaussianInterval.Mass(lower, upper, Start.X[0], Start.Variances[0]) / grid.X.Widths[cell];
            lower = upper;
        }
    }

    /// <summary>Y(x), where the mass that lies below x at time t ends at time T.</summary>
    private double Position(double t, double x)
    {
        double above = LogTail(t, x, 1), below = LogTail(t, x, -1);
        int side = above < below ? 1 : -1;
        double target = Math.Min(above, below);

        // The tail falls in side · Y. Bracket first, then Newton's method, kept inside the bracket.
        double low = x, high = x, reach = Math.Sqrt(LeastVariance(End));
        while (LogTail(End, low, side) < target)
            low -= side * (reach *= 2);
        while (LogTail(End, high, side) > target)
            high += side * (reach *= 2);
        double position = 0.5 * (low + high);
        for (int iteration = 0; iteration < 200; iteration++)
        {
            double tail = LogTail(End, position, side);
            if (tail > target)
                low = position;
            else
                high = position;
            double next = position + side * (tail - target) * Math.Exp(tail - Data.LogDensity(End, position, 0));
            if (!((next - low) * (next - high) < 0))
                next = 0.5 * (low + high);
            double change = Math.Abs(next - position);
            position = next;
            if (change <= 2e-16 * (Math.Abs(position) + reach))
                break;
        }

        return position;
    }

    /// <summary>log of u(t)'s mass above x (side 1) or below it (side −1).</summary>
    private double LogTail(double t, double x, int side)
    {
        var sum = new LogSumExp();
        for (int k = 0; k < Data.Count; k++)
        {
            sum.Add(Math.Log(Data.Weights[k])
                + GaussianInterval.LogUpperTail(side * x, side * Data.X[k], Data.Variances[k] + 2 * t));
        }

        return sum.Value;
    }
}
