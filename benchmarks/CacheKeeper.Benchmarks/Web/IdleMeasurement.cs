using System.Globalization;
using System.Text.Json.Nodes;
using CacheKeeper.Sandbox;

namespace CacheKeeper.Benchmarks.Web;

/// <summary>What the daemon takes while nothing happens, beside what people run for a part of the same, in the same minutes on the same tiers.</summary>
internal sealed class IdleMeasurement : IMeasurement
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(120);

    public string Name => "idle";

    public string Summary => "P13: memory (PSS) and processor time of the idle daemon on three tiers beside prometheus, alertmanager and the exporters of Redis and PostgreSQL, in the same minutes";

    public async Task RunAsync(Figures figures, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-idle-").FullName;
        var rivals = new List<ChildProgram>();
        try
        {
            await using var sandbox = await SandboxHost.StartAsync(new SandboxSettings { Folder = Path.Combine(folder, "sandbox"), SafeWrites = false, Keep = false }, cancellationToken);
            var config = Path.Combine(folder, "cachekeeper.json");
            await File.WriteAllTextAsync(config, Settings(sandbox.Endpoints, Path.Combine(folder, "state")), cancellationToken);
            var address = $"http://127.0.0.1:{ChildProgram.FreePort()}";
            using var keeper = ChildProgram.Start(await InstalledKeeper.BuildAsync(folder, cancellationToken), ["run", "--config", config, "--urls", address]);
            if (!await keeper.AnswersAsync(new Uri(address + "/readyz"), TimeSpan.FromSeconds(60), cancellationToken))
            {
                throw new InvalidOperationException("The daemon did not become ready.");
            }

            rivals.AddRange(Rivals(sandbox, folder));
            await Task.Delay(Settle, cancellationToken);
            var (before, rivalBefore) = (keeper.ProcessorSeconds(), rivals.Sum(rival => rival.ProcessorSeconds()));
            var (memory, rivalMemory) = (new List<double>(), new List<double>());
            for (var look = 0; look < 5; look++)
            {
                await Task.Delay(Watch / 5, cancellationToken);
                memory.Add(keeper.MemoryMb());
                rivalMemory.Add(rivals.Sum(rival => rival.MemoryMb()));
            }

            var processor = (keeper.ProcessorSeconds() - before) / Watch.TotalSeconds;
            figures.Add("P13 processor, share of a core", processor, must: 0.01, lowerIsBetter: true, note: rivals.Count == 0 ? null : $"rivals together {(rivals.Sum(rival => rival.ProcessorSeconds()) - rivalBefore) / Watch.TotalSeconds:0.0000}");
            if (rivals.Count == 0)
            {
                figures.Add("P13 PSS, MB", memory.Order().ElementAt(2), lowerIsBetter: true, note: "no rival: prometheus, prometheus-alertmanager and the two exporters are not installed");
                return;
            }

            figures.AddRatio("P13 PSS", memory, rivalMemory, must: 1.0, lowerIsBetter: true, note: "MB; prometheus + alertmanager + redis exporter + postgres exporter");
        }
        finally
        {
            rivals.ForEach(rival => rival.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Settings(SandboxAddresses ends, string state) => new JsonObject
    {
        ["project"] = ends.Project,
        ["postgresql"] = new JsonObject { ["url"] = ends.KeeperDatabaseUrl },
        ["upstash"] = new JsonObject { ["url"] = ends.UpstashUrl, ["token"] = ends.UpstashToken },
        ["mem0"] = new JsonObject { ["host"] = ends.Mem0Host, ["apiKey"] = ends.Mem0ApiKey },
        ["alerts"] = new JsonObject { ["lookEvery"] = "15s" },
        ["state"] = new JsonObject { ["directory"] = state },
    }.ToJsonString();

    private static List<ChildProgram> Rivals(SandboxHost sandbox, string folder)
    {
        string[] programs = ["/usr/bin/prometheus", "/usr/bin/prometheus-alertmanager", "/usr/bin/prometheus-redis-exporter", "/usr/bin/prometheus-postgres-exporter"];
        if (!programs.All(File.Exists))
        {
            return [];
        }

        var ports = programs.Select(_ => ChildProgram.FreePort()).ToList();
        string At(int program) => "127.0.0.1:" + ports[program].ToString(CultureInfo.InvariantCulture);
        var rules = string.Join('\n', Enumerable.Range(0, 20).Select(number => $"      - {{alert: rule{number}, expr: redis_memory_used_bytes > {number}000000000, for: 5m}}"));
        File.WriteAllText(Path.Combine(folder, "rules.yml"), $"groups:\n  - name: cache\n    rules:\n{rules}\n");
        File.WriteAllText(
            Path.Combine(folder, "prometheus.yml"),
            $"global: {{scrape_interval: 15s, evaluation_interval: 15s}}\nrule_files: [{folder}/rules.yml]\nalerting: {{alertmanagers: [{{static_configs: [{{targets: ['{At(1)}']}}]}}]}}\nscrape_configs:\n  - {{job_name: cache, static_configs: [{{targets: ['{At(2)}', '{At(3)}']}}]}}\n");
        File.WriteAllText(Path.Combine(folder, "alertmanager.yml"), "route: {receiver: none}\nreceivers: [{name: none}]\n");
        return
        [
            ChildProgram.Start(programs[0], [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/prometheus", $"--web.listen-address={At(0)}"]),
            ChildProgram.Start(programs[1], [$"--config.file={folder}/alertmanager.yml", $"--storage.path={folder}/alertmanager", $"--web.listen-address={At(1)}", "--cluster.listen-address="]),
            ChildProgram.Start(programs[2], [$"-redis.addr={sandbox.Redis.Url}", $"-web.listen-address={At(2)}"]),
            ChildProgram.Start(programs[3], [$"--web.listen-address={At(3)}"], new Dictionary<string, string> { ["DATA_SOURCE_NAME"] = sandbox.Endpoints.DatabaseUrl + (sandbox.Endpoints.DatabaseUrl.Contains('?') ? "&" : "?") + "sslmode=disable" }),
        ];
    }
}
