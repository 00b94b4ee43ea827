using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Grids;

/// <summary>
/// The two ends a &lt; b of an axis. The heat flow of a point x on [a, b] is that of all its images on the line: on a no-flux axis of
/// x + 2k(b − a) and 2a − x + 2k(b − a), on a periodic axis of x + k(b − a), k any integer (method of images).
/// </summary>
/// <param name="from">a.</param>
/// <param name="to">b.</param>
/// <param name="isPeriodic">False for reflecting walls.</param>
public readonly struct Walls(double from, double to, bool isPeriodic)
{
    /// <summary>
    /// Distance between an image and its nearest translates: b − a on a periodic axis, 2(b − a) between reflecting walls.
    /// </summary>
    public double Period => isPeriodic ? to - from : 2 * (to - from);

    /// <summary>x + k · period.</summary>
    public double Translate(double position, int k) => position + k * Period;

    /// <summary>2a − x + k · period; an image of x between reflecting walls only.</summary>
    public double Reflect(double position, int k) => 2 * from - position + k * Period;

    /// <summary>The next image below and the next above, given the pair before; the point itself twice at first.</summary>
    public (double Lower, double Upper) Next(double lower, double upper) =>
        isPeriodic ? (lower - Period, upper + Period) : (2 * from - upper, 2 * to - lower);

    /// <inheritdoc cref="Next(double, double)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal (TLanes Lower, TLanes Upper) Next<TLanes>(TLanes lower, TLanes upper)
        where TLanes : struct, ILanes<TLanes>
    {
        if (isPeriodic)
        {
            TLanes period = TLanes.Create(to - from);
            return (lower - period, upper + period);
        }

        return (TLanes.Create(2 * from) - upper, TLanes.Create(2 * to) - lower);
    }

    /// <summary>
    /// A point of [a, b], and of its first image on either side those that lie less than <paramref name="reach"/> outside. A point on a
    /// reflecting wall is its own image and is listed twice, because it counts twice in the flow.
    /// </summary>
    public List<double> Images(double position, double reach)
    {
        List<double> images = [position];
        (double lower, double upper) = Next(position, position);
        if ((isPeriodic ? to - position : position - from) < reach)
            images.Add(lower);
        if ((isPeriodic ? position - from : to - position) < reach)
            images.Add(upper);
        return images;
    }

    /// <summary>The image in [a, b] of any point of the line: where a path that is reflected at the walls, or wrapped, ends.</summary>
    public double Fold(double position)
    {
        double length = to - from, offset = position - from;
        if (offset >= 0 && offset <= length)
            return position;
        double within = offset - Period * Math.Floor(offset / Period);
        return Math.Clamp(from + (within > length ? Period - within : within), from, to);
    }
}
