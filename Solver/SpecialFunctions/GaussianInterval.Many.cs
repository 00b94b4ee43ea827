using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.SpecialFunctions;

/// <content>Many intervals at once: the arithmetic of <see cref="Mass"/> in lanes, with the same bits.</content>
public static unsafe partial class GaussianInterval
{
    /// <summary>Tails that are computed together; an interval around the mean takes two.</summary>
    private const int Together = 64;

    /// <summary>P(from_i &lt; N(mean_i, variance_i) &lt; to_i) for every i, bit for bit the values of <see cref="Mass"/>.</summary>
    /// <param name="masses">Overwritten; all spans have its length.</param>
    public static void Masses(
        ReadOnlySpan<double> from, ReadOnlySpan<double> to, ReadOnlySpan<double> means, ReadOnlySpan<double> variances,
        Span<double> masses)
    {
        var tails = new Tails();
        int* owners = stackalloc int[Together];
        int count = 0;
        masses.Clear();
        for (int i = 0; i < masses.Length; i++)
        {
            if (!double.IsFinite(from[i]) || !double.IsFinite(to[i]))
            {
                masses[i] = Mass(from[i], to[i], means[i], variances[i]);
                continue;
            }

            (double left, double leftError) = Difference(from[i], means[i]);
            (double right, double rightError) = Difference(to[i], means[i]);
            if (left >= 0)
            {
                tails.Set(count, left, leftError, to[i] - from[i], variances[i]);
            }
            else if (right <= 0)
            {
                tails.Set(count, -right, -rightError, to[i] - from[i], variances[i]);
            }
            else
            {
                tails.Set(count, 0, 0, right, variances[i]);
                owners[count++] = i;
                tails.Set(count, 0, 0, -left, variances[i]);
            }

            owners[count++] = i;
            if (count >= Together - 1)
                Flush(ref tails, owners, ref count, masses);
        }

        Flush(ref tails, owners, ref count, masses);
    }

    /// <summary>
    /// Adds the mass of N(mean, variance) in each of the cells between neighbouring faces, bit for bit the values of <see cref="Mass"/>.
    /// </summary>
    /// <param name="faces">Finite and increasing, one more than masses.</param>
    [SkipLocalsInit]
    public static void AddCells(ReadOnlySpan<double> faces, double mean, double variance, Span<double> masses)
    {
        // Cells before below end at the mean or lie under it, those from above on begin there or lie over it: at most one is between them.
        int below = 0;
        while (below < masses.Length && faces[below + 1] <= mean)
            below++;
        int above = below < masses.Length && faces[below] < mean ? below + 1 : below;
        Unsafe.SkipInit(out Tails tails);
        for (int first = 0; first < below; first += Together)
            tails.AddCells(faces.Slice(first, Math.Min(Together, below - first) + 1), mean, variance, masses[first..], isAbove: false);
        if (above > below)
        {
            tails.Set(0, 0, 0, faces[above] - mean, variance);
            tails.Set(1, 0, 0, mean - faces[below], variance);
            tails.Compute(2);
            masses[below] += tails.Values[0] + tails.Values[1];
        }

        for (int first = above; first < masses.Length; first += Together)
        {
            int count = Math.Min(Together, masses.Length - first);
            tails.AddCells(faces.Slice(first, count + 1), mean, variance, masses[first..], isAbove: true);
        }
    }

    private static void Flush(ref Tails tails, int* owners, ref int count, Span<double> masses)
    {
        tails.Compute(count);
        for (int tail = 0; tail < count; tail++)
            masses[owners[tail]] += tails.Values[tail];
        count = 0;
    }

    /// <summary>A few tails as <see cref="Tail"/> computes them.</summary>
    private ref struct Tails
    {
        private fixed double distances[Together];
        private fixed double errors[Together];
        private fixed double lengths[Together];
        private fixed double variances[Together];

        // Of every tail: exponent, 1 − its error, s, δ, drop.
        private fixed double exponents[Together];
        private fixed double corrections[Together];
        private fixed double starts[Together];
        private fixed double deltas[Together];
        private fixed double drops[Together];

        // Of the tails by quadrature, then of those by Mills' ratio, packed: s and δ, s and s + δ.
        private fixed double first[Together];
        private fixed double second[Together];

        public fixed double Values[Together];

        public void Set(int tail, double distance, double error, double length, double variance)
        {
            distances[tail] = distance;
            errors[tail] = error;
            lengths[tail] = length;
            variances[tail] = variance;
        }

        /// <summary>Adds the masses of a few cells on one side of the mean.</summary>
        public void AddCells(ReadOnlySpan<double> faces, double mean, double variance, Span<double> masses, bool isAbove)
        {
            int count = faces.Length - 1, near = isAbove ? 0 : 1;
            for (int cell = 0; cell < count; cell++)
            {
                (double distance, double error) = Difference(faces[cell + near], mean);
                Set(cell, isAbove ? distance : -distance, isAbove ? error : -error, faces[cell + 1] - faces[cell], variance);
            }

            Compute(count);
            for (int cell = 0; cell < count; cell++)
                masses[cell] += Values[cell];
        }

        public void Compute(int count)
        {
            if (RegisterWidth.IsEight)
                Compute<Lanes8, LanePair<Lanes8>>(count);
            else
                Compute<Lanes4, LanePair<LanePair<Lanes4>>>(count);
        }

        private void Compute<TLanes, TWide>(int count)
            where TLanes : struct, ILanes<TLanes>
            where TWide : struct, ILanes<TWide>
        {
            int* chosen = stackalloc int[Together];
            fixed (double* d = distances, e = errors, l = lengths, a = variances, exponent = exponents, correction = corrections,
                start = starts, delta = deltas, drop = drops, x = first, y = second, value = Values)
            {
                for (int tail = count; tail % TLanes.Count != 0; tail++)
                    (d[tail], e[tail], l[tail], a[tail]) = (0, 0, 1, 1);
                Prepare<TLanes>(d, e, l, a, exponent, correction, start, delta, drop, count);
                int packed = 0;
                for (int tail = 0; tail < count; tail++)
                {
                    value[tail] = -exponent[tail] < LeastExponent ? 0 : InverseSqrtTwoPi * Math.Exp(-exponent[tail]) * correction[tail];
                    if (value[tail] == 0 || !(drop[tail] < 0.5))
                        continue;
                    (x[packed], y[packed]) = (start[tail], delta[tail]);
                    chosen[packed++] = tail;
                }

                for (int rest = packed; rest % TLanes.Count != 0; rest++)
                    (x[rest], y[rest]) = (0, 0);
                Integrate<TLanes>(x, y, packed);
                for (int k = 0; k < packed; k++)
                    value[chosen[k]] = value[chosen[k]] * delta[chosen[k]] * x[k];

                packed = 0;
                for (int tail = 0; tail < count; tail++)
                {
                    if (value[tail] == 0 || drop[tail] < 0.5)
                        continue;
                    (x[packed], y[packed]) = (start[tail], start[tail] + delta[tail]);
                    chosen[packed++] = tail;
                }

                for (int rest = packed; rest % TWide.Count != 0; rest++)
                    (x[rest], y[rest]) = (0, 0);
                MillsRatio.Of<TWide>(x, packed);
                MillsRatio.Of<TWide>(y, packed);
                for (int k = 0; k < packed; k++)
                {
                    double fall = drop[chosen[k]];
                    value[chosen[k]] *= x[k] - (-fall < LeastExponent ? 0 : Math.Exp(-fall) * y[k]);
                }
            }
        }

        [MethodImpl(KernelMethod.Own)]
        private static void Prepare<TLanes>(
            double* distances, double* errors, double* lengths, double* variances, double* exponents, double* corrections, double* starts,
            double* deltas, double* drops, int count)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes zero = TLanes.Create(0), one = TLanes.Create(1), two = TLanes.Create(2), half = TLanes.Create(0.5);
            for (int at = 0; at < count; at += TLanes.Count)
            {
                TLanes distance = TLanes.Load(distances + at), variance = TLanes.Load(variances + at);
                TLanes twice = two * variance, square = distance * distance, exponent = square / twice;
                TLanes squareError = TLanes.Fused(distance, distance, zero - square) + two * distance * TLanes.Load(errors + at);
                TLanes error = (TLanes.Fused(zero - exponent, twice, square) + squareError) / twice;
                TLanes deviation = TLanes.Sqrt(variance), s = distance / deviation, delta = TLanes.Load(lengths + at) / deviation;
                exponent.Store(exponents + at);
                (one - error).Store(corrections + at);
                s.Store(starts + at);
                delta.Store(deltas + at);
                (delta * (s + half * delta)).Store(drops + at);
            }
        }

        /// <summary>∫_0^1 exp(−y (s + y/2)) dz, y = δ z, in place of s, by Gauss–Legendre; summed in pairs.</summary>
        [MethodImpl(KernelMethod.Own)]
        private static void Integrate<TLanes>(double* starts, double* deltas, int count)
            where TLanes : struct, ILanes<TLanes>
        {
            double* nodes = stackalloc double[8], weights = stackalloc double[8], terms = stackalloc double[8 * TLanes.Count];
            for (int node = 0; node < 8; node++)
                (nodes[node], weights[node]) = (Nodes[node], NodeWeights[node]);
            TLanes zero = TLanes.Create(0), half = TLanes.Create(0.5);
            for (int at = 0; at < count; at += TLanes.Count)
            {
                TLanes s = TLanes.Load(starts + at), delta = TLanes.Load(deltas + at);
                for (int node = 0; node < 8; node++)
                {
                    TLanes y = delta * TLanes.Create(nodes[node]);
                    (TLanes.Create(weights[node]) * TLanes.Exp((zero - y) * (s + half * y))).Store(terms + node * TLanes.Count);
                }

                // (0 + 1) + (2 + 3) and so on, the order in which a register of eight terms is summed.
                for (int apart = 1; apart < 8; apart *= 2)
                {
                    for (int node = 0; node < 8; node += 2 * apart)
                    {
                        double* term = terms + node * TLanes.Count;
                        (TLanes.Load(term) + TLanes.Load(term + apart * TLanes.Count)).Store(term);
                    }
                }

                TLanes.Load(terms).Store(starts + at);
            }
        }
    }
}
