using System.Globalization;
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
        Distinct(tradeoff.Samples ?? [], "samples");
        Distinct(tradeoff.Seeds, "seeds");
        for (int index = 0; index < tradeoff.Stops.Count; index++)
        {
            if (!(tradeoff.Stops[index] < run.Time.End))
            {
                report.Add(
                    $"tradeoff.stops[{index}]", $"must be < time.end = {run.Time.End:R} of base, but is {tradeoff.Stops[index]:R}");
            }
        }

        CheckFolds();
        CheckLaws(problem.Grid);
        double flows = (double)(tradeoff.Epsilons?.Count ?? 1) * (tradeoff.Samples?.Count ?? 1) * tradeoff.Seeds.Count
            * tradeoff.Scores.Count * (tradeoff.Starts?.Count ?? 1) * (tradeoff.Folds ?? 1);
        CheckMemory(problem.Grid, flows);
        if (tradeoff.Loss is { } loss)
            CheckLoss(loss);
        if (flows > MostFlows)
            report.Add("tradeoff", $"gives {flows:R} flows; at most {MostFlows} are allowed");
    }

    private void CheckBase()
    {
        if (run.Generation is not { } generation)
            report.Add("base", "requires generation: its start, and the epsilon of a trade-off without epsilons");
        else if (tradeoff.Epsilons is null && !generation.Epsilon.IsConstant)
            report.Add("base", $"has an epsilon that varies, {generation.Epsilon}; the flows of a trade-off have one each: give epsilons");
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
        if (run.Particles is { } particles && (tradeoff.Epsilons ?? []).Select(epsilon => SamplerRules.WhyNot(particles.Method, epsilon))
            .FirstOrDefault(reason => reason is not null) is { } reason)
            report.Add("tradeoff.epsilons", reason);
    }

    /// <summary>
    /// A finite set of points has no fresh samples: some of its points are held out, the score is built from the others, and nothing is
    /// compared with the exact score, which is that of all points.
    /// </summary>
    private void CheckFolds()
    {
        if (run.Data.FiniteSet is not { Count: var points })
        {
            if (tradeoff.Folds is not null)
            {
                report.Add("tradeoff.folds",
                    "requires data of kind points; fresh samples can be drawn from this u0: omit folds, give samples");
            }
            else if (tradeoff.Samples is null)
                report.Add("tradeoff.samples", "required, but missing: numbers of training samples, such as [100, 200]");
            return;
        }

        if (tradeoff.Folds is not { } folds)
        {
            report.Add("tradeoff",
                $"u0 is a finite set of {points} points, so the points to train on and those to compare with must be different: "
                + "add \"folds\": 5 to hold out each fifth in turn");
            return;
        }

        int left = Folds.TrainingPoints(points, folds);
        if (folds > points)
            report.Add("tradeoff.folds", $"must be <= the number of points, {points}, but is {folds}: every fold needs a point");
        else if (left < 2)
            report.Add("tradeoff.folds", $"{folds} folds of {points} points leave {left} to train on, but novelty needs two");
        for (int index = 0; folds <= points && index < (tradeoff.Samples?.Count ?? 0); index++)
        {
            if (tradeoff.Samples![index] > left)
            {
                report.Add($"tradeoff.samples[{index}]",
                    $"must be <= {left}, the points that {folds} folds of {points} leave to train on, but is {tradeoff.Samples[index]}");
            }
        }

        for (int index = 0; index < tradeoff.Scores.Count; index++)
        {
            if (!tradeoff.Scores[index].UsesSamples)
            {
                report.Add($"tradeoff.scores[{index}]",
                    "the exact score of a finite set is that of its points, held out or not: use empirical or smoothed");
            }
        }

        if (run.Data is PointsData { Weights: { } weights } && weights.Any(weight => weight != weights[0]))
            report.Add("base", "must have points of equal weights with folds: omit the weights");
        if (tradeoff.Draws is not null)
            report.Add("tradeoff.draws", "there are no fresh samples of a finite set, the held-out points replace them: omit draws");
        if (tradeoff.Loss is not null)
            report.Add("tradeoff.loss", "measures errors of the exact score, which a finite set does not have: omit loss");
    }

    /// <summary>A flow keeps its density and its particles at every t_min; as many flows run at once as there are processors.</summary>
    private void CheckMemory(Grid grid, double flows)
    {
        double cells = grid.CellCount, particles = (run.Particles ?? TradeoffGeneration.Standard).Count;
        if (!MeshRules.CheckMemory(
            "tradeoff.stops", $"a flow with {tradeoff.Stops.Count} stops", tradeoff.Stops.Count, 8 * cells + 16 * particles,
            "8 bytes × cells + 16 bytes × particles per stop", report))
            return;
        double beside = Math.Min(flows, Environment.ProcessorCount), available = MachineMemory.Total;
        SizePart[] parts =
        [
            new("grids", beside * MeshRules.BytesOfGrid(grid.Dimension, cells)),
            new("densities at the stops", beside * tradeoff.Stops.Count * 8 * cells),
            new("particles", beside * particles * (RunSize.BytesOfParticle + 16.0 * tradeoff.Stops.Count)),
            new("draws", beside * 4 * RunSize.BytesOfPlace * (tradeoff.Draws ?? 0)),
        ];
        if (parts.Sum(part => part.Bytes) > available)
        {
            report.Add("tradeoff", $"{beside:R} flows at a time would need about {RunSize.Sum(parts, "memory")}, "
                + $"but this machine has {MeshRules.Bytes(available)}");
        }
    }

    private void CheckLaws(Grid grid)
    {
        var rules = new DataRules(grid, report);
        for (int index = 0; index < tradeoff.Scores.Count; index++)
        {
            CheckScore(tradeoff.Scores[index], $"tradeoff.scores[{index}]", rules);
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

    private void CheckScore(TradeoffScore score, string path, DataRules rules)
    {
        if (score is InexactScore { Bias: { } bias })
            rules.CheckDimension(bias, $"{path}.bias");
        if (score is not MixedTradeoffScore mixed)
            return;
        if (mixed.Terms.All(term => term.Weight.Is(0)))
            report.Add($"{path}.terms", "have weights that are all 0: give at least one another weight");
        for (int term = 0; term < mixed.Terms.Count; term++)
            CheckScore(mixed.Terms[term].Score, string.Create(CultureInfo.InvariantCulture, $"{path}.terms[{term}].score"), rules);
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

        if (!(tradeoff.Epsilons ?? (run.Generation is { } generation ? generation.Epsilon.Values : [])).Any(epsilon => epsilon > 0))
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
