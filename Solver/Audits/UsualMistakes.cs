using PdeDiffusion.Grids;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;
using PdeDiffusion.Scores;

namespace PdeDiffusion.Audits;

/// <summary>A mistake in how a network is used, and what is left of the error without it.</summary>
/// <param name="Text">What is wrong.</param>
/// <param name="Error">E_u|ŝ − s|²/E_u|s|² as it is used, mean over the levels tried.</param>
/// <param name="Corrected">The same without the mistake.</param>
public sealed record UsualMistake(string Text, double Error, double Corrected);

/// <summary>
/// Tries the usual mistakes: at some levels, and faces that stand for equal parts of the mass of u, the error of the score is compared with
/// what it would be had the network another sign, process, time input or kind of output. One is named if it explains the error.
/// </summary>
internal sealed class UsualMistakes(Grid grid, IFaceScore score, int probes)
{
    /// <summary>Below this error, relative to the score, there is nothing to explain.</summary>
    private const double Least = 0.05;

    /// <summary>A mistake explains the error if it leaves less than this part of it.</summary>
    private const double Explains = 0.1;

    private const string OwnUse = "";

    private readonly Dictionary<string, List<double>> errors = [];
    private readonly NetworkModel? model = (score as NetworkFaceScore)?.Model;

    /// <summary>Tries every mistake at a level.</summary>
    /// <param name="truth">s·n per axis.</param>
    public void Try(double time, double[] u, IReadOnlyList<double[]> truth)
    {
        List<(int Cell, int Axis)> faces = Faces(u);
        double size = faces.Sum(face => truth[face.Axis][face.Cell] * truth[face.Axis][face.Cell]);
        if (faces.Count == 0 || !(size > 0))
            return;
        foreach ((string name, double[] values) in model is null ? OfScore(time, u, faces) : OfNetwork(model, time, faces))
        {
            double error = 0;
            for (int face = 0; face < faces.Count; face++)
                error += Math.Pow(values[face] - truth[faces[face].Axis][faces[face].Cell], 2);
            if (!errors.TryGetValue(name, out List<double>? found))
                errors.Add(name, found = []);
            found.Add(error / size);
        }
    }

    /// <summary>The mistake that explains the error; null if none does, or there is none to explain.</summary>
    public UsualMistake? Find()
    {
        if (!errors.TryGetValue(OwnUse, out List<double>? own) || !(own.Average() > Least))
            return null;
        var tried = errors.Where(other => other.Key != OwnUse && other.Value.Count == own.Count).ToArray();
        if (tried.Length == 0)
            return null;
        (string text, List<double> left) = tried.MinBy(other => other.Value.Average());
        return left.Average() < Explains * own.Average() ? new UsualMistake(text, own.Average(), left.Average()) : null;
    }

    /// <summary>Cells at equally spaced quantiles of the mass of u, each with its upper faces.</summary>
    private List<(int Cell, int Axis)> Faces(double[] u)
    {
        double all = 0, below = 0;
        for (int cell = 0; cell < u.Length; cell++)
            all += grid.Volume(cell) * u[cell];
        var faces = new List<(int, int)>();
        int next = 0;
        for (int cell = 0; cell < u.Length; cell++)
        {
            below += grid.Volume(cell) * u[cell];
            while (next < probes && below > (next + 0.5) / probes * all)
            {
                next++;
                for (int axis = 0; axis < grid.Dimension; axis++)
                {
                    if (grid.Position(cell, axis) < grid.Axes[axis].Links)
                        faces.Add((cell, axis));
                }
            }
        }

        return faces;
    }

    /// <summary>Any score: its sign, and a factor σ.</summary>
    private IEnumerable<(string Name, double[] Values)> OfScore(double time, double[] u, List<(int Cell, int Axis)> faces)
    {
        double sigma = NoiseLevel.Sigma(time);
        double[] own = AtFaces(time, u, faces);
        yield return (OwnUse, own);
        yield return ("the score has the wrong sign", [.. own.Select(value => -value)]);
        yield return ("the score lacks a division by σ, as if σ were given for σ²", [.. own.Select(value => value / sigma)]);
        yield return ("the score is divided by σ once too often, as if σ² were given for σ", [.. own.Select(value => value * sigma)]);
        foreach ((string text, double at) in ((string, double)[])
            [("its noise levels are σ where σ² belongs", NoiseLevel.Time(Math.Sqrt(sigma))),
             ("its noise levels are σ² where σ belongs", NoiseLevel.Time(sigma * sigma))])
        {
            double[]? values = null;
            try
            {
                values = AtFaces(at, u, faces);
            }
            catch (ArgumentException)
            {
                // A table does not reach every time.
            }

            if (values is not null)
                yield return (text, values);
        }
    }

    private double[] AtFaces(double time, double[] u, List<(int Cell, int Axis)> faces)
    {
        double[] normal = CellValues.Zeros(grid), values = new double[faces.Count];
        for (int axis = 0; axis < grid.Dimension; axis++)
        {
            score.Evaluate(axis, time, u, normal);
            for (int face = 0; face < values.Length; face++)
                values[face] = faces[face].Axis == axis ? normal[faces[face].Cell] : values[face];
        }

        return values;
    }

    private IEnumerable<(string Name, double[] Values)> OfNetwork(NetworkModel model, double time, List<(int Cell, int Axis)> faces)
    {
        foreach ((string name, Func<double, NetworkModel.Level> use) in Uses(model))
        {
            double[]? values = null;
            try
            {
                values = Call(model, use(time), faces);
            }
            catch (Exception fault) when (fault is ArgumentException or NotFiniteNumberException)
            {
                // A process without this time, or an input that the network cannot take.
            }

            if (values is not null)
                yield return (name, values);
        }
    }

    /// <summary>The ways to use the network, its own first.</summary>
    private static IEnumerable<(string Name, Func<double, NetworkModel.Level> Use)> Uses(NetworkModel own)
    {
        (NetworkTime input, double scale) = own.Time;
        yield return (OwnUse, own.At);
        yield return ("the output of the network has the wrong sign", time => Scaled(own.At(time), -1));
        yield return ("the output of the network lacks a division by σ, as if σ were given for σ²",
            time => Scaled(own.At(time), 1 / NoiseLevel.Sigma(time)));
        yield return ("the output of the network is divided by σ once too often, as if σ² were given for σ",
            time => Scaled(own.At(time), NoiseLevel.Sigma(time)));
        foreach (Process process in (Process[])
            [new HeatProcess(), new VariancePreserving(0.1, 20), new SubVariancePreserving(0.1, 20), new CosineProcess(0),
             new RectifiedFlow(), new ConditionalTransport()])
        {
            if (process.GetType() != own.Process.GetType())
                yield return ($"the process of the network is {Word(process)}, not {Word(own.Process)}",
                    own.As(process, own.Predicts, input, scale).At);
        }

        string given = Word(input, scale);
        foreach ((NetworkTime other, double by) in ((NetworkTime, double)[])
            [(NetworkTime.Heat, 1), (NetworkTime.Heat, 2), (NetworkTime.Sigma, 1), (NetworkTime.QuarterLogSigma, 1), (NetworkTime.Own, 1),
             (NetworkTime.Own, 999), (NetworkTime.Own, 1000)])
        {
            if (Word(other, by) != given)
                yield return ($"the time input of the network is {Word(other, by)}, not {given}",
                    own.As(own.Process, own.Predicts, other, by).At);
        }

        foreach (Predicts other in (Predicts[])[Predicts.Score, Predicts.Noise, Predicts.Data, Predicts.V, Predicts.Velocity])
        {
            if (other != own.Predicts)
                yield return ($"the network predicts {ConfigKeys.WordOf(other)}, not {ConfigKeys.WordOf(own.Predicts)}",
                    own.As(own.Process, other, input, scale).At);
        }
    }

    private static NetworkModel.Level Scaled(NetworkModel.Level level, double factor) =>
        level with { Map = level.Map with { OfOutput = factor * level.Map.OfOutput } };

    private double[] Call(NetworkModel model, NetworkModel.Level level, List<(int Cell, int Axis)> faces)
    {
        int d = grid.Dimension;
        double[] positions = new double[model.Batch * d], inputs = new double[model.Batch * d], scores = new double[model.Batch * d];
        var values = new double[faces.Count];
        for (int first = 0; first < faces.Count; first += model.Batch)
        {
            int count = Math.Min(model.Batch, faces.Count - first);
            for (int face = 0; face < count; face++)
            {
                (int cell, int axis) = faces[first + face];
                for (int component = 0; component < d; component++)
                {
                    Axis of = grid.Axes[component];
                    int place = grid.Position(cell, component);
                    positions[face * d + component] = component == axis ? of.Faces[place + 1] : of.Centres[place];
                }
            }

            model.Evaluate(0, level, positions.AsSpan(0, count * d), inputs.AsSpan(0, count * d), scores.AsSpan(0, count * d));
            for (int face = 0; face < count; face++)
                values[first + face] = scores[face * d + faces[first + face].Axis];
        }

        return values;
    }

    private static string Word(Process process) => process switch
    {
        HeatProcess => "heat",
        VarianceExploding => "ve",
        VariancePreserving => "vp",
        SubVariancePreserving => "sub-vp",
        CosineProcess => "cosine",
        RectifiedFlow => "rectified-flow",
        ConditionalTransport => "cond-ot",
        _ => "ddpm",
    };

    private static string Word(NetworkTime input, double scale) => (input, scale) switch
    {
        (NetworkTime.Heat, 2) => "σ² = 2t",
        (NetworkTime.Heat, 1) => "t",
        (NetworkTime.Sigma, 1) => "σ",
        (NetworkTime.QuarterLogSigma, 1) => "log(σ)/4",
        (NetworkTime.Own, 1) => "the process's own time",
        _ => FormattableString.Invariant($"{scale} × {Word(input, 1)}"),
    };
}
