using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Problems;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary><c>accuracy.csv</c>: the resolutions that a run has tried, one row each; numbers that are not known are empty.</summary>
public static class AttemptTable
{
    public const string FileName = "accuracy.csv";

    private static readonly string[] Columns =
    [
        "attempt", "columns", "rows", "steps", "norm", "goal", "estimate", "order", "asymptotic", "cells_change", "steps_change", "refines",
    ];

    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, AccuracyOutcome accuracy)
    {
        ArgumentNullException.ThrowIfNull(accuracy);
        TableWriter.Write(stream, Columns, accuracy.Attempts.Select((attempt, index) => (IReadOnlyList<object>)
        [
            index + 1, attempt.Resolution.Columns, attempt.Resolution.Rows, attempt.Resolution.Steps, accuracy.Norm, accuracy.Goal,
            attempt.Estimate?.In(accuracy.Norm) ?? double.NaN, attempt.Estimate?.Order ?? double.NaN,
            attempt.Estimate is { Asymptotic: true } ? 1 : 0, attempt.Space, attempt.Time, attempt.Refines,
        ]));
    }

    /// <summary>What the figure of the attempts shows, read back.</summary>
    /// <returns>Null if the run has not tried any.</returns>
    /// <exception cref="InputException">A row is not one of attempts; the message names the line.</exception>
    public static AttemptFigure? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        using var table = new CsvTable(path);
        table.RequireHeader(string.Join(',', Columns));
        var points = new List<(Resolution, double)>();
        string norm = "";
        double goal = double.NaN;
        while (table.Read())
        {
            norm = table.Text(4);
            goal = table.Number(5);
            points.Add((new Resolution(Whole(table, 1), Whole(table, 2), Whole(table, 3)), table.NumberOrNaN(6)));
        }

        return points.Count == 0 ? null : new AttemptFigure(norm, goal, points);
    }

    private static int Whole(CsvTable table, int column)
    {
        double number = table.Number(column);
        return number >= 1 && number == (int)number ? (int)number
            : throw table.Wrong($"{table.Header[column]} must be a positive integer, but is {SourceValue.Quote(table.Text(column))}");
    }
}

/// <summary>What the figure of the attempts shows.</summary>
/// <param name="Points">The resolutions, and their estimated errors in the norm; NaN where there is none.</param>
public sealed record AttemptFigure(string Norm, double Goal, IReadOnlyList<(Resolution Resolution, double Estimate)> Points)
{
    public static AttemptFigure Of(AccuracyOutcome accuracy)
    {
        ArgumentNullException.ThrowIfNull(accuracy);
        return new AttemptFigure(
            accuracy.Norm, accuracy.Goal,
            [.. accuracy.Attempts.Select(attempt => (attempt.Resolution, attempt.Estimate?.In(accuracy.Norm) ?? double.NaN))]);
    }
}
