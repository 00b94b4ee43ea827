using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class CellValuesTests
{
    // From 131 072 values, 1 MB, on an array asks for huge pages.
    [TestMethod]
    [DataRow(1)]
    [DataRow(131_071)]
    [DataRow(131_072)]
    [DataRow(1_000_003)]
    public void ALargeArrayIsZeroAndKeepsWhatIsWritten(int cells)
    {
        for (int round = 0; round < 3; round++)
        {
            double[] values = CellValues.Zeros(cells), other = CellValues.Zeros(cells);
            Assert.AreEqual(cells, values.Length);
            Assert.AreEqual(-1, values.AsSpan().IndexOfAnyExcept(0.0));
            for (int cell = 0; cell < cells; cell++)
                values[cell] = cell + 0.5;
            Assert.AreEqual(-1, other.AsSpan().IndexOfAnyExcept(0.0));
            double[] copy = CellValues.Copy(values);
            Assert.AreNotSame(values, copy);
            CollectionAssert.AreEqual(values, copy);
        }
    }
}
