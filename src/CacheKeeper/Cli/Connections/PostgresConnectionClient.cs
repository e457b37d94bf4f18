using System.Net.Sockets;
using System.Security.Authentication;
using CacheKeeper.Tiers;
using Npgsql;

namespace CacheKeeper.Cli.Connections;

/// <summary>The way to PostgreSQL: TCP and TLS on a connection of our own, then a whole one of the driver, then a question.</summary>
internal static class PostgresConnectionClient
{
    // What a client asks before TLS (the protocol's SSLRequest); the server answers with one letter.
    private static readonly byte[] AskForTls = [0, 0, 0, 8, 4, 210, 22, 47];

    public static async Task<ConnectionReport> TryAsync(PostgresSettings settings, string url, StepService steps, CancellationToken cancellationToken)
    {
        var parsed = PostgresConnectionHost.Parse(url);
        var host = (parsed.Host ?? "localhost").Split(',')[0];
        var target = new ConnectionTarget(TierName.Postgresql.Word(), TierName.Postgresql.Title(), host, parsed.Port, "DATABASE_URL (postgresql.url)");
        var told = await steps.WalkAsync(async () =>
        {
            await ReachAsync(host, parsed, steps, cancellationToken);
            await using var source = PostgresConnectionHost.Create(url, settings);
            await using var connection = await steps.TakeAsync(ConnectionStep.Auth, stop => source.OpenConnectionAsync(stop).AsTask(), cancellationToken, _ => "with a connection of its own");
            return await steps.TakeAsync(ConnectionStep.Query, stop => AskAsync(connection, settings, stop), cancellationToken);
        }, cancellationToken);
        return new ConnectionReport(target, steps.Steps) { Server = told?.Server, Limits = told?.Limits ?? [] };
    }

    private static async Task ReachAsync(string host, NpgsqlConnectionStringBuilder parsed, StepService steps, CancellationToken cancellationToken)
    {
        if (host.StartsWith('/'))
        {
            steps.Leave(ConnectionStep.Tcp, "a socket of this machine");
            return;
        }

        var wire = new WireClient(steps);
        await using var plain = await wire.ConnectAsync(host, parsed.Port, cancellationToken);
        if (parsed.SslMode is SslMode.Disable or SslMode.Allow)
        {
            steps.Leave(ConnectionStep.Tls, $"not asked for (sslmode {parsed.SslMode})");
            return;
        }

        var answer = await steps.TakeAsync("ask tls", stop => AskForTlsAsync(plain, stop), cancellationToken, letter => letter == 'S' ? "the server offers it" : "the server offers none");
        if (answer == 'S')
        {
            // As the driver does it: only verify-ca and verify-full look at the certificate.
            var any = parsed.SslMode is not (SslMode.VerifyCA or SslMode.VerifyFull);
            await using var encrypted = await wire.EncryptAsync(plain, host, any, cancellationToken);
            return;
        }

        if (parsed.SslMode == SslMode.Prefer)
        {
            steps.Leave(ConnectionStep.Tls, "sslmode prefer goes on without");
            return;
        }

        await steps.TakeAsync<bool>(ConnectionStep.Tls, _ => throw new AuthenticationException($"the server offers no TLS, and sslmode {parsed.SslMode} asks for it"), cancellationToken);
    }

    private static async Task<char> AskForTlsAsync(NetworkStream plain, CancellationToken cancellationToken)
    {
        await plain.WriteAsync(AskForTls, cancellationToken);
        var answer = new byte[1];
        await plain.ReadExactlyAsync(answer, cancellationToken);
        return answer[0] is (byte)'S' or (byte)'N' ? (char)answer[0] : throw new InvalidDataException("it does not answer as PostgreSQL does");
    }

    private static async Task<Told> AskAsync(NpgsqlConnection connection, PostgresSettings settings, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT current_setting('server_version'), current_setting('max_connections'), (SELECT sum(numbackends) FROM pg_stat_database)::text,
                (SELECT CASE WHEN rolconnlimit < 0 THEN 'none' ELSE rolconnlimit::text END FROM pg_roles WHERE rolname = current_user), current_setting('statement_timeout'),
                pg_is_in_recovery(), current_user
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var limits = new Dictionary<string, string>
        {
            ["connections"] = $"{row.GetString(2)} of {row.GetString(1)}",
            ["connections of this role"] = row.GetString(3),
            ["connections of the keeper"] = $"at most {settings.MaxConnections}",
            ["statement_timeout"] = row.GetString(4) is "0" ? "none" : row.GetString(4),
        };
        return new Told($"PostgreSQL {row.GetString(0)}{(row.GetBoolean(5) ? ", a standby (reads only)" : "")}, as {row.GetString(6)}", limits);
    }

    private sealed record Told(string Server, Dictionary<string, string> Limits);
}
