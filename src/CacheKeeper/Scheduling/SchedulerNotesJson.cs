using System.Text.Json;
using System.Text.Json.Serialization;
using CacheKeeper.Storage;

namespace CacheKeeper.Scheduling;

/// <summary>How the scheduler's notes are read, written by the compiler: <c>scheduler status</c> reads them all, and learning each type first took longer than that.</summary>
[JsonSerializable(typeof(Dictionary<string, Pause>))]
[JsonSerializable(typeof(Dictionary<string, Rhythm>))]
[JsonSerializable(typeof(Dictionary<string, MovedStart>))]
[JsonSerializable(typeof(Dictionary<string, Mark>))]
internal sealed partial class SchedulerNotesJson : JsonSerializerContext
{
    /// <summary>In the state's own format.</summary>
    public static SchedulerNotesJson Stored { get; } = new(new JsonSerializerOptions(StateJson.Options));
}
