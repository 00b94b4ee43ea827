using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Problems;

/// <summary>Which ε, η and churn a method of particles takes.</summary>
internal static class SamplerRules
{
    /// <summary>Rounding of an η that was written as the root of ε.</summary>
    private const double RoundingOfRoot = 1e-9;

    /// <summary>Reports what contradicts; the particles and the generation have been read.</summary>
    public static void Check(ParticlesConfig particles, TimeFunction epsilon, InputReport report)
    {
        if (WhyNot(particles.Method, epsilon) is { } reason)
            report.Add("particles.method", reason);
        bool hasEta = particles.Method is ParticleMethod.Ddim or ParticleMethod.EulerAncestral;
        string word = ConfigKeys.WordOf(particles.Method);
        if (particles.Eta is { } eta && report.Sound("particles.eta"))
        {
            if (!hasEta)
                report.Add("particles.eta", $"applies to ddim and euler-ancestral, not to {word}: omit it");
            else if (!epsilon.IsConstant || Math.Abs(eta * eta - epsilon.Values[0]) > RoundingOfRoot)
            {
                report.Add("particles.eta", $"is the root of epsilon, but {eta:R} squared is {eta * eta:R} and epsilon is {epsilon}: "
                    + "omit one of them, or let them agree");
            }
        }

        if (particles.Method == ParticleMethod.Churn && particles.Churn is null)
            report.Add("particles.churn", "required by churn, but missing: { \"sChurn\": … }");
        else if (particles.Method != ParticleMethod.Churn && particles.Churn is not null)
            report.Add("particles.churn", $"applies to churn, not to {word}: omit it");
        if (particles.Churn is { STmax: { } most } churn && most < churn.STmin)
            report.Add("particles.churn.sTmax", $"must be >= sTmin = {churn.STmin:R}, but is {most:R}");
        if (particles.ToZero && particles.Method is ParticleMethod.EulerMaruyama or ParticleMethod.Exponential or ParticleMethod.Ode)
            report.Add("particles.toZero", $"applies to ddim, euler, euler-ancestral, heun, dpm++2m and churn, not to {word}: omit it");
    }

    /// <summary>Why a method does not take an ε; null if it does.</summary>
    public static string? WhyNot(ParticleMethod method, TimeFunction epsilon)
    {
        string word = ConfigKeys.WordOf(method);
        return method switch
        {
            ParticleMethod.EulerMaruyama or ParticleMethod.Exponential => null,
            ParticleMethod.Ddim or ParticleMethod.EulerAncestral => epsilon.Greatest <= 1 ? null
                : $"{word} has η = √ε in [0, 1], but epsilon is {epsilon}: use euler-maruyama or exponential",
            _ when epsilon.Is(0) => null,
            ParticleMethod.Churn => $"churn adds noise of its own to epsilon = 0, but epsilon is {epsilon}",
            ParticleMethod.Ode =>
                $"ode solves the probability-flow ODE, epsilon = 0, but epsilon is {epsilon}: use euler-maruyama or exponential",
            _ => $"{word} solves the probability-flow ODE, epsilon = 0, but epsilon is {epsilon}: "
                + "use ddim, euler-maruyama or exponential",
        };
    }
}
