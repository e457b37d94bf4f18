using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Sandbox.Mem0;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Tiers;

/// <summary>The contract on the hosted platform's third version.</summary>
public class Mem0TierTests(SandboxFixture sandbox) : TierContract(sandbox)
{
    private protected virtual Mem0Flavour Flavour => Mem0Flavour.Platform;

    private protected override async Task<TierRig> BuildAsync()
    {
        var folder = new TemporaryFolder();
        var server = await Mem0Server.StartAsync(
            new Mem0ServerSettings { Folder = folder, ApiKey = "key", Flavour = Flavour == Mem0Flavour.SelfHosted ? Mem0ServerFlavour.SelfHosted : Mem0ServerFlavour.Platform },
            TestContext.Current.CancellationToken);
        var settings = new Mem0Settings { Host = server.Url, Flavour = Flavour };
        return new Mem0Rig(server, folder, Flavour)
        {
            Tier = new Mem0Tier(new Mem0Client(new HttpClient { Timeout = TimeSpan.FromSeconds(20) }, settings, "key", TimeProvider.System), settings, TimeProvider.System),
            Project = Sandbox.NewProject(),
            OtherProject = Sandbox.NewProject(),
        };
    }

    private sealed class Mem0Rig : TierRig
    {
        private readonly Mem0Server _server;
        private readonly TemporaryFolder _folder;
        private readonly bool _selfHosted;
        private readonly HttpClient _http;

        private readonly Mem0Flavour _flavour;

        public Mem0Rig(Mem0Server server, TemporaryFolder folder, Mem0Flavour flavour)
        {
            (_server, _folder, _flavour, _selfHosted) = (server, folder, flavour, flavour == Mem0Flavour.SelfHosted);
            _http = new HttpClient { BaseAddress = new Uri(server.Url) };
            _http.DefaultRequestHeaders.TryAddWithoutValidation(_selfHosted ? "X-API-Key" : "Authorization", _selfHosted ? "key" : "Token key");
        }

        public override bool KeepsIds => false;

        // The older list has no show_expired: what has expired cannot be enumerated there, and so is never removed.
        public override bool KeepsExpired => _flavour != Mem0Flavour.PlatformV1;

        public override async Task<string> PutAsync(string project, string hash, string category, string text, DateTimeOffset? expiresAt)
        {
            var body = new JsonObject
            {
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
                ["user_id"] = project,
                ["agent_id"] = "payment_processor",
                ["infer"] = false,
                ["metadata"] = new JsonObject { ["query_hash"] = hash, ["category"] = category, ["nested"] = new JsonArray(1, null) },

                // Hidden from the day after.
                ["expiration_date"] = expiresAt!.Value.UtcDateTime.AddTicks(-1).ToString("yyyy-MM-dd"),
            };
            using var answer = await _http.PostAsJsonAsync(_selfHosted ? "memories" : "v3/memories/add/", body, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["results"]![0]!["id"]!.ToString();
        }

        public override async Task RenewAsync(string project, string id, string hash, string category, string text)
        {
            using var answer = await _http.PutAsJsonAsync(_selfHosted ? $"memories/{id}" : $"v1/memories/{id}/", new JsonObject { ["text"] = text }, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _server.DisposeAsync();
            _folder.Dispose();
        }
    }
}
