using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CacheKeeper.Sandbox;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;
using StackExchange.Redis;

namespace CacheKeeper.Verify.Hostile;

/// <summary>One round's entries in all three tiers, and everything that stands there as comparable lines.</summary>
internal sealed class HostilePlace(SandboxHost host, string project, string ownerUrl, string keeperUrl, string state, bool rest) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _owner = NpgsqlDataSource.Create(PostgresConnectionHost.Parse(ownerUrl));
    private readonly HttpClient _mem0 = new() { BaseAddress = new Uri(host.Endpoints.Mem0Host), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Token", host.Endpoints.Mem0ApiKey) } };
    private ConnectionMultiplexer? _redis;

    public string Project => project;

    public string StateFolder => state;

    /// <summary>Globs in the prefix too: SCAN's MATCH must mean them literally.</summary>
    public string Prefix => $"{project}*[x]?\\:";

    public KeeperSettings Settings => new()
    {
        Project = project,
        Postgresql = new PostgresSettings { Url = new Secret { Text = keeperUrl } },
        Upstash = rest
            ? new RedisSettings { Url = host.Endpoints.UpstashUrl, Token = new Secret { Text = host.Endpoints.UpstashToken }, KeyPrefix = Prefix, Timeout = TimeSpan.FromSeconds(60) }
            : new RedisSettings { RedisUrl = new Secret { Text = host.Redis.Url }, KeyPrefix = Prefix, Timeout = TimeSpan.FromSeconds(60) },
        Mem0 = new Mem0Settings { Host = host.Endpoints.Mem0Host, ApiKey = new Secret { Text = host.Endpoints.Mem0ApiKey } },
        State = new StateSettings { Directory = state },
    };

    public async Task FillAsync(int count, int largest, Random random, CancellationToken cancellationToken)
    {
        _redis ??= await ConnectionMultiplexer.ConnectAsync(host.Redis.Url["redis://".Length..] + ",allowAdmin=true,syncTimeout=60000,asyncTimeout=60000");
        await RowsAsync(count, largest, random, cancellationToken);
        await KeysAsync(count, largest, random);
        await MemoriesAsync(count, random, cancellationToken);
    }

    /// <summary>Everything that stands in the three tiers, a line each; a line starts with what it may be told by.</summary>
    public async Task<SortedDictionary<string, string>> StateAsync(CancellationToken cancellationToken)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using (var command = _owner.CreateCommand("SELECT id::text, project_name = $1 AND category = $2 AND COALESCE(metadata ->> 'pinned', '') <> 'true', row_to_json(t)::text FROM cache_entries t"))
        {
            command.Parameters.AddWithValue(project);
            command.Parameters.AddWithValue(HostileText.Category);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                lines[$"{(row.GetBoolean(1) ? "may go" : "stays")} row {row.GetString(0)}"] = row.GetString(2);
            }
        }

        var database = _redis!.GetDatabase();
        var ours = Encoding.UTF8.GetBytes(Prefix + HostileText.Category + ":");
        await foreach (var key in _redis.GetServer(host.Redis.EndPoint).KeysAsync(pageSize: 500).WithCancellation(cancellationToken))
        {
            var bytes = (byte[])key!;
            var text = bytes.AsSpan().StartsWith(ours) && UpstashClient.IsText(bytes) && bytes.AsSpan(ours.Length).IndexOf((byte)':') < 0;
            var end = (long)await database.ExecuteAsync("PEXPIRETIME", key);
            var type = await database.KeyTypeAsync(key);
            lines[$"{(text ? "may go" : "stays")} key {Convert.ToHexString(bytes)}"] = $"{type} {end} {Digest(await ContentAsync(database, key, type))}";
        }

        foreach (var user in (string[])[project, project + "_other"])
        {
            await MemoryLinesAsync(user, lines, cancellationToken);
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.GetServer(host.Redis.EndPoint).FlushAllDatabasesAsync();
            await _redis.DisposeAsync();
        }

        _mem0.Dispose();
        await _owner.DisposeAsync();
    }

    // A hash's fields have no order: those that share a bucket come out of DUMP the other way round after a RESTORE.
    private static async Task<byte[]?> ContentAsync(IDatabase database, StackExchange.Redis.RedisKey key, RedisType type) =>
        type == RedisType.Hash
            ? [.. (await database.HashGetAllAsync(key)).Select(field => $"{Convert.ToHexString(field.Name!)}={Convert.ToHexString(field.Value!)};").Order(StringComparer.Ordinal).SelectMany(Encoding.ASCII.GetBytes)]
            : await database.KeyDumpAsync(key);

    private static string Digest(byte[]? bytes) => bytes is null ? "gone" : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes));

    private static string CategoryOf(int number) => number % 3 == 0 ? HostileText.LookAlikes[number / 3 % HostileText.LookAlikes.Length] : HostileText.Category;

    private static string Hash(Random random, int number)
    {
        var text = HostileText.KeyPart(random, number).Replace("\0", "", StringComparison.Ordinal);
        return text.EnumerateRunes().Aggregate("", (sum, rune) => sum.Length + rune.Utf16SequenceLength <= 60 ? sum + rune : sum);
    }

    private async Task RowsAsync(int count, int largest, Random random, CancellationToken cancellationToken)
    {
        await using var connection = await _owner.OpenConnectionAsync(cancellationToken);
        for (var number = 0; number < count; number++)
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO cache_entries (query_hash, query_text, response_text, project_name, category, agent_id, metadata, tags, created_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, 'agent', $6::jsonb, $7, CASE WHEN $8 = 1 THEN '12000-06-01' WHEN $8 = 2 THEN 'infinity' WHEN $8 = 3 THEN '0044-03-15 BC' ELSE now() END::timestamp,
                    CASE WHEN $8 = 4 THEN '10000-01-01' WHEN $8 = 5 THEN 'infinity' WHEN $8 = 6 THEN '-infinity' END::timestamp)
                ON CONFLICT DO NOTHING
                """,
                connection);
            command.Parameters.AddWithValue(Hash(random, number));
            command.Parameters.AddWithValue(HostileText.Any(random, number, nul: false));
            command.Parameters.AddWithValue(number == 1 ? new string('v', largest) : HostileText.Any(random, number, nul: false));
            command.Parameters.AddWithValue(number % 10 == 9 ? project + "_other" : project);
            command.Parameters.AddWithValue(CategoryOf(number));
            command.Parameters.AddWithValue(number % 50 == 7 ? "{\"deep\": " + HostileText.DeepJson(5000) + "}" : number % 17 == 0 ? "{\"pinned\": true}" : "{\"n\": 1.50, \"k\": \"\\u2028\"}");
            command.Parameters.AddWithValue(number % 40 == 3 ? Enumerable.Range(0, 2000).Select(tag => $"tag {tag} \"{{}},\\").ToArray() : [HostileText.Any(random, number, nul: false)]);
            command.Parameters.AddWithValue(number % 20);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task KeysAsync(int count, int largest, Random random)
    {
        var database = _redis!.GetDatabase();
        for (var number = 0; number < count; number++)
        {
            var key = Key(random, number);
            TimeSpan? end = number % 3 == 0 ? null : TimeSpan.FromMinutes(60 + (number % 600));
            switch (number % 12)
            {
                case 8:
                    await database.HashSetAsync(key, [new HashEntry(HostileText.Bytes(random, number), HostileText.Bytes(random, number + 1)), new HashEntry("f", "v")]);
                    break;
                case 9:
                    await database.ListRightPushAsync(key, [HostileText.Bytes(random, number), "b"]);
                    break;
                case 10:
                    await database.SortedSetAddAsync(key, [new SortedSetEntry(HostileText.Bytes(random, number), 1.5), new SortedSetEntry("z", double.PositiveInfinity)]);
                    break;
                case 11:
                    await database.SetAddAsync(key, [1, 2, 3]);
                    break;
                default:
                    await database.StringSetAsync(key, number < 2 ? new byte[largest] : HostileText.Bytes(random, number));
                    break;
            }

            await database.KeyExpireAsync(key, end);
        }

        // Strangers: nobody's, and those that a MATCH which is no literal would take.
        foreach (var stranger in (StackExchange.Redis.RedisKey[])["", "\r\n", new byte[] { 0xFF, 0x00 }, project + "yyyx?\\:" + HostileText.Category + ":1", project + "x\\:a:b", "cachekeeper:" + project + ":directives", HostileText.Category + ":1"])
        {
            await database.StringSetAsync(stranger, "a stranger's");
        }
    }

    private StackExchange.Redis.RedisKey Key(Random random, int number)
    {
        var front = Prefix + CategoryOf(number) + ":";
        byte[] bytes = number % 7 == 0 ? [.. Encoding.UTF8.GetBytes(front), 0xFF, 0xC3, (byte)number, (byte)(number >> 8)] : Encoding.UTF8.GetBytes(front + HostileText.KeyPart(random, number));
        return bytes;
    }

    private async Task MemoriesAsync(int count, Random random, CancellationToken cancellationToken)
    {
        var bodies = Enumerable.Range(0, count).Select(number => new
        {
            messages = new[] { new { role = "user", content = HostileText.Any(random, number, nul: false) } },
            user_id = number % 10 == 9 ? project + "_other" : project,
            infer = false,
            metadata = new { query_hash = Hash(random, number), category = CategoryOf(number), text = HostileText.Any(random, number, nul: false) },
        }).ToList();
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (body, token) =>
        {
            using var answer = await _mem0.PostAsJsonAsync("/v3/memories/add/", body, token);
            answer.EnsureSuccessStatusCode();
        });
    }

    // A restored memory has a new id: memories are told by what they say, and how often.
    private async Task MemoryLinesAsync(string user, SortedDictionary<string, string> lines, CancellationToken cancellationToken)
    {
        for (var next = "/v3/memories/?page_size=200&show_expired=true"; next is not null;)
        {
            using var answer = await _mem0.PostAsJsonAsync(next, new { filters = new { user_id = user } }, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
            foreach (var memory in page["results"]!.AsArray())
            {
                var mine = user == project && memory!["metadata"]?["category"]?.ToString() == HostileText.Category;
                var what = $"{(mine ? "may go" : "stays")} memory {user} {memory!["memory"]!.ToJsonString()} {memory["metadata"]?.ToJsonString()}";
                lines[what] = (int.Parse(lines.GetValueOrDefault(what, "0")) + 1).ToString();
            }

            next = page["next"]?.GetValue<string?>();
        }
    }
}
