namespace PdeDiffusion.Grids;

/// <summary>
/// The target cell width H(x) on an interval: the minimum over the requested intervals [from, to], its own width inside and growing at a
/// slope α outside, and of a coarsest width. H is Lipschitz with constant α, and piecewise linear; with s = ∫ dx/H cells of equal length in
/// s have widths whose neighbours differ by a factor e^α at most.
/// </summary>
internal sealed class SizeFunction
{
    private readonly List<Piece> pieces = [];
    private readonly double slope;

    /// <param name="requests">Intervals, which may overlap and reach beyond the ends, and their widths &gt; 0.</param>
    /// <param name="coarsest">The largest width.</param>
    /// <param name="slope">α &gt; 0.</param>
    public SizeFunction(
        double from, double to, IReadOnlyList<(double From, double To, double Width)> requests, double coarsest, double slope)
    {
        this.slope = slope;
        double[] places =
            [.. requests.SelectMany(request => new[] { request.From, request.To }).Append(from).Append(to).Distinct().Order()];
        double[] inside = Inside(places, requests, coarsest);

        // What reaches each place from the left and from the right, by the slope.
        double[] at = new double[places.Length];
        for (int place = 0; place < places.Length; place++)
        {
            double own = Math.Min(place > 0 ? inside[place - 1] : coarsest, place < inside.Length ? inside[place] : coarsest);
            at[place] = place == 0 ? own : Math.Min(own, at[place - 1] + slope * (places[place] - places[place - 1]));
        }

        for (int place = places.Length - 2; place >= 0; place--)
            at[place] = Math.Min(at[place], at[place + 1] + slope * (places[place + 1] - places[place]));
        for (int place = 0; place + 1 < places.Length; place++)
        {
            if (places[place] >= from && places[place + 1] <= to)
                AddPieces(places[place], places[place + 1], at[place], at[place + 1], inside[place]);
        }
    }

    /// <summary>∫ dx/H: the number of cells.</summary>
    public double Length => pieces.Count == 0 ? 0 : pieces[^1].Start + pieces[^1].Length;

    /// <summary>Faces at equal distances in s.</summary>
    public double[] Faces(int cells)
    {
        var faces = new double[cells + 1];
        int piece = 0;
        for (int face = 0; face <= cells; face++)
        {
            double s = Length * ((double)face / cells);
            while (piece + 1 < pieces.Count && s > pieces[piece + 1].Start)
                piece++;
            faces[face] = pieces[piece].At(s);
        }

        return faces;
    }

    /// <summary>The smallest requested width within each interval between two places.</summary>
    private static double[] Inside(double[] places, IReadOnlyList<(double From, double To, double Width)> requests, double coarsest)
    {
        var inside = new double[Math.Max(0, places.Length - 1)];
        var active = new SortedSet<(double Width, int Index)>();
        int[] starts = [.. Enumerable.Range(0, requests.Count).OrderBy(index => requests[index].From)];
        int[] ends = [.. Enumerable.Range(0, requests.Count).OrderBy(index => requests[index].To)];
        int started = 0, ended = 0;
        for (int place = 0; place < inside.Length; place++)
        {
            for (; started < starts.Length && requests[starts[started]].From <= places[place]; started++)
                active.Add((requests[starts[started]].Width, starts[started]));
            for (; ended < ends.Length && requests[ends[ended]].To <= places[place]; ended++)
                active.Remove((requests[ends[ended]].Width, ends[ended]));
            inside[place] = active.Count == 0 ? coarsest : Math.Min(coarsest, active.Min.Width);
        }

        return inside;
    }

    /// <summary>
    /// Increasing from the left end, constant at the requested width inside, decreasing to the right end; or without a constant part.
    /// </summary>
    private void AddPieces(double left, double right, double atLeft, double atRight, double level)
    {
        double top = Math.Min(level, 0.5 * (atLeft + atRight + slope * (right - left)));
        double up = Math.Min(right, left + Math.Max(0, top - atLeft) / slope);
        double down = Math.Max(up, right - Math.Max(0, top - atRight) / slope);
        Add(left, up, atLeft, slope);
        Add(up, down, top, 0);
        Add(down, right, top, -slope);
    }

    private void Add(double from, double to, double width, double rise)
    {
        double length = to - from;
        if (length > 0)
            pieces.Add(new Piece(Length, rise == 0 ? length / width : Math.Log(1 + rise * length / width) / rise, from, width, rise));
    }

    /// <summary>An interval on which H is linear.</summary>
    private readonly record struct Piece(double Start, double Length, double From, double Width, double Rise)
    {
        public double At(double s) =>
            Rise == 0 ? From + (s - Start) * Width : From + Width * (Math.Exp(Rise * (s - Start)) - 1) / Rise;
    }
}
