using CacheKeeper.Storage;

namespace CacheKeeper.Alerts.Outbound;

/// <summary>Takes inbound messages: verifies them, and remembers their ids so that none is taken twice.</summary>
internal sealed class WebhookStore(StateStore state, InboundPolicy policy)
{
    /// <summary>Genuine only the first time an id of a source comes, whichever keeper it reaches.</summary>
    public async Task<WebhookVerdict> AcceptAsync(string source, InboundWebhook message, IReadOnlyList<string> secrets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var verdict = StandardWebhooks.Verify(message, secrets, policy, now);
        if (verdict != WebhookVerdict.Genuine)
        {
            return verdict;
        }

        var first = await state.ExecuteAsync(
            "INSERT INTO webhook_ids (source, id, seen_at) VALUES (@source, @id, @at) ON CONFLICT DO NOTHING",
            new { source, id = message.Id, at = now.ToUnixTimeMilliseconds() },
            cancellationToken);
        return first == 1 ? WebhookVerdict.Genuine : WebhookVerdict.Replayed;
    }

    /// <summary>Forgets ids older than the policy asks.</summary>
    public Task<int> ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        state.ExecuteAsync("DELETE FROM webhook_ids WHERE seen_at < @before", new { before = (now - policy.RememberFor).ToUnixTimeMilliseconds() }, cancellationToken);
}
