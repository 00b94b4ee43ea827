using System.CommandLine;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Commands;

/// <summary><c>schema</c>: the JSON Schema of configs, from which editors complete and check.</summary>
public static class SchemaCommand
{
    public static Command Create(Session session)
    {
        var study = new Option<bool>("--study") { Description = "Print the schema of studies." };
        var command = new Command("schema", CommandLine.Describe("Print the JSON Schema of configs.", "schema > configs/schema.json"))
        {
            study,
        };
        command.SetAction(parsed => session.Guard(
            () =>
            {
                session.Output.WriteLine((parsed.GetValue(study) ? ConfigSchema.StudySchema() : ConfigSchema.Schema()).TrimEnd());
                return ExitCode.Finished;
            },
            verbose: false));
        return command;
    }
}
