using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0.Endpoints;

/// <summary>Organisations, projects and members: kept and given back, without effect on memories.</summary>
internal sealed class OrganizationEndpoints(Mem0Service service)
{
    private const string Base = "/api/v1/orgs/organizations/";
    private const string Organizations = "organization";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.On("GET", Base, _ => service.Store.Documents(Organizations).Select(document => document.Body));
        routes.On("POST", Base, context => CreateAsync(context, Organizations, "org_id", "org_"));
        routes.On("GET", Base + "{org}/", context => Find(Organizations, Org(context)).Body);
        routes.On("DELETE", Base + "{org}/", context => RemoveAsync(context, Organizations, Org(context)));
        routes.On("GET", Base + "{org}/projects/", context => service.Store.Documents(Projects(Org(context))).Select(document => document.Body));
        routes.On("POST", Base + "{org}/projects/", context => CreateAsync(context, Projects(Org(context)), "project_id", "proj_"));
        routes.On("GET", Base + "{org}/projects/{project}/", ReadProject);
        routes.On("PATCH", Base + "{org}/projects/{project}/", PatchProjectAsync);
        routes.On("DELETE", Base + "{org}/projects/{project}/", context => RemoveAsync(context, Projects(Org(context)), Project(context)));
        foreach (var path in (string[])["{org}/members/", "{org}/projects/{project}/members/"])
        {
            routes.On("GET", Base + path, context => new { members = service.Store.Documents(Members(context)).Select(document => document.Body) });
            routes.On("POST", Base + path, PutMemberAsync);
            routes.On("PUT", Base + path, PutMemberAsync);
            routes.On("DELETE", Base + path, context => RemoveAsync(context, Members(context), RequestPath.Query(context, "email") ?? ""));
        }
    }

    /// <summary>The organisation and project that the key decides.</summary>
    public static Task SeedAsync(Mem0Store store, CancellationToken cancellationToken) => store.ChangeAsync(
        change =>
        {
            if (store.Document(Organizations, PingEndpoints.Organization) is null)
            {
                change.PutDocument(Organizations, PingEndpoints.Organization, WireJson.Element(new { org_id = PingEndpoints.Organization, name = "Sandbox" }));
                change.PutDocument(Projects(PingEndpoints.Organization), PingEndpoints.Project, WireJson.Element(NewProject));
            }
        },
        cancellationToken);

    private static object NewProject { get; } = new
    {
        project_id = PingEndpoints.Project,
        name = "Sandbox",
        is_default = true,
        custom_instructions = (string?)null,
        agent_custom_instructions = (string?)null,
        custom_categories = Array.Empty<object>(),
        multilingual = false,
        memory_depth = (string?)null,
        decay = false,
        expiration_date = (string?)null,
        version = "v3",
    };

    private object ReadProject(HttpContext context)
    {
        var project = Find(Projects(Org(context)), Project(context)).Body;
        var fields = context.Request.Query["fields"];
        return fields.Count == 0 ? project
            : project.EnumerateObject().Where(property => fields.Contains(property.Name)).ToDictionary(property => property.Name, property => property.Value);
    }

    private async Task<IResult> PatchProjectAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var kind = Projects(Org(context));
        var old = Find(kind, Project(context));
        var changed = old.Body.EnumerateObject().Concat(body.Root.EnumerateObject()).GroupBy(property => property.Name)
            .ToDictionary(group => group.Key, group => group.Last().Value);
        await service.Store.ChangeAsync(change => change.PutDocument(kind, old.Id, WireJson.Element(changed)), context.RequestAborted);
        return WireJson.Answer(new { message = "Project updated successfully" });
    }

    private async Task<IResult> CreateAsync(HttpContext context, string kind, string idField, string idStart)
    {
        var body = await RequestBody.ReadAsync(context);
        var name = body.Text("name") ?? throw RefusalException.Field("name", "This field is required.");
        var id = idStart + Guid.NewGuid().ToString("N");
        var created = new Dictionary<string, object?> { [idField] = id, ["name"] = name, ["is_default"] = false };
        await service.Store.ChangeAsync(change => change.PutDocument(kind, id, WireJson.Element(created)), context.RequestAborted);
        return WireJson.Answer(created, StatusCodes.Status201Created);
    }

    private async Task<IResult> PutMemberAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var email = body.Text("email") ?? throw RefusalException.Field("email", "This field is required.");
        var member = WireJson.Element(new { email, role = body.Text("role") ?? "READER" });
        await service.Store.ChangeAsync(change => change.PutDocument(Members(context), email, member), context.RequestAborted);
        return WireJson.Answer(new { message = "Member saved successfully" });
    }

    private async Task<IResult> RemoveAsync(HttpContext context, string kind, string id)
    {
        var removed = await service.Store.ChangeAsync(change => change.RemoveDocument(kind, id), context.RequestAborted);
        return removed ? WireJson.Answer(new { message = "Deleted successfully" }) : throw Unknown();
    }

    private Mem0Document Find(string kind, string id) => service.Store.Document(kind, id) ?? throw Unknown();

    private static RefusalException Unknown() => RefusalException.Detail("Not found.", StatusCodes.Status404NotFound);

    private static string Org(HttpContext context) => RequestPath.Segment(context, 4);

    private static string Project(HttpContext context) => RequestPath.Segment(context, 6);

    private static string Projects(string organization) => "project of " + organization;

    private static string Members(HttpContext context) => "member of " + context.Request.Path;
}
