using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CacheKeeper.Storage;

/// <summary>Makes settings from JSON and tells every mistake at once, each with its path and what would be valid.</summary>
internal static class SettingsBinder
{
    public static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Duration.Converter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly ConcurrentDictionary<Type, JsonSerializerOptions> Formats = new();

    /// <returns>The settings, and every error; when there are errors the settings are not to be used.</returns>
    public static (T Settings, IReadOnlyList<string> Errors) Bind<T>(JsonObject document)
        where T : class, new()
    {
        var errors = new List<string>();
        var clean = (JsonObject)document.DeepClone();
        Check(clean, typeof(T), "", errors);
        T settings;
        try
        {
            settings = (T)Fill(clean, typeof(T));
        }
        catch (JsonException e)
        {
            return (new T(), [.. errors, e.Message]);
        }

        Validate(settings, clean, "", errors);
        return (settings, errors);
    }

    // Only what is written is made from JSON; the rest stays as the type has it. Letting the serializer make the whole tree has it learn every type of
    // it first, which was more than half of the time from the start of a command to its first word.
    private static object Fill(JsonObject node, Type type)
    {
        if (type.GetConstructor(Type.EmptyTypes) is null)
        {
            return node.Deserialize(type, Format)!;
        }

        var section = Activator.CreateInstance(type)!;
        foreach (var (name, value) in node)
        {
            var property = Properties(type).First(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
            property.SetValue(section, Read(value, property));
        }

        return section;
    }

    private static object? Read(JsonNode? value, PropertyInfo property) => value switch
    {
        JsonObject section when IsSection(property.PropertyType) => Fill(section, property.PropertyType),
        JsonObject map when SectionOfMap(property.PropertyType) is { } item && property.PropertyType.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(typeof(string), item)) => FillMap(map, item),
        JsonValue when IsText(value, property) => (string)value!,
        _ => value.Deserialize(property.PropertyType, FormatOf(property)),
    };

    // The serializer learns some thirty kinds of value before it reads its first; a text needs none of them, and most settings are texts.
    private static bool IsText(JsonNode value, PropertyInfo property) =>
        property.PropertyType == typeof(string) && value.GetValueKind() == JsonValueKind.String && !property.IsDefined(typeof(JsonConverterAttribute));

    private static IDictionary FillMap(JsonObject map, Type item)
    {
        var filled = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), item))!;
        foreach (var (name, value) in map)
        {
            filled[name] = value is JsonObject section ? Fill(section, item) : value.Deserialize(item, Format);
        }

        return filled;
    }

    // Walks the document along the types: unknown names and unreadable values are told and taken out, so that one mistake hides no other.
    private static void Check(JsonObject node, Type type, string path, List<string> errors)
    {
        foreach (var (name, value) in node.ToList())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            var property = Properties(type).FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase));
            if (name == "$schema" && path.Length == 0)
            {
                node.Remove(name);
            }
            else if (property is null)
            {
                errors.Add($"{at}: there is no such setting. Here are: {string.Join(", ", Properties(type).Select(candidate => JsonNamingPolicy.CamelCase.ConvertName(candidate.Name)))}.");
                node.Remove(name);
            }
            else if (!CheckValue(value, property, at, errors))
            {
                node.Remove(name);
            }
        }
    }

    // What cannot be read is told and is to be taken out.
    private static bool CheckValue(JsonNode? value, PropertyInfo property, string at, List<string> errors)
    {
        var type = property.PropertyType;
        if (value is null)
        {
            return SettingNulls.MayBe(property) || Told(errors, at, SettingNulls.Advice);
        }

        if (IsText(value, property))
        {
            return true;
        }

        if (value is JsonObject section && IsSection(type))
        {
            Check(section, type, at, errors);
            return true;
        }

        if (value is JsonObject map && SectionOfMap(type) is { } item)
        {
            CheckMap(map, item, at, errors);
            return true;
        }

        var nulls = SettingNulls.Within(value, property, at).ToList();
        errors.AddRange(nulls.Select(place => $"{place}: {SettingNulls.Advice}"));
        return nulls.Count == 0 && CheckRead(value, (type, FormatOf(property)), at, errors);
    }

    private static void CheckMap(JsonObject map, Type item, string at, List<string> errors)
    {
        foreach (var (name, one) in map.ToList())
        {
            if (one is JsonObject inner)
            {
                Check(inner, item, $"{at}.{name}", errors);
            }
            else if (one is null ? !Told(errors, $"{at}.{name}", SettingNulls.Advice) : !CheckRead(one, (item, Format), $"{at}.{name}", errors))
            {
                map.Remove(name);
            }
        }
    }

    private static bool CheckRead(JsonNode value, (Type Type, JsonSerializerOptions Format) read, string at, List<string> errors)
    {
        try
        {
            value.Deserialize(read.Type, read.Format);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            return Told(errors, at, $"{Shown(value)} cannot be read: {Expected(Nullable.GetUnderlyingType(read.Type) ?? read.Type, e)}.");
        }
    }

    private static bool Told(List<string> errors, string at, string mistake)
    {
        errors.Add($"{at}: {mistake}");
        return false;
    }

    private static JsonSerializerOptions FormatOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType is { } converter ? Formats.GetOrAdd(converter, With) : Format;

    // First in the list: what stands on the property weighs more than what holds for its type.
    private static JsonSerializerOptions With(Type converter)
    {
        var format = new JsonSerializerOptions(Format);
        format.Converters.Insert(0, (JsonConverter)Activator.CreateInstance(converter)!);
        return format;
    }

    private static string Shown(JsonNode value) => value.ToJsonString() is { Length: <= 60 } text ? text : "the value";

    private static string Expected(Type type, Exception e) => type switch
    {
        _ when type.IsEnum => "expected one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
        _ when type == typeof(bool) => "expected true or false",
        _ when type == typeof(int) || type == typeof(long) => "expected a whole number",
        _ when type == typeof(TimeSpan) => "expected a duration such as 00:05:00, 30s, 5m, 4h or 7d",
        _ => e.Message.Split(" Path:")[0].TrimEnd('.'),
    };

    // Only sections in which something is written: that the defaults are right is proved by a test, not at each command.
    private static void Validate(object settings, JsonObject written, string path, List<string> errors)
    {
        // Read once: the second reading through reflection has code made for it.
        var values = Properties(settings.GetType()).Select(property => (Property: property, Value: property.GetValue(settings))).ToList();
        foreach (var result in Broken(settings, values))
        {
            var name = result.MemberNames.FirstOrDefault() ?? "";
            errors.Add($"{Join(path, JsonNamingPolicy.CamelCase.ConvertName(name))}: {result.ErrorMessage?.Replace($"The field {name} must be", "it must be", StringComparison.Ordinal)}");
        }

        foreach (var (property, value) in values)
        {
            if (written.LastOrDefault(pair => string.Equals(pair.Key, property.Name, StringComparison.OrdinalIgnoreCase)).Value is not JsonObject inner)
            {
                continue;
            }

            var at = Join(path, JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            switch (value)
            {
                case { } section when IsSection(section.GetType()):
                    Validate(section, inner, at, errors);
                    break;
                case IDictionary map when SectionOfMap(property.PropertyType) is not null:
                    foreach (DictionaryEntry entry in map)
                    {
                        Validate(entry.Value!, inner[(string)entry.Key] as JsonObject ?? [], $"{at}.{entry.Key}", errors);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    // The rules of the properties; what a section says of itself as a whole counts once each part of it is right.
    private static List<ValidationResult> Broken(object settings, IEnumerable<(PropertyInfo Property, object? Value)> values)
    {
        var results = new List<ValidationResult>();
        foreach (var (property, value) in values)
        {
            var rules = property.GetCustomAttributes<ValidationAttribute>().ToList();
            if (rules.Count > 0)
            {
                Validator.TryValidateValue(value!, new ValidationContext(settings) { MemberName = property.Name }, results, rules);
            }
        }

        return results.Count == 0 && settings is IValidatableObject whole ? [.. whole.Validate(new ValidationContext(settings))] : results;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    private static bool IsSection(Type type) =>
        type is { IsClass: true, IsAbstract: false } && type.Namespace?.StartsWith("CacheKeeper", StringComparison.Ordinal) == true && type.GetCustomAttribute<JsonConverterAttribute>() is null;

    private static Type? SectionOfMap(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string) && IsSection(value) ? value : null;
}
