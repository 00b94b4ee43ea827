namespace PdeDiffusion.Monitors;

/// <summary>
/// How often a sequence changes its sign, where some of its signs are lost in rounding errors: the least number, with such entries left
/// out, and the most, with such entries of either sign (docs/numerics.md, 5.2). Leaving entries out never adds a change.
/// </summary>
internal static class SignChanges
{
    /// <summary>An entry that is left out.</summary>
    public const sbyte None = 0;

    /// <summary>An entry whose sign is not certain.</summary>
    public const sbyte Either = 2;

    /// <summary>The sign of a difference: uncertain where it is not larger than its rounding error.</summary>
    public static sbyte Of(double difference, double error) => difference > error ? (sbyte)1 : difference < -error ? (sbyte)-1 : Either;

    /// <summary>The least number of changes of sign.</summary>
    /// <param name="signs">1, −1, <see cref="None"/> or <see cref="Either"/>.</param>
    /// <param name="cyclic">True if the last entry is followed by the first.</param>
    public static int Least(ReadOnlySpan<sbyte> signs, bool cyclic)
    {
        int changes = 0;
        sbyte first = 0, last = 0;
        foreach (sbyte sign in signs)
        {
            if (sign is not (1 or -1))
                continue;
            if (last == 0)
                first = sign;
            else if (sign != last)
                changes++;
            last = sign;
        }

        return changes + (cyclic && first != last ? 1 : 0);
    }

    /// <summary>The most changes of sign over all choices of the uncertain ones.</summary>
    /// <inheritdoc cref="Least"/>
    public static int Most(ReadOnlySpan<sbyte> signs, bool cyclic) => cyclic
        ? Math.Max(0, Math.Max(Most(signs, 1, true), Most(signs, -1, true)))
        : Math.Max(0, Math.Max(Most(signs, 1, false), Most(signs, -1, false)));

    /// <summary>The same with a given first sign; negative if the sequence has another one.</summary>
    private static int Most(ReadOnlySpan<sbyte> signs, sbyte first, bool cyclic)
    {
        const int Never = int.MinValue / 2;
        bool begun = false;

        // Most changes up to here if the last sign is + or −.
        int plus = Never, minus = Never;
        foreach (sbyte sign in signs)
        {
            if (sign == None)
                continue;
            if (!begun)
            {
                if (sign == -first)
                    return Never;
                (plus, minus, begun) = (first > 0 ? 0 : Never, first < 0 ? 0 : Never, true);
                continue;
            }

            (plus, minus) = (sign == -1 ? Never : Math.Max(plus, minus + 1), sign == 1 ? Never : Math.Max(minus, plus + 1));
        }

        return !begun ? 0 : !cyclic ? Math.Max(plus, minus) : first > 0 ? Math.Max(plus, minus + 1) : Math.Max(minus, plus + 1);
    }
}
