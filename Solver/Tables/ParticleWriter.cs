using PdeDiffusion.Particles;

namespace PdeDiffusion.Tables;

/// <summary>
/// Writes <c>particles.csv</c> (<c>particle,x[,y]</c>: where every particle is at the stopping time) and <c>trajectories.csv</c>
/// (<c>particle,time,x[,y]</c>: one row per level, from T down, one particle after another). Numbers round-trip.
/// </summary>
public static class ParticleWriter
{
    public const string PositionsFile = "particles.csv";

    public const string TrajectoriesFile = "trajectories.csv";

    /// <summary>Header of <c>particles.csv</c>.</summary>
    public static string PositionsHeader(int dimension) => dimension == 1 ? "particle,x" : "particle,x,y";

    /// <summary>Header of <c>trajectories.csv</c>.</summary>
    public static string TrajectoriesHeader(int dimension) => dimension == 1 ? "particle,time,x" : "particle,time,x,y";

    /// <summary>Writes positions.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, ParticleEnsemble particles)
    {
        ArgumentNullException.ThrowIfNull(particles);
        var rows = new TableWriter(stream, new byte[TableWriter.BufferBytes]);
        rows.Text(System.Text.Encoding.ASCII.GetBytes(PositionsHeader(particles.Dimension)));
        rows.EndRow();
        for (int p = 0; p < particles.Count; p++)
        {
            rows.Whole(p);
            Place(ref rows, particles.X[p], particles.Y[p], particles.Dimension);
        }

        rows.Flush();
    }

    /// <summary>Writes paths.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, Trajectories trajectories)
    {
        ArgumentNullException.ThrowIfNull(trajectories);
        var rows = new TableWriter(stream, new byte[TableWriter.BufferBytes]);
        rows.Text(System.Text.Encoding.ASCII.GetBytes(TrajectoriesHeader(trajectories.Dimension)));
        rows.EndRow();
        for (int p = 0; p < trajectories.Particles; p++)
        {
            for (int level = 0; level < trajectories.Times.Length; level++)
            {
                rows.Whole(p);
                rows.Comma();
                rows.Number(trajectories.Times[level]);
                Place(ref rows, trajectories.X(level)[p], trajectories.Y(level)[p], trajectories.Dimension);
            }
        }

        rows.Flush();
    }

    private static void Place(ref TableWriter rows, double x, double y, int dimension)
    {
        rows.Comma();
        rows.Number(x);
        if (dimension == 2)
        {
            rows.Comma();
            rows.Number(y);
        }

        rows.EndRow();
    }
}
