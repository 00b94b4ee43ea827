using CsCheck;
using MathNet.Numerics.LinearAlgebra;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Schemes;
using PdeDiffusion.Schemes.Markov;
using PdeDiffusion.Scores;
using PdeDiffusion.Tests.Schemes.Heat;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Tests.Schemes.Markov;

[TestClass]
public sealed class MarkovSchemeTests
{
    private static readonly double[] Exponents = [1, 1.5, 2, 8, double.PositiveInfinity];

    /// <summary>
    /// The generator of docs/numerics.md, 3.1, entry by entry and in its first form: r(ρ) = ½[max(ε(1+ρ), |ρ−1|) + (ρ−1)], columns in cell
    /// masses.
    /// </summary>
    private static Matrix<double> Generator(Axis axis, double epsilon, Func<int, double> ratioOfLink)
    {
        var matrix = Matrix<double>.Build.Dense(axis.Cells, axis.Cells);
        double Rate(double ratio) => 0.5 * (Math.Max(epsilon * (1 + ratio), Math.Abs(ratio - 1)) + (ratio - 1));
        for (int link = 0; link < axis.Links; link++)
        {
            int next = (link + 1) % axis.Cells;
            double up = Rate(ratioOfLink(link)) / (axis.Distances[link] * axis.Widths[link]);
            double down = Rate(1 / ratioOfLink(link)) / (axis.Distances[link] * axis.Widths[next]);
            matrix[next, link] += up;
            matrix[link, link] -= up;
            matrix[link, next] += down;
            matrix[next, next] -= down;
        }

        return matrix;
    }

    private static BackwardFlow Start(Problem problem, WorkerTeam team, bool propagateOne = false, IFaceScore? score = null)
    {
        ForwardFlow forward = problem.Solve(team);
        return new BackwardFlow(forward, new MarkovScheme(problem.Grid, problem.Epsilon, score, team), [.. problem.Start], propagateOne);
    }

    [TestMethod]
    public void StartedFromUItStaysU()
    {
        using var team = new WorkerTeam(1);
        Problem.Any(Problem.AnyAxis).Sample(
            problem =>
            {
                foreach (double epsilon in new[] { 0, 0.2, 1, 3, problem.Epsilon })
                {
                    ForwardFlow forward = problem.Solve(team);
                    double[] start = [.. forward.At(problem.Times.Last)];
                    var backward =
                        new BackwardFlow(forward, new MarkovScheme(problem.Grid, epsilon, null, team), start, propagateOne: false);
                    while (backward.Advance())
                        CollectionAssert.AreEqual(backward.Level.U, backward.Level.V, "v = u to the bit");
                }
            },
            iter: 300);
    }

    [TestMethod]
    [DataRow(1e6)]
    [DataRow(1e12)]
    public void StartedFromUItStaysUAtHugeSteps(double lambda)
    {
        using var team = new WorkerTeam(2);
        var axis = Axis.Uniform(0, 1, 40, Boundary.Periodic);
        var other = Axis.Uniform(0, 1, 50, Boundary.NoFlux);
        var grid = new Grid(axis, other);
        double end = lambda / 1600;
        double[] u0 = new double[grid.CellCount];
        u0[777] = 1 / grid.Volume(777);
        var problem = new Problem(grid, u0, u0, 0.2, new TimeLevels(end / 10, end, 4, TimeSpacing.Geometric, 0, 8, []));
        ForwardFlow forward = problem.Solve(team);
        var backward = new BackwardFlow(forward, new MarkovScheme(grid, 0.2, null, team), [.. forward.At(4)], propagateOne: false);
        while (backward.Advance())
        {
            CollectionAssert.AreEqual(backward.Level.U, backward.Level.V);
            Assert.AreEqual(1, Density.Mass(grid, backward.Level.V!), problem.MassRounding(problem.LongestStep) * 4);
        }
    }

    [TestMethod]
    public void TheTheoremsHoldForAnyStep()
    {
        using var team = new WorkerTeam(1);
        Problem.Any(Problem.AnyAxis).Sample(
            problem =>
            {
                Grid grid = problem.Grid;
                BackwardFlow flow = Start(problem, team, propagateOne: true);
                double[] Ratio(FlowLevel level) => [.. level.V!.Zip(level.U, (v, u) => v / u)];
                double least = Ratio(flow.Level).Min(), most = Ratio(flow.Level).Max();
                double divergence = Density.KullbackLeibler(grid, flow.Level.V, flow.Level.U);
                double[] norms = [.. Exponents.Select(p => Density.Norm(grid, flow.Level.V, p))];
                int steps = 0;
                while (flow.Advance())
                {
                    steps++;
                    double[] v = flow.Level.V!, u = flow.Level.U;
                    double massRounding = problem.MassRounding(problem.LongestStep) * problem.Grid.Dimension;
                    Assert.AreEqual(1, Density.Mass(grid, v), massRounding * steps, "mass");
                    Assert.IsTrue(v.Min() >= 0, "positivity");

                    // Each cell of w is a quotient of two sums of positive terms with at most eight roundings a cell of the line.
                    double ratioRounding = 8 * Math.Pow(2, -53) * (grid.Columns + grid.Rows) * steps;
                    Assert.IsTrue(Ratio(flow.Level).Min() >= least * (1 - ratioRounding), "lower ratio bound");
                    Assert.IsTrue(Ratio(flow.Level).Max() <= most * (1 + ratioRounding), "upper ratio bound");

                    // Mass that rounding creates changes KL by at most that mass times 1 + |log w|.
                    double now = Density.KullbackLeibler(grid, v, u);
                    double weight = 0;
                    for (int cell = 0; cell < v.Length; cell++)
                        weight += grid.Volume(cell) * v[cell] * (1 + (v[cell] == 0 ? 0 : Math.Abs(Math.Log(v[cell] / u[cell]))));
                    Assert.IsTrue(now <= divergence + (16 * Math.Pow(2, -53) + massRounding) * weight, $"KL {divergence} to {now}");
                    divergence = now;

                    double growth = flow.Level.GreatestPropagatedOne;
                    for (int index = 0; index < Exponents.Length; index++)
                    {
                        double norm = Density.Norm(grid, v, Exponents[index]);
                        double bound = Math.Pow(growth, 1 - 1 / Exponents[index]) * norms[index];
                        Assert.IsTrue(norm <= bound * (1 + massRounding + ratioRounding), $"L^{Exponents[index]} {norm} > {bound}");
                        norms[index] = norm;
                    }
                }
            },
            iter: 1500);
    }

    [TestMethod]
    [DataRow(1, Boundary.Periodic, 0.0)]
    [DataRow(2, Boundary.NoFlux, 0.2)]
    [DataRow(2, Boundary.Periodic, 0.2)]
    [DataRow(3, Boundary.Periodic, 1.0)]
    [DataRow(14, Boundary.NoFlux, 0.0)]
    [DataRow(14, Boundary.NoFlux, 0.3)]
    [DataRow(14, Boundary.Periodic, 0.3)]
    [DataRow(14, Boundary.Periodic, 2.5)]
    public void BothFormsSolveTheDenseSystem(int cells, Boundary boundary, double epsilon)
    {
        var random = new Random(cells);
        double[] faces = [.. Enumerable.Range(0, cells + 1).Select(face => face + 0.4 * random.NextDouble())];
        var axis = Axis.Graded(faces, boundary);
        var grid = new Grid(axis);
        using var team = new WorkerTeam(1);
        const double TimeStep = 0.8;
        double[] uOld = [.. Enumerable.Range(0, cells).Select(_ => 0.1 + random.NextDouble())];
        double[] start = Problem.Normalise(grid, [.. Enumerable.Range(0, cells).Select(_ => random.NextDouble())]);
        Vector<double> uNew = Vector<double>.Build.DenseOfArray(uOld)
            - TimeStep * (ImplicitEulerTests.Laplacian(axis) * Vector<double>.Build.DenseOfArray(uOld));
        Vector<double> widths = Vector<double>.Build.DenseOfArray(axis.Widths.ToArray());
        Vector<double> masses = Vector<double>.Build.DenseOfArray(start).PointwiseMultiply(widths);

        // Mass form: (I − Δt B) m^n = m^{n+1}, for a score of its own.
        double[] normal = [.. Enumerable.Range(0, cells).Select(_ => 4 * random.NextDouble() - 2)];
        Matrix<double> generator = Generator(axis, epsilon, link => Math.Exp(normal[link] * axis.Distances[link]));
        Vector<double> expected = (Matrix<double>.Build.DenseIdentity(cells) - TimeStep * generator).Solve(masses).PointwiseDivide(widths);
        double[] v = [.. start];
        var scheme = new MarkovScheme(grid, epsilon, new FixedScore(normal), team);
        scheme.Step(new GenerationStep(uOld, uNew.ToArray(), v, null, 1, TimeStep, 0));
        for (int cell = 0; cell < cells; cell++)
            Assert.AreEqual(expected[cell], v[cell], 1e-13, $"mass form, cell {cell}");

        // Ratio form, from its own definition: v^n = u^n (I − Δt Q)^{-1} (v^{n+1}/u^{n+1}), Q_ij = (A/(δ|i|)) q(u_j/u_i).
        double Q(double ratio) => 0.5 * (Math.Max(epsilon * (1 + ratio), Math.Abs(ratio - 1)) - (ratio - 1));
        var rates = Matrix<double>.Build.Dense(cells, cells);
        for (int link = 0; link < axis.Links; link++)
        {
            int next = (link + 1) % cells;
            double up = Q(uOld[next] / uOld[link]) / (axis.Distances[link] * axis.Widths[link]);
            double down = Q(uOld[link] / uOld[next]) / (axis.Distances[link] * axis.Widths[next]);
            rates[link, next] += up;
            rates[link, link] -= up;
            rates[next, link] += down;
            rates[next, next] -= down;
        }

        Vector<double> w = (Matrix<double>.Build.DenseIdentity(cells) - TimeStep * rates)
            .Solve(Vector<double>.Build.DenseOfArray([.. start.Zip(uOld, (a, b) => a / b)]));
        double[] ratioForm = [.. start];
        new MarkovScheme(grid, epsilon, null, team).Step(new GenerationStep(uOld, uNew.ToArray(), ratioForm, null, 1, TimeStep, 0));
        for (int cell = 0; cell < cells; cell++)
            Assert.AreEqual(w[cell] * uNew[cell], ratioForm[cell], 1e-13, $"ratio form, cell {cell}");
    }

    [TestMethod]
    public void AnyOtherScoreKeepsMassPositivityAndTheCertificate()
    {
        using var team = new WorkerTeam(1);
        Gen.Select(Problem.Any(Problem.AnyAxis), Gen.OneOf(0.1, 10, 1e4), Gen.Int).Sample(
            (problem, size, seed) =>
            {
                Grid grid = problem.Grid;
                var random = new Random(seed);
                double[] normal = [.. Enumerable.Range(0, grid.CellCount).Select(_ => size * (2 * random.NextDouble() - 1))];
                BackwardFlow flow = Start(problem, team, propagateOne: true, new FixedScore(normal));
                double[] norms = [.. Exponents.Select(p => Density.Norm(grid, flow.Level.V, p))];
                int steps = 0;
                while (flow.Advance())
                {
                    // Columns sum to 1 whatever the rates: each cell's share is a quotient of sums of positive terms.
                    double rounding = 16 * Math.Pow(2, -53) * (grid.Columns + grid.Rows) * ++steps;
                    Assert.AreEqual(1, Density.Mass(grid, flow.Level.V), rounding, "mass");
                    Assert.IsTrue(flow.Level.V!.Min() >= 0, "positivity");
                    for (int index = 0; index < Exponents.Length; index++)
                    {
                        double norm = Density.Norm(grid, flow.Level.V, Exponents[index]);
                        double bound = Math.Pow(flow.Level.GreatestPropagatedOne, 1 - 1 / Exponents[index]) * norms[index];
                        Assert.IsTrue(norm <= bound * (1 + rounding), $"L^{Exponents[index]} {norm} > {bound}");
                        norms[index] = norm;
                    }
                }
            },
            iter: 300);
    }

    [TestMethod]
    [DataRow(17, 23)]
    [DataRow(32, 40)]
    [DataRow(1, 30)]
    public void ATransposedProblemGivesTheTransposedResult(int columns, int rows)
    {
        using var team = new WorkerTeam(2);
        var x = Axis.Uniform(-1, 1, columns, Boundary.Periodic);
        var y = Axis.Graded([.. Enumerable.Range(0, rows + 1).Select(face => (double)face * face)], Boundary.NoFlux);
        var random = new Random(3);
        var grid = new Grid(x, y);
        double[] u0 = Problem.Normalise(grid, [.. Enumerable.Range(0, grid.CellCount).Select(_ => random.NextDouble())]);
        double[] start = Problem.Normalise(grid, [.. Enumerable.Range(0, grid.CellCount).Select(_ => random.NextDouble())]);
        double[] Transpose(double[] values, int width) =>
            [.. Enumerable.Range(0, values.Length)
                .Select(index => values[index % (values.Length / width) * width + index / (values.Length / width)])];
        var times = new TimeLevels(0.01, 1, 5, TimeSpacing.Geometric, 0, 3, []);

        double[] Run(Grid on, double[] data, double[] from, int firstAxis)
        {
            var problem = new Problem(on, data, from, 0.4, times);
            ForwardFlow forward = problem.Solve(team, firstAxis: firstAxis);
            var backward = new BackwardFlow(forward, new MarkovScheme(on, 0.4, null, team), [.. from], propagateOne: false);
            while (backward.Advance())
            {
            }

            return backward.Level.V!;
        }

        CollectionAssert.AreEqual(
            Transpose(Run(grid, u0, start, 0), columns),
            Run(new Grid(y, x), Transpose(u0, columns), Transpose(start, columns), 1));
    }

    [TestMethod]
    public void TheNumberOfThreadsChangesNoBit()
    {
        using var one = new WorkerTeam(1);
        using var three = new WorkerTeam(3);
        Problem.Any(Problem.AnyAxis).Sample(
            problem =>
            {
                BackwardFlow alone = Start(problem, one, propagateOne: true), shared = Start(problem, three, propagateOne: true);
                while (alone.Advance() & shared.Advance())
                {
                    CollectionAssert.AreEqual(alone.Level.V, shared.Level.V);
                    Assert.AreEqual(alone.Level.GreatestPropagatedOne, shared.Level.GreatestPropagatedOne);
                }
            },
            iter: 100, threads: 1);
    }

    private sealed class FixedScore(double[] normal) : IFaceScore
    {
        public void Evaluate(int axis, double time, ReadOnlySpan<double> u, Span<double> target) => normal.CopyTo(target);
    }
}
