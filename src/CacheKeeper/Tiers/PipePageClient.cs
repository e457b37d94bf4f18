using System.Buffers;

namespace CacheKeeper.Tiers;

/// <summary>
/// Pages over a connection of its own: texts in one transaction a part, which costs the server a fraction of a script's copies; what is no text, or a large
/// one, by the script, which dumps and counts bytes.
/// </summary>
internal sealed class PipePageClient(RespPipeClient pipe) : IPageClient
{
    /// <summary>Keys of one transaction: were each just short of what is read otherwise, they were one trip's bytes.</summary>
    public const int MostKeys = (int)RedisCommandClient.BytesPerTrip / TransactionReply.MostBytes;

    private bool _isRefused;

    // A step gives a few keys more than it is asked for, which still are one part; of usual values its answer fits into the 64 KB that the server writes at once,
    // and wakes us once.
    public int KeysPerStep => KeysPerPart * 7 / 8;

    public int KeysPerPart => MostKeys;

    // The server runs what stands in a connection's buffer before it turns to others, and a second part keeps two cores busy, one of which a reader waits for.
    public int PartsAhead => 1;

    public Task<RedisReply> ScanAsync(object[] step, CancellationToken cancellationToken) => pipe.AskAsync(step, cancellationToken);

    public async Task<RedisPage> ReadAsync(IReadOnlyList<EntryHead> part, CancellationToken cancellationToken)
    {
        var (values, others, unread) = (new List<RedisValue>(part.Count), new List<EntryHead>(), new List<EntryHead>());
        var answers = new List<RespAnswer>();
        if (_isRefused || !await TryTransactionAsync(part, values, others, answers, cancellationToken))
        {
            // A user that may run scripts and no transactions is read as over REST.
            (_isRefused, others) = (true, [.. part]);
            values.Clear();
        }

        for (IReadOnlyList<EntryHead> rest = others; rest.Count > 0;)
        {
            rest = await ReadByScriptAsync(rest, values, unread, answers, cancellationToken);
        }

        return new RedisPage(values, unread) { Answers = answers };
    }

    private async Task<bool> TryTransactionAsync(IReadOnlyList<EntryHead> part, List<RedisValue> values, List<EntryHead> others, List<RespAnswer> answers, CancellationToken cancellationToken)
    {
        var answer = await pipe.AskAsync(TransactionReply.Command(part), TransactionReply.Replies(part.Count), cancellationToken);
        answers.Add(answer);
        return TransactionReply.TryRead(answer.Memory, part, values, others);
    }

    private async Task<IReadOnlyList<EntryHead>> ReadByScriptAsync(IReadOnlyList<EntryHead> keys, List<RedisValue> values, List<EntryHead> unread, List<RespAnswer> answers, CancellationToken cancellationToken)
    {
        var request = new ArrayBufferWriter<byte>();
        RespText.Write(request, RedisCommandClient.Script(RedisScripts.Read, keys, [RedisCommandClient.BytesPerTrip]));
        var answer = await pipe.AskAsync(request.WrittenMemory, replies: 1, cancellationToken);
        answers.Add(answer);
        return Told(answer.Memory) is { } told && ValuesReply.Read(told, keys, values, unread) is { } later ? later : throw new TierException(TierName.Upstash, "read", "the script answered nonsense");
    }

    // The bytes of the one text that the script answers with, within the answer.
    private static ReadOnlyMemory<byte>? Told(ReadOnlyMemory<byte> answer)
    {
        var rest = answer.Span;
        var (kind, length) = RespText.TakeHeader(ref rest, out var said);
        if (RespText.IsError(kind))
        {
            RedisCommandClient.Checked("read", new RedisReply { Error = System.Text.Encoding.UTF8.GetString(said) });
        }

        if (said.SequenceEqual("QUEUED"u8))
        {
            throw RedisRights.TransactionKeptOpen("read");
        }

        return RespText.IsBulk(kind) && length >= 0 ? answer.Slice(answer.Length - rest.Length, (int)length) : null;
    }
}
