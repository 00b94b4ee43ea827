using PdeDiffusion.Monitors.Measuring;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// L^p stability: <c>lp-stability[p]</c>, the continuum's ‖v(t)‖_p ≤ (T/t)^{(1+ε)(d/2)(1−1/p)} ‖v(T)‖_p [paper], for ε(t)
/// exp((d/2)(1−1/p) ∫_t^T (1+ε)/r dr) in place of the power, and
/// <c>lp-certificate[p]</c>, the scheme's own ‖v^n‖_p ≤ R^{1−1/p} ‖v^{n+1}‖_p with R = max P 1 (docs/numerics.md, 3.2). A continuum bound
/// exceeded, but only within the product of the certificates, reads <c>discretization</c>, unless the score is not the grid's.
/// </summary>
internal sealed class LpMonitors : IMonitor
{
    private static readonly MonitorDescriptor Stability = new(
        "lp-stability", "‖v‖ grows at most as a power of T/t", "‖v‖", "continuum bound", "1/length^(d(1−1/p))", Relation.AtMost,
        ReadingStatus.Observed)
    {
        Parameter = "p",
        Theorem = new Theorem("L^p stability", "numerics 2.2", IsOfPaper: true),
        Help = new MonitorHelp(
            "a norm of v grows faster than the continuum permits",
            "cells that are wide against sqrt(t), few warmup steps, or a graded axis",
            "lp-certificate; more cells where u varies, more warmup steps")
        { NeedsScoreOfU = true },
    };

    private static readonly MonitorDescriptor Certificate = new(
        "lp-certificate", "‖v‖ grows at most by R = max P 1", "‖v‖", "R^(1−1/p) × one step earlier", "1/length^(d(1−1/p))", Relation.AtMost,
        ReadingStatus.Guaranteed)
    {
        Parameter = "p",
        Theorem = new Theorem("L^p stability, certificate of a step", "numerics 3.2"),
        Help = MonitorHelp.OfGuarantee("a norm of v grows in a step more than a Markov step permits"),
    };

    public static MonitorKind Kind { get; } = new([Stability, Certificate], setup => new LpMonitors(setup));

    private readonly Rounding rounding;
    private readonly TimeFunction epsilon;
    private readonly double[] growth;
    private readonly bool isOfGrid;
    private readonly int dimension;
    private readonly double end;
    private readonly double[] exponents;
    private readonly MonitorDescriptor[] stability;
    private readonly MonitorDescriptor[] certificate;
    private readonly double[] atEnd;
    private readonly double[] before;
    private double logGrowth;
    private bool begun;

    public LpMonitors(MonitorSetup setup)
    {
        (rounding, epsilon, dimension) = (setup.Rounding, setup.Epsilon ?? 0, setup.Grid.Dimension);
        growth = epsilon.IsConstant ? [] : Growth(setup.Times, epsilon);
        isOfGrid = setup.Score is null;
        end = setup.Times[setup.Times.Last];
        exponents = [.. setup.Exponents];
        stability = [.. exponents.Select(Stability.At)];
        certificate = [.. exponents.Select(Certificate.At)];
        atEnd = new double[exponents.Length];
        before = new double[exponents.Length];
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
            double gathered = rounding.Mass + rounding.Ratio(level.Index) + Rounding.Sum;
            double continuum = (epsilon.IsConstant
                ? Math.Pow(end / level.Time, (1 + epsilon.Values[0]) * 0.5 * dimension * power)
                : Math.Exp(growth[level.Index] * 0.5 * dimension * power)) * atEnd[index];
            Reading paper = level.Time == 0 || !double.IsFinite(continuum)
                ? Judge.NotApplicable(level, stability[index], norm, guaranteed: false)
                : Judge.Within(level, stability[index], norm, continuum, gathered, guaranteed: false);
            // With another score the bound may fail for what the score does: that is no error of the discretization.
            bool isCertified = isOfGrid && certified && norm <= Math.Exp(logGrowth * power) * atEnd[index] * (1 + gathered);
            readings.Add(Judge.Excuse(paper, isCertified));

            // For p = 1 the bound is the norm before: it needs no P 1.
            bool hasCertificate = hasGrowth || (begun && certified && power == 0);
            double ofStep = hasCertificate ? rounding.MassOfStep + rounding.RatioOfStep + Rounding.Sum : 0;
            double bound = (power == 0 ? 1 : Math.Pow(level.GreatestPropagatedOne, power)) * before[index];
            readings.Add(hasCertificate
                ? Judge.Within(level, certificate[index], norm, bound, ofStep, certified)
                : Judge.NotApplicable(level, certificate[index], norm, certified));
            before[index] = norm;
        }

        begun = true;
    }

    /// <summary>∫_t^T (1+ε(r))/r dr at each level, with the ε of each step.</summary>
    private static double[] Growth(TimeLevels times, TimeFunction epsilon)
    {
        var sums = new double[times.Last + 1];
        for (int level = times.Last - 1; level >= 0; level--)
        {
            double noise = epsilon.Mean(times[level], times[level + 1]);
            sums[level] = sums[level + 1] + (1 + noise) * Math.Log(times[level + 1] / times[level]);
        }

        return sums;
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
}
