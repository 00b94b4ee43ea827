namespace PdeDiffusion.Tests.Samplers;

/// <summary>Small studies of samplers.</summary>
internal static class Samples
{
    /// <summary>On a line, through EDM's levels, with two seeds.</summary>
    public static string Line(
        string data, string epsilon, string start, string methods, string steps, int count, bool churn = false) => $$"""
        {
          "base": {
            "name": "line",
            "mesh": { "axes": [{ "from": -10, "to": 10, "cells": 1000 }] },
            "data": {{data}},
            "time": { "end": 1, "stop": 0.01, "steps": 200, "shift": 0.07 },
            "generation": { "epsilon": {{epsilon}}, "start": {{start}} }
          },
          "samplers": {
            "methods": [{{methods}}],
            "steps": [{{steps}}],
            "schedules": [{ "kind": "edm" }],
            "count": {{count}},{{(churn ? " \"churn\": { \"sChurn\": 20 }," : "")}}
            "seeds": [1, 2]
          }
        }
        """;
}
