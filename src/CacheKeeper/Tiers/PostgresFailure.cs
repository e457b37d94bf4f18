using System.Net.Sockets;
using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>What went wrong with PostgreSQL, as a sentence and what to do about it.</summary>
internal static class PostgresFailure
{
    public static TierException From(string operation, Exception e, PostgresSettings settings)
    {
        var (cause, hint) = e switch
        {
            PostgresException { SqlState: "28P01" or "28000" } => ("the user or password was refused", "Check the user and password in DATABASE_URL (postgresql.url)."),
            PostgresException { SqlState: "3D000" } p => (p.MessageText, "Check the database's name in DATABASE_URL (postgresql.url)."),
            PostgresException { SqlState: "42501" } p => (p.MessageText, $"Grant SELECT, UPDATE, DELETE (and INSERT to undo) on {settings.Table} to the keeper's role."),
            PostgresException { SqlState: "42P01" } => ($"table {settings.Table} does not exist", "Create it, or name the right one in postgresql.table."),
            PostgresException { SqlState: "57014" } => ($"it took longer than {settings.Timeout.TotalSeconds:0.#} s", "Raise postgresql.timeout, or look at 'cachekeeper debug performance'."),
            PostgresException p => ($"{p.MessageText} ({p.SqlState})", ""),
            { InnerException: TimeoutException } or TimeoutException => ($"no answer within {settings.Timeout.TotalSeconds:0.#} s", "Check that the server is up and not overloaded."),
            { InnerException: SocketException s } => (s.Message, "Check that the server is up and that DATABASE_URL (postgresql.url) names its address."),
            _ => (e.Message, "Check that the server is up."),
        };
        return new TierException(TierName.Postgresql, operation, cause, hint, e)
        {
            CredentialsRejected = e is PostgresException { SqlState: "28P01" or "28000" },
            Transient = e is NpgsqlException { IsTransient: true },
        };
    }
}
