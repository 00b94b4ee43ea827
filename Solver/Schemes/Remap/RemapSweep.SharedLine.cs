using PdeDiffusion.Lanes;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <content>A single long line on two threads.</content>
internal sealed unsafe partial class RemapSweep
{
    /// <summary>Cells from which the work on a line outweighs waking a thread.</summary>
    private const int FewestShared = 4096;

    /// <summary>
    /// The sweep of one no-flux line as two tasks, of which one needs w and the other u alone: the first half of the diffusion and the
    /// parabolas; and the positions of the faces and the pivots of the second half. Then the averages, and the rest of the second half.
    /// Every value is computed by the operations of <see cref="Compose{TLanes}"/>: the bits do not depend on whether a line is shared.
    /// </summary>
    private sealed class SharedLine : IBlockWork
    {
        private readonly RemapSweep sweep;
        private readonly Scratch memory;
        private Workspace space;
        private int line, worker, broken;
        private bool gathers;
        private double* w;

        public SharedLine(RemapSweep sweep)
        {
            this.sweep = sweep;
            memory = new Scratch((ReversibleDiffusion.ScratchPanels + 1) * Panel);
        }

        private nint Panel => sweep.Pitch(1);

        /// <summary>As <see cref="RemapSweep.Compose{TLanes}"/> in second order; w = v/u is computed too.</summary>
        /// <returns>1 if the line violates a bound beyond repair, else 0.</returns>
        public int Compose(Workspace workspace, int only, int caller, bool adds)
        {
            (space, line, worker, gathers) = (workspace, only, caller, adds);
            sweep.team.Run(this, 2);
            sweep.Average<Lane>(space, line, worker, secondOrder: true, gathers, w);
            (double duration, DiffusionMethod method) = sweep.Substep(secondOrder: true);
            double* result = space[Result];
            for (int part = 0; part < sweep.Parts(secondOrder: true); part++)
            {
                sweep.diffusion.StepFactored(
                    result, space[MassNew], duration, method, memory.Start, Panel,
                    memory.Start + ReversibleDiffusion.ScratchPanels * Panel, result, space.Bounds);
                broken |= sweep.Diffused<Lane>(space, result, MassNew, secondOrder: true, method, gathers, line, worker);
            }

            return broken;
        }

        void IBlockWork.Run(int block, int executing)
        {
            if (block == 0)
            {
                DivideAndMeasure<Lane>(space, sweep.lines.Axis.Cells);
                broken = sweep.FirstHalf<Lane>(space, line, worker, secondOrder: true, gathers, out w);
                return;
            }

            sweep.Locate<Lane>(space, line, worker);
            if (sweep.Parts(secondOrder: true) == 0)
                return;
            (double duration, DiffusionMethod method) = sweep.Substep(secondOrder: true);
            sweep.diffusion.Factor(
                space[UNew], space[MassNew], duration, sweep.Correction(1), method, memory.Start, Panel);
        }
    }
}
