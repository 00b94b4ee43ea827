using PdeDiffusion.Configs;
using PdeDiffusion.Figures;
using PdeDiffusion.Particles;
using PdeDiffusion.Plots;

namespace PdeDiffusion.Tests.Figures;

/// <summary>The figure <c>guidance</c>: which runs have it, and what it shows.</summary>
[TestClass]
public sealed class GuidanceFigureTests
{
    private static RunConfig Config(ScoreConfig score, int axes = 1) => new()
    {
        Name = "guided",
        Mesh = new MeshConfig { Axes = [.. Enumerable.Repeat(new AxisConfig { From = -4, To = 4, Cells = 10 }, axes)] },
        Data = new PointsData { Points = [[0.0]] },
        Time = new TimeConfig { End = 1, Stop = 0.01, Steps = 40 },
        Generation = new GenerationConfig { Epsilon = 0, Start = new ForwardStart(), Score = score },
        Output = new OutputConfig { Svg = true },
    };

    private static MixedScore Mixed(double weight, double rest, DataConfig first, DataConfig second) => new()
    {
        Terms =
        [
            new ScoreTermConfig { Weight = weight, Score = new MixtureScore { Data = first } },
            new ScoreTermConfig { Weight = rest, Score = new MixtureScore { Data = second } },
        ],
    };

    private static PointsData Points(params double[][] places) => new() { Points = places };

    /// <summary>Two paths of three levels.</summary>
    private static ParticleOutcome Paths(int dimension)
    {
        double[] x = [-1, 2, -0.5, 1.4, 0.1, 0.9], y = dimension == 2 ? [1, -1, 0.5, -0.3, 0, 0.1] : [];
        return new ParticleOutcome(ParticleEnsemble.At(x, y), Trajectories.Of([1, 0.1, 0.01], 2, x, y));
    }

    [TestMethod]
    [DataRow(1, "Φ = 2 d₁² − d₂²", 2.0)]
    [DataRow(2, "level line of Φ = 0.5 d₁² + 0.5 d₂²", 0.5)]
    public void ItShowsThePotentialItsLimitPointsAndThePaths(int dimension, string formula, double weight)
    {
        DataConfig first = dimension == 1 ? Points([0.0]) : Points([0, 0], [2, 1]);
        DataConfig second = dimension == 1 ? Points([1.0]) : Points([1, 0]);
        RunConfig config = Config(Mixed(weight, 1 - weight, first, second), dimension);
        Figure with = RunFigureList.OfGuidance("guided, ε = 0", config, Paths(dimension)).Single()();
        Figure without = RunFigureList.OfGuidance("guided, ε = 0", config, null).Single()();
        Assert.AreEqual("guidance", with.Name);
        foreach (Figure figure in new[] { with, without })
            RunFigureListTests.AssertPng(figure.Png);
        if (!Fonts.Available)
            Assert.Inconclusive(Fonts.Message);
        foreach (string words in new[] { "guided, ε = 0", formula, "first set", "second set", "limit point", "position x (length)" })
        {
            StringAssert.Contains(RunFigureListTests.Text(with), words);
            StringAssert.Contains(RunFigureListTests.Text(without), words);
        }

        StringAssert.Contains(RunFigureListTests.Text(with), "path");
        Assert.IsFalse(RunFigureListTests.Text(without).Contains("path", StringComparison.Ordinal));
    }

    [TestMethod]
    public void OtherScoresHaveNone()
    {
        PointsData set = Points([0.0]);
        foreach (ScoreConfig score in new ScoreConfig[]
        {
            new GridScore(), new MixtureScore { Data = set },
            Mixed(2, -0.5, set, set), Mixed(2, -1, set, new GaussiansData { Means = [[0.0]], Variances = [0.1] }),
            new MixedScore { Terms = [new ScoreTermConfig { Weight = 2, Score = new MixtureScore { Data = set } }] },
        })
        {
            Assert.IsEmpty(RunFigureList.OfGuidance("t", Config(score), null));
        }
    }
}
