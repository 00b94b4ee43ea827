using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <content>A single long line, shared by threads.</content>
internal sealed unsafe partial class RemapSweep
{
    /// <summary>
    /// The sweep of one long no-flux line in parabolic form, with the kernels of other lines: the diffusion in segments
    /// (<see cref="ReversibleDiffusion.Segments"/>), the rest in ranges of cells (<see cref="RemapMarch.Ranges"/>), four neighbours at once.
    /// Segments and ranges depend on the number of cells alone, and sums over them are taken in their order, so that the bits do not depend
    /// on the number of threads.
    /// </summary>
    private sealed class LongLineSweep : IBlockWork
    {
        // Of each range: two sums and their four parts each; then what the averages need.
        private const int Sums = 0, Parts = 2, Averages = 16, RangeSize = Averages;

        private readonly RemapSweep sweep;
        private readonly RemapMarch march;
        private readonly Scratch memory = new(RemapMarch.MostRanges * (RangeSize + RemapAverage.RangeSpace));
        private Workspace space;
        private double[] values = [];
        private Phase phase;

        public LongLineSweep(RemapSweep sweep)
        {
            this.sweep = sweep;
            march = sweep.marches[0];
            march.PrepareRanges();
        }

        /// <summary>What the ranges do next.</summary>
        private enum Phase
        {
            /// <summary>Copies u and v.</summary>
            Load,

            /// <summary>Masses and their sums, w = v/u.</summary>
            Divide,

            /// <summary>Values of w at the faces.</summary>
            Interpolate,

            /// <summary>The parabolas, and the old positions of the faces.</summary>
            March,

            /// <summary>The new averages.</summary>
            Average,

            /// <summary>v = u w.</summary>
            Multiply,

            /// <summary>Copies v back.</summary>
            Store,
        }

        /// <summary>Sweeps the only line of <paramref name="density"/>.</summary>
        public void Process(Workspace workspace, double[] density, bool gathers)
        {
            (space, values) = (workspace, density);
            int cells = sweep.lines.Axis.Cells;
            Run(Phase.Load);
            GhostCells.Fill(space[UOld], cells, 1, periodic: false);
            GhostCells.Fill(space[UNew], cells, 1, periodic: false);
            Run(Phase.Divide);
            Gather(space.Before);
            march.Place(
                space[MassOld], space[MassNew],
                new RemapCrossings(sweep.forward, sweep.axis, 0, sweep.meanWidth, sweep.uOld, sweep.uNew, sweep.step));
            int broken = sweep.FirstHalf<Lane>(space, 0, 0, secondOrder: true, gathers, out double* w);
            sweep.StartParabolas<Lane>(space, ref w);
            Run(Phase.Interpolate);
            Run(Phase.March);
            march.Join();
            Run(Phase.Average);
            double* averages = memory.Start + RemapMarch.MostRanges * RangeSize;
            RemapAverage.FinishRanges(
                march, cells, space[MassOld], space[MassNew], sweep.lowest, sweep.highest, space[Result], space[Deficits], averages,
                march.Ranges);
            if (gathers)
                sweep.unbalanced[0] += averages[0];
            broken |= sweep.SecondHalf<Lane>(space, 0, 0, secondOrder: true, gathers);
            Run(Phase.Multiply);
            Gather(space.After);
            if (sweep.Limit<Lane>(space, 0, 0, broken))
                Multiply<Lane>(space, cells);
            Run(Phase.Store);
        }

        void IBlockWork.Run(int block, int worker)
        {
            int from = march.RangeStart(block), to = march.RangeStart(block + 1);
            double* sums = memory.Start + block * RangeSize;
            switch (phase)
            {
                case Phase.Load:
                    Copy(sweep.uOld, UOld, from, to);
                    Copy(sweep.uNew, UNew, from, to);
                    Copy(values, Density, from, to);
                    break;
                case Phase.Divide:
                    sweep.Scale<Lane>(space, from, to);
                    DivideAndMeasure(space, from, to, sums + Parts, sums + Sums);
                    march.Survey(block, space[MassOld], space[MassNew]);
                    break;
                case Phase.Interpolate:
                    sweep.reconstruction.InterpolateRange(
                        space[Ratio], space[UOld], space[Deficits], from, to == sweep.lines.Axis.Cells ? to + 1 : to);
                    break;
                case Phase.March:
                    RemapReconstruction.LimitRange(space[Ratio], space[Deficits], space[Left], space[Right], space.Bounds, from, to);
                    march.March(block, space[MassOld], space[MassNew]);
                    break;
                case Phase.Average:
                    RemapAverage.ApplyRange(
                        march, sweep.lines.Axis.Cells, space[MassOld], space[MassNew], space[Ratio], space[Left], space[Right],
                        sweep.lowest, sweep.highest, space[Result], space[Deficits],
                        memory.Start + RemapMarch.MostRanges * RangeSize + block * RemapAverage.RangeSpace, from, to);
                    break;
                case Phase.Multiply:
                    MultiplyAndMeasure(space, from, to, sums + Parts, sums + Sums);
                    break;
                default:
                    new ReadOnlySpan<double>(space[Density] + from, to - from).CopyTo(values.AsSpan(from));
                    break;
            }
        }

        private void Run(Phase next)
        {
            phase = next;
            sweep.team.Run(this, march.Ranges);
        }

        private void Copy(double[] source, int panel, int from, int to) =>
            source.AsSpan(from, to - from).CopyTo(new Span<double>(space[panel] + from, to - from));

        /// <summary>Adds up two sums over the ranges.</summary>
        private void Gather(double* totals)
        {
            (totals[0], totals[1]) = (0, 0);
            for (int range = 0; range < march.Ranges; range++)
            {
                double* sums = memory.Start + range * RangeSize + Sums;
                totals[0] += sums[0];
                totals[1] += sums[1];
            }
        }
    }
}
