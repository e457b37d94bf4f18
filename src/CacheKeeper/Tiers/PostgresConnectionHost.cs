using Npgsql;

namespace CacheKeeper.Tiers;

/// <summary>Turns what users have (a postgres:// URL or an Npgsql string) into a data source that cannot surprise: UTC, named, bounded.</summary>
internal static class PostgresConnectionHost
{
    /// <summary>A cancelled call waits this long for the server's word, then its connection is given up: a dripping network must not outlast a deadline.</summary>
    public static readonly TimeSpan CancellationTimeout = TimeSpan.FromMilliseconds(500);

    private const int ReadBufferBytes = 64 * 1024;

    /// <exception cref="KeeperException">The text is no connection string.</exception>
    public static NpgsqlDataSource Create(string text, PostgresSettings settings)
    {
        var builder = Parse(text);
        builder.ApplicationName = "cachekeeper";
        builder.Timezone = "UTC";
        builder.MaxPoolSize = settings.MaxConnections;
        builder.Timeout = (int)Math.Clamp(settings.Timeout.TotalSeconds, 1, 60);
        builder.CommandTimeout = (int)Math.Ceiling(settings.Timeout.TotalSeconds);
        builder.CancellationTimeout = (int)CancellationTimeout.TotalMilliseconds;
        builder.IncludeErrorDetail = false;

        // A copy of a whole table comes through it: the driver's own 8 KB are a call to the system for every few rows.
        builder.ReadBufferSize = Math.Max(builder.ReadBufferSize, ReadBufferBytes);
        return NpgsqlDataSource.Create(builder);
    }

    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUrl(new Uri(text))
                : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException or FormatException)
        {
            throw KeeperException.Usage("DATABASE_URL (postgresql.url) is no PostgreSQL address.", "It looks like postgres://user:password@host:5432/database");
        }
    }

    private static NpgsqlConnectionStringBuilder FromUrl(Uri url)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = Uri.UnescapeDataString(url.Host),
            Port = url.Port > 0 ? url.Port : 5432,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
        };
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            Apply(builder, pair.Split('=', 2));
        }

        return builder;
    }

    // libpq's words that people paste; others are passed on under their own name when Npgsql knows them.
    private static void Apply(NpgsqlConnectionStringBuilder builder, string[] pair)
    {
        var value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
        switch (pair[0])
        {
            case "sslmode":
                builder.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
                break;
            case "host":
                builder.Host = value;
                break;
            case "connect_timeout" or "application_name" or "channel_binding" or "pgbouncer":
                break;
            case "options":
                builder.Options = value;
                break;
            default:
                builder[pair[0]] = value;
                break;
        }
    }
}
