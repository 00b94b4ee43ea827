using System.CommandLine;
using PdeDiffusion.IO;

namespace PdeDiffusion.Commands;

/// <summary><c>schema</c>: the JSON Schema of configs, from which editors complete and check.</summary>
public static class SchemaCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("schema", CommandLine.Describe("Print the JSON Schema of configs.", "schema > configs/schema.json"));
        command.SetAction(_ => session.Guard(
            () =>
            {
                session.Output.WriteLine(ConfigSchema.Schema().TrimEnd());
                return ExitCode.Finished;
            },
            verbose: false));
        return command;
    }
}
