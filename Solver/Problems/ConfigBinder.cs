using System.Collections;
using System.Globalization;
using System.Text.Json;
using PdeDiffusion.Configs;
using PdeDiffusion.Json;
using PdeDiffusion.Processes;

namespace PdeDiffusion.Problems;

/// <summary>
/// Converts a tree of values into config records and reports wrong types, unknown and missing keys, and numbers out of range. Files that
/// replace values (meshes, points, polylines) are first inserted into the tree, so that their errors name their own lines.
/// </summary>
/// <param name="parts">Parts of the first level that need not be read again; null for none.</param>
internal sealed class ConfigBinder(InputReport report, BoundParts? parts = null)
{
    /// <summary>Sizes are read without limit, so that the message can give the memory that they would require.</summary>
    private const long LargestSize = 1_000_000_000_000_000_000;

    /// <summary>Most rows of a table of a function of t.</summary>
    private const int MostRows = 100_000;

    private static readonly KeyAttribute TimeOfTable = new("") { Above = 0 };

    /// <summary>Reads a record; its required parts that could not be read are null and reported.</summary>
    public T? Read<T>(SourceValue value) where T : class => (T?)ReadObject(typeof(T), value, "");

    private object? Read(Type type, SourceValue value, string path, KeyAttribute key) => type switch
    {
        _ when type == typeof(double) => ReadNumber(value, path, key),
        _ when type == typeof(int) => ReadWhole(value, path, key, int.MaxValue) is { } whole ? (int)whole : null,
        _ when type == typeof(long) => ReadWhole(value, path, key, LargestSize),
        _ when type == typeof(bool) => value.Kind is JsonValueKind.True or JsonValueKind.False
            ? value.Kind == JsonValueKind.True : Refuse(path, "true or false", value),
        _ when type == typeof(string) => ReadText(value, path, key),
        _ when type == typeof(SourceValue) => value,
        _ when type == typeof(TimeFunction) => ReadTimeFunction(value, path, key),
        { IsEnum: true } => ReadWord(type, value, path),
        _ when type == typeof(IReadOnlyDictionary<string, double>) => ReadNamed(value, path, key),
        _ => ConfigKeys.ItemOf(type) is { } item ? ReadList(item, value, path, key) : ReadObject(type, value, path),
    };

    private object? ReadObject(Type type, SourceValue value, string path)
    {
        if (value.Kind != JsonValueKind.Object)
            return Refuse(path, "an object", value);
        string? kind = null;
        if (type.IsAbstract)
        {
            IReadOnlyList<(string Name, Type Record)> kinds = ConfigKeys.KindsOf(type);
            if (FindKind(kinds, value, path) is not { } found)
                return null;
            (kind, type) = found;
        }

        FileSplicer.Splice(type, value, path, report);
        IReadOnlyList<ConfigKey> keys = ConfigKeys.Of(type);
        foreach ((string name, _) in value.Members)
        {
            if (report.Full)
                break;
            bool allowed = (name == "kind" && kind is not null) || (name == "$schema" && path.Length == 0);
            if (!allowed && !keys.Any(key => key.Name == name))
            {
                string of = kind is null ? "" : $" of kind {kind}";
                string known = keys.Count == 0 ? "none" : string.Join(", ", keys.Select(key => key.Name));
                report.Add(Below(path, name),
                    $"unknown key{ConfigKeys.Suggest(name, keys.Select(key => key.Name))} (keys{of} here: {known})");
            }
        }

        object record = Activator.CreateInstance(type)!;
        foreach (ConfigKey key in keys)
        {
            string at = Below(path, key.Name);
            if (value.Members.TryGetValue(key.Name, out SourceValue? member))
            {
                if (key.Meaning.Path == PathRole.ValueOrFile && FileSplicer.SpliceJson(value, key.Name, at, report) is { } spliced)
                    member = spliced;
                if (key.Meaning.Sigma)
                    value.Members[key.Name] = member = NoiseLevels.AsTimes(member, at, report);
                if (Replacing(key, value) is { } other)
                    report.AddUnread(at, $"is replaced by {other}: give only one of them");
                if (report.Sound(at)
                    && (path.Length == 0 ? ReadPart(key, member, at) : Read(key.Type, member, at, key.Meaning)) is { } read)
                    key.Property.SetValue(record, read);
            }
            else if (key.Required && Replacing(key, value) is null)
            {
                report.AddUnread(at,
                    "required, but missing: " + (key.Type.IsEnum ? OneOf(ConfigKeys.WordsOf(key.Type)) : key.Meaning.Meaning));
            }
        }

        return record;
    }

    /// <summary>A part of the first level; one without errors that is shared with another tree is read once.</summary>
    private object? ReadPart(ConfigKey key, SourceValue value, string path)
    {
        if (parts?.Find(value) is { } known)
            return known;
        int before = report.Problems.Count;
        object? read = Read(key.Type, value, path, key.Meaning);
        if (read is not null && report.Problems.Count == before)
            parts?.Keep(value, read);
        return read;
    }

    /// <summary>The key of an object that replaces another; null if there is none.</summary>
    private static string? Replacing(ConfigKey key, SourceValue value) =>
        key.Meaning.ReplacedBy?.Split(' ').FirstOrDefault(value.Members.ContainsKey);

    private (string Name, Type Record)? FindKind(IReadOnlyList<(string Name, Type Record)> kinds, SourceValue value, string path)
    {
        string at = Below(path, "kind");
        IEnumerable<string> names = kinds.Select(kind => kind.Name);
        if (!value.Members.TryGetValue("kind", out SourceValue? word))
            report.AddUnread(at, "required, but missing: " + OneOf(names));
        else if (word.Kind != JsonValueKind.String)
            Refuse(at, OneOf(names), word);
        else if (kinds.FirstOrDefault(kind => kind.Name == word.Text) is { Record: not null } found)
            return found;
        else
            report.AddUnread(at, $"must be {OneOf(names)}, but is {word.Shown()}{ConfigKeys.Suggest(word.Text, names)}");
        return null;
    }

    private object? ReadList(Type item, SourceValue value, string path, KeyAttribute key)
    {
        if (value.Kind != JsonValueKind.Array)
        {
            string what = item == typeof(double) || item == typeof(int) || item == typeof(long) ? "numbers"
            : item == typeof(string) || item.IsEnum ? "strings"
                : item == typeof(IReadOnlyList<double>) ? "arrays of numbers"
                : item == typeof(IReadOnlyList<IReadOnlyList<double>>) ? "arrays of arrays of numbers" : "objects";
            return Refuse(path, "an array of " + what, value);
        }

        int count = value.Items.Count;
        if (count < key.MinItems || (key.MaxItems > 0 && count > key.MaxItems))
        {
            string allowed = key.MaxItems == 0 ? $"at least {key.MinItems}"
                : key.MinItems == 0 ? $"at most {key.MaxItems}"
                : $"{key.MinItems} to {key.MaxItems}";
            report.AddUnread(path, $"must have {allowed} items, but has {count}");
            return null;
        }

        // Bounds on the number of items are those of the outer list.
        KeyAttribute inner = item == typeof(IReadOnlyList<double>) ? new KeyAttribute(key.Meaning) : key;
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        bool whole = true;
        for (int index = 0; index < count && !report.Full; index++)
        {
            SourceValue element = value.Items[index];
            object? read = element.Kind == JsonValueKind.Number && item == typeof(double) && InRange(element.Number, key)
                ? element.Number : Read(item, element, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), inner);
            whole &= read is not null;
            if (read is not null)
                list.Add(read);
        }

        return whole ? list : null;
    }

    private object? ReadNamed(SourceValue value, string path, KeyAttribute key)
    {
        if (value.Kind != JsonValueKind.Object)
            return Refuse(path, "an object of numbers", value);
        var named = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, SourceValue number) in value.Members)
        {
            if (ReadNumber(number, Below(path, name), key) is double read)
                named[name] = read;
        }

        return named;
    }

    private object? ReadNumber(SourceValue value, string path, KeyAttribute key)
    {
        if (key.Infinite && value is { Kind: JsonValueKind.String, Text: "inf" })
            return double.PositiveInfinity;
        if (value.Kind != JsonValueKind.Number)
            return Refuse(path, key.Infinite ? "a number or \"inf\"" : "a number", value);
        return CheckRange(value, path, key) ? value.Number : null;
    }

    /// <summary>A number, or rows [t, value] with t > 0 that increase.</summary>
    private TimeFunction? ReadTimeFunction(SourceValue value, string path, KeyAttribute key)
    {
        const string Expected = "a number or a table [[t, value], ...]";
        if (value.Kind == JsonValueKind.Number)
            return CheckRange(value, path, key) ? new TimeFunction(value.Number) : null;
        if (value.Kind != JsonValueKind.Array)
            return (TimeFunction?)Refuse(path, Expected, value);
        if (value.Items.Count is 0 or > MostRows)
        {
            report.AddUnread(path, $"a table must have 1 to {MostRows} rows, but has {value.Items.Count}");
            return null;
        }

        List<double> times = [], values = [];
        for (int row = 0; row < value.Items.Count; row++)
        {
            SourceValue pair = value.Items[row];
            string at = string.Create(CultureInfo.InvariantCulture, $"{path}[{row}]");
            if (pair.Kind != JsonValueKind.Array || pair.Items.Count != 2 || pair.Items.Exists(item => item.Kind != JsonValueKind.Number))
                return (TimeFunction?)Refuse(at, "a row [t, value] of two numbers", pair);
            if (!CheckRange(pair.Items[0], $"{at}[0]", TimeOfTable) || !CheckRange(pair.Items[1], $"{at}[1]", key))
                return null;
            if (times.Count > 0 && !(pair.Items[0].Number > times[^1]))
            {
                report.AddUnread($"{at}[0]", $"the times of a table must increase, but {pair.Items[0].Shown()} follows "
                    + times[^1].ToString("R", CultureInfo.InvariantCulture));
                return null;
            }

            times.Add(pair.Items[0].Number);
            values.Add(pair.Items[1].Number);
        }

        return new TimeFunction(times, values);
    }

    private long? ReadWhole(SourceValue value, string path, KeyAttribute key, long most)
    {
        if (value.Kind != JsonValueKind.Number)
        {
            Refuse(path, "an integer", value);
            return null;
        }

        if (!CheckRange(value, path, key))
            return null;
        if (value.Number == Math.Floor(value.Number) && Math.Abs(value.Number) <= most)
            return (long)value.Number;
        Refuse(path, $"an integer of at most {most}", value);
        return null;
    }

    private object? ReadText(SourceValue value, string path, KeyAttribute key)
    {
        string[]? words = key.Words?.Split(' ');
        if (value.Kind != JsonValueKind.String)
            return Refuse(path, words is null ? "a string" : OneOf(words), value);
        if (words is not null && !words.Contains(value.Text))
            return Refuse(path, OneOf(words), value);
        return key.Path is PathRole.File or PathRole.Folder ? FileSplicer.Resolve(value, path, key.Path, report) : value.Text;
    }

    private object? ReadWord(Type enumeration, SourceValue value, string path)
    {
        IReadOnlyList<string> words = ConfigKeys.WordsOf(enumeration);
        if (value.Kind != JsonValueKind.String)
            return Refuse(path, OneOf(words), value);
        int index = words.ToList().IndexOf(value.Text);
        if (index >= 0)
            return Enum.Parse(enumeration, Enum.GetNames(enumeration)[index]);
        report.AddUnread(path, $"must be {OneOf(words)}, but is {value.Shown()}{ConfigKeys.Suggest(value.Text, words)}");
        return null;
    }

    private bool CheckRange(SourceValue value, string path, KeyAttribute key)
    {
        if (InRange(value.Number, key))
            return true;
        if (!double.IsFinite(value.Number))
        {
            report.AddUnread(path, "must be a finite number, but exceeds the range of a double (1.8e308)");
            return false;
        }

        string low = !double.IsNaN(key.AtLeast) ? $">= {Number(key.AtLeast)}" : !double.IsNaN(key.Above) ? $"> {Number(key.Above)}" : "";
        string high = double.IsNaN(key.AtMost) ? "" : $"<= {Number(key.AtMost)}";
        report.AddUnread(path, $"must be {low}{(low.Length > 0 && high.Length > 0 ? " and " : "")}{high}, but is {value.Shown()}"
            + (key.Bytes > 0 && value.Number > key.AtMost
                ? $", which would require {MeshRules.Bytes(key.Bytes * value.Number)} of memory" : ""));
        return false;
    }

    private static bool InRange(double number, KeyAttribute key) =>
        double.IsFinite(number) && !(number < key.AtLeast) && !(number <= key.Above) && !(number > key.AtMost);

    private object? Refuse(string path, string expected, SourceValue value)
    {
        report.AddUnread(path, $"must be {expected}, but is {value.Shown()}");
        return null;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string OneOf(IEnumerable<string> words) => "one of " + string.Join(", ", words.Select(word => $"\"{word}\""));

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
