using System.CommandLine;
using System.Text;
using PdeDiffusion.Files;
using PdeDiffusion.Runs;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Commands;

/// <summary><c>new [TEMPLATE]</c>: writes a config to start from.</summary>
public static class NewCommand
{
    public static Command Create(Session session)
    {
        var template = new Argument<string>("TEMPLATE")
        {
            Description = "Which config; --list says what they show.",
            HelpName = "TEMPLATE",
            DefaultValueFactory = _ => StarterConfig.Names[0],
        };
        template.AcceptOnlyFromAmong(StarterConfig.Names);
        var list = new Option<bool>("--list") { Description = "List the templates; write nothing." };
        var file = new Option<string?>("--out")
        {
            Description = "The file to write; TEMPLATE.json in the current folder if absent.",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists." };
        var command = new Command("new", CommandLine.Describe("Write a config to start from.", "new lemniscate"))
        {
            template, list, file, force,
        };
        command.SetAction(parsed => session.Guard(
            () => parsed.GetValue(list) ? List(session)
                : Write(parsed.GetRequiredValue(template), parsed.GetValue(file), parsed.GetValue(force), session),
            verbose: false));
        return command;
    }

    private static int List(Session session)
    {
        TextTable.Write(
            session.Output,
            [
                ["template", "verb", "what it shows"],
                .. StarterConfig.All.Select(starter => new[] { starter.Name, starter.Verb, starter.Content }),
            ],
            _ => true);
        return ExitCode.Finished;
    }

    private static int Write(string name, string? file, bool force, Session session)
    {
        StarterConfig starter = StarterConfig.All.Single(starter => starter.Name == name);
        string path = file ?? name + ".json";
        if (Directory.Exists(path))
            throw Refused(path, "is a folder: name a file with --out");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw Refused(path, "its folder does not exist");
        if (File.Exists(path) && !force)
            throw Refused(path, "exists: use --force to replace it, or --out for another file");

        // Complete or absent; without --force a file that appeared meanwhile is kept.
        string part = path + ".part";
        try
        {
            File.WriteAllText(part, starter.Text(path), new UTF8Encoding(false));
            File.Move(part, path, overwrite: force);
        }
        finally
        {
            File.Delete(part);
        }

        session.Output.WriteLine(path);
        session.Output.WriteLine($"next: {ProgramCall.Text} {starter.Verb} {path}");
        return ExitCode.Finished;
    }

    private static InputException Refused(string path, string why) => new(new InputProblem(Printable.Of(path), null, null, why));
}
