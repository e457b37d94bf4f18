using CacheKeeper.Storage.Audit;

namespace CacheKeeper.Tests.Storage;

/// <summary>Entries for tests of the audit log.</summary>
internal static class AuditLog
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    public static AuditEntry Entry(int number) =>
        new(Start.AddMinutes(number), new Actor("ann", "command line, host"), "light-cleanup", $"run-{number:D4}", number % 2 == 0 ? "begun" : "done") { Project = "one", Before = 100 + number, After = number % 3 == 0 ? null : 90, Detail = "Removed some." };
}
