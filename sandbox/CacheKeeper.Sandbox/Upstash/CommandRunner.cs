using System.Buffers;
using System.Text;
using CacheKeeper.Sandbox.Redis;

namespace CacheKeeper.Sandbox.Upstash;

/// <summary>Takes the commands of one request to Redis and brings the raw replies back.</summary>
internal sealed class CommandRunner(RespPool pool, UpstashUsage usage)
{
    /// <summary>Runs the commands in order, each for itself: one that fails does not stop the others.</summary>
    public async Task<ReplySet> RunAsync(CommandBatch batch, GateTerms terms, CancellationToken cancellationToken)
    {
        var verdicts = Decide(batch, terms);
        var set = new ReplySet(batch.Count);
        var passed = Passed(verdicts);
        if (passed.Length > 0)
        {
            await ExchangeAsync(set, batch, verdicts, passed, atomic: false, cancellationToken);
        }

        Fill(set, verdicts);
        return set;
    }

    /// <summary>Runs the commands inside MULTI/EXEC; a command that cannot be queued discards the whole.</summary>
    public async Task<ReplySet> RunAtomicAsync(CommandBatch batch, GateTerms terms, CancellationToken cancellationToken)
    {
        var verdicts = Decide(batch, terms);
        var set = new ReplySet(batch.Count);
        if (Refusal(verdicts) is { } refusal)
        {
            set.Discarded = RespWriter.Error("EXECABORT Transaction discarded because of: " + refusal);
            return set;
        }

        await ExchangeAsync(set, batch, verdicts, Passed(verdicts), atomic: true, cancellationToken);
        Fill(set, verdicts);
        return set;
    }

    private Task ExchangeAsync(
        ReplySet set, CommandBatch batch, GateVerdict[] verdicts, int[] passed, bool atomic, CancellationToken cancellationToken)
    {
        var envelope = new CommandEnvelope(atomic, Array.Exists(verdicts, verdict => verdict.Change == ReplyChange.FullScript));
        var request = Encode(batch, passed, verdicts, envelope);
        return pool.UseAsync(
            async connection =>
            {
                await connection.ExchangeAsync(request, passed.Length + (2 * envelope.Lead), set.Source, cancellationToken);
                if (Take(set, passed, envelope))
                {
                    await ChangeAsync(connection, set, batch, verdicts, cancellationToken);
                }
            },
            cancellationToken);
    }

    private GateVerdict[] Decide(CommandBatch batch, GateTerms terms)
    {
        var verdicts = new GateVerdict[batch.Count];
        for (var index = 0; index < verdicts.Length; index++)
        {
            verdicts[index] = CommandGate.Decide(batch[index], terms);
        }

        usage.Count(verdicts);
        return verdicts;
    }

    // A stock server queues nothing while it is full, so a script inside a transaction is refused whole.
    private static string? Refusal(GateVerdict[] verdicts) =>
        Array.Exists(verdicts, verdict => verdict.Change == ReplyChange.FullScript) ? CommandGate.FullText
        : Array.Find(verdicts, verdict => verdict.Answer is [(byte)'-', ..]).Answer is { } answer ? Encoding.UTF8.GetString(answer)[1..].TrimEnd()
        : null;

    private static int[] Passed(GateVerdict[] verdicts) =>
        [.. Enumerable.Range(0, verdicts.Length).Where(index => verdicts[index].Answer is null)];

    private static ReadOnlyMemory<byte> Encode(CommandBatch batch, int[] passed, GateVerdict[] verdicts, CommandEnvelope envelope)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        envelope.Open(output);
        foreach (var index in passed)
        {
            Encode(batch[index], verdicts[index].Change, output);
        }

        envelope.Close(output);
        return output.WrittenMemory;
    }

    private static void Encode(CommandView command, ReplyChange change, ArrayBufferWriter<byte> output)
    {
        // A stock server does not know the word WITHTYPE; the types are asked for afterwards.
        var left = change == ReplyChange.WithTypes ? command.Find("WITHTYPE"u8, 2) : -1;
        RespWriter.Array(output, change == ReplyChange.InfoSections ? 1 : left < 0 ? command.Count : command.Count - 1);
        for (var index = 0; index < (change == ReplyChange.InfoSections ? 1 : command.Count); index++)
        {
            if (index != left)
            {
                RespWriter.Bulk(output, command[index]);
            }
        }
    }

    private static bool Take(ReplySet set, int[] passed, CommandEnvelope envelope)
    {
        if (!envelope.Atomic)
        {
            Fill(set, passed, index => set.Source.Memory(envelope.Lead + index));
            return true;
        }

        var exec = set.Source.Memory(envelope.Lead + passed.Length);
        if (exec.Span[0] != (byte)'*')
        {
            set.Discarded = exec.ToArray();
            return false;
        }

        var starts = Elements(exec.Span, passed.Length);
        Fill(set, passed, index => exec[starts[index]..starts[index + 1]]);
        return true;
    }

    private static int[] Elements(ReadOnlySpan<byte> array, int count)
    {
        var reader = new RespReader(array);
        reader.Read();
        var starts = new int[count + 1];
        for (var index = 0; index < count; index++)
        {
            starts[index] = reader.Position;
            reader.Skip();
        }

        starts[count] = reader.Position;
        return starts;
    }

    private static void Fill(ReplySet set, int[] passed, Func<int, ReadOnlyMemory<byte>> reply)
    {
        for (var index = 0; index < passed.Length; index++)
        {
            set[passed[index]] = reply(index);
        }
    }

    private static void Fill(ReplySet set, GateVerdict[] verdicts)
    {
        for (var index = 0; index < verdicts.Length; index++)
        {
            if (verdicts[index].Answer is { } answer)
            {
                set[index] = answer;
            }
        }
    }

    private static async Task ChangeAsync(
        RespConnection connection, ReplySet set, CommandBatch batch, GateVerdict[] verdicts, CancellationToken cancellationToken)
    {
        for (var index = 0; index < verdicts.Length; index++)
        {
            set[index] = verdicts[index].Change switch
            {
                ReplyChange.WithTypes => await ScanTypes.AddAsync(connection, set[index], cancellationToken),
                ReplyChange.InfoSections => InfoText.Select(set[index], batch[index]),
                ReplyChange.FullScript when set[index].Span.StartsWith("-OOM"u8) => RespWriter.Error(CommandGate.FullText),
                _ => set[index],
            };
        }
    }
}
