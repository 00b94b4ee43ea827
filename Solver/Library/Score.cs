using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Library;

/// <summary>A score ŝ(t, x) that drives generation, t the forward time.</summary>
public sealed class Score
{
    private readonly Func<Grid, WorkerTeam, IFaceScore> onGrid;

    private Score(Func<Grid, WorkerTeam, IFaceScore> onGrid) => this.onGrid = onGrid;

    /// <summary>ŝ(t, x) on a line; called at the inner faces of the cells, at the times of the levels, from the calling thread.</summary>
    public static Score Of(Func<double, double, double> score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new Score((grid, _) => new FunctionFaceScore(Dimension(grid, 1), (t, x, _) => (score(t, x), 0)));
    }

    /// <summary>ŝ(t, x, y) in the plane; at a face only the component normal to it is used.</summary>
    /// <inheritdoc cref="Of(Func{double, double, double})"/>
    public static Score Of(Func<double, double, double, (double X, double Y)> score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new Score((grid, _) => new FunctionFaceScore(Dimension(grid, 2), score));
    }

    /// <summary>The score of the heat flow of other data, in closed form: of their points, Gaussians or curve.</summary>
    /// <exception cref="ArgumentException">The data are a density.</exception>
    public static Score OfData(Datum data)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataConfig config = data.Config ?? throw new ArgumentException("a score in closed form requires points, Gaussians or a curve");
        return new Score((grid, team) => ProblemData.Mixture(config) is { IsIsotropic: true } mixture
            ? new MixtureFaceScore(grid, mixture, team) : new CovarianceFaceScore(grid, ProblemData.Mixture(config), team));
    }

    internal IFaceScore On(Grid grid, WorkerTeam team) => onGrid(grid, team);

    private static Grid Dimension(Grid grid, int dimension) => grid.Dimension == dimension ? grid
        : throw new ArgumentException($"the score has {dimension} coordinate(s), the grid {grid.Dimension}");
}
