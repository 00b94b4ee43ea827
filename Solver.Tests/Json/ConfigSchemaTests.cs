using System.Text.Json.Nodes;
using PdeDiffusion.Problems;
using PdeDiffusion.Studies;

namespace PdeDiffusion.Tests.Json;

[TestClass]
public sealed class ConfigSchemaTests
{
    [TestMethod]
    [DataRow("schema.json")]
    [DataRow("study-schema.json")]
    public void TheCommittedSchemaIsTheOnePrinted(string name)
    {
        string path = Repository.PathOf("configs", name);
        if (Environment.GetEnvironmentVariable("PDE_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, SchemaOf(name));
        Assert.AreEqual(SchemaOf(name), File.ReadAllText(path), "PDE_UPDATE_GOLDEN=1 rewrites it");
    }

    [TestMethod]
    [DataRow("schema.json")]
    [DataRow("study-schema.json")]
    public void EveryReferenceLeadsToADefinition(string name)
    {
        JsonNode schema = JsonNode.Parse(SchemaOf(name))!;
        var definitions = (JsonObject)schema["$defs"]!;
        foreach (string reference in Objects(schema).Where(node => node.ContainsKey("$ref")).Select(node => (string)node["$ref"]!))
            Assert.IsTrue(definitions.ContainsKey(reference["#/$defs/".Length..]), reference);
    }

    [TestMethod]
    [DataRow("schema.json")]
    [DataRow("study-schema.json")]
    public void TheReferenceExplainsEveryKeyAndWord(string name)
    {
        string reference = File.ReadAllText(Repository.PathOf("docs", "config.md"));
        foreach (JsonObject node in Objects(JsonNode.Parse(SchemaOf(name))!))
        {
            IEnumerable<string> words = node["properties"] is JsonObject properties ? properties.Select(property => property.Key) : [];
            if (node["enum"] is JsonArray list)
                words = words.Concat(list.Select(word => (string)word!));
            if (node["const"] is JsonValue constant)
                words = words.Append((string)constant!);
            foreach (string word in words)
                Assert.IsTrue(reference.Contains($"`{word}`", StringComparison.Ordinal)
                    || reference.Contains($"`\"{word}\"`", StringComparison.Ordinal), word);
        }
    }

    [TestMethod]
    [DataRow("line-8-1600.json", 1600)]
    [DataRow("line-8-400-graded.json", 400)]
    [DataRow("circle-1-256-periodic.json", 256)]
    [DataRow("square-2-256.json", 65536)]
    public void CommittedMeshesBuild(string name, int cells) =>
        Assert.AreEqual(cells, MeshFile.Build(MeshFile.Read(ConfigDocument.Read(Repository.PathOf("meshes", name)))).CellCount);

    private static string SchemaOf(string name) => name == "schema.json" ? ConfigSchema.Schema() : ConfigSchema.StudySchema();

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject parent => parent.SelectMany(member => Objects(member.Value)).Append(parent),
        JsonArray array => array.SelectMany(Objects),
        _ => [],
    };
}
