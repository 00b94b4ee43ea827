using System.Globalization;

namespace PdeDiffusion.Tests.Runs;

/// <summary>Random runs with an exact solution, as configs: each kind of reference, scheme and grading, on boxes that hold all.</summary>
internal static class RandomReferences
{
    /// <summary>Half of the box.</summary>
    public const double Reach = 12;

    /// <summary>The config of a number; the same each time.</summary>
    /// <param name="finer">Factor on cells and steps.</param>
    public static string Config(int number, int finer = 1)
    {
        var random = new Random(7_919 * number + 17);
        int dimension = random.Next(3) == 0 ? 2 : 1;
        string reference = One("gaussian", "heat-ratio", dimension == 1 ? "mass-transport" : "characteristics", "characteristics");
        double epsilon = reference == "gaussian" ? Uniform(0, 2) : reference == "heat-ratio" ? 1 : 0;
        int components = reference == "gaussian" ? 1 : random.Next(2, 5);
        string scheme = One("parabolic", "parabolic", "parabolic", "constant", "markov");
        string grading = dimension == 1 && random.Next(4) == 0
            ? $$""", "grading": { "kind": "sinh", "centre": 0, "strength": {{Number(1, 2)}} }""" : "";
        string forward = scheme != "markov" && random.Next(4) == 0
            ? """ "forward": { "kind": "implicit-euler" },""" : "";
        int cells = finer * (dimension == 1 ? random.Next(60, 300) : random.Next(40, 72));
        int steps = finer * (dimension == 1 ? random.Next(12, 80) : random.Next(10, 24));
        string kind = scheme == "markov" ? "\"markov\"" : $"\"remap\", \"reconstruction\": \"{scheme}\"";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "name": "random-{{number}}",
              "mesh": { "axes": [{{string.Join(", ", Enumerable.Range(0, dimension).Select(_ =>
                $$"""{ "from": {{-Reach}}, "to": {{Reach}}, "cells": {{cells}}{{grading}} }"""))}}] },
              "data": { "kind": "gaussians",
                "means": [{{string.Join(", ", Enumerable.Range(0, components).Select(_ => $"[{Point(1.5)}]"))}}],
                "variances": [{{string.Join(", ", Enumerable.Range(0, components).Select(_ => Number(0.1, 0.6)))}}] },
              "time": { "end": {{Number(0.5, 1)}}, "stop": {{Number(0.01, 0.1)}}, "steps": {{steps}}, "shift": 0.1, "warmup": {{steps}} },
              {{forward}}
              "generation": { "epsilon": {{epsilon}},
                "start": { "kind": "gaussian", "mean": [{{Point(0.5)}}], "variance": {{Number(2, 3)}} } },
              "scheme": { "kind": {{kind}} },
              "reference": { "kind": "{{reference}}" },
              "monitors": { "enabled": false }
            }
            """);

        string One(params string[] choices) => choices[random.Next(choices.Length)];

        double Uniform(double from, double to) => Math.Round(from + (to - from) * random.NextDouble(), 4);

        string Number(double from, double to) => Uniform(from, to).ToString("R", CultureInfo.InvariantCulture);

        string Point(double reach) => string.Join(", ", Enumerable.Range(0, dimension).Select(_ => Number(-reach, reach)));
    }
}
