using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Configuration;

/// <summary>One setting as the reference tells it: path, default as it stands in the file, what is allowed, what it means.</summary>
internal sealed record SettingLine(string Path, string Default, string Allowed, string Meaning);

/// <summary>All settings, read off the types and their own comments.</summary>
internal static partial class SettingsReference
{
    private static readonly Dictionary<string, string> Comments = XDocument.Load(System.IO.Path.ChangeExtension(typeof(KeeperSettings).Assembly.Location, ".xml")).Descendants("member")
        .Where(member => member.Element("summary") is not null).ToDictionary(member => member.Attribute("name")!.Value, member => Words(member.Element("summary")!));

    /// <summary>The settings of one section, nested ones with their path.</summary>
    public static IEnumerable<SettingLine> Lines(Type section, object defaults, string path)
    {
        foreach (var property in Properties(section))
        {
            var (at, value) = ($"{path}{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}", property.GetValue(defaults));
            if (IsSection(property.PropertyType))
            {
                foreach (var line in Lines(property.PropertyType, value ?? Activator.CreateInstance(property.PropertyType)!, at + "."))
                {
                    yield return line;
                }
            }
            else
            {
                yield return new SettingLine(at, Default(value, property), Allowed(property), Comment(property));
                foreach (var line in Items(property.PropertyType, at))
                {
                    yield return line;
                }
            }
        }
    }

    public static IEnumerable<PropertyInfo> Properties(Type section) =>
        section.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null && property.DeclaringType == section);

    public static bool IsSection(Type type) => type.IsClass && type.Namespace?.StartsWith("CacheKeeper", StringComparison.Ordinal) == true && type != typeof(Secret) && type.GetConstructor([]) is not null && !typeof(IEnumerable).IsAssignableFrom(type);

    public static string Comment(MemberInfo member) => Comments.GetValueOrDefault(member is Type type ? "T:" + type.FullName!.Replace('+', '.') : $"P:{member.DeclaringType!.FullName!.Replace('+', '.')}.{member.Name}", "");

    // What stands in a list or a map of sections, each with a sign for the item.
    private static IEnumerable<SettingLine> Items(Type type, string at)
    {
        var item = type.IsGenericType ? type.GetGenericArguments()[^1] : type.GetElementType();
        return item is null || !IsSection(item) ? [] : Properties(item).Select(property => new SettingLine($"{at}[].{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}", "", Allowed(property), Comment(property)));
    }

    private static string Default(object? value, PropertyInfo property) => value switch
    {
        null => "",
        Secret => "",
        ICollection { Count: 0 } => "",
        TimeSpan time => Time(time),
        IEnumerable and not string when property.PropertyType != typeof(string) => $"{((IEnumerable)value).Cast<object>().Count()} built in",
        _ => Plain().Replace(JsonSerializer.Serialize(value, SettingsBinder.Format), " "),
    };

    private static string Allowed(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var word = type == typeof(TimeSpan) ? "time" : type == typeof(Secret) ? "secret" : type == typeof(bool) ? "true or false" : type.IsEnum ? string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))
            : type == typeof(string) ? "text" : type.IsPrimitive ? "number" : typeof(IDictionary).IsAssignableFrom(type) || type.Name.Contains("Dictionary", StringComparison.Ordinal) ? "object" : typeof(IEnumerable).IsAssignableFrom(type) ? "list" : "object";
        return property.GetCustomAttribute<RangeAttribute>() is { } range
            ? Bound(range.Maximum) is { } most ? $"{word}, {Bound(range.Minimum)} to {most}" : $"{word}, at least {Bound(range.Minimum)}"
            : word;
    }

    // Null: no bound worth telling.
    private static string? Bound(object bound) => bound switch
    {
        int.MaxValue or >= (double)long.MaxValue => null,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => TimeSpan.TryParse(bound.ToString(), CultureInfo.InvariantCulture, out var time) ? Time(time) : bound.ToString(),
    };

    // In the largest unit that tells it whole, as it can be written.
    private static string Time(TimeSpan time)
    {
        (string Unit, double Value)[] units = [("d", time.TotalDays), ("h", time.TotalHours), ("m", time.TotalMinutes), ("s", time.TotalSeconds)];
        var whole = units.FirstOrDefault(unit => unit.Value >= 1 && unit.Value % 1 == 0);
        return time == TimeSpan.Zero ? "0s" : whole.Unit is { } unit ? $"{whole.Value}{unit}" : $"{time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}ms";
    }

    private static string Words(XElement summary) => Plain().Replace(string.Concat(summary.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" or "paramref" or "seealso" } reference => $"`{JsonNamingPolicy.CamelCase.ConvertName((reference.Attribute("cref") ?? reference.Attribute("name"))?.Value.Split('.')[^1] ?? "")}`",
        _ => "",
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Plain();
}
