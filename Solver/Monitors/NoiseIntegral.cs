using PdeDiffusion.Processes;

namespace PdeDiffusion.Monitors;

/// <summary>
/// ∫_t^T g(ε) f dt' over the levels read so far, by the trapezoid rule, with the ε of each step: its mean over the step. A step in which f
/// is 0 at both ends adds 0, also where g is infinite.
/// </summary>
/// <param name="weight">g.</param>
internal sealed class NoiseIntegral(TimeFunction epsilon, Func<double, double> weight)
{
    private bool begun;
    private double timeBefore, valueBefore, spread, weighted, weightedSpread;

    /// <summary>∫ f dt'.</summary>
    public double Plain { get; private set; }

    /// <summary>∫ g(ε) f dt'.</summary>
    public double Value => epsilon.IsConstant ? weight(epsilon.Values[0]) * Plain : weighted;

    /// <summary>Half the difference of the integral by the left and the right rectangle rule.</summary>
    public double Uncertainty => epsilon.IsConstant ? weight(epsilon.Values[0]) * spread : weightedSpread;

    /// <summary>Adds the step from the level before, if there was one, to this one.</summary>
    public void Add(double time, double value)
    {
        if (begun)
        {
            double step = timeBefore - time, sum = 0.5 * step * (value + valueBefore);
            double difference = 0.5 * step * Math.Abs(value - valueBefore);
            Plain += sum;
            spread += difference;
            if (!epsilon.IsConstant && sum != 0)
            {
                double factor = weight(epsilon.Mean(time, timeBefore));
                weighted += factor * sum;
                weightedSpread += difference == 0 ? 0 : factor * difference;
            }
        }

        (begun, timeBefore, valueBefore) = (true, time, value);
    }

    public void Save(BinaryWriter state)
    {
        state.Write(begun);
        foreach (double value in new[] { timeBefore, valueBefore, Plain, spread, weighted, weightedSpread })
            state.Write(value);
    }

    public void Restore(BinaryReader state)
    {
        begun = state.ReadBoolean();
        (timeBefore, valueBefore, Plain, spread, weighted, weightedSpread) =
            (state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble(), state.ReadDouble());
    }
}
