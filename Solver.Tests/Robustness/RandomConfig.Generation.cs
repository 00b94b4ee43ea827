using System.Globalization;
using System.Text.Json.Nodes;

namespace PdeDiffusion.Tests.Robustness;

/// <content>The generation of a random config: ε, start, score, scheme and particles.</content>
internal sealed partial class RandomConfig
{
    private string Score() => Kind("score", "grid", "grid", "mixture", "perturbed", "tabulated", "mixed");

    private void Generation(string scheme, string score)
    {
        double epsilon = random.Next(4) switch { 0 => 0, 1 => 1, _ => RandomEpsilon() };
        bool varies = epsilon > 0 && random.Next(4) == 0;
        kinds.Add("epsilon " + (varies ? "varies" : epsilon switch { 0 => "0", 1 => "1", < 1 => "below 1", _ => "above 1" }));
        string start = Kind("start", ["forward", "gaussian", "gaussian", "density", .. (string[])(dimension == 1 ? [] : ["covariance"])]);
        JsonObject law = start switch
        {
            "forward" => new() { ["kind"] = "forward" },
            "density" => new() { ["kind"] = "density", ["file"] = "start.csv", ["column"] = "density" },
            "covariance" => new() { ["kind"] = "gaussian", ["mean"] = Point(0.5), ["covariance"] = Matrix() },
            _ => new() { ["kind"] = "gaussian", ["mean"] = Point(0.5), ["variance"] = Number(0.5, 3) },
        };
        var generation = new JsonObject
        {
            ["epsilon"] = varies
                ? new JsonArray(new JsonArray(0.05, epsilon), new JsonArray(0.4, RandomEpsilon()), new JsonArray(1, epsilon)) : epsilon,
            ["start"] = law,
        };
        config["generation"] = generation;
        string[] innermost = score switch
        {
            "perturbed" => [One("grid", "mixture", "tabulated")],
            "mixed" => [One("grid", "mixture", "tabulated"), One("grid", "mixture")],
            _ => [score],
        };
        bool hasCurl = score == "perturbed" && dimension == 2 && random.Next(2) == 0;
        if (score != "grid")
            generation["score"] = OfScore(score, innermost, hasCurl);
        string reconstruction = scheme == "markov" ? "markov" : One("parabolic", "constant");
        kinds.Add("scheme " + reconstruction);
        var shape = new JsonObject { ["kind"] = scheme };
        if (scheme == "remap")
            shape["reconstruction"] = reconstruction;
        config["scheme"] = shape;
        // More often for ε = 0, which has more methods of its own.
        if (random.Next(epsilon == 0 ? 4 : 2) > 0 && !hasCurl && (IsClosed || (!innermost.Contains("grid") && start != "forward")))
            config["particles"] = Particles(varies ? double.NaN : epsilon);
    }

    private double RandomEpsilon() => double.Parse(
        Math.Pow(10, 3 * random.NextDouble() - 2).ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private JsonObject OfScore(string score, string[] innermost, bool hasCurl)
    {
        switch (score)
        {
            case "grid":
                return new() { ["kind"] = "grid" };
            case "mixture":
                return new() { ["kind"] = "mixture", ["data"] = Data(isClosed: true) };
            case "tabulated":
                predicts = Kind("predicts", "score", "noise", "data");
                return new() { ["kind"] = "tabulated", ["file"] = "score.csv", ["predicts"] = predicts };
            case "mixed":
                // Experts, guidance, and guidance in an interval of t.
                double weight = Number(-0.5, 2.5);
                JsonNode first = random.Next(3) == 0
                    ? new JsonArray(new JsonArray(0.1, 1), new JsonArray(0.5, weight)) : JsonValue.Create(weight);
                return new()
                {
                    ["kind"] = "mixed",
                    ["terms"] = List(innermost.Length, term => new JsonObject
                    {
                        ["weight"] = term == 0 ? first.DeepClone() : 1 - weight,
                        ["score"] = OfScore(innermost[term], [], false),
                    }),
                };
        }

        var perturbed = new JsonObject
        {
            ["kind"] = "perturbed",
            ["of"] = OfScore(innermost[0], [], false),
            ["bias"] = Point(0.5),
            ["scale"] = Number(0.5, 1.5),
            ["noise"] = Number(0, 1),
            ["seed"] = random.Next(100),
        };
        if (hasCurl)
            perturbed["curl"] = Number(-1, 1);
        return perturbed;
    }

    /// <param name="epsilon">NaN where it varies.</param>
    private JsonObject Particles(double epsilon)
    {
        int count = random.Next(1, 80);
        string method = epsilon == 0 ? Kind("particles", "exponential", "ddim", "ode", "euler", "heun", "dpm++2m", "churn")
            : Kind("particles", ["exponential", "euler-maruyama", .. (string[])(epsilon <= 1 ? ["ddim", "euler-ancestral"] : [])]);
        var particles = new JsonObject
        {
            ["count"] = count,
            ["seed"] = random.Next(100),
            ["method"] = method,
            ["trajectories"] = random.Next(0, Math.Min(count, 4) + 1),
        };
        if (!((JsonObject)config["time"]!).ContainsKey("levels"))
            particles["steps"] = random.Next(2, 30);
        if (method == "churn")
            particles["churn"] = new JsonObject { ["sChurn"] = Number(0, 20), ["sNoise"] = Number(0.9, 1.1) };
        if (method is not ("exponential" or "euler-maruyama" or "ode") && !kinds.Contains("time stop 0") && random.Next(3) == 0)
        {
            particles["toZero"] = true;
            kinds.Add("particles to zero");
        }

        return particles;
    }
}
