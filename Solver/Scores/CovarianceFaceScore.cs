using System.Buffers;
using PdeDiffusion.Data;
using PdeDiffusion.Grids;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Scores;

/// <summary>
/// The closed-form score of Gaussians with covariances on the box, images included, at the centres of faces: a log-sum-exp over components
/// and images, face by face.
/// </summary>
public sealed class CovarianceFaceScore : IFaceScore, IBlockWork
{
    private readonly Grid grid;
    private readonly Mixture mixture;
    private readonly WorkerTeam team;
    private readonly double[] result;
    private Term[] terms = [];
    private int along;

    /// <param name="grid">Two axes.</param>
    /// <param name="mixture">Data with covariances.</param>
    /// <param name="team">The threads; the bits do not depend on their number.</param>
    /// <exception cref="ArgumentException">Isotropic data, another dimension than the grid's, or a mean outside the box.</exception>
    public CovarianceFaceScore(Grid grid, Mixture mixture, WorkerTeam team)
    {
        if (mixture.IsIsotropic)
            throw new ArgumentException("the data have no covariances", nameof(mixture));
        mixture.RequireInside(grid);
        (this.grid, this.mixture, this.team) = (grid, mixture, team);
        result = new double[grid.CellCount];
    }

    /// <inheritdoc/>
    public Mixture ClosedForm => mixture;

    /// <inheritdoc/>
    public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> normal)
    {
        mixture.RequireDensity(time);
        var all = new List<Term>();
        for (int k = 0; k < mixture.Count; k++)
            AddTerms(k, mixture.Covariances[k].Plus(2 * time, 2 * time), all);
        terms = [.. all];
        along = axis;
        team.Run(this, grid.Rows);
        result.CopyTo(normal);
    }

    void IBlockWork.Run(int block, int worker)
    {
        Span<double> row = result.AsSpan(block * grid.Columns, grid.Columns);
        row.Clear();
        if (along == 1 && block >= grid.Axes[1].Links)
            return;
        double y = along == 1 ? grid.Axes[1].Faces[block + 1] : grid.Axes[1].Centres[block];
        Term[] active = ArrayPool<Term>.Shared.Rent(terms.Length);
        double[] exponents = ArrayPool<double>.Shared.Rent(terms.Length);
        int count = Active(y, active);
        for (int column = 0; column < (along == 0 ? grid.X.Links : grid.Columns); column++)
        {
            double x = along == 0 ? grid.X.Faces[column + 1] : grid.X.Centres[column], largest = double.NegativeInfinity;
            for (int term = 0; term < count; term++)
                largest = Math.Max(largest, exponents[term] = active[term].Exponent(x, y));
            double total = 0, force = 0;
            for (int term = 0; term < count; term++)
            {
                if (exponents[term] < largest - BoxImages.Reach)
                    continue;
                double weight = Math.Exp(exponents[term] - largest);
                total += weight;
                force += weight * active[term].Force(along, x, y);
            }

            row[column] = force / total;
        }

        ArrayPool<Term>.Shared.Return(active);
        ArrayPool<double>.Shared.Return(exponents);
    }

    /// <summary>The terms that may be significant somewhere at a given height.</summary>
    private int Active(double y, Span<Term> active)
    {
        double least = double.NegativeInfinity;
        foreach (Term term in terms)
            least = Math.Max(least, Math.Min(term.Exponent(grid.X.From, y), term.Exponent(grid.X.To, y)));
        int count = 0;
        foreach (Term term in terms)
        {
            if (term.Exponent(term.Nearest(grid.X, y), y) >= least - BoxImages.Reach)
                active[count++] = term;
        }

        return count;
    }

    /// <summary>A component and its images; along an axis where they are uniform to rounding the density is 1/L.</summary>
    private void AddTerms(int k, Covariance covariance, List<Term> all)
    {
        double log = Math.Log(mixture.Weights[k]), x = mixture.X[k], y = mixture.Y[k];
        bool flatX = CovarianceImages.IsUniform(grid, 0, covariance), flatY = CovarianceImages.IsUniform(grid, 1, covariance);
        if (!flatX && !flatY)
        {
            log -= 0.5 * Math.Log(covariance.Determinant) + Math.Log(2 * Math.PI);
            foreach (CovarianceImage image in CovarianceImages.Of(grid, x, y, covariance))
            {
                Covariance c = image.Covariance;
                all.Add(new Term(image.X, image.Y, 1 / c.XX, c.Slope, 1 / c.ConditionalY, log));
            }

            return;
        }

        // Independent axes: at most one of them has images.
        if (flatX)
            log -= Math.Log(grid.X.To - grid.X.From);
        if (flatY)
            log -= Math.Log(grid.Axes[1].To - grid.Axes[1].From);
        if (flatX && flatY)
        {
            all.Add(new Term(x, y, 0, 0, 0, log));
            return;
        }

        Axis axis = grid.Axes[flatX ? 1 : 0];
        double mean = flatX ? y : x, variance = flatX ? covariance.YY : covariance.XX, length = axis.To - axis.From;
        log -= 0.5 * Math.Log(2 * Math.PI * variance);
        foreach ((double position, bool _) in CovarianceImages.Positions(
            axis, mean, Math.Sqrt(Math.Min(CovarianceImages.Underflow, length * length / variance + CovarianceImages.Reach) * variance)))
            all.Add(flatX ? new Term(x, position, 0, 0, 1 / variance, log) : new Term(position, y, 1 / variance, 0, 0, log));
    }

    /// <summary>log of w N(mean, C): <paramref name="Log"/> − (a dx² + b (dy − slope dx)²)/2.</summary>
    private readonly record struct Term(double X, double Y, double A, double Slope, double B, double Log)
    {
        public double Exponent(double x, double y)
        {
            double dx = x - X, rest = y - Y - Slope * dx;
            return Log - 0.5 * (A * dx * dx + B * rest * rest);
        }

        /// <summary>One component of the gradient of <see cref="Exponent"/>.</summary>
        public double Force(int axis, double x, double y)
        {
            double dx = x - X, rest = B * (y - Y - Slope * dx);
            return axis == 1 ? -rest : Slope * rest - A * dx;
        }

        /// <summary>Where on an axis the exponent is largest at a height.</summary>
        public double Nearest(Axis axis, double y)
        {
            double curvature = A + Slope * Slope * B;
            return curvature == 0 ? axis.From : Math.Clamp(X + Slope * B * (y - Y) / curvature, axis.From, axis.To);
        }
    }
}
