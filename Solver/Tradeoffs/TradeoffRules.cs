using PdeDiffusion.Configs;
using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;

namespace PdeDiffusion.Tradeoffs;

/// <summary>Rules for a trade-off beyond types and ranges.</summary>
internal sealed class TradeoffRules(Problem problem, TradeoffConfig tradeoff, InputReport report)
{
    /// <summary>Largest number of flows; one flow gives all t_min of its cells.</summary>
    private const int MostFlows = 10_000;

    private readonly RunConfig run = problem.Config;

    /// <summary>Reports everything that is wrong.</summary>
    public void Check()
    {
        CheckBase();
        Distinct(tradeoff.Stops, "stops");
        Distinct(tradeoff.Epsilons ?? [], "epsilons");
        Distinct(tradeoff.Samples, "samples");
        Distinct(tradeoff.Seeds, "seeds");
        for (int index = 0; index < tradeoff.Stops.Count; index++)
        {
            if (!(tradeoff.Stops[index] < run.Time.End))
            {
                report.Add(
                    $"tradeoff.stops[{index}]", $"must be < time.end = {run.Time.End:R} of base, but is {tradeoff.Stops[index]:R}");
            }
        }

        CheckLaws(problem.Grid);
        CheckMemory(problem.Grid);
        if (tradeoff.Loss is { } loss)
            CheckLoss(loss);
        double flows = (double)(tradeoff.Epsilons?.Count ?? 1) * tradeoff.Samples.Count * tradeoff.Seeds.Count * tradeoff.Scores.Count
            * (tradeoff.Starts?.Count ?? 1);
        if (flows > MostFlows)
            report.Add("tradeoff", $"gives {flows:R} flows; at most {MostFlows} are allowed");
    }

    private void CheckBase()
    {
        if (run.Generation is not { } generation)
            report.Add("base", "requires generation: its start, and the epsilon of a trade-off without epsilons");
        else if (generation.Score is not GridScore)
            report.Add("base", "must not give a score: tradeoff.scores replaces it");
        if (run.Time.Schedule is not null || run.Time.Levels is not null)
        {
            report.Add(
                "base", "requires time.end and time.steps: tradeoff.stops move the end of generation, which a schedule or levels fix");
        }

        if (tradeoff.Stops.Min() is > 0 and var least && run.Time.End / least > RunRules.WidestTimes)
        {
            report.Add("base", $"needs time.end <= {RunRules.WidestTimes:R} × the least of stops: beyond, the score of particles is "
                + $"rounded away, but it is {run.Time.End:R}");
        }

        if (!run.Data.HasClosedForm)
            report.Add("base", $"requires data of kind {DataConfig.ClosedForms}: they give the samples and the exact score");
        if (run.Particles?.Method == ParticleMethod.Ode && (tradeoff.Epsilons ?? []).Any(epsilon => epsilon > 0))
            report.Add("tradeoff.epsilons", "must be 0 for particles of method ode: use exponential or euler-maruyama");
    }

    /// <summary>A flow keeps its density and its particles at every t_min.</summary>
    private void CheckMemory(Grid grid)
    {
        double cells = grid.CellCount, particles = run.Particles?.Count ?? 0;
        MeshRules.CheckMemory(
            "tradeoff.stops", $"a flow with {tradeoff.Stops.Count} stops", tradeoff.Stops.Count, 8 * cells + 16 * particles,
            "8 bytes × cells + 16 bytes × particles per stop", report);
    }

    private void CheckLaws(Grid grid)
    {
        var rules = new DataRules(grid, report);
        for (int index = 0; index < tradeoff.Scores.Count; index++)
        {
            if (tradeoff.Scores[index] is InexactScore { Bias: { } bias })
                rules.CheckDimension(bias, $"tradeoff.scores[{index}].bias");
            if (tradeoff.Scores.Take(index).Contains(tradeoff.Scores[index]))
                report.Add($"tradeoff.scores[{index}]", "the score is listed twice");
        }

        for (int index = 0; index < (tradeoff.Starts?.Count ?? 0); index++)
        {
            string path = $"tradeoff.starts[{index}].mean";
            if (tradeoff.Starts![index] is not GaussianStart start)
                continue;
            if (rules.CheckDimension(start.Mean, path))
                rules.CheckPlaces([start.Mean], path, "mean");
            CovarianceRules.Check(start, $"tradeoff.starts[{index}]", grid.Dimension, report);
        }
    }

    private void CheckLoss(LossConfig loss)
    {
        for (int index = 0; index < loss.Edges.Count; index++)
        {
            double edge = loss.Edges[index], least = tradeoff.Stops.Min();
            if (index > 0 && !(edge > loss.Edges[index - 1]))
                report.Add($"tradeoff.loss.edges[{index}]", $"must be > the preceding edge, {loss.Edges[index - 1]:R}, but is {edge:R}");
            else if (!(edge >= least && edge <= run.Time.End))
            {
                report.Add($"tradeoff.loss.edges[{index}]",
                    $"must lie within [min(stops), time.end] = [{least:R}, {run.Time.End:R}], but is {edge:R}");
            }
        }

        if (!(tradeoff.Epsilons ?? (run.Generation is { } generation ? [generation.Epsilon] : [])).Any(epsilon => epsilon > 0))
            report.Add("tradeoff.loss", "requires an epsilon > 0: there is no bound for epsilon = 0");
    }

    private void Distinct<T>(IReadOnlyList<T> values, string name)
    {
        for (int index = 0; index < values.Count; index++)
        {
            if (values.Take(index).Contains(values[index]))
                report.Add($"tradeoff.{name}[{index}]", "the value is listed twice");
        }
    }
}
