using System.Buffers;
using CacheKeeper.Backup.Format;
using CacheKeeper.Tiers;

namespace CacheKeeper.Backup.Copies;

/// <summary>A key as a line: key, kind, absolute expiry in ms, query hash, category, content.</summary>
internal static class RedisLine
{
    private static readonly long LastInstant = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static void Write(ArrayBufferWriter<byte> block, RedisValue value)
    {
        LineText.Write(block, value.Head.Id, first: true);
        LineText.Write(block, value.Kind);
        LineText.Write(block, value.Ends is { } ends ? Math.Min(ends, LastInstant) : null);
        LineText.Write(block, value.Head.QueryHash);
        LineText.Write(block, value.Head.Category);
        LineText.Write(block, value.Content.Span);
        LineText.End(block);
    }

    public static StoredEntry Read(ReadOnlyMemory<byte> line)
    {
        var facts = LineFactsReaders.Key(line.Span);
        var head = new EntryHead(TierName.Upstash, facts.Id, "") { QueryHash = facts.QueryHash, Category = facts.Category, ExpiresAt = facts.ExpiresAt };
        return new StoredEntry(head, LineText.Text(LineText.Field(line.Span, 1))!, LineText.Unescape(LineText.Field(line.Span, 5)));
    }
}
