namespace CacheKeeper.Tiers;

/// <summary>Reads what the glancing script told: three numbers a key, a space after each.</summary>
internal static class GlanceReply
{
    private const long Gone = -2;

    /// <summary>Adds the heads of the keys that still stand; false when the reply is not one of so many keys.</summary>
    public static bool TryRead(ReadOnlySpan<byte> told, IReadOnlyList<EntryHead> keys, List<EntryHead> heads)
    {
        for (var at = 0; at < keys.Count; at++)
        {
            if (!ReplyNumber.TryTake(ref told, out var end) || !ReplyNumber.TryTake(ref told, out var bytes) || !ReplyNumber.TryTake(ref told, out var idle))
            {
                return false;
            }

            if (end != Gone)
            {
                heads.Add(Head(keys[at], end, bytes, idle));
            }
        }

        return told.IsEmpty;
    }

    /// <param name="ends">Absolute expiry in ms; none when it is not positive.</param>
    /// <param name="idle">Seconds; unknown when it is negative.</param>
    public static EntryHead Head(EntryHead key, long ends, long bytes, long idle) => key with
    {
        Bytes = bytes,
        ExpiresAt = ends > 0 ? RedisKey.Instant(ends) : null,
        Idle = idle >= 0 ? TimeSpan.FromSeconds(idle) : null,
    };
}
