using CsCheck;
using PdeDiffusion.Files;
using PdeDiffusion.Runs;
using PdeDiffusion.Schemes;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Reports;

[TestClass]
public sealed class FrameTests
{
    [TestMethod]
    [DataRow(0.001, TimeSpacing.Geometric, 10_000)]
    [DataRow(0.01, TimeSpacing.Uniform, 500)]
    [DataRow(0.0, TimeSpacing.Uniform, 300)]
    [DataRow(0.1, TimeSpacing.Uniform, 12)]
    public void Frames_are_levels_nearest_in_log_t_to_equal_ratios(double stop, TimeSpacing spacing, int steps)
    {
        var times = new TimeLevels(stop, 2, steps, spacing, 0, 1, []);
        int[] levels = FrameLevels.Of(times);
        Assert.AreEqual(0, levels[0]);
        Assert.AreEqual(times.Last, levels[^1]);
        CollectionAssert.AreEqual(levels.Distinct().Order().ToArray(), levels);
        Assert.IsTrue(levels.Length <= FrameLevels.Most && (steps >= FrameLevels.Most || levels.Length == steps + 1));
        if (steps < FrameLevels.Most)
            return;
        int first = stop > 0 ? 0 : 1, targets = FrameLevels.Most - first;
        for (int target = 0; target < targets; target++)
        {
            double time = times[first] * Math.Pow(2 / times[first], (double)target / (targets - 1));
            double nearest = Enumerable.Range(first, times.Last + 1 - first).Min(level => Math.Abs(Math.Log(times[level] / time)));
            double shown = levels.Where(level => level >= first).Min(level => Math.Abs(Math.Log(times[level] / time)));
            Assert.AreEqual(nearest, shown, 1e-12, $"target {target}");
        }
    }

    [TestMethod]
    public void A_value_is_coded_to_half_a_step_and_what_is_undefined_stays_so() =>
        Gen.Select(Gen.Double[1e-9, 1e3].Array[60], Gen.Int[2, 16], Gen.Int[1, 12], Gen.Bool).Sample((values, bits, columns, isLog) =>
        {
            values[7] = double.NaN;
            FrameField coded = isLog
                ? FrameField.OfLog("u", values, columns, bits) : FrameField.OfLinear("s", [.. values.Select(value => value - 500)], columns, bits);
            double[] back = coded.Values();
            for (int cell = 0; cell < values.Length; cell++)
            {
                if (cell == 7)
                {
                    Assert.IsTrue(double.IsNaN(back[cell]));
                    continue;
                }

                double exact = isLog ? Math.Log(Math.Max(values[cell], coded.Low)) : values[cell] - 500;
                double width = isLog ? Math.Log(coded.High) - Math.Log(coded.Low) : coded.High - coded.Low;
                double step = width / Math.Max(1, (1 << coded.Bits) - 2);
                Assert.IsLessThanOrEqualTo(0.5 * step + 1e-9 * width, Math.Abs((isLog ? Math.Log(back[cell]) : back[cell]) - exact));
            }
        });

    [TestMethod]
    public void A_field_of_noise_stays_within_the_size_of_a_frame()
    {
        var random = new Random(3);
        double[] noise = [.. Enumerable.Range(0, 256 * 256).Select(_ => random.NextDouble())];
        FrameField coded = FrameField.OfLinear("score", noise, 256, 12);
        Assert.IsLessThanOrEqualTo(FrameField.MostBytes, coded.Packed.Length);
        Assert.IsTrue(coded.Bits is >= 2 and < 6, $"{coded.Bits} bits");
        Assert.HasCount(noise.Length, coded.Values());
    }

    [TestMethod]
    public void A_field_without_a_positive_value_and_a_constant_one_are_coded()
    {
        Assert.AreEqual(1, FrameField.OfLog("u", [0, 0, double.NaN], 3, 12).Low);
        CollectionAssert.AreEqual((double[])[4, 4], FrameField.OfLinear("s", [4, 4], 2, 12).Values());
        CollectionAssert.AreEqual((double[])[double.NaN], FrameField.OfLinear("s", [double.NaN], 1, 12).Values());
    }

    [TestMethod]
    public void A_file_of_frames_is_read_as_it_was_written_and_a_damaged_one_refused()
    {
        using var scratch = new Scratch();
        var frames = new FrameSet(
            [[0, 1, 2], [0, 1]], [1, 3], [new Frame(4, 0.5, [FrameField.OfLog("u", [1, 2], 2, 12)])], [new PointFrame(0.5, [1, 2], [3, 4])]);
        string path = scratch.At("frames.bin");
        Scratch.WriteFile(path, stream => FrameFile.Write(stream, frames));
        FrameSet read = FrameFile.Read(path);
        Assert.AreEqual(frames.Frames[0].Time, read.Frames[0].Time);
        CollectionAssert.AreEqual(frames.Frames[0].Fields[0].Packed, read.Frames[0].Fields[0].Packed);
        CollectionAssert.AreEqual(frames.Faces[0], read.Faces[0]);
        CollectionAssert.AreEqual(frames.Points[0].Y, read.Points[0].Y);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.ThrowsExactly<InputException>(() => FrameFile.Read(path), $"{length} bytes");
        }
    }
}
