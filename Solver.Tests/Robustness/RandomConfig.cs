using System.Globalization;
using System.Text.Json.Nodes;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>
/// A random config of a small run, with the files that it names, within the rules that join several keys: every kind of data, axis, time
/// levels, forward flow, scheme, score, start and particles.
/// </summary>
internal sealed partial class RandomConfig
{
    /// <summary>Half the length of every axis.</summary>
    private const double Half = 6;

    private readonly Random random;
    private readonly Scratch scratch;
    private readonly SortedSet<string> kinds = new(StringComparer.Ordinal);
    private readonly int dimension;
    private readonly bool periodic;
    private readonly JsonObject config;
    private string predicts = "score";

    /// <summary>Draws a config and writes it with its files into a folder.</summary>
    public RandomConfig(Random random, Scratch scratch)
    {
        (this.random, this.scratch) = (random, scratch);
        dimension = random.Next(1, 3);
        periodic = random.Next(4) == 0;
        config = new JsonObject { ["name"] = "random" };
        JsonObject data = Data(isClosed: false);
        config["data"] = data;
        config["mesh"] = new JsonObject { ["axes"] = List(dimension, _ => Axis()) };
        bool generates = random.Next(6) > 0;
        string scheme = generates ? One("remap", "markov") : "", score = generates ? Score() : "";
        Time(score);
        if (generates)
            Generation(scheme, score);
        Forward(scheme, score);
        Monitors();
        Reference();
        Rest();
        Write();
    }

    /// <summary>All that <see cref="Kinds"/> can contain.</summary>
    public static IReadOnlyList<string> AllKinds { get; } =
    [
        .. ((string[])["points", "gaussians", "covariances", "curve", "curve-sample", "box", "density"]).Select(kind => "data " + kind),
        .. ((string[])["uniform", "faces", "sinh", "geometric", "data"]).Select(kind => "axis " + kind),
        .. ((string[])["no-flux", "periodic"]).Select(kind => "boundary " + kind),
        .. ((string[])["uniform", "geometric", "levels", "edm", "ve", "vp", "sub-vp", "cosine", "ddpm", "rectified-flow", "stop 0"])
            .Select(kind => "time " + kind),
        .. ((string[])["implicit-euler", "lattice-exact", "closed-form", "alone"]).Select(kind => "forward " + kind),
        .. ((string[])["markov", "parabolic", "constant"]).Select(kind => "scheme " + kind),
        .. ((string[])["grid", "mixture", "perturbed", "tabulated", "mixed"]).Select(kind => "score " + kind),
        .. ((string[])["score", "noise", "data"]).Select(kind => "predicts " + kind),
        .. ((string[])["forward", "gaussian", "covariance", "density"]).Select(kind => "start " + kind),
        .. ((string[])["euler-maruyama", "exponential", "ode", "ddim", "euler", "euler-ancestral", "heun", "dpm++2m", "churn", "to zero"])
            .Select(kind => "particles " + kind),
        .. ((string[])["0", "below 1", "1", "above 1", "varies"]).Select(kind => "epsilon " + kind),
        .. ((string[])["npz", "netcdf", "vtk"]).Select(kind => "format " + kind),
        .. ((string[])["hamilton", "fisher-continuum", "curvature-above", "local-dimension", "score-residual", "gradient budget", "none"])
            .Select(kind => "monitors " + kind),
        .. ((string[])["gaussian", "heat-ratio", "mass-transport", "characteristics"]).Select(kind => "reference " + kind),
        .. ((string[])["accuracy", "checkpoint", "errorEstimate", "figures", "memory"]),
    ];

    /// <summary>The kinds that meet in it.</summary>
    public IReadOnlySet<string> Kinds => kinds;

    public string Text => config.ToJsonString(new() { WriteIndented = true });

    public string File => scratch.At("config.json");

    private JsonObject DataOfRun => (JsonObject)config["data"]!;

    private string KindOfData => (string)DataOfRun["kind"]!;

    private bool IsClosed => KindOfData is not ("box" or "density");

    private bool HasCovariances => DataOfRun.ContainsKey("covariances");

    private string One(params string[] choices) => choices[random.Next(choices.Length)];

    /// <summary>One of a group of kinds, noted.</summary>
    private string Kind(string group, params string[] choices)
    {
        string kind = One(choices);
        kinds.Add($"{group} {kind}");
        return kind;
    }

    private double Number(double from, double to) =>
        double.Parse((from + (to - from) * random.NextDouble()).ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static JsonArray List(int count, Func<int, JsonNode> item) => [.. Enumerable.Range(0, count).Select(item)];

    private JsonArray Point(double reach) => List(dimension, _ => Number(-reach, reach));

    private JsonArray Matrix()
    {
        double a = Number(0.1, 0.8), c = Number(0.1, 0.8), b = Math.Round(Number(-0.9, 0.9) * Math.Sqrt(a * c), 4);
        return [new JsonArray(a, b), new JsonArray(b, c)];
    }

    /// <param name="isClosed">True for the data of a score, which are a mixture.</param>
    private JsonObject Data(bool isClosed)
    {
        string kind = One(["points", "gaussians", .. (string[])(isClosed ? [] : ["box", "density"]),
            .. (string[])(dimension == 1 ? [] : ["curve", "curve-sample", "covariances"])]);
        if (!isClosed)
            kinds.Add("data " + kind);
        int count = random.Next(1, 6);
        JsonObject data = kind switch
        {
            "points" => new() { ["points"] = List(count, _ => Point(2.5)) },
            "gaussians" => new()
            {
                ["means"] = List(count, _ => Point(2.5)),
                ["variances"] = List(count, _ => isClosed || random.Next(8) > 0 ? Number(0.05, 0.6) : 0),
            },
            "covariances" => new() { ["means"] = List(count, _ => Point(2)), ["covariances"] = List(count, _ => Matrix()) },
            "box" => new() { ["from"] = List(dimension, _ => Number(-3, -0.5)), ["to"] = List(dimension, _ => Number(0.5, 3)) },
            "density" => new() { ["file"] = "data.csv" },
            _ => new() { ["curve"] = One("lemniscate", "circle", "segment", "two-moons", "spiral"), ["scale"] = Number(0.5, 1.2) },
        };
        if (kind == "curve")
            data["nodes"] = random.Next(20, 200);
        else if (kind == "curve-sample")
            (data["samples"], data["seed"]) = (random.Next(1, 80), random.Next(100));
        else if (kind is "points" or "gaussians" or "covariances" && random.Next(2) == 0)
            data["weights"] = List(count, _ => Number(0.1, 1));
        data["kind"] = kind == "covariances" ? "gaussians" : kind;
        return data;
    }

    private JsonObject Axis()
    {
        int cells = random.Next(5, dimension == 1 ? 120 : 24);
        string kind = Kind(
            "axis", ["uniform", "uniform", "uniform", "faces", "sinh", "geometric", .. (string[])(IsClosed ? ["data"] : [])]);
        double from = -Number(5, Half), to = Number(5, Half), strength = Number(0.3, 5);
        var axis = new JsonObject { ["boundary"] = Kind("boundary", periodic ? "periodic" : "no-flux") };
        if (kind == "faces")
        {
            double[] widths = [.. Enumerable.Range(0, cells).Select(_ => 0.4 + random.NextDouble())];
            double total = widths.Sum(), sum = 0;
            axis["faces"] = new JsonArray(
                [from, .. widths.Select(width => JsonValue.Create(from + (to - from) * ((sum += width) / total)))]);
            return axis;
        }

        (axis["from"], axis["to"]) = (from, to);
        if (kind != "data")
            axis["cells"] = cells;
        JsonObject? grading = kind switch
        {
            "sinh" => new() { ["centre"] = Number(-2, 2), ["strength"] = strength },
            "geometric" => new() { ["ratio"] = Math.Exp((random.Next(2) == 0 ? 1 : -1) * strength / cells) },
            "data" => new() { ["finest"] = Number(0.1, 0.3) * dimension, ["coarsest"] = Number(0.7, 1.5) },
            _ => null,
        };
        if (grading is not null)
            (grading["kind"], axis["grading"]) = (kind, grading);
        return axis;
    }

    private void Time(string score)
    {
        int steps = random.Next(4, 25);
        bool isSmooth = KindOfData is "box" or "density" || HasCovariances
            || (DataOfRun["variances"] as JsonArray)?.All(variance => (double)variance! > 0) == true;
        bool isFromZero = isSmooth && score is "" or "grid" && random.Next(3) == 0;
        string kind = isFromZero ? Kind("time", "uniform", "geometric") : Kind("time", "uniform", "geometric", "geometric", "levels", "edm",
            "ve", "vp", "sub-vp", "cosine", "ddpm", "rectified-flow");
        double stop = isFromZero ? 0 : Math.Pow(10, -2.5 + 1.5 * random.NextDouble()), end = Number(0.3, 1.5);
        var time = new JsonObject();
        config["time"] = time;
        if (isFromZero)
            kinds.Add("time stop 0");
        if (kind == "levels")
        {
            double[] levels = [.. Enumerable.Range(0, steps + 1).Select(level => stop * Math.Pow(end / stop, (double)level / steps))];
            time["levels"] = new JsonArray([.. (random.Next(2) == 0 ? levels : levels.Reverse()).Select(level => JsonValue.Create(level))]);
            return;
        }

        (time["steps"], time["warmup"]) = (steps, random.Next(2, 12));
        if (kind is "uniform" or "geometric")
        {
            (time["end"], time["stop"], time["spacing"]) = (end, stop, kind);
            if (kind == "geometric" && (isFromZero || random.Next(3) == 0))
                time["shift"] = Number(0.001, 0.1);
            if (random.Next(2) == 0)
                config["output"] = new JsonObject { ["snapshots"] = new JsonArray(end, Math.Sqrt((stop + 0.01 * end) * end), stop) };
            return;
        }

        JsonObject schedule = kind switch
        {
            "edm" => new() { ["sigmaMin"] = Number(0.05, 0.2), ["sigmaMax"] = Number(0.8, 1.6), ["rho"] = Number(1, 9) },
            "ve" => new() { ["sigmaMin"] = Number(0.05, 0.2), ["sigmaMax"] = Number(0.8, 1.6), ["from"] = Number(0.1, 0.3) },
            "vp" => new() { ["from"] = Number(0.02, 0.1), ["to"] = Number(0.2, 0.35) },
            "sub-vp" => new() { ["from"] = Number(0.05, 0.15), ["to"] = Number(0.25, 0.4) },
            "cosine" => new() { ["offset"] = 0.008, ["from"] = Number(0.05, 0.15), ["to"] = Number(0.4, 0.6) },
            "ddpm" => new()
            {
                ["alphaBar"] = List(10, row => Math.Round(1 - (row + 0.5) / 16, 5)),
                ["from"] = Number(0, 1),
                ["to"] = Number(5, 9),
            },
            _ => new() { ["from"] = Number(0.05, 0.2), ["to"] = Number(0.4, 0.6) },
        };
        (schedule["kind"], time["schedule"]) = (kind, schedule);
    }

    private void Forward(string scheme, string score)
    {
        bool isUniform = ((JsonArray)config["mesh"]!["axes"]!).All(axis => axis!["grading"] is null && axis["faces"] is null);
        bool isFree = scheme != "markov" || score != "grid";
        string kind = Kind("forward", ["implicit-euler", .. (string[])(isFree && isUniform ? ["lattice-exact"] : []),
            .. (string[])(isFree && IsClosed && !(HasCovariances && periodic) ? ["closed-form"] : [])]);
        if (random.Next(4) > 0)
            config["forward"] = new JsonObject { ["kind"] = kind };
        if (scheme.Length == 0)
            kinds.Add("forward alone");
    }

    private void Monitors()
    {
        var monitors = new JsonObject { ["onViolation"] = One("report", "fail", "stop") };
        string[] also = ["hamilton", "fisher-continuum", "curvature-above", "local-dimension", "score-residual"];
        also = [.. also.Where(_ => random.Next(3) == 0)];
        monitors["also"] = new JsonArray([.. also.Select(name => JsonValue.Create(name))]);
        kinds.UnionWith(also.Select(name => "monitors " + name));
        if (random.Next(2) == 0)
            monitors["lp"] = new JsonArray(1, Number(1.1, 30), "inf");
        if (dimension == 2 && random.Next(4) == 0)
        {
            monitors["gradientBudget"] = true;
            kinds.Add("monitors gradient budget");
        }

        if (random.Next(12) == 0)
        {
            monitors["enabled"] = false;
            kinds.Add("monitors none");
        }

        config["monitors"] = monitors;
    }

    private void Reference()
    {
        JsonNode? generation = config["generation"];
        string? start = (string?)generation?["start"]?["kind"];
        if (start == "density" || !IsClosed || (periodic && start == "gaussian") || random.Next(2) == 0)
            return;
        bool isSingle = (DataOfRun["points"] ?? DataOfRun["means"]) is JsonArray { Count: 1 };
        bool hasVariances = !HasCovariances && generation?["start"]?["covariance"] is null;
        double epsilon = generation?["epsilon"] is JsonValue constant ? (double)constant : -1;
        string[] references = [.. (string[])(isSingle ? ["gaussian"] : []),
            .. (string[])(epsilon == 1 && hasVariances ? ["heat-ratio"] : []),
            .. (string[])(epsilon == 0 ? ["characteristics", .. (string[])(dimension == 1 ? ["mass-transport"] : [])] : [])];
        if (references.Length > 0)
            config["reference"] = new JsonObject { ["kind"] = Kind("reference", references) };
    }

    private void Rest()
    {
        JsonObject output = config["output"] as JsonObject ?? [];
        output["plots"] = random.Next(100) == 0;
        if (random.Next(4) == 0)
            output["formats"] = new JsonArray(Kind("format", "npz", "netcdf", "vtk"));
        config["output"] = output;
        if ((bool)output["plots"]!)
            kinds.Add("figures");
        int choice = random.Next(12);
        if (choice == 0)
        {
            kinds.Add("accuracy");
            config["accuracy"] = new JsonObject { [One("L1", "L2", "Linf")] = Number(0.01, 0.5), ["maxCells"] = 8000, ["maxSteps"] = 100 };
        }
        else if (choice < 6)
        {
            kinds.Add("errorEstimate");
            config["errorEstimate"] = choice < 4;
        }

        if (random.Next(3) == 0)
        {
            kinds.Add("checkpoint");
            config["checkpoint"] = new JsonObject { ["steps"] = random.Next(1, 10) };
        }

        if (random.Next(4) == 0)
        {
            kinds.Add("memory");
            config["memory"] = 20_000;
        }
    }

    private void Write()
    {
        scratch.Write("config.json", Text);
        if (Text.Contains(".csv", StringComparison.Ordinal))
            new RandomTables(random, scratch, config).Write(predicts);
    }
}
