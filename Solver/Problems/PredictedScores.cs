using PdeDiffusion.Configs;
using PdeDiffusion.Files;
using PdeDiffusion.Grids;
using PdeDiffusion.Processes;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Problems;

/// <summary>Tables of what networks predict, in a process's own time, as tables of the heat flow's score at forward times.</summary>
internal static class PredictedScores
{
    /// <summary>The table of a config as a score: times t increasing, values ∇log u.</summary>
    /// <exception cref="InputException">The file is damaged, or a time of it has no score.</exception>
    /// <exception cref="ArgumentException">The process is wrong.</exception>
    public static ScoreTable Read(TabulatedScore config, Grid grid)
    {
        ScoreTable table = ScoreTableReader.Read(config.File, grid);
        Process process = ProcessRules.Of(config.Process);
        int levels = table.Times.Length;
        var times = new double[levels];
        for (int level = 0; level < levels; level++)
        {
            double own = table.Times[level], time = times[level] = HeatTime(process, table, level);
            if (!double.IsFinite(time))
                throw table.Wrong(level, $"time {own:R} of the process is t = ∞, where there is no score");
            if (config.Predicts != Predicts.Score && !(time > 0))
                throw table.Wrong(level, $"time {own:R} of the process is t = 0, where only a score has a value: start the table later");
            Prediction map = Prediction.At(
                config.Predicts, process.At(time), config.SigmaData ?? Prediction.SigmaDataOfEdm);
            for (int axis = 0; axis < grid.Dimension; axis++)
                ToScore(map, grid, axis, table.Values[level][axis]);
        }

        if (process.To >= process.From)
            return table with { Times = times };

        // The process counts from noise to data: its rising times are falling t.
        return table with { Times = [.. times.Reverse()], Values = [.. table.Values.Reverse()], Lines = [.. table.Lines.Reverse()] };
    }

    private static double HeatTime(Process process, ScoreTable table, int level)
    {
        try
        {
            return process.HeatTime(table.Times[level]);
        }
        catch (ArgumentOutOfRangeException fault)
        {
            throw table.Wrong(level, MeshRules.WithoutParameter(fault));
        }
    }

    private static void ToScore(in Prediction map, Grid grid, int axis, double[] values)
    {
        for (int cell = 0; cell < values.Length; cell++)
            values[cell] = map.Score(grid.Centre(cell, axis), values[cell]);
    }
}
