using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on the table's second schema version.</summary>
public class PostgresTierTests(SandboxFixture sandbox) : TierContract(sandbox)
{
    protected virtual int Schema => 2;

    private protected override async Task<TierRig> BuildAsync()
    {
        var (owner, keeper) = await Sandbox.NewDatabaseUrlsAsync(Schema);
        var settings = new PostgresSettings();
        return new PostgresRig(NpgsqlDataSource.Create(PostgresConnectionHost.Parse(owner)), Schema)
        {
            Tier = new PostgresTier(PostgresConnectionHost.Create(keeper, settings), settings, TimeProvider.System),
            Project = Sandbox.NewProject(),
            OtherProject = Sandbox.NewProject(),
        };
    }

    private sealed class PostgresRig(NpgsqlDataSource gateway, int schema) : TierRig
    {
        public override async Task<string> PutAsync(string project, string hash, string category, string text, DateTimeOffset? expiresAt)
        {
            await using var command = gateway.CreateCommand(
                """
                INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, created_at, ttl_seconds)
                VALUES ($1, $2, $2, $3, $4, 'payment_processor', '{"priority": 1.50, "nested": {"a": [1, null]}}', now() - interval '10 days', $5) RETURNING id::text
                """);
            command.Parameters.AddWithValue(hash);
            command.Parameters.AddWithValue(text);
            command.Parameters.AddWithValue(project);
            command.Parameters.AddWithValue(category);
            command.Parameters.AddWithValue((int)(expiresAt!.Value - DateTimeOffset.UtcNow.AddDays(-10)).TotalSeconds);
            return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }

        public override async Task RenewAsync(string project, string id, string hash, string category, string text)
        {
            await using var command = gateway.CreateCommand("UPDATE cache_entries SET response_text = $1, updated_at = now() WHERE id = $2");
            command.Parameters.AddWithValue(text);
            command.Parameters.AddWithValue(schema == 1 ? int.Parse(id) : (object)long.Parse(id));
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await gateway.DisposeAsync();
        }
    }
}
