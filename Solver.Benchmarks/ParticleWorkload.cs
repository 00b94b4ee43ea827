using PdeDiffusion.Particles;
using PdeDiffusion.Particles.Scores;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Benchmarks;

/// <summary>
/// One Euler–Maruyama step of 10 000 particles against the score of 1000 points. Positions are read and written once, 32 bytes per
/// particle: the memory floor only shows that the time is spent on arithmetic.
/// </summary>
internal sealed class ParticleWorkload : Workload
{
    private const int Particles = 10_000;
    private const int Points = 1_000;

    private readonly ParticleFlow flow;
    private readonly ParticleEnsemble particles;
    private readonly double time;
    private int steps;

    public ParticleWorkload(string name, ScoreSummation sum, double time, WorkerTeam team)
        : base(name, Particles, 2, team.Threads, 32.0 * Particles)
    {
        this.time = time;
        var blobs = new MixtureComponents([1, 1], [-1.2, 1.3], [-0.5, 0.7], [0.1, 0.1]);
        ParticleEnsemble points = ParticleEnsemble.HeatFlow(blobs, 0, Points, seed: 1);
        var weights = new double[Points];
        Array.Fill(weights, 1);
        var kernel = new MixtureComponents(weights, points.X, points.Y, new double[Points]);
        flow = new ParticleFlow(kernel, ParticleScheme.EulerMaruyama, Problem.Epsilon, seed: 2, sum, team, Particles);
        particles = ParticleEnsemble.HeatFlow(kernel, time, Particles, seed: 3);
    }

    public override void Step() => flow.Step(particles, steps++, time, time * 0.999);
}
