using System.Text.Json;
using System.Text.Json.Serialization;

namespace CacheKeeper.Scheduling;

/// <summary>What becomes of times that passed while no keeper ran.</summary>
internal enum MisfirePolicy
{
    /// <summary>One run for all of them.</summary>
    RunOnce,
    Skip,

    /// <summary>Each of them, one after the other, the oldest first.</summary>
    CatchUp,
}

/// <summary>The words of <see cref="MisfirePolicy"/> in the settings: <c>run-once</c>, <c>skip</c>, <c>catch-up</c>.</summary>
internal sealed class MisfireWords() : JsonStringEnumConverter<MisfirePolicy>(JsonNamingPolicy.KebabCaseLower);
