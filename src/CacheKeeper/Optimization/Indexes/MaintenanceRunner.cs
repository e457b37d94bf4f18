using CacheKeeper.Optimization.Advice;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Optimization.Indexes;

/// <summary>Carries out ANALYZE, VACUUM and REINDEX CONCURRENTLY: it gives up instead of waiting for locks, and removes what a failed rebuild leaves.</summary>
internal sealed class MaintenanceRunner(PostgresTier postgres, NoteStore notes, string project, IndexPolicy policy, TimeProvider time)
{
    private const string LeftoverNote = "optimizer.leftovers";

    /// <summary>Removes unfinished copies that an earlier rebuild of ours left and could not remove; how many it removed.</summary>
    public async Task<int> RemoveLeftoversAsync(CancellationToken cancellationToken)
    {
        var left = await notes.ReadAsync<List<LeftoverIndex>>(project, LeftoverNote, cancellationToken) ?? [];
        var still = new List<LeftoverIndex>();
        foreach (var index in left)
        {
            if (!await TryDropAsync(index, cancellationToken))
            {
                still.Add(index);
            }
        }

        if (left.Count > 0)
        {
            await notes.WriteAsync(project, LeftoverNote, still, time.GetUtcNow(), cancellationToken);
        }

        return left.Count - still.Count;
    }

    /// <returns>What came of it in a sentence, and whether it was done.</returns>
    public async Task<(bool Done, string Sentence)> RunAsync(MaintenanceStep step, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var before = step.Kind == "reindex" ? await InvalidAsync(step, cancellationToken) : [];
        try
        {
            await ExecuteAsync(step.Statement, cancellationToken);
            return (true, $"{step.Statement}: done in {time.GetElapsedTime(begun).TotalSeconds:0.0} s.");
        }
        catch (TierException e)
        {
            var removed = step.Kind == "reindex" ? await CleanUpAsync(step, before, CancellationToken.None) : "";
            return (false, $"{step.Statement}: {e.Cause}.{removed}");
        }
    }

    // Not within a transaction: none of the three may be.
    private Task<int> ExecuteAsync(string statement, CancellationToken cancellationToken) => postgres.RunAsync("maintain", async (connection, _) =>
    {
        await using (var limits = new NpgsqlCommand("SELECT set_config('lock_timeout', @lock, false), set_config('statement_timeout', @work, false)", connection))
        {
            limits.Parameters.AddWithValue("lock", $"{policy.LockTimeout.TotalMilliseconds:0}ms");
            limits.Parameters.AddWithValue("work", $"{policy.LongestWork.TotalMilliseconds:0}ms");
            await limits.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = (int)policy.LongestWork.TotalSeconds + 30 };
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }, cancellationToken);

    // A rebuild that fails leaves its half-made copy, named after the index with _ccnew or _ccold. Only what was not there before is ours.
    private async Task<string> CleanUpAsync(MaintenanceStep step, IReadOnlyList<string> before, CancellationToken cancellationToken)
    {
        var left = (await InvalidAsync(step, cancellationToken)).Except(before).Select(name => new LeftoverIndex(step.Schema, name)).ToList();
        if (left.Count == 0)
        {
            return "";
        }

        // Written down first: whoever held the lock may hold it still, and then the next run removes the copy.
        var known = await notes.ReadAsync<List<LeftoverIndex>>(project, LeftoverNote, cancellationToken) ?? [];
        await notes.WriteAsync(project, LeftoverNote, known.Union(left).ToList(), time.GetUtcNow(), cancellationToken);
        var removed = await RemoveLeftoversAsync(cancellationToken);
        var names = string.Join(", ", left.Select(index => index.Name));
        return removed >= left.Count ? $" Its unfinished copy {names} was removed." : $" Its unfinished copy {names} is still locked; the next run removes it.";
    }

    private async Task<bool> TryDropAsync(LeftoverIndex index, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(index.DropStatement, cancellationToken);
            return true;
        }
        catch (TierException)
        {
            return false;
        }
    }

    private Task<IReadOnlyList<string>> InvalidAsync(MaintenanceStep step, CancellationToken cancellationToken) => postgres.RunAsync<IReadOnlyList<string>>("look for unfinished indexes", async (connection, _) =>
    {
        var names = new List<string>();
        await using var command = new NpgsqlCommand(
            """
            SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
            WHERE NOT i.indisvalid AND n.nspname = @schema AND x.relname ~ '_cc(new|old)[0-9]*$' AND starts_with(x.relname, left(@name, 50))
            """,
            connection);
        command.Parameters.AddWithValue("schema", step.Schema);
        command.Parameters.AddWithValue("name", step.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }, cancellationToken);

    /// <summary>The unfinished copy of a rebuild of ours.</summary>
    private sealed record LeftoverIndex(string Schema, string Name)
    {
        public string DropStatement => $"DROP INDEX CONCURRENTLY IF EXISTS \"{Schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\".\"{Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
