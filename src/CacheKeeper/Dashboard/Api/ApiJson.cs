using System.Text.Json;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Api;

/// <summary>JSON as the API speaks it: the state's words, times with a Z, unknown fields of a request refused so that a misspelt bound is noticed.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Answers = new(StateJson.Options) { Converters = { new Client.UtcTimeConverter() } };

    public static readonly JsonSerializerOptions Requests = new(StateJson.Options) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
}
