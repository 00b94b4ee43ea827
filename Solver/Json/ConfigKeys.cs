using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using PdeDiffusion.Configs;

namespace PdeDiffusion.Json;

/// <summary>One key of a config object.</summary>
/// <param name="Name">As written in JSON.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Meaning">Meaning and range.</param>
internal sealed record ConfigKey(string Name, bool Required, KeyAttribute Meaning, PropertyInfo Property)
{
    /// <summary>The type of its value, without nullability.</summary>
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;
}

/// <summary>The keys, kinds and words of config records: what reader, writer and schema share.</summary>
internal static class ConfigKeys
{
    // By name: a dependency has a public attribute of the same name.
    private const string RequiredMark = "System.Runtime.CompilerServices.RequiredMemberAttribute";

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<ConfigKey>> Keys = new();

    /// <summary>The keys of a concrete record, in the order declared.</summary>
    public static IReadOnlyList<ConfigKey> Of(Type record) => Keys.GetOrAdd(record, static type =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(property => property.MetadataToken)
            .Select(property => Of(type, property))]);

    private static ConfigKey Of(Type type, PropertyInfo property)
    {
        KeyAttribute meaning = property.GetCustomAttribute<KeyAttribute>()
            ?? throw new InvalidOperationException($"{type.Name}.{property.Name} does not say what it means");
        return new ConfigKey(
            meaning.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            property.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == RequiredMark), meaning, property);
    }

    /// <summary>The kinds of an abstract record, in the order declared.</summary>
    public static IReadOnlyList<(string Name, Type Record)> KindsOf(Type record) =>
        [.. record.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => ((string)kind.TypeDiscriminator!, kind.DerivedType))];

    /// <summary>
    /// The kind of a concrete record; null if its type is not chosen by <c>"kind"</c>. Abstract records between it and the one that lists
    /// the kinds hold keys that some of them share.
    /// </summary>
    public static string? KindOf(Type record)
    {
        Type? parent = record.BaseType;
        while (parent is { IsAbstract: true } && KindsOf(parent).Count == 0)
            parent = parent.BaseType;
        return parent is { IsAbstract: true } ? KindsOf(parent).Single(kind => kind.Record == record).Name : null;
    }

    /// <summary>The words of an enumeration, in the order declared.</summary>
    public static IReadOnlyList<string> WordsOf(Type enumeration) =>
        [.. Enum.GetNames(enumeration).Select(name => WordOf(enumeration, name))];

    /// <summary>The word of one value of an enumeration.</summary>
    public static string WordOf(Enum value) => WordOf(value.GetType(), value.ToString());

    /// <summary>The word that the field is given, or its name in kebab case.</summary>
    private static string WordOf(Type enumeration, string name) =>
        enumeration.GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    /// <summary>The type of a list's items; null if the type is not a list.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>
    /// The candidate that a word starts or that is nearest to it in edit distance, as <c>; did you mean "steps"?</c>; empty if none is
    /// near.
    /// </summary>
    public static string Suggest(string word, IEnumerable<string> candidates)
    {
        if (word.Length > 64)
            return "";
        string? best = null;
        int nearest = Math.Max(2, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            bool start = word.Length >= 3 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase);
            int distance = start ? 1 : EditDistance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < nearest && distance < candidate.Length)
                (best, nearest) = (candidate, distance);
        }

        return best is null ? "" : $"; did you mean \"{best}\"?";
    }

    /// <summary>Insertions, deletions and replacements that turn one word into the other (Levenshtein 1966).</summary>
    private static int EditDistance(string from, string to)
    {
        var row = new int[to.Length + 1];
        for (int column = 0; column <= to.Length; column++)
            row[column] = column;
        foreach (char letter in from)
        {
            int diagonal = row[0]++;
            for (int column = 1; column <= to.Length; column++)
            {
                int replaced = diagonal + (letter == to[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, 1 + Math.Min(row[column], row[column - 1]));
            }
        }

        return row[^1];
    }
}
