namespace CacheKeeper.Dashboard.Commands;

/// <summary>Which commands a caller of the API may run, and with what right. A verb that stands in neither list fails a test.</summary>
internal static class RemoteVerbs
{
    /// <summary>Commands by what they need; those that need no more than reading also answer GET.</summary>
    public static readonly IReadOnlyDictionary<string, string> Rights = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["cleanup smart"] = Access.Rights.Operate,
        ["cleanup light"] = Access.Rights.Operate,
        ["cleanup targeted"] = Access.Rights.Operate,
        ["cleanup moderate"] = Access.Rights.Operate,
        ["cleanup aggressive"] = Access.Rights.Operate,
        ["cleanup deep"] = Access.Rights.Operate,
        ["cleanup category"] = Access.Rights.Operate,
        ["cleanup plan"] = Access.Rights.Operate,
        ["cleanup apply"] = Access.Rights.Operate,
        ["cleanup undo"] = Access.Rights.Operate,
        ["cleanup history"] = Access.Rights.Read,
        ["analytics collect"] = Access.Rights.Operate,
        ["health check"] = Access.Rights.Operate,
        ["health alerts"] = Access.Rights.Operate,
        ["health silence"] = Access.Rights.Operate,
        ["health ack"] = Access.Rights.Operate,
        ["health test"] = Access.Rights.Operate,
        ["health backtest"] = Access.Rights.Read,
        ["scheduler status"] = Access.Rights.Read,
        ["scheduler next"] = Access.Rights.Read,
        ["scheduler history"] = Access.Rights.Read,
        ["scheduler run"] = Access.Rights.Operate,
        ["scheduler pause"] = Access.Rights.Operate,
        ["scheduler resume"] = Access.Rights.Operate,
        ["debug connections"] = Access.Rights.Operate,
        ["debug why"] = Access.Rights.Read,
        ["audit list"] = Access.Rights.Administer,
        ["audit verify"] = Access.Rights.Administer,
        ["cleanup regret"] = Access.Rights.Read,
        ["analytics insights"] = Access.Rights.Read,
        ["backup list"] = Access.Rights.Read,
        ["backup create"] = Access.Rights.Operate,
        ["backup verify"] = Access.Rights.Operate,
        ["backup drill"] = Access.Rights.Operate,
        ["backup restore"] = Access.Rights.Administer,
        ["backup prune"] = Access.Rights.Administer,
        ["optimizer analyze"] = Access.Rights.Operate,
        ["optimizer run"] = Access.Rights.Operate,
        ["optimizer undo"] = Access.Rights.Operate,
        ["optimizer record"] = Access.Rights.Read,
        ["scheduler freeze"] = Access.Rights.Operate,
        ["scheduler unfreeze"] = Access.Rights.Operate,
        ["version"] = Access.Rights.Metrics,
    };

    /// <summary>Commands that make sense only on the machine itself, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> OnlyHere = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["cleanup duplicates"] = "judges a file",
        ["cleanup rank"] = "judges a file",
        ["optimizer simulate"] = "judges a file",
        ["analytics detect"] = "judges a file",
        ["analytics forecast"] = "judges a file",
        ["analytics windows"] = "judges a file",
        ["debug nearest"] = "judges a file",
        ["optimizer size"] = "judges a file",
        ["optimizer schedule"] = "writes the settings file",
        ["backup schedule"] = "writes the settings file",
        ["backup rotate-key"] = "changes a key file",
        ["analytics export"] = "writes files",
        ["scheduler init"] = "writes the settings file",
        ["scheduler install"] = "installs the daemon",
        ["scheduler uninstall"] = "removes the daemon",
        ["scheduler start"] = "starts the daemon",
        ["scheduler stop"] = "stops the daemon that answers",
        ["scheduler restart"] = "restarts the daemon that answers",
        ["token create"] = "POST /api/tokens does it, bounded by the caller's own projects",
        ["token list"] = "GET /api/tokens",
        ["token revoke"] = "DELETE /api/tokens/{id}",
        ["run"] = "is the daemon",
        ["demo"] = "starts servers",
        ["sandbox"] = "starts servers",
        ["config check"] = "reads the settings file",
        ["config show"] = "GET /api/settings",
        ["config schema"] = "describes this version",
        ["completion"] = "is for a shell",
    };

    /// <summary>Whether a command may change something; those that do not also answer GET.</summary>
    public static bool Changes(string verb) => Rights[verb] == Access.Rights.Operate || verb is "backup restore" or "backup prune";
}
