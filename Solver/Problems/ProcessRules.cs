using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Problems;

/// <summary>Processes from their description, and the rules that join several of their keys.</summary>
internal static class ProcessRules
{
    /// <summary>The process.</summary>
    /// <exception cref="ArgumentException">The description is no process: see <see cref="Check"/>.</exception>
    public static Process Of(ProcessConfig process) => process switch
    {
        HeatProcessConfig => new HeatProcess(),
        VeProcessConfig ve => new VarianceExploding(ve.SigmaMin, ve.SigmaMax),
        VpProcessConfig vp => new VariancePreserving(vp.BetaMin, vp.BetaMax),
        SubVpProcessConfig sub => new SubVariancePreserving(sub.BetaMin, sub.BetaMax),
        CosineProcessConfig cosine => new CosineProcess(cosine.Offset),
        DdpmProcessConfig ddpm => new AlphaBarProcess([.. ddpm.AlphaBar]),
        RectifiedFlowProcessConfig => new RectifiedFlow(),
        CondOtProcessConfig => new ConditionalTransport(),
        _ => throw new ArgumentException("unknown kind of process"),
    };

    /// <summary>The process; null if something is wrong with it, which is reported at its key.</summary>
    public static Process? Check(ProcessConfig process, string path, InputReport report)
    {
        int before = report.Problems.Count;
        switch (process)
        {
            case VeProcessConfig ve:
                CheckSigmas(ve.SigmaMin, ve.SigmaMax, path, report);
                break;
            case LinearRateProcessConfig rate:
                CheckRates(rate.BetaMin, rate.BetaMax, path, report);
                break;
            case DdpmProcessConfig ddpm:
                CheckFalling(ddpm.AlphaBar, path, report);
                break;
            default:
                break;
        }

        return report.Problems.Count == before ? Of(process) : null;
    }

    /// <summary>Reports σ_min ≥ σ_max.</summary>
    public static void CheckSigmas(double least, double most, string path, InputReport report)
    {
        if (!(least < most))
            report.Add($"{path}.sigmaMin", $"must be < sigmaMax = {most:R}, but is {least:R}");
    }

    private static void CheckRates(double least, double most, string path, InputReport report)
    {
        if (!(least <= most))
            report.Add($"{path}.betaMin", $"must be <= betaMax = {most:R}, but is {least:R}");
    }

    private static void CheckFalling(IReadOnlyList<double> alphaBar, string path, InputReport report)
    {
        for (int row = 0; row < alphaBar.Count; row++)
        {
            string at = $"{path}.alphaBar[{row}]";
            if (!(alphaBar[row] < 1))
                report.Add(at, $"must lie in (0, 1), but is {alphaBar[row]:R}");
            else if (row > 0 && !(alphaBar[row] < alphaBar[row - 1]))
                report.Add(at, $"alpha_bar must fall, but {alphaBar[row]:R} follows {alphaBar[row - 1]:R}");
        }
    }
}
