using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using ZstdSharp;

namespace CacheKeeper.Cleanup;

/// <summary>Remembers plans: the document in the state, the selected identities in a compressed file (they may be millions).</summary>
internal sealed class PlanStore(StateStore state)
{
    private const int ReadAtOnce = 1 << 16;
    private static readonly TierName[] RemovalOrder = [TierName.Upstash, TierName.Mem0, TierName.Postgresql];

    public static string NewId(DateTimeOffset now) => $"plan-{now.UtcDateTime:yyyyMMddHHmmss}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Opens the selection file of one tier of a plan for writing; dispose it to make it durable.</summary>
    public SelectionWriter Write(string plan, TierName tier) => new(File(plan, tier), state.BeforeEach);

    public Task SaveAsync(CleanupPlan plan, CancellationToken cancellationToken) =>
        state.ExecuteAsync(
            "INSERT INTO plans (plan, project, created_at, valid_until, document) VALUES (@Plan, @Project, @at, @until, @document)",
            new { plan.Plan, plan.Project, at = plan.AsOf.ToUnixTimeMilliseconds(), until = plan.ValidUntil.ToUnixTimeMilliseconds(), document = JsonSerializer.Serialize(plan, StateJson.Options) },
            cancellationToken);

    /// <summary>The plan of a project; null when there is none of that name.</summary>
    public async Task<CleanupPlan?> FindAsync(string project, string plan, CancellationToken cancellationToken)
    {
        var text = await state.FindAsync<string>("SELECT document FROM plans WHERE plan = @plan AND project = @project", new { plan, project }, cancellationToken);
        return text is null ? null : JsonSerializer.Deserialize<CleanupPlan>(text, StateJson.Options);
    }

    /// <summary>Marks the plan as applied by a run; false when another run did so before (a plan is applied once, or resumed by hand).</summary>
    public async Task<bool> ClaimAsync(string plan, string run, CancellationToken cancellationToken) =>
        await state.ExecuteAsync("UPDATE plans SET applied_by = @run WHERE plan = @plan AND applied_by IS NULL", new { plan, run }, cancellationToken) == 1;

    /// <summary>The selected entries in the order in which they are to be removed: cache tiers first, the record last.</summary>
    public async IAsyncEnumerable<Selection> ReadAsync(string plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in RemovalOrder.Select(tier => File(plan, tier)).Where(System.IO.File.Exists))
        {
            await using var file = System.IO.File.OpenRead(path);
            await using var whole = new DecompressionStream(file);
            await foreach (var selection in LinesAsync(whole, cancellationToken))
            {
                yield return selection;
            }
        }
    }

    private static async IAsyncEnumerable<Selection> LinesAsync(Stream whole, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (buffer, filled) = (new byte[ReadAtOnce], 0);
        for (var read = -1; read != 0;)
        {
            read = await whole.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            var start = 0;
            for (int length; (length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += length + 1)
            {
                yield return SelectionJson.Read(buffer.AsSpan(start, length));
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        if (filled > 0)
        {
            throw new InvalidDataException("The plan's selection ends in the middle of an entry.");
        }
    }

    private string File(string plan, TierName tier)
    {
        var folder = Path.Combine(state.Location.Directory, "plans");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{plan}.{tier.Word()}.zst");
    }
}

/// <summary>Writes the selected entries of a plan, one JSON line each, compressed; durable when disposed.</summary>
internal sealed class SelectionWriter(string path, Action<string>? beforeEach) : IAsyncDisposable
{
    private const int LinesAtOnce = 1 << 20;
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write);
    private readonly ArrayBufferWriter<byte> _lines = new(LinesAtOnce + 4096);
    private readonly Utf8JsonWriter _json = SelectionJson.Writer();
    private readonly Compressor _compressor = new(1);

    public async Task AddAsync(Selection selection, CancellationToken cancellationToken)
    {
        _json.Reset(_lines);
        SelectionJson.Write(_json, selection);
        _lines.Write("\n"u8);
        if (_lines.WrittenCount > LinesAtOnce)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await FlushAsync(CancellationToken.None);
        _file.Flush(flushToDisk: true);
        await _file.DisposeAsync();
        await _json.DisposeAsync();
        _compressor.Dispose();
    }

    // Each megabyte is a frame of its own; a Zstandard file is a sequence of frames.
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var frame = _compressor.Wrap(_lines.WrittenSpan).ToArray();
        _lines.ResetWrittenCount();
        beforeEach?.Invoke("plan write");
        await _file.WriteAsync(frame, cancellationToken);
    }
}
