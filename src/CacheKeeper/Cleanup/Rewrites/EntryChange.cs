using System.Security.Cryptography;
using System.Text.Json;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>
/// What the receipt keeps of an entry that was changed and kept: how it was, and what we made of it. An undo changes it back only while it is still what
/// we made of it; what counts of uses and other columns became meanwhile stays.
/// </summary>
/// <param name="Before">The value as it was (UTF-8).</param>
/// <param name="ValueSet">SHA-256 of the value we wrote, or of the one we left.</param>
/// <param name="EndSet">The end we gave; null when we left it.</param>
internal sealed record EntryChange(byte[] Before, string ValueSet, DateTimeOffset? EndSet)
{
    public const string Kind = "change";

    /// <summary>The receipt's entry for a rewrite of <paramref name="before"/>.</summary>
    public static StoredEntry Of(StoredEntry before, EntryRewrite rewrite)
    {
        var value = StoredValue.Of(before) ?? [];
        var written = rewrite.Value?.ToArray() ?? value;
        return new StoredEntry(before.Head, Kind, JsonSerializer.SerializeToUtf8Bytes(new EntryChange(value, Digest(written), rewrite.ExpiresAt), StateJson.Options));
    }

    public static EntryChange Read(StoredEntry entry) => JsonSerializer.Deserialize<EntryChange>(entry.Content.Span, StateJson.Options)!;

    /// <summary>The rewrite that takes the change back; null when the entry is not what we made of it any more.</summary>
    /// <param name="then">The entry's head before the change.</param>
    public EntryRewrite? Back(EntryHead then, EntryHead head, StoredEntry now)
    {
        var value = StoredValue.Of(now);
        if (value is null || Digest(value) != ValueSet || (EndSet is { } end && !SameInstant(end, head.ExpiresAt)))
        {
            return null;
        }

        return new EntryRewrite(head)
        {
            Value = value.AsSpan().SequenceEqual(Before) ? default(ReadOnlyMemory<byte>?) : Before.AsMemory(),
            ExpiresAt = EndSet is null ? null : then.ExpiresAt,
            Endless = EndSet is not null && then.ExpiresAt is null,
        };
    }

    // Servers keep milliseconds.
    private static bool SameInstant(DateTimeOffset one, DateTimeOffset? other) => other is { } known && (one - known).Duration() < TimeSpan.FromMilliseconds(2);

    private static string Digest(byte[] value) => Convert.ToHexString(SHA256.HashData(value));
}
