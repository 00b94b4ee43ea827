using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Markov;

/// <summary>The maximum of an array on the grid, computed in parallel.</summary>
internal sealed unsafe class GreatestValue(int cells, WorkerTeam team) : IBlockWork
{
    private const int CellsPerBlock = 1 << 14;

    private readonly double[] greatest = new double[(cells - 1) / CellsPerBlock + 1];
    private double[] values = [];

    /// <summary>max array; ∞ if a value is NaN.</summary>
    public double Of(double[] array)
    {
        values = array;
        team.Run(this, greatest.Length);
        return greatest.Max();
    }

    void IBlockWork.Run(int block, int worker)
    {
        int start = block * CellsPerBlock;
        fixed (double* all = values)
            greatest[block] = Panel.Greatest(all + start, 0, Math.Min(CellsPerBlock, values.Length - start), 1);
    }
}
