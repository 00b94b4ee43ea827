using System.Text.Json;
using PdeDiffusion.Json;
using PdeDiffusion.Monitors;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>Writes <c>summary.json</c>.</summary>
public static class SummaryFile
{
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, RunSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        JsonText.Write(stream, json =>
        {
            json.WriteString("verdict", summary.Violated ? "violated" : "held");
            json.WriteStartArray("findings");
            foreach (Finding finding in summary.Findings)
                WriteFinding(json, finding);
            json.WriteEndArray();
            json.WriteStartArray("monitors");
            foreach (MonitorSummary monitor in summary.Monitors)
                WriteMonitor(json, monitor);
            json.WriteEndArray();
            if (summary.Concentration is { } rate)
                WriteRate(json, rate);
            if (summary.Concavity is { } concavity)
                WriteConcavity(json, concavity);
            if (summary.Speciation.Count > 0)
                WriteSpeciation(json, summary.Speciation);
            if (summary.Errors is not null || summary.Estimated is not null)
                WriteErrors(json, summary.Errors, summary.Estimated);
            if (summary.Accuracy is { } accuracy)
                WriteAccuracy(json, accuracy);
            if (summary.Particles is { } particles)
                WriteParticles(json, particles);
            if (summary.Mixed is { } mixed)
                WriteMixed(json, mixed);
            if (summary.Timings is { } timings)
                WriteTimings(json, timings);
        });
    }

    private static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("text", finding.Text);
        if (finding.Cause is { } cause)
            json.WriteString("cause", cause);
        if (finding.Docs is { } docs)
            json.WriteString("docs", docs);
        json.WriteEndObject();
    }

    private static void WriteMonitor(Utf8JsonWriter json, MonitorSummary monitor)
    {
        json.WriteStartObject();
        json.WriteString("name", monitor.Name);
        json.WriteString("status", ReadingWords.Of(monitor.Worst.Status));
        json.WriteNumberOrNull("worstSlack", monitor.Worst.Slack);
        json.WriteNumber("step", monitor.Worst.Step);
        json.WriteNumberOrNull("time", monitor.Worst.Time);
        json.WriteString("verdict", ReadingWords.Of(monitor.Worst.Verdict));
        json.WriteEndObject();
    }

    private static void WriteRate(Utf8JsonWriter json, ConcentrationRate rate)
    {
        json.WriteStartObject("concentration");
        json.WriteNumberOrNull("exponent", rate.Exponent);
        json.WriteNumberOrNull("low", rate.Low);
        json.WriteNumberOrNull("high", rate.High);
        json.WriteNumber("levels", rate.Levels);
        json.WriteBoolean("resolved", rate.Resolved);
        json.WriteEndObject();
    }

    private static void WriteConcavity(Utf8JsonWriter json, Concavity concavity)
    {
        json.WriteStartObject("concavity");
        json.WriteNumberOrNull("bound", concavity.Bound);
        json.WriteNumberOrNull("measured", concavity.Measured);
        json.WriteEndObject();
    }

    private static void WriteSpeciation(Utf8JsonWriter json, IReadOnlyList<Speciation> times)
    {
        json.WriteStartArray("speciation");
        foreach (Speciation time in times)
        {
            json.WriteStartObject();
            json.WriteNumber("low", time.Low);
            json.WriteNumber("high", time.High);
            json.WriteNumber("before", time.Before);
            json.WriteNumber("after", time.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteErrors(Utf8JsonWriter json, ErrorNorms? errors, ErrorEstimate? estimated)
    {
        json.WriteStartObject("errors");
        if (errors is not null)
        {
            json.WriteNumberOrNull("L1", errors.L1);
            json.WriteNumberOrNull("L2", errors.L2);
            json.WriteNumberOrNull("Linf", errors.Linf);
            json.WriteNumberOrNull("KL", errors.KullbackLeibler);
        }

        if (estimated is not null)
        {
            json.WriteStartObject("estimated");
            json.WriteNumberOrNull("L1", estimated.L1);
            json.WriteNumberOrNull("L2", estimated.L2);
            json.WriteNumberOrNull("Linf", estimated.Linf);
            json.WriteNumberOrNull("order", estimated.Order);
            json.WriteBoolean("asymptotic", estimated.Asymptotic);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAccuracy(Utf8JsonWriter json, AccuracyOutcome accuracy)
    {
        json.WriteStartObject("accuracy");
        json.WriteString("norm", accuracy.Norm);
        json.WriteNumber("goal", accuracy.Goal);
        json.WriteBoolean("reached", accuracy.Reached);
        if (accuracy.Reason is { } reason)
            json.WriteString("reason", reason);
        json.WriteNumber("attempts", accuracy.Attempts.Count);
        json.WriteEndObject();
    }

    private static void WriteParticles(Utf8JsonWriter json, ParticleSummary particles)
    {
        json.WriteStartObject("particles");
        json.WriteNumber("count", particles.Count);
        json.WriteNumber("steps", particles.Steps);
        json.WriteNumber("calls", particles.Calls);
        json.WriteNumberOrNull("L1", particles.L1);
        json.WriteNumberOrNull("expectedL1", particles.ExpectedL1);
        json.WriteNumberOrNull("KL", particles.KullbackLeibler);
        json.WriteNumber("outside", particles.Outside);
        if (particles.ChurnedNoise.Count > 0)
        {
            json.WriteStartArray("churnedEpsilon");
            foreach ((double time, double epsilon) in particles.ChurnedNoise)
            {
                json.WriteStartArray();
                json.WriteNumberValue(time);
                json.WriteNumberValue(epsilon);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        if (particles.Limits is { } limits)
            WriteLimits(json, limits);
        if (particles.Memorised is { } memorised)
        {
            json.WriteStartObject("memorised");
            json.WriteNumber("gamma", memorised.Gamma);
            json.WriteNumber("share", memorised.Share);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, LimitShares limits)
    {
        json.WriteStartObject("limits");
        json.WriteNumber("radius", limits.Radius);
        json.WriteStartArray("points");
        for (int limit = 0; limit < limits.Points.Count; limit++)
        {
            json.WriteStartObject();
            json.WriteNumber("x", limits.Points[limit].X);
            json.WriteNumber("y", limits.Points[limit].Y);
            json.WriteString("kind", limits.Points[limit].IsRidge ? "ridge" : "minimum");
            json.WriteNumber("share", limits.Shares[limit]);
            if (limits.Basins is { } basins)
                json.WriteNumber("basin", basins[limit]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("rest", limits.Rest);
        json.WriteEndObject();
    }

    private static void WriteMixed(Utf8JsonWriter json, MixedSummary mixed)
    {
        json.WriteStartObject("mixed");
        WriteEnds(json, "potential", mixed.Potential);
        WriteEnds(json, "KL_tilted", mixed.Tilted);
        if (mixed.Limits is { } limits)
            WriteLimits(json, limits);
        if (mixed.Paths is { } paths)
        {
            json.WriteStartObject("paths");
            json.WriteNumber("count", paths.Paths);
            json.WriteNumberOrNull("T", paths.First);
            json.WriteNumberOrNull("stop", paths.Last);
            json.WriteNumberOrNull("rise", paths.Rise);
            json.WriteNumberOrNull("bound", paths.Bound);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteEnds(Utf8JsonWriter json, string name, (double First, double Last)? ends)
    {
        if (ends is not { } values)
            return;
        json.WriteStartObject(name);
        json.WriteNumberOrNull("T", values.First);
        json.WriteNumberOrNull("stop", values.Last);
        json.WriteEndObject();
    }

    private static void WriteTimings(Utf8JsonWriter json, RunTimings timings)
    {
        json.WriteStartObject("timings");
        json.WriteNumber("solveSeconds", timings.Solve);
        json.WriteNumber("monitorsSeconds", timings.Monitors);
        json.WriteNumber("outputSeconds", timings.Output);
        if (timings.Estimate > 0)
            json.WriteNumber("estimateSeconds", timings.Estimate);
        json.WriteEndObject();
    }
}
