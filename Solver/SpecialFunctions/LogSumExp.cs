namespace PdeDiffusion.SpecialFunctions;

/// <summary>
/// log Σ_k exp(z_k) of terms added one after the other, relative to the largest so far: neither overflows nor vanishes. The densities of
/// mixtures have kernels of their own, a register at a time, in which the z_k carry more digits than a double.
/// </summary>
internal struct LogSumExp
{
    private double largest = double.NegativeInfinity;
    private double sum;

    /// <summary>A sum without terms.</summary>
    public LogSumExp()
    {
    }

    /// <summary>The logarithm; −∞ without terms.</summary>
    public readonly double Value => largest + Math.Log(sum);

    /// <summary>Adds exp(<paramref name="term"/>).</summary>
    public void Add(double term)
    {
        if (term > largest)
            (sum, largest) = (sum * Math.Exp(largest - term) + 1, term);
        else
            sum += Math.Exp(term - largest);
    }
}
