using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Monitors;

namespace PdeDiffusion.Tests.Plots;

/// <summary>Runs in closed form: the heat flow of weighted Diracs on R^d, evaluated at cell centres.</summary>
internal static class PlotData
{
    public static Grid Line(int cells) => new(Axis.Uniform(-8, 8, cells, Boundary.NoFlux));

    public static Grid Plane(int columns, int rows) =>
        new(Axis.Uniform(-4, 4, columns, Boundary.NoFlux), Axis.Uniform(-3, 3, rows, Boundary.NoFlux));

    public static Snapshot Diracs(int number, Grid grid, double t, (double X, double Y, double Weight)[] points)
    {
        var u = new double[grid.CellCount];
        double[][] score = Enumerable.Range(0, grid.Dimension).Select(_ => new double[grid.CellCount]).ToArray();
        var divScore = new double[grid.CellCount];
        for (int cell = 0; cell < u.Length; cell++)
        {
            double x = grid.Centre(cell, 0), y = grid.Dimension == 2 ? grid.Centre(cell, 1) : 0, sum = 0, sumX = 0, sumY = 0,
            sumSquares = 0;
            double nearest = points.Min(point => Square(x - point.X) + Square(y - point.Y));
            foreach ((double px, double py, double weight) in points)
            {
                double p = weight * Math.Exp((nearest - Square(x - px) - Square(y - py)) / (4 * t));
                (sum, sumX, sumY, sumSquares) = (sum + p, sumX + p * px, sumY + p * py, sumSquares + p * (px * px + py * py));
            }

            u[cell] = sum * Math.Exp(-nearest / (4 * t)) * Math.Pow(4 * Math.PI * t, -0.5 * grid.Dimension);
            score[0][cell] = (sumX / sum - x) / (2 * t);
            if (grid.Dimension == 2)
                score[1][cell] = (sumY / sum - y) / (2 * t);
            divScore[cell] = -grid.Dimension / (2 * t) + (sumSquares / sum - Square(sumX / sum) - Square(sumY / sum)) / (4 * t * t);
        }

        return new Snapshot(number, t, grid, u, u.ToArray(), u.Select(_ => 1.0).ToArray(), score, divScore);
    }

    /// <summary>Every field filled with one value.</summary>
    public static Snapshot Filled(Grid grid, double time, double value)
    {
        double[] Field() => Enumerable.Repeat(value, grid.CellCount).ToArray();
        return new Snapshot(0, time, grid, Field(), Field(), Field(), Enumerable.Range(0, grid.Dimension).Select(_ => Field()).ToArray(),
            Field());
    }

    /// <summary>Levels of a generation from t = 1 down to 0.001 at which a theorem holds, one is missed, one does not apply.</summary>
    public static List<Reading> Readings(int steps)
    {
        var readings = new List<Reading>();
        for (int k = steps; k >= 0; k--)
        {
            double t = Math.Pow(10, -3 + 3.0 * k / steps);
            readings.Add(new Reading(k, t, "mass[v]", 1 + 1e-16 * (k % 5), 1, -1e-16 * (k % 5), 1e-12, 1, ReadingStatus.Guaranteed,
                Verdict.Held));
            readings.Add(new Reading(k, t, "li-yau", -0.45 / t, -0.5 / t, 0.1, 0, 1, ReadingStatus.Observed, Verdict.Held));
            bool missed = t < 0.01;
            readings.Add(new Reading(
                k, t, "lp-stability[2]", missed ? 3 / t : 1 / t, 2 / t, missed ? -0.5 : 0.5, 1e-12, 1, ReadingStatus.Guaranteed, missed
                ? Verdict.Violated : Verdict.Held));
            readings.Add(new Reading(k, t, "support-concentration", double.NaN, double.PositiveInfinity, double.NaN, 0, 0,
                ReadingStatus.Observed, Verdict.NotApplicable));
        }

        return readings;
    }

    private static double Square(double value) => value * value;
}
