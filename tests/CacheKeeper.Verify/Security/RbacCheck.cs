using System.Net;
using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Verify.Security;

/// <summary>Every route of the table, as nobody and as each role, for its own project and another one.</summary>
internal sealed class RbacCheck : ICheck
{
    public string Name => "rbac";
    public string Goal => "every route x role x project answers as its right says; a route without a right is an offence";
    public (int Smoke, int Default, int Full) Tries => (1, 1, 3);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        using var log = new FailureLog();
        await using var place = await WebPlace.StartAsync(log, cancellationToken);
        var asked = 0;
        foreach (var route in place.Routes.Where(route => !route.Path.StartsWith("/assets", StringComparison.Ordinal)))
        {
            run.Expect(route.Right is not null || route.IsOpen, $"{route.Name} has no right and is not open on purpose");
            if (route.IsOpen || route.Path == "/api/events")
            {
                continue;
            }

            var anonymous = await SendAsync(place.Anonymous(), route, "", cancellationToken);
            run.Expect(anonymous is HttpStatusCode.Unauthorized or HttpStatusCode.Redirect, $"{route.Name} answers {(int)anonymous} to nobody");
            foreach (var role in Enum.GetValues<Role>())
            {
                asked += 2;
                using var client = await place.WithTokenAsync(role, "one", cancellationToken);
                var (own, other) = (await SendAsync(client, route, "?project=one", cancellationToken), await SendAsync(client, route, "?project=two", cancellationToken));
                var may = Rights.Roles[route.Right!].Contains(role);
                run.Expect(may == own is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized), $"{role} on {route.Name}: {(int)own}");
                run.Expect(own is not HttpStatusCode.InternalServerError, $"{role} on {route.Name}: {(int)own}, because {log.Last}");
                run.Expect(other is HttpStatusCode.NotFound or HttpStatusCode.Forbidden || IsWithoutProject(route), $"{role} of one sees two through {route.Name}: {(int)other}");
            }
        }

        run.Fact($"{place.Routes.Count} routes, {asked} requests with a token");
    }

    // Tokens and the description belong to no project; tokens of all projects are bounded by the caller's own list.
    private static bool IsWithoutProject(WebRoute route) => route.Path.StartsWith("/api/tokens", StringComparison.Ordinal) || route.Path == "/api/openapi.json";

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, WebRoute route, string query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Example + query);
        if (route.Method == "POST")
        {
            request.Content = route.Path.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}") : new FormUrlEncodedContent([new("mode", "light")]);
        }

        using var answer = await client.SendAsync(request, cancellationToken);
        return answer.StatusCode;
    }
}
