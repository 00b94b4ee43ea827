namespace PdeDiffusion.Schemes.Lines;

/// <summary>
/// The reduced system of a line that was cut (<see cref="LongLine"/>): the separators and the remaining cells, a tridiagonal matrix, cyclic
/// on a periodic line. Row i is linked to row i + 1 by <c>Up[i]</c> (rate from i to i + 1) and <c>Down[i]</c> (rate back), on a periodic
/// line the last row to row 0 likewise; <c>Rests[i]</c> is the excess of row i. Row form: (Rests_i + Up_i + Down_{i−1}) x_i − Down_{i−1}
/// x_{i−1} − Up_i x_{i+1} = Sides_i; column form: the transpose. Eliminated without subtraction (docs/numerics.md, 3.2).
/// </summary>
/// <param name="rows">Number of rows, at least 3.</param>
/// <param name="ring">Whether the last row is linked to the first.</param>
/// <param name="sides">Number of right-hand sides.</param>
internal sealed class SeparatorSystem(int rows, bool ring, int sides)
{
    private readonly double[] pivots = new double[rows];
    private readonly double[] wraps = new double[rows];

    public double[] Rests { get; } = new double[rows];

    public double[] Up { get; } = new double[rows];

    public double[] Down { get; } = new double[rows];

    /// <summary>Right sides; <see cref="Solve"/> changes them.</summary>
    public double[][] Sides { get; } = [.. Enumerable.Range(0, sides).Select(_ => new double[rows])];

    /// <summary>The solutions.</summary>
    public double[][] Values { get; } = [.. Enumerable.Range(0, sides).Select(_ => new double[rows])];

    /// <summary>Solves for the first <paramref name="count"/> right sides.</summary>
    /// <param name="byColumns">The column form.</param>
    public void Solve(int count, bool byColumns)
    {
        Eliminate(count, byColumns);
        int top = rows - 1;
        for (int index = 0; index < count; index++)
        {
            double[] values = Values[index], known = Sides[index], links = byColumns ? Down : Up;
            double last = values[top] = known[top] / pivots[top];
            for (int row = top - 1; row >= 0; row--)
            {
                double side = ring ? Math.FusedMultiplyAdd(wraps[row], last, known[row]) : known[row];
                values[row] = Math.FusedMultiplyAdd(links[row], values[row + 1], side) / pivots[row];
            }
        }
    }

    /// <summary>
    /// Eliminates rows 0 to N − 2 in turn; in the cyclic case each is also linked to the last row, which takes its share of the right-hand
    /// side.
    /// </summary>
    private void Eliminate(int count, bool byColumns)
    {
        int top = rows - 1;
        double rest = Rests[0], toLast = ring ? Down[top] : 0, fromLast = ring ? Up[top] : 0, lastRest = Rests[top];
        for (int row = 0; row < top; row++)
        {
            double pivot = pivots[row] = rest + toLast + Up[row];
            wraps[row] = byColumns ? fromLast : toLast;
            bool meets = ring && row == top - 1;
            if (meets)
            {
                toLast += Up[row];
                fromLast += Down[row];
            }

            if (ring)
            {
                lastRest = Math.FusedMultiplyAdd(fromLast / pivot, rest, lastRest);
                double given = (byColumns ? toLast : fromLast) / pivot;
                for (int index = 0; index < count; index++)
                    Sides[index][top] = Math.FusedMultiplyAdd(given, Sides[index][row], Sides[index][top]);
            }

            if (meets)
                break;
            double share = Down[row] / pivot, handed = byColumns ? Up[row] / pivot : share;
            rest = Math.FusedMultiplyAdd(share, rest, Rests[row + 1]);
            for (int index = 0; index < count; index++)
                Sides[index][row + 1] = Math.FusedMultiplyAdd(handed, Sides[index][row], Sides[index][row + 1]);
            toLast *= share;
            fromLast *= Up[row] / pivot;
        }

        pivots[top] = ring ? lastRest : rest;
    }
}
