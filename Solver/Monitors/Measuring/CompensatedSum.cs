namespace PdeDiffusion.Monitors.Measuring;

/// <summary>A compensated sum (Neumaier 1974).</summary>
internal struct CompensatedSum
{
    private double sum;
    private double carry;

    public readonly double Value => sum + carry;

    public void Add(double term)
    {
        double total = sum + term;
        carry += Math.Abs(sum) >= Math.Abs(term) ? sum - total + term : term - total + sum;
        sum = total;
    }

    public void Add(CompensatedSum other)
    {
        Add(other.sum);
        Add(other.carry);
    }
}
