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
                heads.Add(keys[at] with
                {
                    Bytes = bytes,
                    ExpiresAt = end > 0 ? RedisKey.Instant(end) : null,
                    Idle = idle >= 0 ? TimeSpan.FromSeconds(idle) : null,
                });
            }
        }

        return told.IsEmpty;
    }
}
