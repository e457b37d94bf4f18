namespace CacheKeeper.Verify.Scheduler;

/// <summary>A keeper that was killed or stopped, when, and which runs it had under way.</summary>
internal sealed record Disturbance(DateTimeOffset At, bool Killed, IReadOnlyList<string> Unfinished)
{
    /// <summary>Reads what is under way in that process, just before it is hit.</summary>
    public static async Task<Disturbance> ReadAsync(TwoKeepers keepers, int process, bool kill, CancellationToken cancellationToken)
    {
        var unfinished = new List<string>();
        await using var command = keepers.Owner.CreateCommand("SELECT run FROM runs WHERE ended_at IS NULL AND scheduled_at IS NOT NULL AND node LIKE '%/' || $1");
        command.Parameters.AddWithValue(process.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            unfinished.Add(reader.GetString(0));
        }

        return new Disturbance(DateTimeOffset.UtcNow, kill, unfinished);
    }
}
