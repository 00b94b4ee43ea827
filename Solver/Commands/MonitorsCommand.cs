using System.CommandLine;
using PdeDiffusion.Files;
using PdeDiffusion.Monitors;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Commands;

/// <summary><c>monitors [NAME]</c>: which theorem each monitor checks; of one, what its violation means and what to look at.</summary>
public static class MonitorsCommand
{
    public static Command Create(Session session)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "A monitor, with or without its parameter, or the beginning of its name.",
            HelpName = "NAME",
            DefaultValueFactory = _ => null,
        };
        name.CompletionSources.Add(_ => MonitorRegistry.Descriptors.Select(monitor => monitor.Name));
        var command = new Command(
            "monitors", CommandLine.Describe("Which theorem each monitor checks, and what to do if it fails.", "monitors lp-stability"))
        {
            name,
        };
        command.SetAction(parsed => session.Guard(() => Execute(parsed.GetValue(name), session.Output), verbose: false));
        return command;
    }

    private static int Execute(string? name, TextWriter output)
    {
        if (name is null)
        {
            TextTable.Write(
                output,
                [
                    ["monitor", "theorem", "source", "status"],
                    .. MonitorRegistry.Descriptors.Select(monitor => new[]
                    {
                        Heading(monitor), monitor.Theorem?.Name ?? "none", Source(monitor),
                        monitor.IsCount ? "count" : ReadingWords.Of(monitor.Status),
                    }),
                ],
                _ => true);
            output.WriteLine("numerics 2.1 is section 2.1 of docs/numerics.md; monitors NAME explains one of them");
            return ExitCode.Finished;
        }

        string family = name.Split('[')[0];
        MonitorDescriptor[] exact = [.. MonitorRegistry.Descriptors.Where(
            monitor => monitor.Name == name || Heading(monitor) == name || (monitor.Parameter is not null && monitor.Name == family))];
        MonitorDescriptor[] found = exact.Length > 0 ? exact : [.. MonitorRegistry.Descriptors.Where(
            monitor => monitor.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))];
        if (found.Length == 0)
        {
            throw new InputException(new InputProblem(
                Printable.Of(name), null, null,
                $"no monitor has this name; there are {string.Join(", ", MonitorRegistry.Descriptors.Select(Heading))}"));
        }

        foreach (MonitorDescriptor monitor in found)
        {
            output.WriteLine($"{Heading(monitor)}: {monitor.Statement}");
            if (monitor.Theorem is { } theorem)
                output.WriteLine($"  checks      {theorem.Citation}");
            output.WriteLine($"  status      {Fails(monitor)}");
            if (monitor.Help is { } help)
            {
                output.WriteLine($"  if it fails {help.Meaning}");
                output.WriteLine($"  causes      {(help.NeedsScoreOfU ? "a score that is not that of u; " : "")}{help.Causes}");
                output.WriteLine($"  look at     {help.LookAt}");
            }

            string figure = "monitor-" + monitor.FileName;
            output.WriteLine($"  figure      {(monitor.IsCount ? "none" : $"{figure}.png (plot DIR --only {figure})")}");
            output.WriteLine($"  docs        {monitor.Docs}");
        }

        return ExitCode.Finished;
    }

    private static string Source(MonitorDescriptor monitor) => monitor.Theorem is not { } theorem ? ""
        : theorem.IsOfPaper ? $"Liu & Zuazua 2025; {theorem.Section}" : theorem.Section;

    private static string Heading(MonitorDescriptor monitor) =>
        monitor.Parameter is { } parameter ? $"{monitor.Name}[{parameter}]" : monitor.Name;

    private static string Fails(MonitorDescriptor monitor) => monitor.IsCount ? "a count, without a verdict"
        : monitor.Status == ReadingStatus.Observed ? "observed: never fails a run"
        : monitor.Help?.NeedsScoreOfU == true ? "the run is violated; with another score than that of u observed only"
        : "the run is violated where the scheme guarantees it";
}
