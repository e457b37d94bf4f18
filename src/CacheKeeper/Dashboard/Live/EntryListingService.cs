using System.Text;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Live;

/// <summary>Reads entries for people: a page at a time, content only of one, with personal numbers marked.</summary>
internal static class EntryListingService
{
    private const int LongestContent = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="KeeperException">The tier is not configured.</exception>
    public static async Task<EntryListing> ListAsync(KeeperHost keeper, EntryQuestion question, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var filter = new EntryFilter(new TierScope(keeper.Project, question.Category)) { State = question.State, AsOf = keeper.Time.GetUtcNow(), PageSize = question.Limit, After = question.After };
        var found = new List<EntryHead>();
        await foreach (var page in Tier(keeper, question.Tier).ScanAsync(filter, limit.Token))
        {
            found.AddRange(page.Entries);
            if (page.Cursor is null || found.Count >= question.Limit)
            {
                return new EntryListing(question.Tier, found, page.Cursor);
            }
        }

        return new EntryListing(question.Tier, found, null);
    }

    /// <summary>The content of one entry as it may be shown; null when it is gone or was written since.</summary>
    public static async Task<string?> ContentAsync(KeeperHost keeper, EntryHead head, CancellationToken cancellationToken)
    {
        var entries = await Tier(keeper, head.Tier).ReadAsync(new TierScope(keeper.Project), [head], cancellationToken);
        if (entries.Count == 0)
        {
            return null;
        }

        var content = entries[0].Content.Span;
        var text = Encoding.UTF8.GetString(content[..Math.Min(content.Length, LongestContent)]);
        return Redaction.Apply(text) + (content.Length > LongestContent ? $"… ({content.Length:N0} bytes)" : "");
    }

    private static ITier Tier(KeeperHost keeper, TierName name) =>
        keeper.Tiers.FirstOrDefault(tier => tier.Name == name) ?? throw KeeperException.Usage($"{name.Title()} is not configured.", TierHost.HowToConfigure(name));
}
