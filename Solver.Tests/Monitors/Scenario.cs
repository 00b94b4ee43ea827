using PdeDiffusion.Data;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;
using PdeDiffusion.Processes;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Heat;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Schemes.Remap;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Monitors;

/// <summary>Named data on a grid, generation from a Gaussian, and all monitors watching.</summary>
internal sealed record Scenario(Grid Grid, InitialData Data, TimeFunction Epsilon, bool Remap, int Steps, double Stop = 0.02)
{
    public static readonly string[] Names = ["dirac", "gaussians", "box", "lemniscate"];

    /// <summary>Mean square variance of v_T about the origin, an axis.</summary>
    public double StartVariance { get; init; } = 2.2;

    public double StartMean { get; init; } = 0.2;

    public Func<Scenario, IFaceScore>? Score { get; init; }

    public bool Parabolic { get; init; }

    public int Warmup { get; init; } = 32;

    /// <summary>Monitors on request.</summary>
    public string[] Also { get; init; } = [];

    public bool GradientBudget { get; init; }

    /// <summary>Terms of a mixed score in closed form.</summary>
    public MixedTerm[] Mixed { get; init; } = [];

    public static Scenario Of(string data, int dimension, TimeFunction epsilon, bool remap, int cells = 40, int steps = 12)
    {
        Axis[] axes = [.. Enumerable.Range(0, dimension).Select(axis => Axis.Uniform(-5, 5, cells + 3 * axis, Boundary.NoFlux))];
        return new Scenario(new Grid(axes), Named(data, dimension), epsilon, remap, steps);
    }

    /// <param name="tamper">Changes a level before it is read.</param>
    /// <param name="after">Sees the monitors and all readings so far after each level.</param>
    public List<Reading> Watch(WorkerTeam team, Action<FlowLevel>? tamper = null, Action<MonitorSet, List<Reading>>? after = null)
    {
        var times = new TimeLevels(Stop, 1, Steps, TimeSpacing.Geometric, 0, Warmup, []);
        double[] u0 = new double[Grid.CellCount], start = new double[Grid.CellCount];
        Data.CellAverages(Grid, u0);
        Mixture.Gaussian(Enumerable.Repeat(StartMean, Grid.Dimension).ToArray(), StartVariance).CellAverages(Grid, start);
        var forward = new ForwardFlow(Grid, times, new ImplicitEuler(Grid, team), u0, 1L << 30, keep: true);
        while (forward.Advance())
        {
        }

        IFaceScore? score = Score?.Invoke(this);
        IScheme scheme = Remap
            ? new RemapScheme(Grid, Epsilon, Parabolic, forward.Stepper, team)
            : new MarkovScheme(Grid, Epsilon, score, team);
        var backward = new BackwardFlow(forward, scheme, start, propagateOne: true);
        var monitors = new MonitorSet(new MonitorSetup(Grid, times, ForwardKind.ImplicitEuler, Epsilon, team)
        {
            Exponents = [1, 2, double.PositiveInfinity],
            Support = DataSupport.Of(Data, Grid, team),
            Score = score,
            Mixed = Mixed,
            Also = Also,
            GradientBudget = GradientBudget,
            Ball = DataBall.Of(Data, Grid),
        });
        var readings = new List<Reading>();
        do
        {
            FlowLevel level = Copy(backward.Level);
            tamper?.Invoke(level);
            monitors.Read(level, readings);
            after?.Invoke(monitors, readings);
        }
        while (backward.Advance());
        return readings;
    }

    /// <summary>A copy that a test may tamper with: the flow goes on undisturbed.</summary>
    public static FlowLevel Copy(FlowLevel level) => new(level.Grid, level.Times)
    {
        Index = level.Index,
        U = [.. level.U],
        V = level.V is null ? null : [.. level.V],
        GreatestPropagatedOne = level.GreatestPropagatedOne,
        Guarantees = level.Guarantees,
        Forward = level.Forward,
        Counts = level.Counts,
    };

    private static InitialData Named(string data, int dimension) => (data, dimension) switch
    {
        ("dirac", 1) => Mixture.Points([0.6]),
        ("dirac", 2) => Mixture.Points([-1.0, 1.1], [0.3, -0.4], [0.6, 0.4]),
        ("gaussians", 1) => Mixture.Gaussians([-1.5, 1], [0.1, 0.3]),
        ("gaussians", 2) => Mixture.Gaussians([-1.5, 1], [0, 0.5], [0.1, 0.3], []),
        ("box", 1) => new UniformBox([-1], [0.5]),
        ("box", 2) => new UniformBox([-1, -0.5], [0.5, 0.75]),
        ("lemniscate", 1) => Mixture.Points([.. Enumerable.Range(0, 40).Select(node => 2 * Math.Cos(node))]),
        ("lemniscate", 2) => Curve.Lemniscate(2).Nodes(120),
        _ => throw new ArgumentException(data),
    };
}
