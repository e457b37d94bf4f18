using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CacheKeeper.Storage;

/// <summary>Finds null where a setting takes none: what may be null is what the type says may be (<c>string?</c>), a section never.</summary>
internal static class SettingNulls
{
    /// <summary>What is wrong, and what to do.</summary>
    public const string Advice = "null cannot be read: leave it out to have its default.";

    public static bool MayBe(PropertyInfo property) => MayBe(About(property));

    /// <summary>The path of each null inside a list, a map or what stands in them.</summary>
    /// <param name="value">What was written for the property.</param>
    /// <param name="property">Says what may stand there.</param>
    /// <param name="at">The property's own path.</param>
    public static IEnumerable<string> Within(JsonNode value, PropertyInfo property, string at) =>
        value is JsonArray or JsonObject && HoldsNull(value) ? Within(value, About(property), at) : [];

    private static IEnumerable<string> Within(JsonNode value, NullabilityInfo about, string at) => value switch
    {
        JsonArray list when Item(about) is { } item => list.SelectMany((one, place) => Found(one, item, $"{at}[{place}]")),
        JsonObject map when about.GenericTypeArguments is [_, var item] => map.SelectMany(pair => Found(pair.Value, item, $"{at}.{pair.Key}")),
        JsonObject section => section.SelectMany(pair => Property(about.Type, section, pair.Key) is { } property ? Found(pair.Value, About(property), $"{at}.{pair.Key}") : []),
        _ => [],
    };

    private static IEnumerable<string> Found(JsonNode? value, NullabilityInfo about, string at) =>
        value is not null ? Within(value, about, at) : MayBe(about) ? [] : [at];

    private static NullabilityInfo? Item(NullabilityInfo about) => about.ElementType ?? about.GenericTypeArguments.LastOrDefault();

    private static bool MayBe(NullabilityInfo about) => about.WriteState != NullabilityState.NotNull;

    // A context remembers and is not for several threads; nulls are rare enough for a new one each.
    private static NullabilityInfo About(PropertyInfo property) => new NullabilityInfoContext().Create(property);

    private static bool HoldsNull(JsonNode value) => value switch
    {
        JsonArray list => list.Any(one => one is null || HoldsNull(one)),
        JsonObject map => map.Any(pair => pair.Value is null || HoldsNull(pair.Value)),
        _ => false,
    };

    private static PropertyInfo? Property(Type type, JsonObject section, string name) =>
        Kind(type, section).GetProperties(BindingFlags.Public | BindingFlags.Instance).FirstOrDefault(property => property.CanWrite && string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));

    // One of several kinds, such as a channel, says which it is.
    private static Type Kind(Type type, JsonObject section) =>
        type.GetCustomAttribute<JsonPolymorphicAttribute>()?.TypeDiscriminatorPropertyName is { } discriminator && section[discriminator] is JsonValue { } kind && kind.GetValueKind() == JsonValueKind.String
            ? type.GetCustomAttributes<JsonDerivedTypeAttribute>().FirstOrDefault(derived => Equals(derived.TypeDiscriminator, kind.GetValue<string>()))?.DerivedType ?? type
            : type;
}
