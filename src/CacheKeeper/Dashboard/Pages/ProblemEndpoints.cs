namespace CacheKeeper.Dashboard.Pages;

/// <summary>How a request is told that it cannot be answered: a page for a reader, a problem document for a program.</summary>
internal static class ProblemEndpoints
{
    /// <summary>What no other route answers.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/{**rest}", (HttpContext context) => Answer(context, StatusCodes.Status404NotFound, "Not found", "There is no such page here.")).AllowAnonymous();

    public static IResult Answer(HttpContext context, int status, string title, string detail) => IsForReader(context.Request)
        ? Results.Text(new Frame(title, "", "", [], null, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()).Around(MistakePage.Of(title, detail)).Markup, "text/html; charset=utf-8", statusCode: status)
        : Results.Problem(detail, statusCode: status, title: title);

    private static bool IsForReader(HttpRequest request) => !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/metrics") && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
