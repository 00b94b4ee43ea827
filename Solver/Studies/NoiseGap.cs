using PdeDiffusion.Grids;
using PdeDiffusion.Measures;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Studies;

/// <summary>
/// The distance between the laws that one score generates at different noise levels: in a grid over <c>generation.epsilon</c>, W2 and KL of
/// each v at stop against that of the first ε with the same values of the other keys. 0 for the score of a heat flow that v_T belongs to,
/// since then v is that flow at every ε (docs/audit.md).
/// </summary>
internal static class NoiseGap
{
    /// <summary>The key whose values are compared.</summary>
    public const string Key = "generation.epsilon";

    private const int Directions = 64;

    /// <summary>Cells times directions, for which an order of the cells is kept each.</summary>
    private const int MostPlaces = 20_000_000;

    /// <summary>True if the noise level is among the keys of a grid.</summary>
    public static bool IsMeasuredIn(StudySeries grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return grid.Keys.Contains(Key);
    }

    /// <summary>
    /// The outcomes with the two distances among their measures; the same without that key, and where only one ε is given.
    /// </summary>
    public static LevelOutcome[] AddTo(StudySeries grid, LevelOutcome[] outcomes)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(outcomes);
        int place = grid.Keys.ToList().IndexOf(Key);
        if (place < 0)
            return outcomes;
        var measured = new LevelOutcome[outcomes.Length];
        foreach (IGrouping<string, int> group in Enumerable.Range(0, outcomes.Length).GroupBy(
            run => string.Join('\n', grid.Levels[run].Settings.Where((_, key) => key != place))))
        {
            int[] runs = [.. group];
            string first = grid.Levels[runs[0]].Settings[place];
            foreach (int run in runs)
            {
                measured[run] = runs.Length == 1 ? outcomes[run] : outcomes[run] with
                {
                    Measures = [.. outcomes[run].Measures, .. Measures(outcomes[run], outcomes[runs[0]], first)],
                };
            }
        }

        return measured;
    }

    private static RunMeasure[] Measures(LevelOutcome run, LevelOutcome first, string epsilon)
    {
        (double transport, double divergence) = run == first ? (0, 0)
            : run.Final is { } v && first.Final is { } other
                ? (Transport(run.Grid, v, other), ErrorNorms.Between(run.Grid, v, other).KullbackLeibler) : (double.NaN, double.NaN);
        string slices = run.Grid.Dimension == 2 ? "sliced " : "";
        return
        [
            new("gap_W2", $"{slices}W2 of v at stop from that at ε = {epsilon} (length)", transport),
            new("gap_KL", $"KL of v at stop from that at ε = {epsilon}", divergence),
        ];
    }

    private static double Transport(Grid grid, double[] v, double[] other) => grid.Dimension == 1
        ? QuantileFunction.Distance(QuantileFunction.OfCells(grid.X, v), QuantileFunction.OfCells(grid.X, other), 2)
        : new SlicedTransport(Math.Clamp(MostPlaces / grid.CellCount, 2, Directions)).On(grid).Distance(v, other);
}
