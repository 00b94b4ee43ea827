using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Schemes.Remap;

/// <content>A single long line in segments.</content>
internal sealed unsafe partial class ReversibleDiffusion
{
    /// <summary>True if <see cref="Segments"/> can take the step: not on periodic lines.</summary>
    public bool HasSegments => !periodic;

    /// <summary>
    /// The step on a single long no-flux line (<see cref="LongLine"/>): its segments are eliminated side by side in lanes by the kernel of
    /// periodic lines, and shared among threads; the separators are solved by <see cref="SeparatorSystem"/> (docs/numerics.md, 3.2). The
    /// last segment is filled up by cells without links, whose mass is lost in rounding.
    /// </summary>
    public sealed class Segments : IBlockWork
    {
        // Panels (cell, segment) of a group, with one cell beyond each end of a segment: those of a worker, then those that are kept until
        // the separators are known. Pairs of registers would be spilled to memory within the chain from cell to cell.
        private static readonly int PerGroup = RegisterWidth.IsEight ? Lanes8.Count : Lanes4.Count, Groups = LongLine.Segments / PerGroup;
        private const int Ratio = 0, Mass = 1, Shared = 2, Coupling = 0, Side = 1, Inverse = 2, Wrap = 3, Panels = 4;

        // Mass of a cell that fills up, of w = 1. A power of two: its row is solved without rounding.
        private const double Light = 1.0 / (1L << 60) / (1L << 60) / (1L << 60);

        private readonly ReversibleDiffusion diffusion;
        private readonly WorkerTeam team;
        private readonly int cells, length;
        private readonly Scratch[] scratch;
        private readonly Scratch memory;
        private readonly SeparatorSystem reduced = new(LongLine.Segments, ring: false, sides: 1);
        private double* w, u, mass, result;
        private double correction;
        private Form form;
        private Weights weights;
        private bool upward;

        public Segments(ReversibleDiffusion diffusion, WorkerTeam team)
        {
            this.diffusion = diffusion;
            this.team = team;
            cells = diffusion.cells;
            length = (cells + LongLine.Segments - 1) / LongLine.Segments;
            scratch = Scratch.ForWorkers(team.Threads, 2 * LineSize + Shared * PanelSize);
            memory = new Scratch(Groups * GroupSize);
        }

        /// <summary>Doubles that may be read and written beyond the last cell of a line.</summary>
        public const int Beyond = LongLine.Segments + 2;

        private nint PanelSize => (nint)(length + 2) * PerGroup;

        /// <summary>The links, or the rates, of a group's cells and of a few beyond.</summary>
        private nint LineSize => (nint)length * PerGroup + 8;

        private nint GroupSize => (Ends.Rows + 4) * PerGroup + Panels * PanelSize;

        /// <summary>As <see cref="Step{TLanes}"/>; w gets ghost cells.</summary>
        public void Step(
            double* ratios, double* densities, double* masses, double duration, double change, DiffusionMethod method, double* solution,
            double* range)
        {
            w = ratios;
            u = densities;
            mass = masses;
            result = solution;
            correction = change;
            (form, weights) = (diffusion.FormOf(duration, method), diffusion.WeightsOf(duration, method));
            GhostCells.Fill(w, cells, 1, periodic: false);
            upward = true;
            team.Run(this, Groups);
            Join();
            reduced.Solve(1, byColumns: false);
            upward = false;
            team.Run(this, Groups);
            (range[0], range[1], range[2], range[3]) = (double.PositiveInfinity, double.NegativeInfinity, 0, 0);
            for (int segment = 0; segment < LongLine.Segments; segment++)
            {
                double* ranges = RangesOf(segment / PerGroup) + segment % PerGroup;
                range[0] = Math.Min(range[0], ranges[0]);
                range[1] = Math.Max(range[1], ranges[PerGroup]);
                range[2] += EndsOf(segment / PerGroup)[Ends.Handed * PerGroup + segment % PerGroup];
                range[3] += ranges[3 * PerGroup];
            }
        }

        void IBlockWork.Run(int block, int worker)
        {
            if (upward)
                Up(block, scratch[worker].Start);
            else
                Down(block, scratch[worker].Start);
        }

        private void Up(int group, double* own)
        {
            switch (form)
            {
                case Form.Euler:
                    Up<Euler, Mean>(group, own);
                    break;
                case Form.Graded:
                    Up<Compact, Mean>(group, own);
                    break;
                case Form.Compact:
                    Up<Compact, Fourth>(group, own);
                    break;
                default:
                    Up<Curved, Fourth>(group, own);
                    break;
            }
        }

        private void Up<TMethod, TFace>(int group, double* own)
            where TMethod : struct
            where TFace : struct
        {
            // One link beyond the cells next to the group, which a curved step needs the rates of; no link beyond the walls.
            int start = group * PerGroup * length, end = start + PerGroup * length;
            int first = Math.Max(start - 2, 0), last = Math.Min(end + 1, cells - 1);
            double* links = own + 2 - start, rates = links + LineSize;
            for (int link = start - 2; link < 0; link++)
                links[link] = 0;
            diffusion.CoupleAlong<TMethod, TFace>(u, correction, links, first, last);
            for (int link = last; link <= end; link++)
                links[link] = 0;
            double* ratios = OwnPanel(own, Ratio), masses = OwnPanel(own, Mass);
            Load(links, group, At(group, Coupling));
            Load(w, group, ratios);
            Load(mass, group, masses);
            if (typeof(TMethod) == typeof(Curved))
            {
                int from = Math.Max(start - 1, 0), to = Math.Min(end + 1, cells);
                nint done = from + ((to - from) & ~3);
                rates[start - 1] = 0;
                for (int cell = to; cell <= end; cell++)
                    rates[cell] = 0;
                Rate<Lanes4, LinePanel.Along>(w, mass, links, rates, from, done, Lanes4.Create(0));
                Rate<Lane, LinePanel.Along>(w, mass, links, rates, done, to, Lane.Create(0));
                Load(rates, group, At(group, Side));
            }

            FillUp(ratios, masses, end);
            Space space = SpaceOf(group);
            if (RegisterWidth.IsEight)
                EliminateUp<Lanes8, TMethod, Separated>(ratios, masses, weights, space, length, EndsOf(group));
            else
                EliminateUp<Lanes4, TMethod, Separated>(ratios, masses, weights, space, length, EndsOf(group));
        }

        private void Down(int group, double* own)
        {
            Space space = SpaceOf(group);
            double* ends = space.Sides + (nint)(length - 1) * PerGroup, solution = OwnPanel(own, Ratio);
            for (int lane = 0; lane < PerGroup; lane++)
            {
                int segment = group * PerGroup + lane;
                ends[lane] = reduced.Values[0][segment];
                ends[PerGroup + lane] = segment > 0 ? reduced.Values[0][segment - 1] : 0;
            }

            if (RegisterWidth.IsEight)
                SubstituteDown<Lanes8, Separated>(space, length, solution, RangesOf(group));
            else
                SubstituteDown<Lanes4, Separated>(space, length, solution, RangesOf(group));
            if (group == Groups - 1)
                LeaveOut(solution);
            Panel.Store(solution, PerGroup, length, result + (nint)group * PerGroup * length, length);
        }

        /// <summary>The rows of the separators, each with what the segment on its right adds.</summary>
        private void Join()
        {
            for (int segment = 0; segment < LongLine.Segments; segment++)
            {
                double* ends = EndsOf(segment / PerGroup) + segment % PerGroup;
                reduced.Rests[segment] = ends[Ends.Rest * PerGroup];
                reduced.Sides[0][segment] = ends[Ends.Side * PerGroup];
                if (segment == 0)
                    continue;
                reduced.Rests[segment - 1] += ends[Ends.LeftRest * PerGroup];
                reduced.Sides[0][segment - 1] += ends[Ends.LeftSide * PerGroup];
                reduced.Up[segment - 1] = reduced.Down[segment - 1] = ends[Ends.Link * PerGroup];
            }
        }

        /// <summary>Cells beyond the line.</summary>
        private void FillUp(double* ratios, double* masses, int end)
        {
            for (int cell = cells - (end - length); cell <= length; cell++)
            {
                ratios[(nint)cell * PerGroup + PerGroup - 1] = 1;
                masses[(nint)cell * PerGroup + PerGroup - 1] = Light;
            }
        }

        /// <summary>The range of the last segment without the cells beyond the line.</summary>
        private void LeaveOut(double* solution)
        {
            double* ranges = RangesOf(Groups - 1) + PerGroup - 1;
            int count = cells - (LongLine.Segments - 1) * length;
            if (count == length)
                return;
            (double least, double most) = (double.PositiveInfinity, double.NegativeInfinity);
            for (int cell = 0; cell < count; cell++)
            {
                double value = solution[(nint)cell * PerGroup + PerGroup - 1];
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }

            (ranges[0], ranges[PerGroup]) = (least, most);
        }

        private void Load(double* line, int group, double* panel) =>
            Panel.Load(line + (nint)group * PerGroup * length - 1, length, PerGroup, length + 2, panel - PerGroup);

        /// <summary>The first cell of a panel of a worker.</summary>
        private double* OwnPanel(double* own, int panel) => own + 2 * LineSize + panel * PanelSize + PerGroup;

        private double* EndsOf(int group) => memory.Start + group * GroupSize;

        /// <summary>Four rows: minimum and maximum of w, none, implicit fluxes.</summary>
        private double* RangesOf(int group) => EndsOf(group) + Ends.Rows * PerGroup;

        /// <summary>The first cell of a panel that is kept.</summary>
        private double* At(int group, int panel) => RangesOf(group) + 5 * PerGroup + panel * PanelSize;

        private Space SpaceOf(int group) =>
            new(At(group, Coupling), At(group, Inverse), At(group, Side), At(group, Wrap));
    }
}
