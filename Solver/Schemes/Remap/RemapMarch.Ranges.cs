using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PdeDiffusion.Lanes;
using PdeDiffusion.Schemes.Lines;

namespace PdeDiffusion.Schemes.Remap;

/// <content>
/// A single long no-flux line in ranges of cells, which threads march through at once. Where the first face of a range lies follows from
/// the masses between it and its anchor, added block by block in twice the precision; a range so starts as exactly as if the march had
/// come there. The ranges depend on the number of cells alone, hence the positions too.
/// </content>
internal sealed unsafe partial class RemapMarch
{
    /// <summary>Most ranges of a line.</summary>
    public const int MostRanges = 16;

    /// <summary>Cells that are added up together; ranges begin at multiples.</summary>
    public const int Block = 64;

    // Of each block: the sums of its old and new masses in twice the precision, its largest and its smallest new mass.
    private Sum[] oldSums = [], newSums = [];
    private double[] blockMost = [], blockLeast = [];

    // Donor of the first face of each range, and the mass of the donor that is used up: below the face, or above it if it is marched to
    // from above.
    private readonly int[] rangeDonors = new int[MostRanges + 1];
    private readonly double[] rangeUsed = new double[MostRanges + 1];

    /// <summary>The number of ranges of a line, <see cref="RangeStart"/> tells which.</summary>
    public int Ranges => (cells + RangeCells - 1) / RangeCells;

    /// <summary>Cells of a range: a multiple of <see cref="Block"/>.</summary>
    private int RangeCells => (cells / MostRanges + Block) / Block * Block;

    public int RangeStart(int range) => Math.Min(range * RangeCells, cells);

    /// <summary>Allocates what ranges need.</summary>
    public void PrepareRanges()
    {
        int blocks = (cells + Block - 1) / Block;
        (oldSums, newSums) = (new Sum[blocks], new Sum[blocks]);
        (blockMost, blockLeast) = (new double[blocks], new double[blocks]);
    }

    /// <summary>Adds up the masses of some blocks of cells, before <see cref="Place"/>.</summary>
    public void Survey(int from, int to, double* massOld, double* massNew)
    {
        for (int start = from; start < to; start += Block)
        {
            int count = Math.Min(Block, cells - start), block = start / Block;
            oldSums[block] = AddUp(massOld + start, count, out _, out _);
            newSums[block] = AddUp(massNew + start, count, out blockLeast[block], out blockMost[block]);
        }
    }

    /// <summary>Finds the anchors, and from them where the first face of each range lies.</summary>
    public void Place(double* massOld, double* massNew, in RemapCrossings crossings)
    {
        if (MayHaveValley())
        {
            FindSummits<Lane, NoFlux>(massOld, massNew, Spill);
            SetAnchors<Lane>(0, massOld, massNew, Spill[0] > 0, crossings);
        }
        else
        {
            double most = blockMost.Max();
            int peak = Array.IndexOf(blockMost, most) * Block;
            while (massNew[peak] < most)
                peak++;
            (Starts[0], Summits[0]) = (0, peak);
            SetAnchors<Lane>(0, massOld, massNew, hasValley: false, crossings);
        }

        for (int stretch = 0; stretch < counts[0]; stretch++)
        {
            Walk(massOld, massNew, stretch, 1);
            Walk(massOld, massNew, stretch, -1);
        }
    }

    /// <summary>Marches to all faces of a range but the upper one of its last cell, which is the first of the next range.</summary>
    public void March(int range, double* massOld, double* massNew)
    {
        int first = RangeStart(range), end = RangeStart(range + 1);
        for (int stretch = 0; stretch < counts[0]; stretch++)
        {
            int face = Math.Max(faces[stretch], first), peak = Math.Min(peaks[stretch], end - 1);
            if (face <= peak && face < end)
            {
                if (face == faces[stretch])
                    Up(massOld, massNew, face, donors[stretch], shares[stretch] * massOld[donors[stretch]], peak, donors[stretch + 1]);
                else
                    Up(massOld, massNew, face, rangeDonors[range], rangeUsed[range], peak, donors[stretch + 1]);
            }

            int above = faces[stretch + 1], top = Math.Min(above, end);
            peak = Math.Max(peaks[stretch], first);
            if (top <= first || peaks[stretch] >= top)
                continue;
            if (top == above)
            {
                int donor = donors[stretch + 1];
                Down(massOld, massNew, top, donor, (1 - shares[stretch + 1]) * massOld[donor], peak, donors[stretch]);
            }
            else
            {
                Down(massOld, massNew, top, rangeDonors[range + 1], rangeUsed[range + 1], peak, donors[stretch]);
            }

            // The first face of a range has been placed.
            if (peaks[stretch] < first && faces[stretch] < first)
                Set(first, rangeDonors[range], 1 - rangeUsed[range] / massOld[rangeDonors[range]]);
        }

        if (end == cells)
            Set(cells, donors[counts[0]], shares[counts[0]]);
    }

    /// <summary>
    /// Rounding, or crossings that do not fit the masses, must not turn the order of faces round: a range starts nowhere below the faces
    /// of those before it.
    /// </summary>
    public void Join()
    {
        (int donor, double share) = (CommonDonors[0], Shares[0]);
        for (int range = 0; range < Ranges; range++)
        {
            int first = RangeStart(range), end = RangeStart(range + 1);
            if (IsBehind(first, donor, share))
                Set(first, donor, share);
            Raise(first);
            for (int stretch = 0; stretch < counts[0]; stretch++)
            {
                // Between the first face of a range and these, positions only increase.
                Raise(Math.Min(peaks[stretch], end - 1));
                Raise(Math.Min(faces[stretch + 1], end) - 1);
            }

            void Raise(int face)
            {
                if (face >= first && !IsBehind(face, donor, share))
                    (donor, share) = (CommonDonors[face], Shares[face]);
            }
        }
    }

    private bool IsBehind(int face, int donor, double share) =>
        CommonDonors[face] < donor || (CommonDonors[face] == donor && Shares[face] < share);

    private void Set(int face, int donor, double share)
    {
        CommonDonors[face] = donor;
        Shares[face] = Math.Min(1, Math.Max(0, share));
    }

    /// <summary>False if no block's smallest mass is a valley between the largest of the blocks around it, and so no cell is one.</summary>
    private bool MayHaveValley()
    {
        double high = 0, low = double.PositiveInfinity;
        for (int block = 0; block < blockMost.Length; block++)
        {
            high = Math.Max(high, blockMost[block]);
            if (high > Depth * blockLeast[block])
                low = Math.Min(low, blockLeast[block]);
            if (blockMost[block] > Depth * low)
                return true;
        }

        return false;
    }

    /// <summary>Places the first faces of ranges between an anchor and the summit above it (1) or below it (−1).</summary>
    private void Walk(double* massOld, double* massNew, int stretch, int way)
    {
        int anchor = way > 0 ? stretch : stretch + 1, limit = donors[way > 0 ? stretch + 1 : stretch];
        int face = faces[anchor], donor = donors[anchor], peak = peaks[stretch];
        Sum filled = new Sum(0, 0).With(massOld[donor] * (way > 0 ? shares[anchor] : 1 - shares[anchor])), used = new(0, 0);
        int range = way > 0 ? face / RangeCells + 1 : (face - 1) / RangeCells;
        for (; range > 0 && range < Ranges; range += way)
        {
            int target = RangeStart(range);
            if (way > 0 ? target > peak : target <= peak)
                return;
            while (face != target)
            {
                int cell = way > 0 ? face : face - 1;
                bool whole = IsWhole(cell, way, (target - face) * way);
                filled = whole ? filled.With(newSums[cell / Block]) : filled.With(massNew[cell]);
                face += way * (whole ? Block : 1);
            }

            for (bool skips = true; (limit - donor) * way > 0;)
            {
                bool whole = skips && IsWhole(donor, way, (limit - donor) * way);
                Sum next = whole ? used.With(oldSums[donor / Block]) : used.With(massOld[donor]);
                if (filled.Minus(next) > 0)
                {
                    used = next;
                    donor += way * (whole ? Block : 1);
                    continue;
                }

                if (!whole)
                    break;
                skips = false;
            }

            rangeDonors[range] = donor;
            rangeUsed[range] = Math.Max(0, filled.Minus(used));
        }
    }

    /// <summary>Whether a block begins at a cell, in the direction of the march, and is not longer than <paramref name="left"/>.</summary>
    private static bool IsWhole(int cell, int way, int left) => left >= Block && (cell & (Block - 1)) == (way > 0 ? 0 : Block - 1);

    /// <summary>
    /// Faces from one whose position is given up to <paramref name="last"/>. Four faces in four neighbouring old cells, as is usual, are
    /// found by one comparison.
    /// </summary>
    [MethodImpl(KernelMethod.Own)]
    private void Up(double* massOld, double* massNew, int face, int donor, double used, int last, int limit)
    {
        double* places = Shares;
        int* common = CommonDonors;
        double size = massOld[donor];
        common[face] = donor;
        places[face] = Math.Min(1, used / size);
        while (face < last)
        {
            if (face + 4 <= last && donor + 4 <= limit)
            {
                double first = used + (massNew[face] - size), second = first + (massNew[face + 1] - massOld[donor + 1]);
                double third = second + (massNew[face + 2] - massOld[donor + 2]), fourth = third + (massNew[face + 3] - massOld[donor + 3]);
                var parts = new Lanes4(Vector256.Create(first, second, third, fourth));
                Lanes4 sizes = Lanes4.Load(massOld + donor + 1);
                if (Lanes4.AllPositive(parts) && !Lanes4.AnyPositive(parts - sizes))
                {
                    (parts / sizes).Store(places + face + 1);
                    for (int next = 1; next <= 4; next++)
                        common[face + next] = donor + next;
                    (face, donor, used) = (face + 4, donor + 4, fourth);
                    size = massOld[donor];
                    continue;
                }
            }

            double need = massNew[face], filled = used + need;
            while (filled > size && donor < limit)
            {
                need = Math.Max(0, need - (size - used));
                used = 0;
                size = massOld[++donor];
                filled = need;
            }

            used = filled;
            common[++face] = donor;
            places[face] = Math.Min(1, used / size);
        }
    }

    /// <summary>The same downward from a face whose position is given, to all above <paramref name="peak"/>.</summary>
    [MethodImpl(KernelMethod.Own)]
    private void Down(double* massOld, double* massNew, int face, int donor, double used, int peak, int limit)
    {
        double* places = Shares;
        int* common = CommonDonors;
        double size = massOld[donor];
        Lanes4 one = Lanes4.Create(1);
        while (face - 1 > peak)
        {
            if (face - 4 > peak && donor - 4 >= limit)
            {
                double first = used + (massNew[face - 1] - size), second = first + (massNew[face - 2] - massOld[donor - 1]);
                double third = second + (massNew[face - 3] - massOld[donor - 2]), fourth = third + (massNew[face - 4] - massOld[donor - 3]);
                var parts = new Lanes4(Vector256.Create(fourth, third, second, first));
                Lanes4 sizes = Lanes4.Load(massOld + donor - 4);
                if (Lanes4.AllPositive(parts) && !Lanes4.AnyPositive(parts - sizes))
                {
                    (one - parts / sizes).Store(places + face - 4);
                    for (int next = 1; next <= 4; next++)
                        common[face - next] = donor - next;
                    (face, donor, used) = (face - 4, donor - 4, fourth);
                    size = massOld[donor];
                    continue;
                }
            }

            double need = massNew[face - 1], filled = used + need;
            while (filled > size && donor > limit)
            {
                need = Math.Max(0, need - (size - used));
                used = 0;
                size = massOld[--donor];
                filled = need;
            }

            used = filled;
            common[--face] = donor;
            places[face] = Math.Max(0, 1 - used / size);
        }
    }

    /// <summary>The sum of a few masses in twice the precision, the smallest and the largest.</summary>
    [MethodImpl(KernelMethod.Own)]
    private static Sum AddUp(double* mass, int count, out double least, out double most)
    {
        Lanes4 sum = Lanes4.Create(0), error = sum, smallest = Lanes4.Create(mass[0]), largest = smallest;
        int cell = 0;
        for (; cell + 4 <= count; cell += 4)
        {
            Lanes4 added = Lanes4.Load(mass + cell), next = sum + added, part = next - sum;
            error += sum - (next - part) + (added - part);
            sum = next;
            smallest = Lanes4.Min(smallest, added);
            largest = Lanes4.Max(largest, added);
        }

        double* parts = stackalloc double[8];
        sum.Store(parts);
        error.Store(parts + 4);
        (least, most) = (Lanes4.Least(smallest), Lanes4.Greatest(largest));
        var total = new Sum(0, 0);
        for (int lane = 0; lane < 4; lane++)
            total = total.With(new Sum(parts[lane], parts[4 + lane]));
        for (; cell < count; cell++)
        {
            total = total.With(mass[cell]);
            (least, most) = (Math.Min(least, mass[cell]), Math.Max(most, mass[cell]));
        }

        return total;
    }

    /// <summary>High + Low, a number of twice the precision (D. E. Knuth, T. J. Dekker).</summary>
    private readonly record struct Sum(double High, double Low)
    {
        public Sum With(double value) => With(new Sum(value, 0));

        public Sum With(Sum other)
        {
            double high = High + other.High, part = high - High;
            double low = High - (high - part) + (other.High - part) + (Low + other.Low), total = high + low;
            return new Sum(total, low - (total - high));
        }

        public double Minus(Sum other) => High - other.High + (Low - other.Low);
    }
}
