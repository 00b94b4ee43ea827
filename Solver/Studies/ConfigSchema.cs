using System.Text.Json;
using System.Text.Json.Nodes;
using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Studies;

/// <summary>The JSON Schema (2020-12) of run and study files, made from the config records: editors complete and check with it.</summary>
public static class ConfigSchema
{
    /// <summary>The schema as text, as in <c>configs/schema.json</c>.</summary>
    public static string Schema()
    {
        var definitions = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        JsonObject run = Record(typeof(RunConfig), definitions);

        // An audit may do without data.
        var required = (JsonArray)run["required"]!;
        required.Remove(required.Single(name => (string?)name == "data"));
        run["anyOf"] = new JsonArray(
            new JsonObject { ["required"] = new JsonArray("data") }, new JsonObject { ["required"] = new JsonArray("audit") });
        return Document("A run of PdeDiffusion", run, definitions);
    }

    /// <summary>The schema of study files as text, as in <c>configs/study-schema.json</c>.</summary>
    public static string StudySchema()
    {
        var definitions = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        JsonObject study = Record(typeof(StudyKeys), definitions);
        JsonNode properties = study["properties"]!;
        properties["base"]!["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, Reference(typeof(RunConfig), definitions));
        properties["sweep"]!["anyOf"] = new JsonArray(Type("object"), new JsonObject { ["type"] = "array", ["items"] = Type("object") });
        properties["grid"]!["type"] = "object";
        properties["grid"]!["additionalProperties"] = new JsonObject { ["type"] = "array", ["minItems"] = 1 };
        study["oneOf"] = new JsonArray(
            new JsonObject { ["required"] = new JsonArray("sweep") }, new JsonObject { ["required"] = new JsonArray("grid") },
            new JsonObject { ["required"] = new JsonArray("tradeoff") }, new JsonObject { ["required"] = new JsonArray("samplers") });
        return Document("A study of PdeDiffusion", study, definitions);

        static JsonObject Type(string name) => new() { ["type"] = name };
    }

    private static string Document(string title, JsonObject root, SortedDictionary<string, JsonObject> definitions)
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach ((string key, JsonNode? value) in root.ToArray())
        {
            root.Remove(key);
            schema[key] = value;
        }

        ((JsonObject)schema["properties"]!).Insert(0, "$schema", new JsonObject { ["type"] = "string" });
        var shared = new JsonObject();
        foreach ((string name, JsonObject definition) in definitions)
            shared[name] = definition;
        schema["$defs"] = shared;
        return schema.ToJsonString(JsonText.SerializerOptions) + "\n";
    }

    private static JsonObject Value(ConfigKey key, object? standard, SortedDictionary<string, JsonObject> definitions)
    {
        JsonObject schema = Value(key.Type, key.Meaning, definitions);
        if (key.Meaning.Path == PathRole.ValueOrFile)
            schema = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, schema) };
        schema.Insert(0, "description", key.Meaning.Meaning);
        if (!key.Required && Default(standard) is { } value)
            schema["default"] = value;
        return schema;
    }

    private static JsonObject Value(Type type, KeyAttribute meaning, SortedDictionary<string, JsonObject> definitions)
    {
        if (meaning.Sigma)
            return TimeOrSigma(type, meaning, definitions);
        if (ConfigKeys.ItemOf(type) is { } item)
        {
            KeyAttribute inner = item == typeof(IReadOnlyList<double>) ? new KeyAttribute("") { MinItems = 1, MaxItems = 2 } : meaning;
            var list = new JsonObject { ["type"] = "array", ["items"] = Value(item, inner, definitions) };
            if (meaning.MinItems > 0)
                list["minItems"] = meaning.MinItems;
            if (meaning.MaxItems > 0)
                list["maxItems"] = meaning.MaxItems;
            return list;
        }

        if (type == typeof(double) || type == typeof(int) || type == typeof(long))
        {
            JsonObject number = Number(type == typeof(double) ? "number" : "integer", meaning);
            return meaning.Infinite ? new JsonObject { ["anyOf"] = new JsonArray(number, new JsonObject { ["const"] = "inf" }) } : number;
        }

        if (type == typeof(SourceValue))
            return [];
        if (type == typeof(IReadOnlyDictionary<string, double>))
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Number("number", meaning) };
        if (type == typeof(TimeFunction))
            return NumberOrTable(meaning);
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type.IsEnum)
            return Words(ConfigKeys.WordsOf(type));
        if (type == typeof(string) && meaning.OrNumber)
        {
            return new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
            };
        }

        if (type == typeof(string))
            return meaning.Words is { } words ? Words(words.Split(' ')) : new JsonObject { ["type"] = "string" };
        return Reference(type, definitions);
    }

    /// <summary>A number, or rows [t, number].</summary>
    private static JsonObject NumberOrTable(KeyAttribute meaning)
    {
        var row = new JsonObject
        {
            ["type"] = "array",
            ["prefixItems"] = new JsonArray(Number("number", new KeyAttribute("") { Above = 0 }), Number("number", meaning)),
            ["minItems"] = 2,
            ["maxItems"] = 2,
        };
        var table = new JsonObject { ["type"] = "array", ["items"] = row, ["minItems"] = 1 };
        return new JsonObject { ["anyOf"] = new JsonArray(Number("number", meaning), table) };
    }

    /// <summary>A time or times, or noise levels in an object.</summary>
    private static JsonObject TimeOrSigma(Type type, KeyAttribute meaning, SortedDictionary<string, JsonObject> definitions)
    {
        var number = new KeyAttribute("") { AtLeast = meaning.AtLeast, Above = meaning.Above };
        JsonObject time = new() { ["anyOf"] = new JsonArray(Value(typeof(double), number, definitions), Sigma(SigmaValue())) };
        if (ConfigKeys.ItemOf(type) is null)
            return time;
        var times = new JsonObject { ["type"] = "array", ["items"] = time };
        if (meaning.MinItems > 0)
            times["minItems"] = meaning.MinItems;
        if (meaning.MaxItems > 0)
            times["maxItems"] = meaning.MaxItems;
        return new JsonObject
        {
            ["anyOf"] = new JsonArray(times, Sigma(new JsonObject { ["type"] = "array", ["items"] = SigmaValue() })),
        };

        static JsonObject SigmaValue() => new() { ["type"] = "number", ["minimum"] = 0 };
        static JsonObject Sigma(JsonObject value) => new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["sigma"] = value },
            ["required"] = new JsonArray("sigma"),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Reference(Type record, SortedDictionary<string, JsonObject> definitions)
    {
        string name = JsonNamingPolicy.KebabCaseLower.ConvertName(record.Name.Replace("Config", "", StringComparison.Ordinal));
        if (definitions.TryAdd(name, []))
        {
            // In place before it is filled: a score may be of a score.
            definitions[name] = record.IsAbstract
                ? new JsonObject { ["oneOf"] = Kinds(record, definitions) }
                : Record(record, definitions);
        }

        return new JsonObject { ["$ref"] = "#/$defs/" + name };
    }

    private static JsonArray Kinds(Type record, SortedDictionary<string, JsonObject> definitions) =>
        new([.. ConfigKeys.KindsOf(record).Select(kind => Record(kind.Record, definitions))]);

    private static JsonObject Record(Type record, SortedDictionary<string, JsonObject> definitions)
    {
        object standards = Activator.CreateInstance(record)!;
        var properties = new JsonObject();
        var required = new JsonArray();
        if (ConfigKeys.KindOf(record) is { } kind)
        {
            properties["kind"] = new JsonObject { ["const"] = kind };
            required.Add("kind");
        }

        foreach (ConfigKey key in ConfigKeys.Of(record))
        {
            properties[key.Name] = Value(key, key.Property.GetValue(standards), definitions);
            if (key.Required && key.Meaning.ReplacedBy is null)
                required.Add(key.Name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        if (Replacements(record) is { Count: > 0 } replacements)
            schema["allOf"] = replacements;
        schema["additionalProperties"] = false;
        return schema;
    }

    /// <summary>Keys that replace others: beside one the others are not allowed, without any of them those that are required are.</summary>
    private static JsonArray Replacements(Type record)
    {
        IReadOnlyList<ConfigKey> keys = ConfigKeys.Of(record);
        var rules = new JsonArray();
        foreach (ConfigKey key in keys.Where(key => key.Meaning.ReplacedBy is not null))
        {
            string[] others = key.Meaning.ReplacedBy!.Split(' ');
            var present = new JsonArray([.. others.Select(other => (JsonNode)new JsonObject { ["required"] = new JsonArray(other) })]);
            var rule = new JsonObject
            {
                ["if"] = new JsonObject { ["anyOf"] = present },
                ["then"] = new JsonObject { ["properties"] = new JsonObject { [key.Name] = false } },
            };
            if (key.Required)
                rule["else"] = new JsonObject { ["required"] = new JsonArray(key.Name) };
            rules.Add(rule);
        }

        return rules;
    }

    private static JsonObject Number(string type, KeyAttribute meaning)
    {
        var number = new JsonObject { ["type"] = type };
        foreach ((string word, double bound) in (ReadOnlySpan<(string, double)>)
            [("minimum", meaning.AtLeast), ("exclusiveMinimum", meaning.Above), ("maximum", meaning.AtMost)])
        {
            if (!double.IsNaN(bound))
                number[word] = bound;
        }

        return number;
    }

    private static JsonObject Words(IReadOnlyList<string> words) =>
        new() { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) };

    private static JsonNode? Default(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        int whole => whole,
        long whole => whole,
        double number => number,
        string text => text,
        Enum word => ConfigKeys.WordOf(word),
        IReadOnlyList<double> numbers => new JsonArray([.. numbers.Select(number => double.IsFinite(number) ? (JsonNode)number : "inf")]),
        _ => null,
    };
}
