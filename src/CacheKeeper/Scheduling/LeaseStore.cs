using System.Data.Common;
using CacheKeeper.Storage;

namespace CacheKeeper.Scheduling;

/// <summary>Grants the right to run alone: owner, fencing token, expiry by the database's own clock.</summary>
internal sealed class LeaseStore(StateStore state)
{
    /// <summary>The state the leases stand in: what is done together with taking one goes into one transaction.</summary>
    public StateStore State => state;

    /// <summary>Takes the lease when it is free or expired; null when somebody else holds it.</summary>
    public Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        state.InTransactionAsync((connection, transaction) => AcquireInAsync(connection, transaction, name, owner, duration), cancellationToken);

    /// <summary>The same inside a transaction that does more.</summary>
    public async Task<Lease?> AcquireInAsync(DbConnection connection, DbTransaction transaction, string name, string owner, TimeSpan duration)
    {
        var row = await StatementStore.FindRowAsync(
            connection,
            transaction,
            $"""
            INSERT INTO leases (name, owner, token, expires_at) VALUES (@name, @owner, 1, {state.NowMilliseconds} + @milliseconds)
            ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, token = leases.token + 1, expires_at = excluded.expires_at
            WHERE leases.expires_at <= {state.NowMilliseconds}
            RETURNING token, expires_at
            """,
            ("@name", name),
            ("@owner", owner),
            ("@milliseconds", (long)duration.TotalMilliseconds));
        return row is [long token, long expiresAt] ? new Lease(name, owner, token, DateTimeOffset.FromUnixTimeMilliseconds(expiresAt)) : null;
    }

    /// <summary>Takes all leases in the order of their names, or none.</summary>
    /// <returns>The leases; or none of them and the name of one that somebody else holds.</returns>
    public async Task<(IReadOnlyList<Lease> Held, string? Taken)> AcquireAllInAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<string> names, string owner, TimeSpan duration)
    {
        var held = new List<Lease>(names.Count);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (await AcquireInAsync(connection, transaction, name, owner, duration) is { } lease)
            {
                held.Add(lease);
                continue;
            }

            await ReleaseInAsync(connection, transaction, held);
            return ([], name);
        }

        return (held, null);
    }

    public static async Task ReleaseInAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            await StatementStore.ExecuteAsync(
                connection, transaction, "UPDATE leases SET expires_at = 0 WHERE name = @name AND owner = @owner AND token = @token", ("@name", lease.Name), ("@owner", lease.Owner), ("@token", lease.Token));
        }
    }

    /// <summary>Extends a lease still held; null when it was lost (expired and taken, or released).</summary>
    public async Task<Lease?> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        var row = await state.FindAsync<Row>(
            $"""
            UPDATE leases SET expires_at = {state.NowMilliseconds} + @milliseconds
            WHERE name = @Name AND owner = @Owner AND token = @Token AND expires_at > {state.NowMilliseconds}
            RETURNING token AS Token, expires_at AS ExpiresAt
            """,
            new { lease.Name, lease.Owner, lease.Token, milliseconds = (long)duration.TotalMilliseconds },
            cancellationToken);
        return row is null ? null : lease with { ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt) };
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => ReleaseAsync([lease], cancellationToken);

    public Task ReleaseAsync(IReadOnlyList<Lease> leases, CancellationToken cancellationToken) =>
        state.InTransactionAsync(
            async (connection, transaction) =>
            {
                await ReleaseInAsync(connection, transaction, leases);
                return true;
            },
            cancellationToken);

    /// <summary>Who holds the lease now; null when it is free.</summary>
    public Task<string?> HolderAsync(string name, CancellationToken cancellationToken) =>
        state.FindAsync<string>($"SELECT owner FROM leases WHERE name = @name AND expires_at > {state.NowMilliseconds}", new { name }, cancellationToken);

    private sealed class Row
    {
        public long Token { get; set; }
        public long ExpiresAt { get; set; }
    }
}
