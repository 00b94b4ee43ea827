using PdeDiffusion.Grids;

namespace PdeDiffusion.Schemes.Heat;

/// <summary>
/// The heat kernel of an infinite uniform lattice, c_k = e^{−z} I_k(z), z = 2t/h², by Miller's backward recurrence I_{k−1} = I_{k+1} +
/// (2k/z) I_k: sums of positive numbers, so every c_k down to 1e-300 keeps its relative accuracy. Normalised so that Σ c_k = 1 up to
/// rounding error. For a line of N cells the coefficients are folded at the period of its images, 2N cells (no-flux, even extension) or N
/// (periodic).
/// </summary>
internal sealed class LatticeCoefficients(Axis axis)
{
    private const double LogSmallest = -700;
    private const double Large = 1e250;

    private readonly int period = Period(axis);
    private double[] values = new double[64];
    private int count;

    /// <summary>
    /// Coefficients of the offsets 0 to <see cref="Radius"/>, images included; every offset except 0 counts twice, for both signs.
    /// </summary>
    public double[] Folded { get; } = new double[Period(axis) / 2 + 1];

    /// <summary>Largest offset whose weight is not 0.</summary>
    public int Radius { get; private set; }

    /// <summary>Tails Σ_{l ≥ j} c_l, images included, j = 1 … period: the fraction of the mass at distance j that crosses a face.</summary>
    public double[] Tails { get; } = new double[Period(axis) + 1];

    /// <summary>Largest j whose tail is not 0.</summary>
    public int TailRadius { get; private set; }

    public double TimeStep { get; private set; } = double.NaN;

    /// <summary>Length of the recurrence for a step, about √(1400 z) for large z; it may exceed what an array can contain.</summary>
    public static double LengthFor(Axis axis, double timeStep) => Length(Argument(axis, timeStep));

    public void Prepare(double timeStep)
    {
        if (timeStep == TimeStep)
            return;
        TimeStep = timeStep;
        Recur(Argument(axis, timeStep));
        Array.Clear(Folded);
        Array.Clear(Tails);
        double tail = 0;
        for (int offset = count - 1; offset >= 0; offset--)
        {
            int place = offset % period;
            int near = Math.Min(place, period - place);

            // A multiple of the period folds onto 0 from both sides.
            Folded[near] += near == 0 && offset > 0 ? 2 * values[offset] : values[offset];
            if (offset == 0)
                break;
            tail += values[offset];
            Tails[place == 0 ? period : place] += tail;
        }

        Radius = Folded.Length - 1;
        while (Radius > 0 && Folded[Radius] == 0)
            Radius--;
        TailRadius = Math.Min(period, count - 1);
    }

    /// <summary>z. Past 4 P² all modes but the constant are below rounding; larger z only makes the recurrence longer.</summary>
    private static double Argument(Axis axis, double timeStep)
    {
        double spacing = (axis.To - axis.From) / axis.Cells, period = Period(axis);
        return Math.Clamp(2 * timeStep / (spacing * spacing), 1e-40, 4 * period * period);
    }

    private static int Period(Axis axis) => axis.IsPeriodic ? axis.Cells : 2 * axis.Cells;

    private static long Length(double z)
    {
        long top = 1;
        while (LogBound(top, z) > LogSmallest)
            top *= 2;
        long low = top / 2;
        while (top - low > 1)
        {
            long middle = (low + top) / 2;
            (low, top) = LogBound(middle, z) > LogSmallest ? (middle, top) : (low, middle);
        }

        return top + 16;
    }

    private void Recur(double z)
    {
        count = checked((int)Length(z));
        if (values.Length < count + 1)
            values = new double[2 * count];
        double above = 0, here = 1e-290;
        for (int k = count; k > 0; k--)
        {
            double below = above + 2.0 * k / z * here;
            values[k] = here;
            above = here;
            here = below;
            if (here > Large)
            {
                for (int done = k; done <= count; done++)
                    values[done] /= Large;
                above /= Large;
                here /= Large;
            }
        }

        values[0] = here;
        double sum = 0;
        for (int k = count; k > 0; k--)
            sum += values[k];
        sum = 2 * sum + here;
        for (int k = 0; k <= count; k++)
            values[k] /= sum;
        while (count > 1 && values[count - 1] < 1e-300)
            count--;
    }

    /// <summary>log of e^{−z} I_k(z), Debye's leading term.</summary>
    private static double LogBound(double k, double z) => Math.Sqrt(k * k + z * z) - z - k * Math.Asinh(k / z);
}
