using CacheKeeper.Backup.Format;
using Npgsql;

namespace CacheKeeper.Backup.Copies;

/// <summary>Streams lines into a table: as text, which every table takes, or in binary form, which costs the server less.</summary>
internal static class PostgresFillStore
{
    /// <returns>How many lines.</returns>
    public static async Task<long> AsTextAsync(NpgsqlConnection connection, FillTarget target, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancellationToken)
    {
        var copied = 0L;
        await using var copy = await connection.BeginTextImportAsync($"COPY {target.Table} ({ListOf(target)}) FROM STDIN", cancellationToken);
        var raw = ((StreamWriter)copy).BaseStream;
        await foreach (var block in blocks.WithCancellation(cancellationToken))
        {
            await raw.WriteAsync(block, cancellationToken);
            target.Progress(copied += block.Span.Count((byte)'\n'));
        }

        return copied;
    }

    /// <summary>The same in binary form, into columns of the very types that the lines were read from.</summary>
    /// <returns>How many lines.</returns>
    /// <exception cref="FormatException">A field is not in its type's plain form: the copy was given up, and the transaction with it.</exception>
    public static async Task<long> AsBinaryAsync(NpgsqlConnection connection, FillTarget target, PostgresBinaryRows rows, IAsyncEnumerable<ReadOnlyMemory<byte>> blocks, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY {target.Table} ({ListOf(target)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        var sending = Task.CompletedTask;
        try
        {
            var copied = 0L;
            await copy.WriteAsync(PostgresBinaryRows.Header.ToArray(), cancellationToken);
            await foreach (var block in blocks.WithCancellation(cancellationToken))
            {
                // The next rows are made while the server takes these.
                var made = rows.Of(block.Span);
                await sending;
                sending = copy.WriteAsync(made, cancellationToken).AsTask();
                target.Progress(copied += block.Span.Count((byte)'\n'));
            }

            await sending;
            await copy.WriteAsync(PostgresBinaryRows.Trailer.ToArray(), cancellationToken);
            return copied;
        }
        catch (Exception e) when (e is not NpgsqlException)
        {
            // Else its end would be sent, and the server's complaint about it told instead of this. What is being sent comes before.
            await Task.WhenAny(sending);
            await copy.CancelAsync();
            throw;
        }
    }

    /// <summary>Whether lines that were refused in binary form may do as text: ours could not write a value, or the server not read it.</summary>
    public static bool IsNotPlain(Exception e) => e is FormatException or PostgresException { SqlState: PostgresErrorCodes.InvalidBinaryRepresentation };

    private static string ListOf(FillTarget target) => string.Join(", ", target.Columns.Select(column => PostgresExportStore.Quote(column.Name)));
}

/// <summary>Where lines go.</summary>
/// <param name="Table">Quoted.</param>
/// <param name="Progress">Called with the number of lines so far.</param>
internal sealed record FillTarget(string Table, IReadOnlyList<ShapeColumn> Columns, Action<long> Progress);
