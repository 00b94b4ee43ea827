using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace PdeDiffusion.Tests.Robustness;

/// <summary>Seeded changes of an input that keep most of its structure, so that they get past the first check.</summary>
internal static class Mutation
{
    private static readonly string[] Values =
    [
        "0", "-0.0", "1", "-1", "2", "0.5", "3", "17", "1e-12", "1e-300", "5e-324", "1e300", "1.7e308", "1e999", "-1e999", "1e12",
        "2147483648",
        "-2147483649", "9007199254740993", "null", "true", "\"\"", "\"inf\"", "\"NaN\"", "\"grid\"", "\"forward\"", "\"../../etc/passwd\"",
        "[]", "{}",
        "[[]]", "[0]", "[1,2,3]", "[[0],[0,1]]", "[1e308,-1e308]", "{\"kind\":\"points\"}", "{\"kind\":\"forward\"}",
        "{\"kind\":\"remap\"}", "\"\\u0000\"",
    ];

    private static readonly string[] Fields =
        ["", "0", "-1", "nan", "inf", "1e999", "1e-320", "x", "\"", "\"\"", "1,5", " 1 ", "0x10", "١", "1e5000000000",
            new string('9', 400)];

    /// <summary>Changes one to three values of a JSON document, or its text.</summary>
    public static byte[] OfJson(byte[] json, Random random)
    {
        if (random.Next(4) == 0)
            return OfBytes(json, random);
        JsonNode root = JsonNode.Parse(json)!;
        for (int change = random.Next(1, 4); change > 0; change--)
            Change(root, random);
        // A placeholder stands for what a node cannot hold, such as 1e999.
        string text = root.ToJsonString();
        for (int value = 0; value < Values.Length; value++)
            text = text.Replace(string.Create(CultureInfo.InvariantCulture, $"\"@{value}@\""), Values[value], StringComparison.Ordinal);
        return random.Next(20) switch
        {
            0 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            1 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
            2 => Encoding.UTF8.GetBytes(text.Replace(",", ",\r\n", StringComparison.Ordinal)),
            3 => Encoding.UTF8.GetBytes(new string('[', random.Next(5000)) + text),
            _ => Encoding.UTF8.GetBytes(text),
        };
    }

    /// <summary>Changes fields and lines of a table, or its text.</summary>
    public static byte[] OfTable(byte[] table, Random random)
    {
        if (random.Next(3) == 0)
            return OfBytes(table, random);
        List<string> lines = [.. Encoding.UTF8.GetString(table).Split('\n')];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int line = random.Next(lines.Count);
            switch (random.Next(6))
            {
                case 0:
                    lines.RemoveAt(line);
                    if (lines.Count == 0)
                        lines.Add("");
                    break;
                case 1:
                    lines.Insert(line, lines[random.Next(lines.Count)]);
                    break;
                case 2:
                    lines[line] += "," + Fields[random.Next(Fields.Length)];
                    break;
                case 3:
                    lines[line] = new string(random.Next(2) == 0 ? ',' : '1', random.Next(1 << 16));
                    break;
                default:
                    string[] fields = lines[line].Split(',');
                    fields[random.Next(fields.Length)] = Fields[random.Next(Fields.Length)];
                    lines[line] = string.Join(',', fields);
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(string.Join(random.Next(5) == 0 ? "\r\n" : "\n", lines));
    }

    /// <summary>Flips, cuts, repeats and overwrites bytes.</summary>
    public static byte[] OfBytes(byte[] bytes, Random random)
    {
        List<byte> changed = [.. bytes];
        for (int change = random.Next(1, 5); change > 0 && changed.Count > 0; change--)
        {
            int at = random.Next(changed.Count), count = Math.Min(random.Next(1, 40), changed.Count - at);
            switch (random.Next(4))
            {
                case 0:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed.RemoveRange(at, count);
                    break;
                case 2:
                    changed.InsertRange(random.Next(changed.Count), changed.GetRange(at, count));
                    break;
                default:
                    changed[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. changed];
    }

    private static void Change(JsonNode root, Random random)
    {
        var places = new List<JsonNode>();
        Collect(root, places);
        if (places.Count == 0)
            return;
        JsonNode place = places[random.Next(places.Count)];
        JsonNode value = random.Next(4) == 0
            ? places[random.Next(places.Count)].DeepClone()
            : JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"@{random.Next(Values.Length)}@"));
        if (place is JsonArray array)
        {
            if (array.Count > 0 && random.Next(2) == 0)
                array[random.Next(array.Count)] = value;
            else if (array.Count > 0 && random.Next(2) == 0)
                array.RemoveAt(random.Next(array.Count));
            else
                array.Add(value);
        }
        else if (place is JsonObject members && members.Count > 0)
        {
            string name = members.ElementAt(random.Next(members.Count)).Key;
            switch (random.Next(5))
            {
                case 0:
                    members.Remove(name);
                    break;
                case 1:
                    members[name + (random.Next(2) == 0 ? "s" : "")] = value;
                    break;
                default:
                    members[name] = value;
                    break;
            }
        }
    }

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is JsonArray array)
        {
            places.Add(array);
            foreach (JsonNode? item in array)
                Collect(item, places);
        }
        else if (node is JsonObject members)
        {
            places.Add(members);
            foreach ((_, JsonNode? member) in members)
                Collect(member, places);
        }
    }
}
