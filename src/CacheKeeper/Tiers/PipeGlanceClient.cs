namespace CacheKeeper.Tiers;

/// <summary>
/// Glances by plain commands over a connection of its own: a script costs the server more, and between plain ones it turns to readers. What the server does
/// not tell is not asked for again: a refusal for each key would fill its own count of errors.
/// </summary>
internal sealed class PipeGlanceClient(RespPipeClient pipe) : IGlanceClient
{
    private GlanceForm _form = GlanceForm.Whole;

    public Task<RedisReply> ScanAsync(object[] step, CancellationToken cancellationToken) => pipe.AskAsync(step, cancellationToken);

    public Glance Begin(IReadOnlyList<EntryHead> keys, object[]? step, CancellationToken cancellationToken)
    {
        var heads = keys.Count == 0 ? Task.FromResult(new List<EntryHead>()) : ReadAsync(keys, cancellationToken);
        return new Glance(heads, step is null ? null : ScanAsync(step, cancellationToken));
    }

    private async Task<List<EntryHead>> ReadAsync(IReadOnlyList<EntryHead> keys, CancellationToken cancellationToken)
    {
        var (form, heads) = (_form, new List<EntryHead>(keys.Count));
        using (var answer = await pipe.AskAsync(PlainGlance.Commands(keys, form), form.CommandsAKey * keys.Count, cancellationToken))
        {
            if (PlainGlance.Read(answer.Memory.Span, keys, form, heads) is not { } refused)
            {
                return heads;
            }

            _form = refused;
        }

        // With fewer questions each time, so it ends.
        return await ReadAsync(keys, cancellationToken);
    }
}
