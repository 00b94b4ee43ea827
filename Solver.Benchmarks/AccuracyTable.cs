using System.Globalization;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// Time to accuracy: for every scheme the run of least processor time with an L1 error below a goal, over cells per axis and steps that
/// grow by √2. Of short runs the least of three times counts. Processor time depends little on what else the machine does.
/// </summary>
internal static class AccuracyTable
{
    private const double Short = 1;
    private const double FewestCells = 48, FewestSteps = 6, MostSteps = 100_000;

    /// <summary>Per axis; the exact solution on a finer grid in the plane takes longer than the runs.</summary>
    private const double MostCellsOnLine = 3072, MostCellsInPlane = 400;

    /// <summary>Runs whose first time is within this factor of the least are measured again.</summary>
    private const double Near = 1.5;

    /// <summary>More steps no longer matter where they change the error by less than this twice in a row.</summary>
    private const double Change = 0.1;

    private static readonly double[] Goals = [1e-3, 1e-4, 1e-5, 1e-6];

    /// <summary>A run that is measured.</summary>
    private readonly record struct Attempt(int Cells, int Steps, double Error, double Seconds, double Processor);

    /// <param name="only">Part of the name of a problem; empty for all.</param>
    /// <param name="longest">No run is begun that would take more processor time than this, in seconds.</param>
    public static void Run(string only, double longest, int threads)
    {
        using var team = new WorkerTeam(threads);
        Console.WriteLine($"{"problem",-10}{"scheme",-8}{"L1 error",10}{"seconds",10}{"processor",10}{"cells",8}{"steps",8}");
        foreach (AccuracyProblem problem in AccuracyProblem.All.Where(known => known.Name.Contains(only, StringComparison.Ordinal)))
        {
            foreach (string scheme in Catalogue.Schemes)
                Print(problem, scheme, Attempts(problem, scheme, longest, team), team);
        }
    }

    private static void Print(AccuracyProblem problem, string scheme, List<Attempt> attempts, WorkerTeam team)
    {
        foreach (double goal in Goals)
        {
            Attempt[] enough = [.. attempts.Where(attempt => attempt.Error <= goal)];
            Attempt best = enough.Length > 0 ? Cheapest(problem, scheme, enough, team) : attempts.MinBy(attempt => attempt.Error);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{problem.Name,-10}{scheme,-8}{goal,10:0e+0}{best.Seconds,10:G3}{best.Processor,10:G3}{best.Cells,8}{best.Steps,8}")
                + (enough.Length > 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  not reached: {best.Error:0.0e+0}")));
        }
    }

    /// <summary>
    /// Runs with more and more cells, and of each grid with more and more steps: until neither lowers the error further, two grids have
    /// reached the last goal, or the runs become too long.
    /// </summary>
    private static List<Attempt> Attempts(AccuracyProblem problem, string scheme, double longest, WorkerTeam team)
    {
        var attempts = new List<Attempt>();
        problem.Run(scheme, (int)FewestCells, (int)FewestSteps, team);
        double least = double.PositiveInfinity, perCell = 0, fewest = FewestSteps;
        double mostCells = problem.Dimension == 1 ? MostCellsOnLine : MostCellsInPlane;
        int idle = 0, reached = 0;
        for (double cells = FewestCells; cells <= mostCells && reached < 2 && idle < 2; cells *= Math.Sqrt(2))
        {
            // Even, and the same whatever is measured.
            int count = 2 * (int)Math.Round(0.5 * cells);
            double before = double.PositiveInfinity, size = Math.Pow(count, problem.Dimension), best = before;
            int unchanged = 0;
            for (double steps = fewest; steps <= MostSteps; steps *= Math.Sqrt(2))
            {
                int levels = (int)Math.Round(steps);
                if (perCell * size * levels > longest)
                    break;
                Attempt attempt = Measure(problem, scheme, count, levels, team);
                attempts.Add(attempt);
                perCell = attempt.Processor / (size * levels);
                best = Math.Min(best, attempt.Error);
                unchanged = Math.Abs(attempt.Error - before) < Change * before ? unchanged + 1 : 0;
                if (attempt.Error <= Goals[^1])
                {
                    // The next finer grid may reach it with fewer steps; longer runs are of no use.
                    (reached, longest) = (reached + 1, Math.Min(longest, attempt.Processor));
                    break;
                }

                if (unchanged == 2)
                    break;

                // A finer grid needs at least as many steps before they stop to help: an eighth of them is enough to start from.
                fewest = Math.Max(FewestSteps, steps / 8);
                before = attempt.Error;
            }

            // The steps that the time allows are fewer on every finer grid; of errors that cancel one grid may say too little.
            idle = best < least ? 0 : idle + 1;
            least = Math.Min(least, best);
        }

        return attempts;
    }

    private static Attempt Measure(AccuracyProblem problem, string scheme, int cells, int steps, WorkerTeam team)
    {
        (double error, double seconds, double processor) = problem.Run(scheme, cells, steps, team);
        return new Attempt(cells, steps, error, seconds, processor);
    }

    /// <summary>The run that takes the least processor time; of short ones the least of three counts.</summary>
    private static Attempt Cheapest(AccuracyProblem problem, string scheme, Attempt[] enough, WorkerTeam team)
    {
        Attempt best = enough.MinBy(attempt => attempt.Processor);
        foreach (Attempt candidate in enough.Where(attempt => attempt.Processor < Near * best.Processor).ToArray())
        {
            Attempt least = candidate;
            for (int again = 0; again < 2 && candidate.Processor < Short; again++)
            {
                Attempt other = Measure(problem, scheme, candidate.Cells, candidate.Steps, team);
                least = least with
                {
                    Seconds = Math.Min(least.Seconds, other.Seconds),
                    Processor = Math.Min(least.Processor, other.Processor)
                };
            }

            best = least.Processor < best.Processor ? least : best;
        }

        return best;
    }
}
