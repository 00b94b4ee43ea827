using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <content>A single long line, shared by threads.</content>
internal sealed unsafe partial class RemapSweep
{
    /// <summary>
    /// The sweep of one long no-flux line in parabolic form, with the kernels of other lines: the diffusion in segments
    /// (<see cref="ReversibleDiffusion.Segments"/>), the rest in ranges of cells (<see cref="RemapMarch.Ranges"/>), four neighbours at
    /// once. Segments and ranges depend on the number of cells alone, and sums over them are taken in their order, so that the bits do
    /// not depend on the number of threads.
    /// </summary>
    private sealed class LongLineSweep : IBlockWork
    {
        // Cells at a time: what one kernel leaves is in the first-level cache for the next one.
        private const int Portion = 8 * RemapMarch.Block;

        private readonly RemapSweep sweep;
        private readonly RemapMarch march;
        private readonly Scratch averages = new(RemapMarch.MostRanges * RemapAverage.RangeSpace);
        private readonly Divergence[] sums = new Divergence[RemapMarch.MostRanges];
        private readonly Scratch[] scratch;
        private Workspace space;
        private double[] values = [];
        private Phase phase;
        private bool isCleared;

        public LongLineSweep(RemapSweep sweep)
        {
            this.sweep = sweep;
            march = sweep.marches[0];
            march.PrepareRanges();
            scratch = Scratch.ForWorkers(sweep.team.Threads, Portion + 8);
        }

        /// <summary>What the ranges do next.</summary>
        private enum Phase
        {
            /// <summary>Copies u; masses and their sums, w = v/u.</summary>
            Divide,

            /// <summary>The parabolas, and the old positions of the faces.</summary>
            Locate,

            /// <summary>The new averages.</summary>
            Average,

            /// <summary>v = u w.</summary>
            Multiply,
        }

        /// <summary>Sweeps the only line of <paramref name="density"/>.</summary>
        public void Process(Workspace workspace, double[] density, bool gathers)
        {
            (space, values) = (workspace, density);
            int cells = sweep.lines.Axis.Cells;
            if (!isCleared)
                new Span<double>(space[Deficits], cells).Clear();
            isCleared = true;
            Run(Phase.Divide);
            Gather(space.Before);
            GhostCells.Fill(space[UOld], cells, 1, periodic: false);
            GhostCells.Fill(space[UNew], cells, 1, periodic: false);
            march.Place(
                space[MassOld], space[MassNew],
                new RemapCrossings(sweep.forward, sweep.axis, 0, sweep.meanWidth, sweep.uOld, sweep.uNew, sweep.step));
            int broken = sweep.FirstHalf<Lane>(space, 0, 0, secondOrder: true, gathers, out double* w);
            sweep.StartParabolas<Lane>(space, ref w);
            Run(Phase.Locate);
            march.Join();
            Run(Phase.Average);
            RemapAverage.FinishRanges(
                march, cells, space[MassOld], space[MassNew], sweep.lowest, sweep.highest, space[Result], space[Deficits],
                averages.Start, march.Ranges);
            if (gathers)
                sweep.unbalanced[0] += averages.Start[0];
            broken |= sweep.SecondHalf<Lane>(space, 0, 0, secondOrder: true, gathers);
            Run(Phase.Multiply);
            Gather(space.After);
            if (!sweep.Limit<Lane>(space, 0, 0, broken))
                return;
            Multiply<Lane>(space, cells);
            new ReadOnlySpan<double>(space[Density], cells).CopyTo(values);
        }

        void IBlockWork.Run(int block, int worker)
        {
            int from = march.RangeStart(block), to = march.RangeStart(block + 1);
            double* own = scratch[worker].Start;
            sums[block] = default;
            fixed (double* v = values)
            {
                if (phase == Phase.Average)
                {
                    RemapAverage.ApplyRange(
                        march, sweep.lines.Axis.Cells, space[MassOld], space[MassNew], space[Ratio], space[Left], space[Right],
                        sweep.lowest, sweep.highest, space[Result], space[Deficits],
                        averages.Start + block * RemapAverage.RangeSpace, from, to);
                    return;
                }

                for (int start = from; start < to; start += Portion)
                {
                    int end = Math.Min(start + Portion, to);
                    if (phase == Phase.Divide)
                        Divide(start, end, v, own, ref sums[block]);
                    else if (phase == Phase.Locate)
                        Reconstruct(start, end, own);
                    else
                        Multiply(start, end, v, own, ref sums[block]);
                }
            }

            if (phase == Phase.Locate)
                march.March(block, space[MassOld], space[MassNew]);
        }

        private void Divide(int from, int to, double* v, double* own, ref Divergence sum)
        {
            Copy(sweep.uOld, UOld, from, to);
            Copy(sweep.uNew, UNew, from, to);
            sweep.Scale<Lane>(space, from, to);
            DivideAndMeasure(space, v, from, to, own, own + 8);
            sum = sum.With(new Divergence(own[8], own[9]));
            march.Survey(from, to, space[MassOld], space[MassNew]);
        }

        private void Reconstruct(int from, int to, double* own)
        {
            double* edges = own - from;
            sweep.reconstruction.InterpolateRange(space[Ratio], space[UOld], edges, from, to + 1);
            RemapReconstruction.LimitRange(space[Ratio], edges, space[Left], space[Right], space.Bounds, from, to);
        }

        private void Multiply(int from, int to, double* v, double* own, ref Divergence sum)
        {
            MultiplyAndMeasure(space, v, from, to, own, own + 8);
            sum = sum.With(new Divergence(own[8], own[9]));
        }

        private void Run(Phase next)
        {
            phase = next;
            sweep.team.Run(this, march.Ranges);
        }

        private void Copy(double[] source, int panel, int from, int to) =>
            source.AsSpan(from, to - from).CopyTo(new Span<double>(space[panel] + from, to - from));

        /// <summary>Adds up the two sums over the ranges.</summary>
        private void Gather(double* totals)
        {
            Divergence total = default;
            for (int range = 0; range < march.Ranges; range++)
                total = total.With(sums[range]);
            (totals[0], totals[1]) = (total.Value, total.Size);
        }
    }
}
