using System.Globalization;
using PdeDiffusion.Flows;

namespace PdeDiffusion.Studies;

/// <summary>The parts of a study that are measured one by one: on several threads, with labels of their own.</summary>
internal static class StudyParts
{
    /// <summary>Ends the message of an interrupted study that <c>--resume</c> continues.</summary>
    public const string Remedy = "; use --resume to continue";

    /// <summary>Measures parts side by side; the first failure ends the others.</summary>
    /// <param name="threads">Most parts at a time.</param>
    /// <param name="order">The parts, in the order in which they are begun: the greatest first.</param>
    /// <param name="measure">Called with a part, and a token that is cancelled as soon as another part has failed.</param>
    /// <param name="name">Names a part in the message of its failure.</param>
    /// <param name="remedy">Ends the message of an interruption.</param>
    /// <exception cref="RunFailedException">A part failed, or the study was interrupted.</exception>
    public static void Measure(
        int threads, IReadOnlyList<int> order, Action<int, CancellationToken> measure, Func<int, string> name,
        CancellationToken cancellation, string remedy = Remedy)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? failure = null;
        int beside = Math.Max(1, Math.Min(threads, order.Count)), taken = -1;
        Parallel.For(0, beside, new ParallelOptions { MaxDegreeOfParallelism = beside }, _ =>
        {
            for (int place = Interlocked.Increment(ref taken); place < order.Count; place = Interlocked.Increment(ref taken))
            {
                try
                {
                    ending.Token.ThrowIfCancellationRequested();
                    measure(order[place], ending.Token);
                }
                catch (Exception fault)
                {
                    // The first real failure ends the others, whose own interruption then says nothing.
                    if (!ending.IsCancellationRequested)
                    {
                        Interlocked.CompareExchange(
                            ref failure,
                            fault is RunFailedException ? new RunFailedException($"{name(order[place])}: {fault.Message}") : fault, null);
                    }

                    ending.Cancel();
                    return;
                }
            }
        });
        if (cancellation.IsCancellationRequested)
            throw Interrupted(remedy);
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>The failure of a study that was interrupted.</summary>
    /// <param name="remedy">Ends its message.</param>
    public static RunFailedException Interrupted(string remedy = Remedy) => new("interrupted: the study is not finished" + remedy);

    /// <summary>Distinct labels, numbered where a word occurs twice.</summary>
    public static IEnumerable<(string Label, T Item)> Labelled<T>(IReadOnlyList<T> items, Func<T, string> word)
    {
        string[] words = [.. items.Select(word)];
        for (int index = 0; index < items.Count; index++)
        {
            int before = words.Take(index).Count(other => other == words[index]);
            bool alone = words.Count(other => other == words[index]) == 1;
            yield return (alone ? words[index] : string.Create(CultureInfo.InvariantCulture, $"{words[index]}-{before + 1}"), items[index]);
        }
    }
}
