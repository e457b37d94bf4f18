using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Cli;

/// <summary>Writes the time of a job into the settings file, and nothing else of it.</summary>
internal static class JobScheduleStore
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="named">The file that --config names; null for the usual one.</param>
    /// <param name="cron">Null takes the job's own time back, which the scheduler may move into the learned quiet time.</param>
    /// <returns>The file.</returns>
    /// <exception cref="KeeperException">No schedule, no JSON, or comments that rewriting would lose.</exception>
    public static string Write(string? named, string job, string? cron, bool dryRun)
    {
        if (cron is not null && CronSchedule.WhyNot(cron) is { } wrong)
        {
            throw KeeperException.Usage($"'{cron}' is no schedule: {wrong}", "Five fields: minute hour day month weekday, such as \"0 4 * * *\".");
        }

        var file = SettingsStore.FindFile(named) ?? Path.GetFullPath("cachekeeper.json");
        var document = Read(file, job, cron);
        var settings = Section(Section(Section(document, "scheduling"), "jobs"), job);
        settings.Remove("cron");
        if (cron is not null)
        {
            settings["cron"] = cron;
        }

        if (!dryRun)
        {
            // Beside, then renamed: a settings file is never half written.
            File.WriteAllText(file + ".new", document.ToJsonString(Indented) + "\n");
            File.Move(file + ".new", file, overwrite: true);
        }

        return file;
    }

    private static JsonObject Read(string file, string job, string? cron)
    {
        try
        {
            return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) as JsonObject ?? throw new JsonException("it holds no object") : [];
        }
        catch (JsonException e)
        {
            throw KeeperException.Usage($"{file} is not rewritten: it holds comments, or is no JSON ({e.Message})", $"Set scheduling.jobs.{job}.cron to {(cron is null ? "nothing" : $"\"{cron}\"")} by hand.");
        }
    }

    private static JsonObject Section(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject section)
        {
            parent[name] = section = [];
        }

        return section;
    }
}
