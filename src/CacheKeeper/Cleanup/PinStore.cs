using CacheKeeper.Storage;

namespace CacheKeeper.Cleanup;

/// <summary>Entries that people pinned on the page: no cleanup takes them, as if the settings named them.</summary>
internal sealed class PinStore(NoteStore notes, string project)
{
    /// <summary>More are refused: who wants to pin that many names a category in the settings.</summary>
    public const int Most = 1000;

    private const string Note = "cleanup.pins";

    public async Task<IReadOnlyList<Pin>> ListAsync(CancellationToken cancellationToken) => (await notes.ReadAsync<PinBook>(project, Note, cancellationToken))?.Pins ?? [];

    /// <exception cref="KeeperException">Too many are pinned already.</exception>
    public async Task PinAsync(Pin pin, CancellationToken cancellationToken)
    {
        var pins = await ListAsync(cancellationToken);
        if (pins.Count >= Most)
        {
            throw KeeperException.Usage($"{Most:N0} entries are pinned already.", "Name their category in cleanup.pinnedCategories instead.");
        }

        await notes.WriteAsync(project, Note, new PinBook([.. pins.Where(other => other.Key != pin.Key), pin]), pin.At, cancellationToken);
    }

    public async Task UnpinAsync(string key, DateTimeOffset now, CancellationToken cancellationToken) =>
        await notes.WriteAsync(project, Note, new PinBook([.. (await ListAsync(cancellationToken)).Where(pin => pin.Key != key)]), now, cancellationToken);

    /// <summary>The policy with the pinned keys among its own.</summary>
    public async Task<CleanupPolicy> AddToAsync(CleanupPolicy policy, CancellationToken cancellationToken) =>
        await ListAsync(cancellationToken) is { Count: > 0 } pins ? policy with { PinnedKeys = [.. policy.PinnedKeys, .. pins.Select(pin => pin.Key)] } : policy;

    /// <summary>Whether something was pinned after a plan had chosen.</summary>
    public async Task<bool> ChangedSinceAsync(DateTimeOffset then, CancellationToken cancellationToken) => (await ListAsync(cancellationToken)).Any(pin => pin.At > then);

    private sealed record PinBook(IReadOnlyList<Pin> Pins);
}

/// <summary>That a person wants an entry kept.</summary>
/// <param name="Key">Its id in a tier, or its query hash.</param>
internal sealed record Pin(string Key, string Author, DateTimeOffset At);
