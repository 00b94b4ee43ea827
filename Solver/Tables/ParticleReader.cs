using PdeDiffusion.Files;
using PdeDiffusion.Particles;

namespace PdeDiffusion.Tables;

/// <summary>Reads back what <see cref="ParticleWriter"/> wrote.</summary>
public static class ParticleReader
{
    /// <summary>The particles of a finished run's folder; null if it has none.</summary>
    /// <exception cref="InputException">A file of theirs is damaged.</exception>
    public static ParticleOutcome? Read(string folder)
    {
        string positions = Path.Combine(folder, ParticleWriter.PositionsFile);
        if (!File.Exists(positions))
            return null;
        ParticleEnsemble end = ReadPositions(positions);
        string paths = Path.Combine(folder, ParticleWriter.TrajectoriesFile);
        return new ParticleOutcome(end, File.Exists(paths) ? ReadTrajectories(paths) : Trajectories.Of([], 0, [], []));
    }

    /// <exception cref="InputException">The file is not a <c>particles.csv</c>.</exception>
    public static ParticleEnsemble ReadPositions(string path)
    {
        using var table = new CsvTable(path);
        table.RequireHeader(ParticleWriter.PositionsHeader(1), ParticleWriter.PositionsHeader(2));
        bool plane = table.Header.Count == 3;
        var x = new List<double>();
        var y = new List<double>();
        while (table.Read())
        {
            RequireNumber(table, x.Count);
            x.Add(table.Number(1));
            if (plane)
                y.Add(table.Number(2));
        }

        return x.Count == 0 ? throw table.Wrong("contains no particles") : ParticleEnsemble.At(x.ToArray(), y.ToArray());
    }

    /// <exception cref="InputException">The file is not a <c>trajectories.csv</c>.</exception>
    public static Trajectories ReadTrajectories(string path)
    {
        using var table = new CsvTable(path);
        table.RequireHeader(ParticleWriter.TrajectoriesHeader(1), ParticleWriter.TrajectoriesHeader(2));
        bool plane = table.Header.Count == 4;
        var times = new List<double>();
        var x = new List<double>();
        var y = new List<double>();
        while (table.Read())
        {
            double time = table.Number(1);
            if (x.Count == times.Count && table.Number(0) == 0)
                times.Add(time);
            RequireNumber(table, times.Count == 0 ? 0 : x.Count / times.Count);
            if (time != times[x.Count % times.Count])
                throw table.Wrong("every particle must have the same times");
            x.Add(table.Number(2));
            if (plane)
                y.Add(table.Number(3));
        }

        int particles = times.Count == 0 ? 0 : x.Count / times.Count;
        if (particles * times.Count != x.Count)
            throw table.Wrong($"particle {particles} has no row for every time");
        return Trajectories.Of([.. times], particles, Transposed(x, times.Count), Transposed(y, times.Count));
    }

    private static void RequireNumber(CsvTable table, int expected)
    {
        if (table.Number(0) != expected)
            throw table.Wrong($"particles are numbered from 0 without gaps, but here is {table.Text(0)} and not {expected}");
    }

    /// <summary>From one particle after another to one time after another.</summary>
    private static double[] Transposed(List<double> values, int times)
    {
        var turned = new double[values.Count];
        int particles = times == 0 ? 0 : values.Count / times;
        for (int p = 0; p < particles; p++)
        {
            for (int level = 0; level < times; level++)
                turned[level * particles + p] = values[p * times + level];
        }

        return turned;
    }
}
