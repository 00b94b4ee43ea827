using System.Globalization;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// Time to accuracy: for every scheme the run of least processor time with an L1 error below a goal, over cells per axis and steps that
/// grow by √2. Of a short run the least of three times counts. Processor time depends little on what else the machine does.
/// </summary>
internal static class AccuracyTable
{
    private const double Short = 1;
    private const double FewestCells = 48, MostCells = 3072, FewestSteps = 6, MostSteps = 100_000;

    /// <summary>More steps no longer help where they lower the error by less than this factor.</summary>
    private const double Gain = 0.9;

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
                Print(problem.Name, scheme, Attempts(problem, scheme, longest, team));
        }
    }

    private static void Print(string name, string scheme, List<Attempt> attempts)
    {
        foreach (double goal in Goals)
        {
            Attempt[] enough = [.. attempts.Where(attempt => attempt.Error <= goal)];
            Attempt best = enough.Length > 0 ? enough.MinBy(attempt => attempt.Processor) : attempts.MinBy(attempt => attempt.Error);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-10}{scheme,-8}{goal,10:0e+0}{best.Seconds,10:G3}{best.Processor,10:G3}{best.Cells,8}{best.Steps,8}")
                + (enough.Length > 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  not reached: {best.Error:0.0e+0}")));
        }
    }

    private static List<Attempt> Attempts(AccuracyProblem problem, string scheme, double longest, WorkerTeam team)
    {
        var attempts = new List<Attempt>();
        problem.Run(scheme, (int)FewestCells, (int)FewestSteps, team);
        double least = double.PositiveInfinity, perCell = 0;
        for (double cells = FewestCells; cells <= MostCells && least > Goals[^1]; cells *= Math.Sqrt(2))
        {
            // Even, and the same whatever is measured.
            int count = 2 * (int)Math.Round(0.5 * cells);
            double before = double.PositiveInfinity, size = Math.Pow(count, problem.Dimension);
            for (double steps = FewestSteps; steps <= MostSteps; steps *= Math.Sqrt(2))
            {
                int levels = (int)Math.Round(steps);
                if (perCell * size * levels > longest)
                    break;
                Attempt attempt = Measure(problem, scheme, count, levels, team);
                attempts.Add(attempt);
                perCell = attempt.Processor / (size * levels);
                least = Math.Min(least, attempt.Error);
                if (attempt.Error <= Goals[^1] || attempt.Error > Gain * before)
                    break;
                before = attempt.Error;
            }
        }

        return attempts;
    }

    private static Attempt Measure(AccuracyProblem problem, string scheme, int cells, int steps, WorkerTeam team)
    {
        (double error, double seconds, double processor) = problem.Run(scheme, cells, steps, team);
        for (int again = 0; again < 2 && processor < Short; again++)
        {
            (_, double otherSeconds, double otherProcessor) = problem.Run(scheme, cells, steps, team);
            (seconds, processor) = (Math.Min(seconds, otherSeconds), Math.Min(processor, otherProcessor));
        }

        return new Attempt(cells, steps, error, seconds, processor);
    }
}
