using Npgsql;

namespace CacheKeeper.Client;

/// <summary>Reads the two ways in which people write a PostgreSQL address.</summary>
public static class PostgreSqlUrl
{
    /// <summary>
    /// The connection string of Npgsql for <c>postgres://</c> and <c>postgresql://</c> URLs (user, password, host, port, database and any
    /// <c>?name=value</c> Npgsql knows, <c>sslmode</c> among them); other text is taken as a connection string already.
    /// Throws <see cref="FormatException"/> without repeating the text, which may hold a password.
    /// </summary>
    public static string ToConnectionString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var isUrl = text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);
            return isUrl ? FromUrl(new Uri(text)) : new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (Exception error) when (error is UriFormatException or ArgumentException or KeyNotFoundException)
        {
            throw new FormatException("Not a PostgreSQL address: write postgresql://user:password@host:5432/database or an Npgsql connection string.");
        }
    }

    private static string FromUrl(Uri url)
    {
        var user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host.Trim('[', ']'), Port = url.Port > 0 ? url.Port : NpgsqlConnection.DefaultPort };
        Set(user[0], value => builder.Username = value);
        Set(user.ElementAtOrDefault(1), value => builder.Password = value);
        Set(url.AbsolutePath.TrimStart('/'), value => builder.Database = value);
        foreach (var setting in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = setting.Split('=', 2);
            builder[KeywordOf(Uri.UnescapeDataString(parts[0]))] = ValueOf(Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""));
        }

        return builder.ConnectionString;
    }

    private static void Set(string? escaped, Action<string> set)
    {
        if (!string.IsNullOrEmpty(escaped))
        {
            set(Uri.UnescapeDataString(escaped));
        }
    }

    // libpq's names where Npgsql has others.
    private static string KeywordOf(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "connect_timeout" => "Timeout",
        "application_name" => "Application Name",
        "channel_binding" => "Channel Binding",
        "options" => "Options",
        _ => name,
    };

    private static string ValueOf(string value) => value switch
    {
        "verify-ca" => "VerifyCA",
        "verify-full" => "VerifyFull",
        _ => value,
    };
}
