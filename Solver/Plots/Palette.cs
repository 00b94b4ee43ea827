namespace PdeDiffusion.Plots;

/// <summary>
/// Few colours that stand for all of some pictures: these colours themselves if they are few enough. Otherwise the set of colours is split,
/// again and again the part with the greatest sum of squared deviations over all pixels at the mean of its widest channel (Wan, Wong and
/// Prusinkiewicz 1988), and each part is replaced by its mean.
/// </summary>
internal sealed class Palette
{
    private readonly Dictionary<uint, byte> places = [];

    private Palette(uint[] colours) => Colours = colours;

    /// <summary>0xRRGGBB.</summary>
    public uint[] Colours { get; }

    /// <param name="most">Largest number of colours, 2 to 256.</param>
    public static Palette Of(IEnumerable<Picture> pictures, int most)
    {
        var counts = new Dictionary<uint, int>();
        foreach (Picture picture in pictures)
        {
            for (int pixel = 0; pixel < picture.Pixels.Length;)
            {
                uint colour = picture.Pixels[pixel];
                int run = picture.Pixels.AsSpan(pixel).IndexOfAnyExcept(colour);
                run = run < 0 ? picture.Pixels.Length - pixel : run;
                counts[colour] = counts.GetValueOrDefault(colour) + run;
                pixel += run;
            }
        }

        // In order, so that the same pictures have the same palette.
        Part.Entry[] entries = [.. counts.OrderBy(pair => pair.Key).Select(pair => new Part.Entry(pair.Key, pair.Value))];
        if (entries.Length <= most)
            return new Palette([.. entries.Select(entry => entry.Colour)]);
        var parts = new List<Part> { new(entries) };
        while (parts.Count < most)
        {
            Part widest = parts.MaxBy(part => part.Spread)!;
            parts.Remove(widest);
            parts.AddRange(widest.Split());
        }

        return new Palette([.. parts.Select(part => part.Mean)]);
    }

    /// <summary>The place of the colour nearest to each pixel.</summary>
    public byte[] PlacesOf(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var found = new byte[picture.Pixels.Length];
        for (int pixel = 0; pixel < found.Length; pixel++)
        {
            uint colour = picture.Pixels[pixel];
            if (pixel > 0 && colour == picture.Pixels[pixel - 1])
                found[pixel] = found[pixel - 1];
            else if (!places.TryGetValue(colour, out found[pixel]))
                places.Add(colour, found[pixel] = Nearest(colour));
        }

        return found;
    }

    private byte Nearest(uint colour)
    {
        int best = 0, least = int.MaxValue;
        for (int place = 0; place < Colours.Length; place++)
        {
            int distance = 0;
            for (int channel = 0; channel < 3; channel++)
            {
                int difference = Part.Channel(colour, channel) - Part.Channel(Colours[place], channel);
                distance += difference * difference;
            }

            if (distance < least)
                (best, least) = (place, distance);
        }

        return (byte)best;
    }

    /// <summary>Colours that one of the palette will stand for.</summary>
    private sealed class Part
    {
        private readonly Entry[] entries;
        private readonly double[] mean = new double[3];
        private readonly int widest;

        public Part(Entry[] entries)
        {
            this.entries = entries;
            double weight = entries.Sum(entry => entry.Weight), greatest = -1;
            for (int channel = 0; channel < 3; channel++)
            {
                double sum = 0, squares = 0;
                foreach (Entry entry in entries)
                    sum += entry.Weight * Channel(entry.Colour, channel);
                mean[channel] = sum / weight;
                foreach (Entry entry in entries)
                    squares += entry.Weight * Math.Pow(Channel(entry.Colour, channel) - mean[channel], 2);
                Spread += squares;
                if (squares > greatest)
                    (widest, greatest) = (channel, squares);
            }

            Spread = entries.Length == 1 ? -1 : Spread;
        }

        /// <summary>The weighted sum of squared deviations from the mean; negative if there is one colour only.</summary>
        public double Spread { get; }

        public uint Mean => mean.Aggregate(0u, (colour, channel) => colour << 8 | (uint)Math.Round(channel));

        /// <summary>Channel 0 is red.</summary>
        public static int Channel(uint colour, int channel) => (int)(colour >> (16 - 8 * channel)) & 0xFF;

        public IEnumerable<Part> Split()
        {
            ILookup<bool, Entry> sides = entries.ToLookup(entry => Channel(entry.Colour, widest) > mean[widest]);
            return [new Part([.. sides[false]]), new Part([.. sides[true]])];
        }

        public readonly record struct Entry(uint Colour, double Weight);
    }
}
