namespace PdeDiffusion.Monitors;

/// <summary>A time at which modes of u merge as t grows, or split in generation.</summary>
/// <param name="Low">The last level with the larger number of modes; <paramref name="High"/>: the next level.</param>
/// <param name="Before">Modes at <paramref name="Low"/>.</param>
/// <param name="After">Modes at <paramref name="High"/>.</param>
public readonly record struct Speciation(double Low, double High, int Before, int After)
{
    /// <summary>The speciation times of a run, with t increasing: neighbouring levels with different numbers of recorded modes.</summary>
    public static IReadOnlyList<Speciation> Of(IReadOnlyList<Mode> modes)
    {
        ArgumentNullException.ThrowIfNull(modes);
        (int Step, double Time, int Count)[] levels =
        [
            .. modes.GroupBy(mode => mode.Step).Select(level => (level.Key, level.First().Time, level.Count()))
                .OrderBy(level => level.Key),
        ];
        var times = new List<Speciation>();
        for (int index = 0; index + 1 < levels.Length; index++)
        {
            (int step, double low, int before) = levels[index];
            (int next, double high, int after) = levels[index + 1];
            if (next == step + 1 && before != after)
                times.Add(new Speciation(low, high, before, after));
        }

        return times;
    }
}
