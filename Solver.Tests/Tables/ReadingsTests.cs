using PdeDiffusion.Files;
using PdeDiffusion.Monitors;
using PdeDiffusion.Tables;
using PdeDiffusion.Tests.Robustness;

namespace PdeDiffusion.Tests.Tables;

[TestClass]
public sealed class ReadingsTests
{
    private readonly string path = Path.GetTempFileName();

    [TestCleanup]
    public void Remove() => File.Delete(path);

    [TestMethod]
    public void Readings_come_back_as_they_were_written_with_undefined_values_empty()
    {
        Reading[] readings =
        [
            new(400, 1, "lp-stability[2]", 0.1, 1.0 / 3, 0.7, 1e-12, 1, ReadingStatus.Guaranteed, Verdict.Held),
            new(0, 1e-3, "li-yau", -3.5, double.NegativeInfinity, double.NaN, 0, 0.25, ReadingStatus.Observed, Verdict.NotApplicable),
            new(7, 0.5, "kl-contraction", 1, 0.5, -0.5, 1e-12, 1, ReadingStatus.Guaranteed, Verdict.Violated),
            new(6, 0.4, "li-yau", 1, 0.5, -0.5, 1e-12, 1, ReadingStatus.Observed, Verdict.Discretization),
        ];
        Scratch.WriteFile(path, stream => ReadingsWriter.Write(stream, readings));
        string[] lines = File.ReadAllText(path).Split('\n');
        Assert.AreEqual("step,time,monitor,measured,bound,slack,tolerance,judged,status,verdict,sigma", lines[0]);
        Assert.AreEqual("0,0.001,li-yau,-3.5,,,0,0.25,observed,not-applicable,0.044721359549995794", lines[2]);
        readings[1] = readings[1] with { Bound = double.NaN };
        CollectionAssert.AreEqual(readings, ReadingsReader.Read(path));

        // A folder of an earlier version, without sigma.
        File.WriteAllLines(path, lines.Where(line => line.Length > 0).Select(line => line[..line.LastIndexOf(',')]));
        CollectionAssert.AreEqual(readings, ReadingsReader.Read(path));
    }

    [TestMethod]
    [DataRow("1,1,mass[u],1,1,0,0,1,guaranteed,fine", "fine")]
    [DataRow("1,1,mass[u],1,1,0,0,1,sure,held", "sure")]
    [DataRow("1,1,mass[u],1,one,0,0,1,guaranteed,held", "one")]
    [DataRow("1,1,mass[u]", "3 fields")]
    public void A_damaged_row_is_named(string row, string named)
    {
        File.WriteAllText(path, "step,time,monitor,measured,bound,slack,tolerance,judged,status,verdict\n" + row + "\n");
        InputException failure = Assert.ThrowsExactly<InputException>(() => ReadingsReader.Read(path));
        Assert.AreEqual(2, failure.Problems[0].Line);
        StringAssert.Contains(failure.Message, named, StringComparison.Ordinal);
    }
}
