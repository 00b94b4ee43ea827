using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Problems;
using PdeDiffusion.Schemes;
using PdeDiffusion.Studies;
using PdeDiffusion.Tests.Robustness;
using PdeDiffusion.Threads;
using RunProblem = PdeDiffusion.Problems.Problem;

namespace PdeDiffusion.Tests.Problems;

/// <summary>A config becomes a problem once: parts are built once and shared, and a kind that nobody knows is refused.</summary>
[TestClass]
public sealed class ProblemTests : IDisposable
{
    private readonly InputFolder root = new();
    private readonly WorkerTeam team = new(1);

    public void Dispose()
    {
        team.Dispose();
        root.Dispose();
    }

    [TestMethod]
    public void Parts_are_built_once_and_shared_where_their_keys_are_the_same()
    {
        RunProblem problem = Read(SmallRuns.Line, out ConfigSource source);
        RunConfig config = problem.Config;
        Assert.AreSame(source.Checked!.Grid, problem.Grid);
        Assert.AreSame(source.Checked.Times, problem.Times);
        PdeDiffusion.Data.InitialData built = problem.Data;
        Assert.AreSame(built, problem.Data);
        RunProblem later = problem.With(config with { Time = config.Time with { Steps = 30 } });
        Assert.AreSame(problem.Grid, later.Grid);
        Assert.AreSame(problem.Data, later.Data);
        Assert.AreSame(problem.Start, later.Start);
        Assert.AreNotSame(problem.Times, later.Times);
        RunProblem shown = problem.With(config with { Output = config.Output with { Snapshots = [1, 0.2, 0.01] } });
        Assert.AreNotSame(problem.Times, shown.Times);
        Assert.IsGreaterThanOrEqualTo(0, shown.Times.IndexOf(0.2));
        RunProblem moved = problem.With(config with { Data = new PointsData { Points = [[2.5]] } });
        Assert.AreSame(problem.Times, moved.Times);
        Assert.AreEqual(2.5, moved.Data.ClosedForm!.X[0]);
        RunProblem finer = problem.With(config with { Mesh = new MeshConfig { Axes = [config.Mesh.Axes[0] with { Cells = 20 }] } });
        Assert.AreEqual(20, finer.Grid.CellCount);
        Assert.AreSame(problem.Data, finer.Data);
    }

    [TestMethod]
    public void A_study_computes_on_the_grids_that_it_was_checked_with()
    {
        Study study = StudyFile.Read(root.Write(
            "study.json",
            $$"""{ "name": "s", "base": {{SmallRuns.Plane}}, "against": "reference", "sweep": [ { "time.steps": [5, 10] } ] }"""));
        foreach (StudyLevel level in study.Series[0].Levels)
            Assert.AreSame(level.Source.Checked!.Grid, level.Problem.With(LevelRunner.Reduced(level.Config, true, false)).Grid);
    }

    [TestMethod]
    public void A_kind_that_nobody_knows_is_refused_and_never_taken_for_another()
    {
        RunProblem problem = Read(SmallRuns.Line, out _);
        RunConfig config = problem.Config;
        GenerationConfig generation = config.Generation!;
        Refused("data", problem.With(config with { Data = new OddData() }));
        Refused("generation.start", problem.With(config with { Generation = generation with { Start = new OddStart() } }));
        Refused("generation.score", problem.With(config with { Generation = generation with { Score = new OddScore() } }));
        Refused("generation.score", problem.With(config with
        {
            Generation = generation with { Score = new PerturbedScore { Of = new OddScore() } },
        }));
        Refused("scheme", problem.With(config with { Scheme = new OddScheme() }));
        Refused("scheme", problem.With(config with { Scheme = null }));
        Refused("forward", problem.With(config with { Forward = new ForwardConfig { Kind = (ForwardKind)99 } }));
        Refused("reference", problem.With(config with { Reference = new ReferenceConfig { Kind = (ReferenceKind)99 } }));
    }

    [TestMethod]
    public void Points_that_a_file_places_outside_the_box_are_refused_before_the_run()
    {
        RunProblem problem = Read(SmallRuns.Plane, out _);
        RunProblem outside = problem.With(problem.Config with { Data = new CurveData { Curve = CurveName.Circle, Scale = 7 } });
        StringAssert.Contains(
            Assert.ThrowsExactly<InputException>(() => new Discretisation(outside, team)).Message, "lies outside the box [-6, 6] x [-6, 6]",
            StringComparison.Ordinal);
    }

    private void Refused(string key, RunProblem problem)
    {
        InputException refusal = Assert.ThrowsExactly<InputException>(
            () => new Discretisation(problem, team).Run([], null, CancellationToken.None));
        Assert.AreEqual(key, refusal.Problems.Single().Path, refusal.Message);
    }

    private RunProblem Read(string json, out ConfigSource source) =>
        new(ConfigFile.Read(root.Write("run.json", json), [], out source), source);

    private sealed record OddData : DataConfig;

    private sealed record OddStart : StartConfig;

    private sealed record OddScore : ScoreConfig;

    private sealed record OddScheme : SchemeConfig;
}
