using PdeDiffusion.Grids;

namespace PdeDiffusion.Tests.Grids;

[TestClass]
public sealed class GridTests
{
    [TestMethod]
    public void NeighboursInMemoryAreNeighboursInSpace()
    {
        var grid = new Grid(Axis.Uniform(0, 3, 3, Boundary.Periodic), Axis.Uniform(0, 4, 4, Boundary.Periodic));
        for (int cell = 0; cell < grid.CellCount; cell++)
        {
            for (int axis = 0; axis < 2; axis++)
            {
                int position = grid.Position(cell, axis), cells = grid.Axes[axis].Cells;
                int upper = cell + grid.ToUpper(position, axis), lower = cell + grid.ToLower(position, axis);
                Assert.AreEqual((position + 1) % cells, grid.Position(upper, axis));
                Assert.AreEqual((position + cells - 1) % cells, grid.Position(lower, axis));
                Assert.AreEqual(grid.Position(cell, 1 - axis), grid.Position(upper, 1 - axis));
                Assert.AreEqual(grid.Position(cell, 1 - axis), grid.Position(lower, 1 - axis));
                Assert.AreEqual(position < cells - 1 ? grid.Stride(axis) : (1 - cells) * grid.Stride(axis), upper - cell);
            }

            Assert.AreEqual(cell, grid.CellAt(grid.Centre(cell, 0), grid.Centre(cell, 1)));
        }

        Assert.AreEqual(-1, grid.CellAt(1, 4.5));
        Assert.AreEqual(-1, grid.CellAt(-0.5, 1));
        Assert.AreEqual(2, new Grid(Axis.Uniform(0, 3, 3, Boundary.NoFlux)).CellAt(2.5, 99));
    }
}
