using PdeDiffusion.Monitors;
using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>A log axis of the forward time; t = 0, where there is one, stands half a decade left of the least positive time.</summary>
internal sealed class TimeAxis
{
    private readonly double zero;

    private TimeAxis(Interval range, double zero, ITickGenerator ticks) => (Range, this.zero, Ticks) = (range, zero, ticks);

    public Interval Range { get; }

    public ITickGenerator Ticks { get; }

    public static TimeAxis Of(IReadOnlyCollection<Reading> readings) => Of(readings.Select(reading => reading.Time).ToArray());

    public static TimeAxis Of(double[] times)
    {
        double[] logs = times.Where(time => time > 0).Select(Math.Log10).ToArray();
        Interval range = Interval.Of(logs.DefaultIfEmpty(0).Min(), logs.DefaultIfEmpty(0).Max());
        bool hasZero = times.Any(time => time <= 0);
        double zero = range.Low - 0.5;
        return new TimeAxis((hasZero ? Interval.Of(zero, range.High) : range).Padded(0.02), zero, hasZero ? new LogTicksWithZero(zero)
            : new LogTicks());
    }

    public double Of(double time) => time > 0 ? Math.Log10(time) : zero;

    /// <summary>Shows the time along the bottom of a panel and the noise level σ = √(2t) along its top.</summary>
    public void Show(Plot plot)
    {
        plot.Axes.Bottom.TickGenerator = Ticks;
        IXAxis top = plot.Axes.Top;
        Style.Dress(top);
        top.TickGenerator = new SigmaTicks(zero);
        top.Range.Set(Range.Low, Range.High);
    }

    /// <summary>Names the axis and, for a run that generates, its direction.</summary>
    public static string Label(bool generation) => generation ? "forward time t (length²); generation runs ← leftwards"
        : "forward time t (length²)";

    /// <summary>Ticks at decades of σ, which are 2 log σ − log 2 on the axis of log t; σ = 0 where t = 0 stands.</summary>
    private sealed class SigmaTicks(double zero) : Plots.Ticks
    {
        private static readonly double Shift = Math.Log10(2);

        private readonly LogTicks powers = new();

        protected override IEnumerable<Tick> Generate(CoordinateRange range, double wanted)
        {
            var sigmas = new CoordinateRange(0.5 * (Math.Max(range.Min, zero + 0.4) + Shift), 0.5 * (range.Max + Shift));
            IEnumerable<Tick> ticks = powers.Within(sigmas, 0.6 * wanted).Select(tick =>
                new Tick(2 * tick.Position - Shift, tick.Label.Length > 0 ? "σ = " + tick.Label : "", tick.IsMajor));
            return range.Contains(zero) ? ticks.Prepend(Tick.Major(zero, "σ = 0")) : ticks;
        }
    }

    private sealed class LogTicksWithZero(double zero) : Plots.Ticks
    {
        private readonly LogTicks powers = new();

        protected override IEnumerable<Tick> Generate(CoordinateRange range, double wanted) =>
            powers.Within(new CoordinateRange(zero + 0.4, range.Max), wanted).Prepend(Tick.Major(zero, "0"));
    }
}
