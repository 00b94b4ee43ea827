namespace PdeDiffusion.Networks.Tests;

/// <summary>A process and what the network is given as time, as graphs: α and √(2t) = σ/α as functions of the time input.</summary>
/// <param name="Json">The process in a config.</param>
/// <param name="Time">The time input in a config.</param>
internal sealed record ExactProcess(string Json, string Time, Func<OnnxGraph, string, (string? Alpha, string Ratio)> Build)
{
    /// <summary>α′ and σ′ in the process's own time; null where no test predicts a velocity.</summary>
    public Func<OnnxGraph, string, (string Alpha, string Noise)>? Slopes { get; init; }

    private const double BetaMin = 0.1, Growth = 9.95;

    public static readonly ExactProcess Heat = new("""{ "kind": "heat" }""", "t", (g, c) => (null, Root(g, Twice(g, c))));
    public static readonly ExactProcess HeatSigma = Heat with { Time = "sigma", Build = (_, c) => (null, c) };

    public static readonly ExactProcess HeatLog = Heat with
    {
        Time = "log-sigma/4",
        Build = (g, c) => (null, g.Op("Exp", g.Op("Mul", c, g.Scalar(4)))),
    };

    public static readonly ExactProcess Ve = new("""{ "kind": "ve", "sigmaMin": 0.1, "sigmaMax": 2 }""", "tau",
        (g, c) => (null, g.Op("Mul", g.Op("Exp", g.Op("Mul", c, g.Scalar(Math.Log(20)))), g.Scalar(0.1))));

    public static readonly ExactProcess Vp = new("""{ "kind": "vp" }""", "tau", (g, c) =>
    {
        string b = Exponent(g, c);
        return (Decay(g, b), Root(g, g.Op("Sub", g.Op("Exp", b), g.Scalar(1))));
    })
    {
        Slopes = (g, c) =>
        {
            // α′ = −½ B′ α, σ′ = ½ B′ e^{−B}/σ.
            string b = Exponent(g, c), decay = g.Op("Exp", g.Op("Neg", b));
            string half = g.Op("Add", g.Op("Mul", c, g.Scalar(Growth)), g.Scalar(BetaMin / 2));
            string noise = Root(g, g.Op("Sub", g.Scalar(1), decay));
            return (g.Op("Neg", g.Op("Mul", half, Decay(g, b))), g.Op("Div", g.Op("Mul", half, decay), noise));
        },
    };

    public static readonly ExactProcess SubVp = new("""{ "kind": "sub-vp" }""", "tau", (g, c) =>
    {
        string b = Exponent(g, c), alpha = Decay(g, b);
        return (alpha, g.Op("Div", g.Op("Sub", g.Scalar(1), g.Op("Exp", g.Op("Neg", b))), alpha));
    });

    public static readonly ExactProcess Cosine = new("""{ "kind": "cosine" }""", "tau", (g, c) =>
    {
        string angle = g.Op("Mul", c, g.Scalar(Math.PI / 2)), alpha = g.Op("Cos", angle);
        return (alpha, g.Op("Div", g.Op("Sin", angle), alpha));
    });

    /// <summary>Two rows: log √(2t) is linear between them.</summary>
    public static readonly ExactProcess Ddpm = new("""{ "kind": "ddpm", "alphaBar": [0.99, 0.2] }""", "index", (g, c) =>
    {
        double first = 0.5 * Math.Log(0.01 / 0.99), last = 0.5 * Math.Log(0.8 / 0.2);
        string ratio = g.Op("Exp", g.Op("Add", g.Op("Mul", c, g.Scalar(last - first)), g.Scalar(first)));
        return (g.Op("Div", g.Scalar(1), Root(g, g.Op("Add", g.Op("Mul", ratio, ratio), g.Scalar(1)))), ratio);
    });

    public static readonly ExactProcess Flow = new("""{ "kind": "rectified-flow" }""", "tau", (g, c) =>
    {
        string alpha = g.Op("Sub", g.Scalar(1), c);
        return (alpha, g.Op("Div", c, alpha));
    })
    {
        Slopes = (g, _) => (g.Scalar(-1), g.Scalar(1)),
    };

    public static readonly ExactProcess CondOt = new("""{ "kind": "cond-ot" }""", "tau",
        (g, c) => (c, g.Op("Div", g.Op("Sub", g.Scalar(1), c), c)))
    {
        Slopes = (g, _) => (g.Scalar(1), g.Scalar(-1)),
    };

    private static string Twice(OnnxGraph g, string value) => g.Op("Mul", value, g.Scalar(2));

    private static string Root(OnnxGraph g, string value) => g.Op("Sqrt", value);

    private static string Exponent(OnnxGraph g, string c) =>
        g.Op("Mul", c, g.Op("Add", g.Op("Mul", c, g.Scalar(Growth)), g.Scalar(BetaMin)));

    private static string Decay(OnnxGraph g, string b) => g.Op("Exp", g.Op("Mul", b, g.Scalar(-0.5)));
}

/// <summary>Networks that are the exact score of a mixture of Gaussians, in any parameterisation.</summary>
internal static class ExactNetwork
{
    public static readonly string[] Predicts = ["score", "noise", "data", "v", "velocity", "edm-raw"];

    /// <summary>The mixture on d axes: means [K][d], variances, weights.</summary>
    public static (double[][] Means, double[] Variances, double[] Weights) Mixture(int d) => d == 1
        ? ([[-1.5], [1.5]], [0.16, 0.25], [0.6, 0.4])
        : ([[-1.5, 0.5], [1.5, 1], [0.25, -1.25]], [0.16, 0.25, 0.2], [0.5, 0.3, 0.2]);

    /// <summary>The same as data of a config.</summary>
    public static string Data(int d)
    {
        var (means, variances, weights) = Mixture(d);
        return FormattableString.Invariant($$"""
            { "kind": "gaussians", "means": [{{string.Join(", ", means.Select(mean => $"[{Numbers(mean)}]"))}}],
              "variances": [{{Numbers(variances)}}], "weights": [{{Numbers(weights)}}] }
            """);
    }

    /// <summary>Writes a network.</summary>
    /// <param name="timeScale">The factor on its time input, which it divides by.</param>
    /// <param name="change">Changes the output of the graph: a wrong sign, for example.</param>
    /// <param name="time">The shape of the time input: one per row, [-1] or [-1, 1], or one value, [1].</param>
    public static void Write(
        string path, int d, ExactProcess process, string predicts, bool isDouble, double timeScale = 1,
        Func<OnnxGraph, string, string>? change = null, long[]? time = null)
    {
        var g = new OnnxGraph(isDouble);
        time ??= [-1];
        string x = g.Input("position", -1, d), given = g.Input("time", time);
        string c = g.Op("Div", time is [-1] ? g.Op("Unsqueeze", given, g.Integers(1)) : given, g.Scalar(timeScale));
        (string? alpha, string ratio) = process.Build(g, c);
        string output = Output(g, d, process, predicts, x, c, alpha, ratio);
        g.Output(change is null ? output : change(g, output), "output", -1, d);
        g.Save(path);
    }

    private static string Output(
        OnnxGraph g, int d, ExactProcess process, string predicts, string x, string c, string? alpha, string ratio)
    {
        string variance = g.Op("Mul", ratio, ratio);
        if (predicts == "edm-raw")
        {
            string total = g.Op("Add", variance, g.Scalar(0.25)), root = g.Op("Sqrt", total), at = g.Op("Mul", x, root);
            string denoised = g.Op("Add", at, g.Op("Mul", variance, Score(g, d, at, variance)));
            string kept = g.Op("Mul", at, g.Op("Div", g.Scalar(0.25), total));
            return g.Op("Div", g.Op("Mul", g.Op("Sub", denoised, kept), root), g.Op("Mul", ratio, g.Scalar(0.5)));
        }

        string y = alpha is null ? x : g.Op("Div", x, alpha), score = Score(g, d, y, variance);
        string noise = g.Op("Neg", g.Op("Mul", ratio, score)), data = g.Op("Add", y, g.Op("Mul", variance, score));
        alpha ??= g.Scalar(1);
        switch (predicts)
        {
            case "score":
                return g.Op("Div", score, alpha);
            case "noise":
                return noise;
            case "data":
                return data;
            case "v":
                return g.Op("Sub", g.Op("Mul", alpha, noise), g.Op("Mul", g.Op("Mul", alpha, ratio), data));
            default:
                (string ofData, string ofNoise) = process.Slopes!(g, c);
                return g.Op("Add", g.Op("Mul", ofData, data), g.Op("Mul", ofNoise, noise));
        }
    }

    /// <summary>Σ p_k (m_k − y)/a_k, a_k = σ_k² + 2t, p the softmax of log w_k − ½d log a_k − |y − m_k|²/2a_k.</summary>
    private static string Score(OnnxGraph g, int d, string y, string variance)
    {
        var (means, variances, weights) = Mixture(d);
        int k = weights.Length;
        string from = g.Op("Sub", g.Op("Unsqueeze", y, g.Integers(1)), g.Constant([.. means.SelectMany(mean => mean)], 1, k, d));
        string a = g.Op("Add", variance, g.Constant(variances, 1, k));
        string square = g.Op("ReduceSum", ("keepdims", 0), g.Op("Mul", from, from), g.Integers(2));
        string logit = g.Op(
            "Sub", g.Constant([.. weights.Select(weight => Math.Log(weight))], 1, k), g.Op("Mul", g.Op("Log", a), g.Scalar(0.5 * d)));
        logit = g.Op("Sub", logit, g.Op("Div", square, g.Op("Mul", a, g.Scalar(2))));
        string share = g.Op("Div", g.Op("Softmax", ("axis", 1), logit), a);
        string pull = g.Op("Mul", g.Op("Unsqueeze", share, g.Integers(2)), from);
        return g.Op("Neg", g.Op("ReduceSum", ("keepdims", 0), pull, g.Integers(1)));
    }

    private static string Numbers(double[] values) =>
        string.Join(", ", values.Select(value => FormattableString.Invariant($"{value:R}")));
}
