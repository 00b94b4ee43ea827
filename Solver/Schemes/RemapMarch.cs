namespace PdeDiffusion.Schemes;

/// <summary>
/// Where the faces of a line's cells stood one step later in forward time, in the mass coordinate m = ∫ u: the face between the new cells e
/// − 1 and e lies in old cell <c>Cell(e)</c> with the share <c>Share(e)</c> of that cell's mass below it. Faces are found by marching
/// through the old and new cell masses together, away from anchors: the two ends of a no-flux line, and the bottoms of valleys of u, where
/// the mass Φ that crossed the face is asked for. From there u rises, so nothing small is ever left over from the difference of two large
/// masses, and positions keep their accuracy relative to the old cell's mass in both tails and in valleys however deep. Where two marches
/// meet, at a maximum of u, the new cell takes up the rounding.
/// </summary>
internal sealed unsafe class RemapMarch(int cells, bool periodic)
{
    // A dip counts as a valley if u falls by this factor and rises by it again: less deep ones cost a digit, not the result.
    private const double Depth = 16;

    private readonly int[] homes = new int[2 * cells + 1];
    private readonly double[] shares = new double[2 * cells + 1];

    /// <summary>
    /// Finds the old positions of the faces of one line; masses are <paramref name="stride"/> doubles apart, in units of u.
    /// </summary>
    public void Locate(double* old, double* now, nint stride, in RemapCrossings crossings)
    {
        int start = 0;
        if (periodic)
        {
            for (int cell = 1; cell < cells; cell++)
            {
                if (Hollow(old, now, cell * stride) < Hollow(old, now, start * stride))
                    start = cell;
            }
        }

        if (periodic)
            Anchor(old, stride, start, crossings.At(start));
        else
            Set(0, 0, 0);

        int anchor = start, peak = start, valley = start;
        double summit = now[start * stride], high = summit, low = summit, deepest = summit;
        bool falling = false;
        for (int cell = start + 1; cell < start + cells; cell++)
        {
            double mass = now[Wrap(cell) * stride];
            if (falling)
            {
                low = Math.Min(low, mass);
                double hollow = Hollow(old, now, Wrap(cell) * stride);
                if (hollow < deepest)
                {
                    deepest = hollow;
                    valley = cell;
                }

                if (!(mass > Depth * low))
                    continue;
                int face = Hollow(old, now, Wrap(valley - 1) * stride) < Hollow(old, now, Wrap(valley + 1) * stride) ? valley : valley + 1;
                double crossing = crossings.At(Wrap(face));
                if (!double.IsNaN(crossing))
                {
                    Anchor(old, stride, face, crossing);
                    Close(old, now, stride, anchor, face, peak);
                    anchor = face;
                    peak = cell;
                    summit = mass;
                }

                falling = false;
                high = mass;
            }
            else
            {
                high = Math.Max(high, mass);
                if (mass * Depth < high)
                {
                    falling = true;
                    low = mass;
                    deepest = Hollow(old, now, Wrap(cell) * stride);
                    valley = cell;
                }
            }

            if (mass > summit)
            {
                summit = mass;
                peak = cell;
            }
        }

        if (periodic)
            Set(start + cells, homes[start] + cells, shares[start]);
        else
            Set(cells, cells - 1, 1);
        Close(old, now, stride, anchor, start + cells, peak);
        if (periodic)
        {
            for (int face = 0; face < start; face++)
                Set(face, homes[face + cells] - cells, shares[face + cells]);
        }
    }

    /// <summary>
    /// Averages of the old parabolas over the new cells, each a mean with non-negative weights, kept within the bounds. Without parabolas
    /// (<paramref name="left"/> null) w is constant in each cell.
    /// </summary>
    public void Average(double* old, double* w, double* left, double* right, nint stride, double lowest, double highest, double* result)
    {
        for (int cell = 0; cell < cells; cell++)
        {
            int from = homes[cell], to = homes[cell + 1];
            double low = shares[cell], high = shares[cell + 1];
            double value;
            if (to == from)
            {
                value = Mean(w, left, right, Wrap(from) * stride, low, high);
            }
            else
            {
                nint first = Wrap(from) * stride, last = Wrap(to) * stride;
                double mass = (1 - low) * old[first], other = high * old[last];
                double sum = mass * Mean(w, left, right, first, low, 1) + other * Mean(w, left, right, last, 0, high);
                mass += other;
                for (int between = from + 1; between < to; between++)
                {
                    nint whole = Wrap(between) * stride;
                    mass += old[whole];
                    sum += old[whole] * w[whole];
                }

                value = mass > 0 ? sum / mass : left == null ? w[last] : left[last];
            }

            result[cell * stride] = Math.Min(Math.Max(value, lowest), highest);
        }
    }

    /// <summary>
    /// What is least at the bottom of a valley: of the new masses, which may be equal along a floor, and of the old ones, which tell where
    /// on the floor the fewest have crossed.
    /// </summary>
    private static double Hollow(double* old, double* now, nint at) => Math.Sqrt(old[at]) * Math.Sqrt(now[at]);

    /// <summary>Mean over the shares [low, high] of a cell's mass.</summary>
    private static double Mean(double* w, double* left, double* right, nint at, double low, double high)
    {
        double mean = w[at];
        if (left == null)
            return mean;
        double down = left[at] - mean, up = right[at] - mean, sum = low + high;
        double curve = -3 * (up + down);
        return mean + (down + 0.5 * (up - down) * sum + curve * (0.5 * sum - (1.0 / 3) * (low * low + high * sum)));
    }

    /// <summary>
    /// Marches up from anchor <paramref name="low"/> to the peak cell and down to it from anchor <paramref name="high"/>.
    /// </summary>
    private void Close(double* old, double* now, nint stride, int low, int high, int peak)
    {
        int home = homes[low], limit = homes[high];
        double size = old[Wrap(home) * stride], used = shares[low] * size;
        for (int face = low + 1; face <= peak; face++)
        {
            double need = now[Wrap(face - 1) * stride];
            while (used + need > size && home < limit)
            {
                need = Math.Max(0, need - (size - used));
                used = 0;
                home++;
                size = old[Wrap(home) * stride];
            }

            used += need;
            Set(face, home, Math.Min(1, used / size));
        }

        int floor = home;
        home = limit;
        size = old[Wrap(home) * stride];
        used = (1 - shares[high]) * size;
        for (int face = high - 1; face > peak; face--)
        {
            double need = now[Wrap(face) * stride];
            while (used + need > size && home > floor)
            {
                need = Math.Max(0, need - (size - used));
                used = 0;
                home--;
                size = old[Wrap(home) * stride];
            }

            used += need;
            Set(face, home, Math.Max(0, 1 - used / size));
        }

        // Rounding, or crossings that do not fit the masses, must not turn the order of faces round.
        for (int face = Math.Max(low, peak) + 1; face <= high; face++)
        {
            if (homes[face] == homes[face - 1] && shares[face] < shares[face - 1])
                shares[face] = shares[face - 1];
            else if (homes[face] < homes[face - 1])
                Set(face, homes[face - 1], shares[face - 1]);
        }
    }

    /// <summary>The position that lies a mass <paramref name="crossing"/> above a face of the old cells.</summary>
    private void Anchor(double* old, nint stride, int face, double crossing)
    {
        int home = crossing >= 0 ? face : face - 1;
        int end = periodic ? (crossing >= 0 ? home + cells - 1 : home - cells + 1) : crossing >= 0 ? cells - 1 : 0;
        double rest = Math.Abs(crossing), size = old[Wrap(home) * stride];
        while (rest > size && home != end)
        {
            rest -= size;
            home += crossing >= 0 ? 1 : -1;
            size = old[Wrap(home) * stride];
        }

        double share = Math.Min(1, rest / size);
        Set(face, home, crossing >= 0 ? share : 1 - share);
    }

    private void Set(int face, int home, double share)
    {
        homes[face] = home;
        shares[face] = share;
    }

    private int Wrap(int cell) => cell < 0 ? (cell % cells + cells) % cells : cell < cells ? cell : cell % cells;
}

/// <summary>The crossings Φ of one line in the units of its cell masses (divided by the mean width).</summary>
internal readonly ref struct RemapCrossings(
    IForwardSweeps sweeps, int axis, int line, double meanWidth, double[] later, double[] earlier, GenerationStep step)
{
    /// <summary>Φ at the lower face of a cell.</summary>
    public double At(int face) => sweeps.Crossing(axis, line, face, later, earlier, step) / meanWidth;
}
