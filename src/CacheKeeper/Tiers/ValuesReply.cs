namespace CacheKeeper.Tiers;

/// <summary>Reads what the reading script told: for each key its state, absolute expiry and length as numbers, then the value; a space after each.</summary>
internal static class ValuesReply
{
    private const long Gone = 0;
    private const long Text = 1;
    private const long Dump = 2;
    private const long NotYet = 3;
    private const long Untold = 4;

    /// <summary>Adds the values of the keys that stand, and the keys that this server does not DUMP; what is gone is neither.</summary>
    /// <returns>The keys whose values did not fit into this reply; null when it is not one of these keys.</returns>
    public static IReadOnlyList<EntryHead>? Read(ReadOnlyMemory<byte> told, IReadOnlyList<EntryHead> keys, List<RedisValue> values, List<EntryHead> unread)
    {
        var rest = told.Span;
        var later = new List<EntryHead>();
        for (var at = 0; at < keys.Count; at++)
        {
            if (!ReplyNumber.TryTake(ref rest, out var state) || !ReplyNumber.TryTake(ref rest, out var ends) || !ReplyNumber.TryTake(ref rest, out var length)
                || length < 0 || length >= rest.Length || state is < Gone or > Untold)
            {
                return null;
            }

            switch (state)
            {
                case Text or Dump:
                    values.Add(new RedisValue(keys[at], state == Text ? "string" : "dump", ends > 0 ? ends : null, told.Slice(told.Length - rest.Length, (int)length)));
                    break;
                case NotYet:
                    later.Add(keys[at]);
                    break;
                case Untold:
                    unread.Add(keys[at]);
                    break;
            }

            rest = rest[((int)length + 1)..];
        }

        return rest.IsEmpty ? later : null;
    }
}
