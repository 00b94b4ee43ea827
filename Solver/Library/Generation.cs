using PdeDiffusion.Configs;
using PdeDiffusion.Data;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Library;

/// <summary>
/// The heat equation ∂t u = Δu from data to T, then generation, ∂t v + εΔv − (1+ε) div(ŝ v) = 0 from v_T at T down to t_min, as a sequence
/// of levels.
/// </summary>
public static class Generation
{
    /// <summary>Levels from T down to t_min, computed one by one as they are asked for; enumerating again computes again.</summary>
    /// <param name="data">u0.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>One level more than there are steps. Values that are not finite end it with an <see cref="ArithmeticException"/>.</returns>
    /// <exception cref="ArgumentException">Everything that is wrong, one line per error, with the key of a config that says the
    /// same.</exception>
    public static IEnumerable<Level> Run(Grid grid, Datum data, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(data);
        GenerationOptions given = options ?? new();
        Problem problem = Refused(() => Checked(grid, data, given));
        return Levels(problem, given);
    }

    /// <summary>The levels of a run file, as <c>pdediffusion run</c> computes them; nothing is written.</summary>
    /// <param name="overrides">Each KEY=VALUE, as <c>--set</c> takes it.</param>
    /// <inheritdoc cref="Run(Grid, Datum, GenerationOptions?)"/>
    public static IEnumerable<Level> Run(string file, params IReadOnlyList<string> overrides)
    {
        Problem problem = Refused(() => new Problem(ConfigFile.Read(file, overrides, out ConfigSource source), source));
        if (problem.Config.Generation is null)
            throw new ArgumentException($"{file}: describes no generation: add the key generation", nameof(file));
        return Levels(problem, new GenerationOptions { Monitors = problem.Config.Monitors.Enabled });
    }

    private static Problem Checked(Grid grid, Datum data, GenerationOptions options)
    {
        bool uniform = options.Stop == 0;
        var config = new RunConfig
        {
            Name = "library",
            Mesh = new MeshConfig { Axes = [.. grid.Axes.Select(Of)] },

            // A distribution that no config names is put in place of the box's below.
            Data = data.Config ?? new BoxData
            {
                From = [.. grid.Axes.Select(axis => axis.From)],
                To = [.. grid.Axes.Select(axis => axis.To)],
            },
            Time = new TimeConfig
            {
                End = options.End,
                Stop = options.Stop,
                Steps = options.Steps,
                Spacing = uniform ? TimeSpacing.Uniform : TimeSpacing.Geometric,
            },
            Generation = new GenerationConfig { Epsilon = options.Epsilon, Start = new ForwardStart() },
            Scheme = options.Markov ? new MarkovSchemeConfig() : new RemapSchemeConfig(),
            Monitors = new MonitorsConfig { Enabled = options.Monitors, Lp = options.Lp },
            Output = new OutputConfig { Plots = false, Report = false },
        };
        config = ConfigFile.Read(
            ConfigDocument.OfText(System.Text.Encoding.UTF8.GetBytes(ConfigFile.Write(config)), "Generation.Run"), [],
            out ConfigSource source);
        var named = new Problem(config, source);
        InitialData law = data.Config is null ? named.At("data", () => data.On(grid)
            ?? throw new ArgumentException("u_T is no data: it is what they become")) : named.Data;
        InitialData? start = options.Start is { } given ? named.At("start", () => given.On(grid)) : Matched(grid, law, options.End);
        Problem problem = named.With(law, start);
        problem.Require();
        return problem;
    }

    private static AxisConfig Of(Axis axis) => axis.IsUniform
        ? new AxisConfig { From = axis.From, To = axis.To, Cells = axis.Cells, Boundary = axis.Boundary }
        : new AxisConfig { Faces = axis.Faces.ToArray(), Boundary = axis.Boundary };

    /// <summary>N(m, s² I) with the mean of u0 and s² its variance per axis, on average, plus the noise's 2T.</summary>
    private static Mixture Matched(Grid grid, InitialData data, double end)
    {
        double[] averages = data.CellAverages(grid);
        var mean = new double[grid.Dimension];
        double variance = 0;
        for (int axis = 0; axis < mean.Length; axis++)
        {
            for (int cell = 0; cell < averages.Length; cell++)
                mean[axis] += grid.Volume(cell) * averages[cell] * grid.Centre(cell, axis);
            for (int cell = 0; cell < averages.Length; cell++)
                variance += grid.Volume(cell) * averages[cell] * Math.Pow(grid.Centre(cell, axis) - mean[axis], 2) / mean.Length;
        }

        return Mixture.Gaussian(mean, variance + 2 * end);
    }

    private static IEnumerable<Level> Levels(Problem problem, GenerationOptions options)
    {
        using var team = new WorkerTeam(options.Threads);
        Discretisation method = Refused(() => options.Score is { } own
            ? new Discretisation(problem, team, own.On(problem.Grid, team)) : new Discretisation(problem, team));
        March march = Refused(() => method.March(method.Forward(), [], null));
        Failed(() => march.Noise(options.Cancellation));
        Refused(() => method.Begin(march));
        MonitorSet? monitors = options.Monitors ? method.Monitors() : null;
        using IEnumerator<FlowLevel> levels = march.Levels().GetEnumerator();
        while (Failed(levels.MoveNext))
        {
            var level = new Level(levels.Current, method.Score);
            if (monitors is not null)
                Failed(() => level.Read(monitors, levels.Current));
            level.Add(options.Also.Select(own => own.Read(level)));
            yield return level;
            options.Cancellation.ThrowIfCancellationRequested();
        }
    }

    private static T Refused<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (InputException refusal)
        {
            throw new ArgumentException(refusal.Message, refusal);
        }
    }

    private static void Refused(Action act) => Refused(() =>
    {
        act();
        return true;
    });

    private static T Failed<T>(Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (RunInterruptedException interrupted)
        {
            throw new OperationCanceledException(interrupted.Message, interrupted);
        }
        catch (RunFailedException failure)
        {
            throw new ArithmeticException(failure.Message, failure);
        }
    }

    private static void Failed(Action act) => Failed(() =>
    {
        act();
        return true;
    });
}
