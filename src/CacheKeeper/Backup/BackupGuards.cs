using CacheKeeper.Backup.Format;

namespace CacheKeeper.Backup;

/// <summary>What forbids a location, and what makes a copy suspicious.</summary>
internal static class BackupGuards
{
    /// <returns>Why data may not go there; null when it may.</returns>
    public static string? Location(BackupPolicy policy, string location)
    {
        if (policy.AllowedLocations.Count > 0 && !policy.AllowedLocations.Any(allowed => IsWithin(location, allowed)))
        {
            return $"Refused by guard 'location': {location} is not within backup.allowedLocations ({string.Join(", ", policy.AllowedLocations)}).";
        }

        return policy.AllowedRegions.Count > 0 && !policy.AllowedRegions.Contains(policy.Region ?? "", StringComparer.OrdinalIgnoreCase)
            ? $"Refused by guard 'region': {(policy.Region is null ? "backup.region does not tell where the location lies" : $"the location lies in {policy.Region}")}; backup.allowedRegions allows {string.Join(", ", policy.AllowedRegions)}."
            : null;
    }

    /// <param name="told">What the bucket says of itself; null when it does not tell.</param>
    /// <returns>Why data may not go to a bucket that lies elsewhere than the settings say; null when it may.</returns>
    public static string? Region(BackupPolicy policy, string location, string? told) =>
        told is not null && policy.AllowedRegions.Count > 0 && !policy.AllowedRegions.Contains(told, StringComparer.OrdinalIgnoreCase)
            ? $"Refused by guard 'region': {location} says that it lies in {told}; backup.allowedRegions allows {string.Join(", ", policy.AllowedRegions)}."
            : null;

    /// <summary>Judges a tier's copy: an empty listing is no proof that nothing is there.</summary>
    /// <param name="before">The same tier in the last good backup; null when there was none.</param>
    /// <returns>Why it is only partial; null when it is whole.</returns>
    public static string? Part(TierPart part, long unreadable, long? expected, TierPart? before, BackupPolicy policy) => (part, before) switch
    {
        _ when unreadable > 0 => $"{unreadable:N0} entries could not be copied.",
        _ when part.Tier == "mem0" && expected > part.Entries => $"The listing gave {part.Entries:N0} of {expected:N0} memories.",
        ({ Entries: 0 }, { Entries: > 0 }) => $"It held {before.Entries:N0} entries in the last good backup and tells of none now; --accept-shrink if that is right.",
        (_, not null) when before.Entries >= policy.SuspiciousFrom && part.Entries < before.Entries * policy.SuspiciousShare =>
            $"It holds {part.Entries:N0} entries, less than {policy.SuspiciousShare:P0} of the {before.Entries:N0} in the last good backup; --accept-shrink if that is right.",
        _ => null,
    };

    private static bool IsWithin(string location, string allowed)
    {
        var (inner, outer) = (location.TrimEnd('/') + "/", allowed.TrimEnd('/') + "/");
        return inner.StartsWith(outer, StringComparison.Ordinal) && !inner.Contains("/../", StringComparison.Ordinal);
    }
}
