using System.Text.Json.Nodes;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>What an undo has brought back so far, and what it left alone.</summary>
internal sealed class UndoTally
{
    private readonly SortedDictionary<TierName, (long Restored, long Since, long Expired)> _tiers = [];
    private readonly HashSet<string> _inexact = [];

    public long Handled => _tiers.Values.Sum(tier => tier.Restored + tier.Since + tier.Expired);

    public void Add(TierName tier, RestoreOutcome outcome)
    {
        var sum = _tiers.GetValueOrDefault(tier);
        _tiers[tier] = (sum.Restored + outcome.Restored.Count, sum.Since + outcome.WrittenSince.Count, sum.Expired + outcome.ExpiredSince.Count);
        _inexact.UnionWith(outcome.Inexact);
    }

    public string Sentence(string run)
    {
        var restored = string.Join(", ", _tiers.Where(pair => pair.Value.Restored > 0).Select(pair => $"{pair.Value.Restored:N0} {Unit(pair.Key)}"));
        var since = _tiers.Values.Sum(tier => tier.Since);
        var expired = _tiers.Values.Sum(tier => tier.Expired);
        string[] sentences =
        [
            restored.Length > 0 ? $"Restored {restored}." : $"Nothing of {run} had to be restored.",
            since > 0 ? $"{since:N0} were left alone: they stand already, or were written again since." : "",
            expired > 0 ? $"{expired:N0} were not revived: their time ran out meanwhile." : "",
            .. _inexact,
        ];
        return string.Join(' ', sentences.Where(sentence => sentence.Length > 0));
    }

    public JsonObject ToJson()
    {
        var counts = new JsonObject
        {
            ["restored"] = _tiers.Values.Sum(tier => tier.Restored),
            ["written_since"] = _tiers.Values.Sum(tier => tier.Since),
            ["expired_since"] = _tiers.Values.Sum(tier => tier.Expired),
        };
        foreach (var (tier, sum) in _tiers)
        {
            counts[tier.Word()] = new JsonObject { ["restored"] = sum.Restored, ["written_since"] = sum.Since, ["expired_since"] = sum.Expired };
        }

        return counts;
    }

    private static string Unit(TierName tier) => tier switch { TierName.Postgresql => "rows", TierName.Upstash => "keys", _ => "memories" };
}
