using System.Runtime.CompilerServices;
using System.Text;

namespace CacheKeeper.Tiers;

/// <summary>Tells which query hashes are a project's own (keys carry no project).</summary>
internal delegate Task<IReadOnlyDictionary<string, OwnedHash>> FindHashes(string project, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken);

/// <summary>
/// The Redis tier, over REST or RESP. A key is the project's when it starts with the configured prefix, or when its query hash stands in the
/// project's PostgreSQL rows; any other key is foreign: counted, never touched. Works where INFO, OBJECT or MEMORY are refused.
/// </summary>
/// <param name="findHashes">Null when there is no PostgreSQL tier: then only a prefix proves ownership.</param>
internal sealed class RedisTier(IRedisClient client, RedisSettings settings, string project, FindHashes? findHashes, TimeProvider time) : ITier, IClockedTier
{
    private const int KeysPerScript = 250;

    public TierName Name => TierName.Upstash;

    public TierMeter Meter => client.Meter;

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var steps = new List<ProbeStep>();
        var hint = "";
        var key = $"cachekeeper:{project}:probe:{Environment.ProcessId}";
        var token = Guid.NewGuid().ToString("N");
        (string Name, object[] Command, Func<RedisReply, bool> Passed)[] calls =
        [
            ("ping", ["PING"], reply => reply.Text == "PONG"),
            ("write", ["SET", key, token, "EX", "60"], reply => reply.Text == "OK"),
            ("read", ["GET", key], reply => reply.Text == token),
            ("delete", ["DEL", key], reply => reply.Number is 0 or 1),
        ];
        foreach (var call in calls)
        {
            var begun = time.GetTimestamp();
            try
            {
                var reply = (await client.SendAsync([call.Command], cancellationToken))[0];
                var passed = call.Passed(reply);
                steps.Add(new ProbeStep(call.Name, passed, time.GetElapsedTime(begun), passed ? null : reply.Error ?? "unexpected answer"));
            }
            catch (TierException e)
            {
                steps.Add(new ProbeStep(call.Name, false, time.GetElapsedTime(begun), e.Cause));
                hint = e.Hint;
                break;
            }
        }

        return new ProbeResult(Name, at, steps) { Hint = hint, Server = steps[0].Passed ? await ServerAsync(cancellationToken) : null };
    }

    public async Task<TierSnapshot> LookAsync(TierScope scope, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var categories = new Dictionary<string, (long Live, long Bytes)>();
        long live = 0, bytes = 0, forever = 0, foreign = 0;
        await foreach (var page in ScanAsync(new EntryFilter(scope) { AsOf = asOf, PageSize = settings.ScanCount }, cancellationToken))
        {
            foreign += page.Foreign;
            foreach (var entry in page.Entries)
            {
                live++;
                bytes += entry.Bytes;
                forever += entry.ExpiresAt is null ? 1 : 0;
                var sum = categories.GetValueOrDefault(entry.Category ?? "general");
                categories[entry.Category ?? "general"] = (sum.Live + 1, sum.Bytes + entry.Bytes);
            }
        }

        var figures = await FiguresAsync(cancellationToken);
        return new TierSnapshot(Name, asOf)
        {
            Live = live,
            Expired = 0,
            WithoutExpiry = forever,
            Bytes = bytes,
            StoreBytes = figures.TryGetValue("used_memory", out var used) ? (long)used : null,
            LimitBytes = settings.LimitBytes ?? (figures.GetValueOrDefault("maxmemory") is var limit and > 0 ? (long)limit : null),
            Categories = [.. categories.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new CategoryCount(pair.Key, pair.Value.Live, 0, pair.Value.Bytes))],
            Figures = figures,
            Foreign = foreign,
            Took = time.GetElapsedTime(begun),
        };
    }

    public async IAsyncEnumerable<EntryPage> ScanAsync(EntryFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = filter.After ?? "0";
        var seen = new HashSet<string>();
        do
        {
            object[] command = settings.KeyPrefix.Length > 0
                ? ["SCAN", cursor, "MATCH", GlobEscape(settings.KeyPrefix) + "*", "COUNT", settings.ScanCount]
                : ["SCAN", cursor, "COUNT", settings.ScanCount];
            var reply = await OneAsync("scan", command, cancellationToken);
            cursor = reply.Items is [var next, _] ? next.Text! : throw new TierException(Name, "scan", "SCAN answered nonsense");
            var keys = reply.Items[1].Items!.Select(item => RedisKey.ToId(item.Bytes!)).Where(seen.Add).ToList();
            var owned = await OwnedAsync(keys, filter.Scope, cancellationToken);
            var heads = await HeadsAsync(owned.Mine, cancellationToken);
            yield return new EntryPage([.. heads.Where(head => Matches(head, filter))], cursor == "0" ? null : cursor, owned.Foreign);
            if (filter.Pause > TimeSpan.Zero && cursor != "0")
            {
                await Task.Delay(filter.Pause, time, cancellationToken);
            }
        }
        while (cursor != "0");
    }

    public async Task<IReadOnlyList<StoredEntry>> ReadAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        var read = new List<StoredEntry>(entries.Count);
        foreach (var part in entries.Chunk(KeysPerScript))
        {
            var reply = await ScriptAsync("read", RedisScripts.Read, part, [], cancellationToken);
            for (var i = 0; i < part.Length; i++)
            {
                var kind = reply[i].Items![0].Text!;
                if (kind is not ("none" or "unreadable"))
                {
                    read.Add(new StoredEntry(part[i] with { ExpiresAt = Expiry(reply[i].Items![1]) }, kind == "string" ? "string" : "dump", reply[i].Items![2].Bytes ?? []));
                }
            }
        }

        return read;
    }

    public async Task<RemovalOutcome> RemoveAsync(RemovalBatch batch, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        await RefuseForeignAsync(batch.Scope, batch.Entries, cancellationToken);
        var outcome = RemovalOutcome.Nothing;
        foreach (var part in batch.Entries.Chunk(KeysPerScript))
        {
            var read = await ReadAsync(batch.Scope, part, cancellationToken);
            await receipt(read, cancellationToken);
            var known = read.Select(entry => entry.Head).ToArray();
            var reply = known.Length == 0 ? [] : await ScriptAsync("remove", RedisScripts.Remove, known, [Milliseconds(batch.Deadline), .. known.SelectMany(Version)], cancellationToken);
            outcome = Merge(outcome, part, known, reply);
        }

        return outcome;
    }

    public async Task<RemovalOutcome> RewriteAsync(TierScope scope, IReadOnlyList<EntryRewrite> rewrites, DateTimeOffset deadline, ReceiptWriter receipt, CancellationToken cancellationToken)
    {
        await RefuseForeignAsync(scope, [.. rewrites.Select(rewrite => rewrite.Entry)], cancellationToken);
        var outcome = RemovalOutcome.Nothing;
        foreach (var part in rewrites.Chunk(KeysPerScript))
        {
            var heads = part.Select(rewrite => rewrite.Entry).ToArray();
            await receipt(await ReadAsync(scope, heads, cancellationToken), cancellationToken);
            var arguments = new List<object> { Milliseconds(deadline) };
            foreach (var rewrite in part)
            {
                arguments.AddRange(Version(rewrite.Entry));
                arguments.Add(rewrite.ExpiresAt is { } end ? Milliseconds(end) : "");
                arguments.Add(rewrite.Value?.ToArray() ?? []);
                arguments.Add(rewrite.Value is null ? "0" : "1");
            }

            outcome = Merge(outcome, heads, heads, await ScriptAsync("rewrite", RedisScripts.Rewrite, heads, arguments, cancellationToken));
        }

        return outcome;
    }

    public async Task<RestoreOutcome> RestoreAsync(TierScope scope, IReadOnlyList<StoredEntry> entries, RestoreMode mode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A key whose time has run out would vanish at once: it is not revived in any mode.
        var expired = entries.Where(entry => entry.Head.IsExpired(now)).Select(entry => entry.Head.Id).ToHashSet();
        var wanted = entries.Where(entry => !expired.Contains(entry.Head.Id)).ToList();
        var restored = new List<string>();
        foreach (var part in RestoreParts(wanted))
        {
            restored.AddRange(part[0].Kind == "dump" ? await RestoreDumpAsync(part[0], mode, cancellationToken) : await RestoreTextsAsync(part, mode, cancellationToken));
        }

        return new RestoreOutcome { Restored = restored, ExpiredSince = [.. expired], WrittenSince = [.. wanted.Select(entry => entry.Head.Id).Except(restored)] };
    }

    public async Task<(DateTimeOffset Clock, string? Identity)> AskServerAsync(CancellationToken cancellationToken)
    {
        var reply = await OneAsync("ask the clock", ["TIME"], cancellationToken);
        return reply.Items is [var seconds, var microseconds]
            ? (DateTimeOffset.FromUnixTimeMilliseconds((seconds.Number!.Value * 1000) + (microseconds.Number!.Value / 1000)), null)
            : throw new TierException(Name, "ask the clock", "TIME answered nonsense");
    }

    /// <summary>One command of the keeper's own (its keys begin with <c>cachekeeper:</c>), past all entries.</summary>
    public Task<RedisReply> CommandAsync(string operation, object[] command, CancellationToken cancellationToken) => OneAsync(operation, command, cancellationToken);

    public ValueTask DisposeAsync() => client.DisposeAsync();

    // Many texts go in one script; a value that is no text travels alone (REST can carry it only as the last argument).
    private static IEnumerable<StoredEntry[]> RestoreParts(IReadOnlyList<StoredEntry> entries)
    {
        var texts = entries.Where(entry => entry.Kind == "string" && UpstashClient.IsText(entry.Content.Span) && UpstashClient.IsText(RedisKey.ToKey(entry.Head.Id)));
        return texts.Chunk(KeysPerScript).Concat(entries.Except(texts).Select(entry => new[] { entry }));
    }

    private async Task<IEnumerable<string>> RestoreTextsAsync(StoredEntry[] entries, RestoreMode mode, CancellationToken cancellationToken)
    {
        object[] arguments = [mode == RestoreMode.Replace ? "1" : "0", .. entries.SelectMany(entry => new object[] { entry.Head.ExpiresAt is { } end ? Milliseconds(end) : "", entry.Content.ToArray() })];
        var reply = await ScriptAsync("restore", RedisScripts.Restore, [.. entries.Select(entry => entry.Head)], arguments, cancellationToken);
        return entries.Where((_, i) => reply[i].Number == 1).Select(entry => entry.Head.Id);
    }

    private async Task<IEnumerable<string>> RestoreDumpAsync(StoredEntry entry, RestoreMode mode, CancellationToken cancellationToken)
    {
        object[] options = [.. mode == RestoreMode.Replace ? new object[] { "REPLACE" } : [], .. entry.Head.ExpiresAt is null ? [] : new object[] { "ABSTTL" }];
        object[] command = ["RESTORE", RedisKey.ToKey(entry.Head.Id), entry.Head.ExpiresAt is { } end ? Milliseconds(end) : "0", entry.Content.ToArray(), .. options];
        var reply = (await client.SendAsync([command], cancellationToken))[0];
        return reply switch
        {
            { Error: { } error } when error.StartsWith("BUSYKEY", StringComparison.Ordinal) => [],
            { Error: { } error } => throw new TierException(Name, "restore", error),
            _ => [entry.Head.Id],
        };
    }

    private static RemovalOutcome Merge(RemovalOutcome sum, IReadOnlyList<EntryHead> asked, IReadOnlyList<EntryHead> tried, IReadOnlyList<RedisReply> replies)
    {
        var done = tried.Where((_, i) => replies[i].Number == 1).Select(entry => entry.Id).ToHashSet();
        return new RemovalOutcome([.. sum.Removed, .. done], [.. sum.Left, .. asked.Select(entry => entry.Id).Where(id => !done.Contains(id))], sum.Failed);
    }

    private static bool Matches(EntryHead head, EntryFilter filter) => filter.State switch
    {
        EntryState.Expired => head.IsExpired(filter.AsOf),
        EntryState.WithoutExpiry => head.ExpiresAt is null,
        EntryState.Live => !head.IsExpired(filter.AsOf),
        _ => true,
    };

    private static string Milliseconds(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds().ToString();

    private static DateTimeOffset? Expiry(RedisReply reply) => reply.Number is > 0 and var at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    // The version is the expiry and the digest as the server told them.
    private static object[] Version(EntryHead head) => [.. head.Version.Split(' ', 2)];

    private static string GlobEscape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var letter in text)
        {
            _ = "*?[]\\^".Contains(letter, StringComparison.Ordinal) ? escaped.Append('\\').Append(letter) : escaped.Append(letter);
        }

        return escaped.ToString();
    }

    // The keys that are provably the scope's, with what PostgreSQL knows of their entry.
    private async Task<(List<EntryHead> Mine, int Foreign)> OwnedAsync(List<string> keys, TierScope scope, CancellationToken cancellationToken)
    {
        // Our own keys (directives, dictionaries, probes) are no entries.
        var candidates = keys.Where(key => !key.StartsWith("cachekeeper:", StringComparison.Ordinal))
            .Select(key => (Key: key, Own: settings.KeyPrefix.Length > 0 && key.StartsWith(settings.KeyPrefix, StringComparison.Ordinal))).ToList();
        var hashes = candidates.SelectMany(item => RedisKey.HashCandidates(Unprefixed(item.Key))).ToHashSet();
        var known = findHashes is null || hashes.Count == 0 ? new Dictionary<string, OwnedHash>() : await findHashes(scope.Project, hashes, cancellationToken);
        var mine = new List<EntryHead>();
        var foreign = 0;
        foreach (var (key, own) in candidates)
        {
            var hash = RedisKey.HashCandidates(Unprefixed(key)).Select(candidate => known.GetValueOrDefault(candidate)).FirstOrDefault(found => found is not null);
            if (hash is null && !own)
            {
                foreign++;
            }
            else if (scope.Category is null || scope.Category == (hash is null ? Label(key) : hash.Category))
            {
                mine.Add(new EntryHead(Name, key, "")
                {
                    QueryHash = hash?.Hash,
                    Category = hash?.Category ?? Label(key),
                    Agent = hash?.Agent,
                    AccessCount = hash?.AccessCount,
                    AccessedAt = hash?.AccessedAt,
                    CreatedAt = hash?.CreatedAt,
                    Pinned = hash?.Pinned ?? false,
                });
            }
        }

        return (mine, foreign);
    }

    private string Unprefixed(string key) => settings.KeyPrefix.Length > 0 && key.StartsWith(settings.KeyPrefix, StringComparison.Ordinal) ? key[settings.KeyPrefix.Length..] : key;

    private string? Label(string key) => Unprefixed(key).Split(':') is [var label, _] ? label : null;

    private async Task<List<EntryHead>> HeadsAsync(List<EntryHead> keys, CancellationToken cancellationToken)
    {
        var heads = new List<EntryHead>(keys.Count);
        foreach (var part in keys.Chunk(KeysPerScript))
        {
            var reply = await ScriptAsync("look", RedisScripts.Heads, part, [], cancellationToken);
            for (var i = 0; i < part.Length; i++)
            {
                if (reply[i].Items is [var kind, var end, var bytes, var digest] && kind.Text != "none")
                {
                    heads.Add(part[i] with
                    {
                        Version = $"{end.Number} {digest.Text}",
                        Bytes = (bytes.Number ?? 0) + Encoding.UTF8.GetByteCount(part[i].Id),
                        ExpiresAt = Expiry(end),
                    });
                }
            }
        }

        return heads;
    }

    private async Task RefuseForeignAsync(TierScope scope, IReadOnlyList<EntryHead> entries, CancellationToken cancellationToken)
    {
        var owned = await OwnedAsync([.. entries.Select(entry => entry.Id)], scope, cancellationToken);
        var mine = owned.Mine.Select(entry => entry.Id).ToHashSet();
        if (entries.FirstOrDefault(entry => !mine.Contains(entry.Id)) is { } foreign)
        {
            throw new TierException(Name, "remove", $"key {foreign.Id} is not provably {scope.Project}'s", "Nothing was changed. Set upstash.keyPrefix, or look whether its PostgreSQL row is gone.");
        }
    }

    private async Task<IReadOnlyList<RedisReply>> ScriptAsync(string operation, string script, IReadOnlyList<EntryHead> keys, IReadOnlyList<object> arguments, CancellationToken cancellationToken)
    {
        object[] command = ["EVAL", script, keys.Count.ToString(), .. keys.Select(key => RedisKey.ToKey(key.Id)), .. arguments];
        var reply = await OneAsync(operation, command, cancellationToken);
        return reply.Items is { } items && items.Count == keys.Count ? items : throw new TierException(Name, operation, "the script answered nonsense");
    }

    private async Task<RedisReply> OneAsync(string operation, object[] command, CancellationToken cancellationToken)
    {
        var reply = (await client.SendAsync([command], cancellationToken))[0];
        return reply.Error is { } error
            ? throw new TierException(Name, operation, error, error.Contains("NOPERM", StringComparison.Ordinal) ? "Give the keeper a token that may run scripts and SCAN." : "")
            : reply;
    }

    private async Task<string?> ServerAsync(CancellationToken cancellationToken)
    {
        var info = await InfoAsync(cancellationToken);
        return info.TryGetValue("redis_version", out var version) ? "Redis " + version : null;
    }

    private async Task<IReadOnlyDictionary<string, double>> FiguresAsync(CancellationToken cancellationToken)
    {
        var figures = new Dictionary<string, double>();
        foreach (var (name, text) in await InfoAsync(cancellationToken))
        {
            if (double.TryParse(text, out var value))
            {
                figures[name] = value;
            }
        }

        var size = (await client.SendAsync([["DBSIZE"]], cancellationToken))[0];
        if (size.Number is { } keys)
        {
            figures["keys"] = keys;
        }

        return figures;
    }

    // INFO may be refused, empty or incomplete (Upstash, Garnet): what it does not tell stays unknown.
    private async Task<IReadOnlyDictionary<string, string>> InfoAsync(CancellationToken cancellationToken)
    {
        var reply = (await client.SendAsync([["INFO"]], cancellationToken))[0];
        var info = new Dictionary<string, string>();
        foreach (var line in (reply.Text ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !line.StartsWith('#'))
            {
                info[line[..colon]] = line[(colon + 1)..];
            }
        }

        return info;
    }
}
