using System.Globalization;
using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// L^p stability: <c>lp-stability[p]</c>, the continuum's ‖v(t)‖_p ≤ (T/t)^{(1+ε)(d/2)(1−1/p)} ‖v(T)‖_p [paper], and <c>lp-certificate[p]</c>, the scheme's own ‖v^n‖_p ≤ R^{1−1/p}
/// ‖v^{n+1}‖_p with R = max P 1 (docs/numerics.md, 3.2). A continuum bound missed by no more than the product of the certificates allows reads
/// <c>discretization</c>.
/// </summary>
internal sealed class LpMonitors : IMonitor
{
    private readonly Rounding rounding;
    private readonly double epsilon;
    private readonly int dimension;
    private readonly double end;
    private readonly double[] exponents;
    private readonly string[] stability;
    private readonly string[] certificate;
    private readonly double[] atEnd;
    private readonly double[] before;
    private double logGrowth;
    private bool begun;

    public LpMonitors(IReadOnlyList<double> exponents, double epsilon, int dimension, TimeLevels times, Rounding rounding)
    {
        this.rounding = rounding;
        this.epsilon = epsilon;
        this.dimension = dimension;
        end = times[times.Last];
        this.exponents = [.. exponents];
        stability = [.. exponents.Select(p => $"lp-stability[{Name(p)}]")];
        certificate = [.. exponents.Select(p => $"lp-certificate[{Name(p)}]")];
        atEnd = new double[exponents.Count];
        before = new double[exponents.Count];
    }

    public void Read(LevelStatistics level, List<Reading> readings)
    {
        if (!level.HasGeneration)
            return;
        bool certified = level.Keeps(Guarantees.LpCertificate);
        bool hasGrowth = begun && level.HasPropagatedOne;
        if (hasGrowth)
            logGrowth += Math.Log(level.GreatestPropagatedOne);
        for (int index = 0; index < exponents.Length; index++)
        {
            double norm = level.Norm(index), power = 1 - 1 / exponents[index];
            if (!begun)
                atEnd[index] = before[index] = norm;
            double gathered = rounding.Mass(level.Index) + rounding.Ratio(level.Index) + Rounding.Sum;
            double continuum = Math.Pow(end / level.Time, (1 + epsilon) * 0.5 * dimension * power) * atEnd[index];
            Reading paper = level.Time == 0 || !double.IsFinite(continuum)
                ? Judge.NotApplicable(level, stability[index], norm, guaranteed: false)
                : Judge.Upper(level, stability[index], norm, continuum, gathered, guaranteed: false);
            if (paper.Verdict == Verdict.Violated && certified && norm <= Math.Exp(logGrowth * power) * atEnd[index] * (1 + gathered))
                paper = paper with { Verdict = Verdict.Discretization };
            readings.Add(paper);

            // For p = 1 the bound is the norm before: it needs no P 1.
            bool hasCertificate = hasGrowth || (begun && certified && power == 0);
            double ofStep = hasCertificate ? rounding.MassOfStep(level.Index) + rounding.RatioOfStep + Rounding.Sum : 0;
            readings.Add(!hasCertificate
                ? Judge.NotApplicable(level, certificate[index], norm, certified)
                : Judge.Upper(level, certificate[index], norm, (power == 0 ? 1 : Math.Pow(level.GreatestPropagatedOne, power)) * before[index], ofStep, certified));
            before[index] = norm;
        }

        begun = true;
    }

    public void Save(BinaryWriter state)
    {
        state.Write(begun);
        state.Write(logGrowth);
        foreach (double norm in atEnd.Concat(before))
            state.Write(norm);
    }

    public void Restore(BinaryReader state)
    {
        begun = state.ReadBoolean();
        logGrowth = state.ReadDouble();
        foreach (double[] norms in new[] { atEnd, before })
        {
            for (int index = 0; index < norms.Length; index++)
                norms[index] = state.ReadDouble();
        }
    }

    private static string Name(double p) => double.IsPositiveInfinity(p) ? "inf" : p.ToString("R", CultureInfo.InvariantCulture);
}
