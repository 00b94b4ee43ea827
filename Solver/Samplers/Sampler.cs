using System.Globalization;
using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;
using PdeDiffusion.Processes;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Samplers;

/// <summary>A sampler: a method that moves particles from end to stop in a number of steps.</summary>
/// <param name="Schedule">Its levels, and their label.</param>
public sealed record Sampler(ParticleMethod Method, (string Label, LevelsConfig Levels) Schedule, int Steps)
{
    /// <summary>The method as a config writes it.</summary>
    public string Word => ConfigKeys.WordOf(Method);

    /// <summary>As messages call it.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Word}, {Schedule.Label} levels, {Steps} steps");

    /// <summary>All samplers of a study, in the order of their rows: method, schedule, steps.</summary>
    public static IReadOnlyList<Sampler> All(SamplersConfig study)
    {
        ArgumentNullException.ThrowIfNull(study);
        (string Label, LevelsConfig Levels)[] schedules = [.. StudyParts.Labelled(study.Schedules, LabelOf)];
        return [.. study.Methods.SelectMany(
            method => schedules.SelectMany(schedule => study.Steps.Select(steps => new Sampler(method, schedule, steps))))];
    }

    /// <summary>The run whose particles are moved by this sampler; the base has its grid, data and generation.</summary>
    /// <exception cref="ArgumentException">The levels are not distinct, or not between stop and end.</exception>
    public RunConfig Config(RunConfig run, SamplersConfig study, int seed)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(study);
        return Config(run, Levels(Schedule.Levels, run.Time.Stop, run.Time.End, Steps), new ParticlesConfig
        {
            Count = study.Count,
            Seed = seed,
            Steps = Steps,
            Method = Method,
            Churn = Method == ParticleMethod.Churn ? study.Churn : null,
        });
    }

    /// <summary>A run whose particles move through given levels, rising.</summary>
    internal static RunConfig Config(RunConfig run, double[] levels, ParticlesConfig particles) => run with
    {
        Time = run.Time with { Schedule = null, Levels = levels, Steps = levels.Length - 1 },
        Particles = particles,
        Output = new OutputConfig { Snapshots = [run.Time.End, run.Time.Stop], Plots = false },
    };

    /// <summary>The levels t_0 = stop, …, t_n = end, each computed from its index.</summary>
    /// <exception cref="ArgumentException">Levels that do not reach from stop to end.</exception>
    public static double[] Levels(LevelsConfig levels, double stop, double end, int steps)
    {
        Func<double, double> at = Curve(levels, stop, end);
        var times = new double[steps + 1];
        for (int level = 0; level <= steps; level++)
            times[level] = level == 0 ? stop : level == steps ? end : at((double)level / steps);
        return times;
    }

    /// <summary>Forward time as a function of the share of the way from stop to end.</summary>
    private static Func<double, double> Curve(LevelsConfig levels, double stop, double end)
    {
        switch (levels)
        {
            case UniformLevels:
                return share => stop + (end - stop) * share;
            case GeometricLevels geometric:
                if (!(stop + geometric.Shift > 0))
                    throw new ArgumentException("geometric levels require stop + shift > 0");
                double ratio = Math.Log((end + geometric.Shift) / (stop + geometric.Shift));
                return share => (stop + geometric.Shift) * Math.Exp(ratio * share) - geometric.Shift;
            case EdmLevels edm:
                double low = Math.Pow(NoiseLevel.Sigma(stop), 1 / edm.Rho), high = Math.Pow(NoiseLevel.Sigma(end), 1 / edm.Rho);
                return share => NoiseLevel.Time(Math.Pow(low + share * (high - low), edm.Rho));
            case ProcessLevels own:
                Process process = ProcessRules.Of(own.Process);
                double from = process.OwnTime(stop), to = process.OwnTime(end);
                double least = Math.Min(process.From, process.To), most = Math.Max(process.From, process.To);
                if (!(Math.Min(from, to) >= least && Math.Max(from, to) <= most))
                {
                    throw new ArgumentException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"the process has times {least:G6} to {most:G6}, but stop and end of base lie at {from:G6} and {to:G6} of it"));
                }

                return share => process.HeatTime(from + share * (to - from));
            default:
                throw new ArgumentException("unknown kind of levels");
        }
    }

    private static string LabelOf(LevelsConfig levels) => levels switch
    {
        GeometricLevels { Shift: > 0 } geometric => string.Create(CultureInfo.InvariantCulture, $"geometric-{geometric.Shift:R}"),
        EdmLevels { Rho: not 7 } edm => string.Create(CultureInfo.InvariantCulture, $"edm-{edm.Rho:R}"),
        ProcessLevels process => ConfigKeys.KindOf(process.Process.GetType())!,
        _ => ConfigKeys.KindOf(levels.GetType())!,
    };
}
