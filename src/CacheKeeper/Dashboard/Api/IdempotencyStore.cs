using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Api;

/// <summary>Remembers for a day what was answered to a change with a key.</summary>
internal sealed class IdempotencyStore(StateStore state)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(1);

    /// <summary>Takes the key for a first request; what is known of an earlier one otherwise.</summary>
    public async Task<KeptAnswer?> ClaimAsync(string id, string request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await state.ExecuteAsync("DELETE FROM idempotency WHERE at < @old", new { old = (now - KeepFor).ToUnixTimeMilliseconds() }, cancellationToken);
        var taken = await state.ExecuteAsync("INSERT INTO idempotency (id, request, at) VALUES (@id, @request, @at) ON CONFLICT DO NOTHING", new { id, request, at = now.ToUnixTimeMilliseconds() }, cancellationToken);
        return taken == 1 ? null : (await state.FindAsync<Row>("SELECT request AS Request, status AS Status, type AS Type, body AS Body FROM idempotency WHERE id = @id", new { id }, cancellationToken))?.ToAnswer() ?? new KeptAnswer(request, null, null, null);
    }

    public Task KeepAsync(string id, KeptAnswer answer, CancellationToken cancellationToken) =>
        state.ExecuteAsync("UPDATE idempotency SET status = @Status, type = @Type, body = @Body WHERE id = @id", new { id, answer.Status, answer.Type, answer.Body }, cancellationToken);

    /// <summary>It failed on our side: the caller may try again with the same key.</summary>
    public Task ForgetAsync(string id, CancellationToken cancellationToken) => state.ExecuteAsync("DELETE FROM idempotency WHERE id = @id", new { id }, cancellationToken);

    private sealed class Row
    {
        public string Request { get; set; } = "";
        public long? Status { get; set; }
        public string? Type { get; set; }
        public string? Body { get; set; }

        public KeptAnswer ToAnswer() => new(Request, (int?)Status, Type, Body);
    }
}

/// <summary>An answer as it was given; without a status the first request is still under way.</summary>
internal sealed record KeptAnswer(string Request, int? Status, string? Type, string? Body);
