using System.Text.Json;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>User profiles. The platform lets a model write them; here a profile names the user's categories and how many memories there are.</summary>
internal sealed class ProfileEndpoints(Mem0Service service)
{
    private const string Settings = "profile settings";
    private const string Profiles = "profile";
    private const string Jobs = "profile job";
    private const int SampleDefault = 3;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("GET", "/v2/entities/user/{id}/profile/", Read);
        routes.On("GET", "/v2/profiles/settings/", _ => CurrentSettings());
        routes.On("POST", "/v2/profiles/settings/", SetAsync);
        routes.On("POST", "/v2/profiles/jobs/", StartAsync);
        routes.On("GET", "/v2/profiles/jobs/{id}/", Job);
    }

    private object Read(HttpContext context)
    {
        var id = RequestPath.Segment(context, 3);
        _ = service.Store.Entities.Find(EntityType.User, id) ?? throw RefusalException.Error("Entity not found.", StatusCodes.Status404NotFound);
        var profile = service.Store.Document(Profiles, id);
        return new
        {
            profile = profile is null ? WireJson.Element(new { }) : profile.Body,
            status = profile is not null ? "succeeded" : Enabled ? "insufficient_data" : "not_enabled",
            entity_type = EntityType.User.Word(),
            entity_id = id,
            updated_at = WireJson.Time(profile?.UpdatedAt),
            generation_count = profile is null ? 0 : 1,
            error = (string?)null,
        };
    }

    private async Task<IResult> SetAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        if (body.Root.EnumerateObject().FirstOrDefault(property => !(property.NameEquals("enabled") || property.NameEquals("entities"))) is { Value.ValueKind: not JsonValueKind.Undefined } other)
        {
            throw RefusalException.Error($"Unsupported settings: {other.Name}");
        }

        var changed = CurrentSettings().EnumerateObject().Concat(body.Root.EnumerateObject()).GroupBy(property => property.Name)
            .ToDictionary(group => group.Key, group => group.Last().Value);
        await service.Store.ChangeAsync(change => change.PutDocument(Settings, Settings, WireJson.Element(changed)), context.RequestAborted);
        return WireJson.Answer(changed);
    }

    private async Task<IResult> StartAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        if (body.Text("entity_type") != EntityType.User.Word())
        {
            throw RefusalException.Field("entity_type", "Only user profiles exist.");
        }

        var operation = body.Text("operation");
        string[] users = operation switch
        {
            "trigger" => [body.Text("entity_id") ?? throw RefusalException.Field("entity_id", "This field is required.")],
            "sample" => [.. Users().Take(body.Whole("limit") ?? SampleDefault)],
            _ => throw RefusalException.Field("operation", "Expected trigger or sample."),
        };
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        var id = key.Length > 0 ? key : Guid.NewGuid().ToString();
        var replayed = service.Store.Document(Jobs, id) is not null;
        await service.Store.ChangeAsync(change => Generate(change, id, operation, users), context.RequestAborted);
        return WireJson.Answer(Accepted(id, operation, users, replayed), StatusCodes.Status202Accepted);
    }

    private static object Accepted(string id, string operation, string[] users, bool replayed) => new
    {
        job_id = id,
        status = "pending",
        status_url = $"/v2/profiles/jobs/{Uri.EscapeDataString(id)}/",
        operation,
        entity_type = EntityType.User.Word(),
        entity_count_reserved = users.Length,
        event_id = (string?)null,
        replayed,
        sampled = operation == "sample" ? users.Length : (int?)null,
        entity_ids = operation == "sample" ? users : null,
    };

    private static void Generate(Mem0Change change, string id, string operation, string[] users)
    {
        foreach (var user in users)
        {
            var memories = change.Memories.All.Where(memory => memory.Scope.UserId == user).ToArray();
            var categories = memories.SelectMany(memory => memory.Categories).Distinct().Order(StringComparer.Ordinal);
            change.PutDocument(Profiles, user, WireJson.Element(new { memories = memories.Length, categories }));
        }

        change.PutDocument(Jobs, id, WireJson.Element(new
        {
            id,
            operation,
            entity_type = EntityType.User.Word(),
            status = "succeeded",
            total = users.Length,
            enumeration_complete = true,
            completed = users.Length,
            succeeded = users.Length,
            failed = 0,
            skipped = 0,
        }));
    }

    private object Job(HttpContext context) => service.Store.Document(Jobs, RequestPath.Segment(context, 3)) is { } job
        ? new { job = job.Body }
        : throw RefusalException.Error("Job not found.", StatusCodes.Status404NotFound);

    private IEnumerable<string> Users() => service.Store.Entities.All.Where(entity => entity.Type == EntityType.User).Select(entity => entity.Name);

    private bool Enabled => CurrentSettings().GetProperty("enabled").GetBoolean();

    private JsonElement CurrentSettings() => service.Store.Document(Settings, Settings)?.Body ?? WireJson.Element(new { enabled = false, entities = new { } });
}
