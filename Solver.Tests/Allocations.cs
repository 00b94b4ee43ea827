namespace PdeDiffusion.Tests;

/// <summary>Bytes that work takes from the heap.</summary>
internal static class Allocations
{
    /// <summary>
    /// The least that any of several rounds takes on this thread. The least is the right measure: what the work itself takes shows in every
    /// round, while the runtime takes memory now and then for its own ends (code replaced by faster code, a lock that is waited for).
    /// </summary>
    /// <param name="rounds">Rounds that do the same work.</param>
    public static long LeastOf(int rounds, Action round) => LeastOf(rounds, () => true, _ => round());

    /// <summary>The same, for work that needs something new in every round.</summary>
    /// <param name="prepare">Called before each round; what it takes is not counted.</param>
    public static long LeastOf<T>(int rounds, Func<T> prepare, Action<T> round)
    {
        long least = long.MaxValue;
        for (int done = 0; done < rounds; done++)
        {
            T given = prepare();
            long before = GC.GetAllocatedBytesForCurrentThread();
            round(given);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
