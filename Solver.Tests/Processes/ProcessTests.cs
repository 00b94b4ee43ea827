using PdeDiffusion.Processes;

namespace PdeDiffusion.Tests.Processes;

/// <summary>The table of processes in docs/conventions.md: each row against its textbook formulas.</summary>
[TestClass]
public sealed class ProcessTests
{
    private const double Exact = 1e-12;

    private static readonly double[] Table = [0.9999, 0.99, 0.9, 0.5, 0.1, 0.004];

    private static readonly double[] OwnTimes = [1e-4, 0.01, 0.2, 0.5, 0.77, 0.95];

    /// <summary>A row of the table: the process, α, σ, α′ and σ′ in its own time.</summary>
    private sealed record Row(
        Process Process, Func<double, double> Alpha, Func<double, double> Noise, Func<double, double> AlphaRate,
        Func<double, double> NoiseRate);

    private static Row Of(string kind)
    {
        const double Least = 0.1, Most = 20;
        double B(double s) => Least * s + 0.5 * (Most - Least) * s * s;
        double Beta(double s) => Least + (Most - Least) * s;
        double ratio = Math.Log(80 / 0.002), half = 0.5 * Math.PI;
        double Alpha(double s) => Math.Exp(-0.5 * B(s));
        double OffsetAngle(double s) => half * (s + 0.008) / 1.008;
        double first = Math.Cos(OffsetAngle(0)), step = half / 1.008;
        double OffsetAlpha(double s) => Math.Cos(OffsetAngle(s)) / first;
        double OffsetNoise(double s) => Math.Sqrt(1 - OffsetAlpha(s) * OffsetAlpha(s));
        double OffsetRate(double s) => -step * Math.Sin(OffsetAngle(s)) / first;
        return kind switch
        {
            "heat" => new(new HeatProcess(), _ => 1, s => Math.Sqrt(2 * s), _ => 0, s => 1 / Math.Sqrt(2 * s)),
            "ve" => new(new VarianceExploding(0.002, 80), _ => 1, s => 0.002 * Math.Pow(80 / 0.002, s), _ => 0,
                s => 0.002 * Math.Pow(80 / 0.002, s) * ratio),
            "vp" => new(new VariancePreserving(Least, Most), Alpha, s => Math.Sqrt(1 - Math.Exp(-B(s))), s => -0.5 * Beta(s) * Alpha(s),
                s => 0.5 * Beta(s) * Math.Exp(-B(s)) / Math.Sqrt(1 - Math.Exp(-B(s)))),
            "sub-vp" => new(new SubVariancePreserving(Least, Most), Alpha, s => 1 - Math.Exp(-B(s)), s => -0.5 * Beta(s) * Alpha(s),
                s => Beta(s) * Math.Exp(-B(s))),
            "cosine" => new(new CosineProcess(0), s => Math.Cos(half * s), s => Math.Sin(half * s), s => -half * Math.Sin(half * s),
                s => half * Math.Cos(half * s)),
            "cosine-offset" => new(new CosineProcess(0.008), OffsetAlpha, OffsetNoise, OffsetRate,
                s => -OffsetAlpha(s) * OffsetRate(s) / OffsetNoise(s)),
            "rectified-flow" => new(new RectifiedFlow(), s => 1 - s, s => s, _ => -1, _ => 1),
            "cond-ot" => new(new ConditionalTransport(), s => s, s => 1 - s, _ => 1, _ => -1),
            _ => throw new ArgumentException(kind),
        };
    }

    [TestMethod]
    [DataRow("heat")]
    [DataRow("ve")]
    [DataRow("vp")]
    [DataRow("sub-vp")]
    [DataRow("cosine")]
    [DataRow("cosine-offset")]
    [DataRow("rectified-flow")]
    [DataRow("cond-ot")]
    public void ARowOfTheTable(string kind)
    {
        Row row = Of(kind);
        foreach (double own in OwnTimes)
        {
            double time = row.Process.HeatTime(own), alpha = row.Alpha(own), noise = row.Noise(own);

            // The textbook's σ = √(1 − α²) loses digits near 0 that the process keeps; so does its derivative.
            double lost = 4e-16 / Math.Min(1, noise * noise);
            Near(noise * noise / (2 * alpha * alpha), time, lost, $"{kind}: t({own})");
            ProcessLevel level = row.Process.At(time);
            Near(own, level.OwnTime, 0, $"{kind}: inverse at {own}");
            Near(alpha, level.Alpha, lost, $"{kind}: alpha({own})");
            Near(noise, level.Noise, lost, $"{kind}: sigma({own})");
            Near(row.AlphaRate(own), level.AlphaRate, lost, $"{kind}: alpha'({own})");
            Near(row.NoiseRate(own), level.NoiseRate, lost, $"{kind}: sigma'({own})");
        }
    }

    [TestMethod]
    public void ATableOfAlphaBarAtAndBetweenItsRows()
    {
        var process = new AlphaBarProcess(Table);
        Assert.AreEqual(Table.Length - 1, process.To);
        for (int row = 0; row < Table.Length; row++)
        {
            double time = process.HeatTime(row);
            Assert.AreEqual((1 - Table[row]) / (2 * Table[row]), time);
            ProcessLevel level = process.At(time);
            Assert.AreEqual(row, level.OwnTime);
            Near(Math.Sqrt(Table[row]), level.Alpha, 0, "alpha");
            Near(Math.Sqrt(1 - Table[row]), level.Noise, 1e-12, "sigma");
        }

        // log σ/α is linear between rows: k-diffusion's t_to_sigma.
        double between = process.HeatTime(1.25);
        Near(Math.Pow(process.HeatTime(1), 0.75) * Math.Pow(process.HeatTime(2), 0.25), between, 0, "between rows");
        ProcessLevel middle = process.At(between);
        Near(1.25, middle.OwnTime, 0, "inverse");
        const double Step = 1e-5;
        double rate = (process.At(process.HeatTime(1.25 + Step)).Noise - process.At(process.HeatTime(1.25 - Step)).Noise) / (2 * Step);
        Assert.AreEqual(rate, middle.NoiseRate, 1e-8 * rate);
    }

    [TestMethod]
    public void TheKnownRangesOfConventions()
    {
        Assert.AreEqual(11577, new VariancePreserving(0.1, 20).HeatTime(1), 1);
        Assert.AreEqual(152, NoiseLevel.Sigma(new VariancePreserving(0.1, 20).HeatTime(1)), 0.5);
        Near(2e-6, new VarianceExploding(0.002, 80).HeatTime(0), 0, "EDM's least");
        Near(3200, new VarianceExploding(0.002, 80).HeatTime(1), 0, "EDM's most");
        Assert.AreEqual(double.PositiveInfinity, new CosineProcess(0).HeatTime(1));
        Assert.AreEqual(double.PositiveInfinity, new CosineProcess(0.008).HeatTime(1));
        Assert.AreEqual(double.PositiveInfinity, new RectifiedFlow().HeatTime(1));
        Assert.AreEqual(double.PositiveInfinity, new ConditionalTransport().HeatTime(0));
        Assert.AreEqual(0, new CosineProcess(0.008).HeatTime(0));
        Assert.AreEqual(0, new CosineProcess(0.008).OwnTime(0));
    }

    /// <summary>The inverse keeps its relative accuracy where t is small and where it is large.</summary>
    [TestMethod]
    public void OwnTimeInvertsHeatTimeOverEighteenDecades()
    {
        Process[] processes =
        [
            new HeatProcess(), new VarianceExploding(1e-5, 1e5), new VariancePreserving(0.1, 50), new VariancePreserving(0, 50),
            new SubVariancePreserving(0.1, 50), new CosineProcess(0), new CosineProcess(0.008), new RectifiedFlow(),
        ];
        foreach (Process process in processes)
        {
            for (double time = 1e-9; time < 1e5; time *= 7)
            {
                double own = process.OwnTime(time), back = process.HeatTime(own), spacing = Math.BitIncrement(own) - own;
                double allowed = 1e-14 + 4 * spacing * process.At(time).HeatRate / time;
                Assert.AreEqual(1, back / time, allowed, $"{process.GetType().Name} at t = {time}");
            }
        }
    }

    [TestMethod]
    public void WhatIsNoProcessIsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new VarianceExploding(1, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new VarianceExploding(0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new VariancePreserving(-0.1, 20));
        Assert.ThrowsExactly<ArgumentException>(() => new SubVariancePreserving(0.1, 0.05));
        Assert.ThrowsExactly<ArgumentException>(() => new CosineProcess(-1));
        Assert.ThrowsExactly<ArgumentException>(() => new AlphaBarProcess([0.9]));
        Assert.ThrowsExactly<ArgumentException>(() => new AlphaBarProcess([0.9, 0.9]));
        Assert.ThrowsExactly<ArgumentException>(() => new AlphaBarProcess([1, 0.9]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RectifiedFlow().HeatTime(1.5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ConditionalTransport().HeatTime(-0.1));
    }

    [TestMethod]
    public void TimesAreShownInBothLanguages()
    {
        Assert.AreEqual("t = 0.02 (σ = 0.2)", NoiseLevel.Text(0.02));
        Assert.AreEqual("t = 0.333333 (σ = 0.816497)", NoiseLevel.Text(1.0 / 3, "G6"));
    }

    private static void Near(double expected, double actual, double more, string what) =>
        Assert.AreEqual(expected, actual, (Exact + more) * Math.Abs(expected), what);
}
