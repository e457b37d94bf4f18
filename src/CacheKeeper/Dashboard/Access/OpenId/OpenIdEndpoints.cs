using CacheKeeper.Dashboard.Pages;
using Microsoft.AspNetCore.Authentication;

namespace CacheKeeper.Dashboard.Access.OpenId;

/// <summary>The way to the provider; the way back is the handler's own.</summary>
internal static class OpenIdEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/sign-in/provider", GoAsync).AllowAnonymous();

    private static async Task<IResult> GoAsync(HttpContext context, OpenIdSettings settings, ILoggerFactory logs)
    {
        if (settings.Authority is null)
        {
            return ProblemEndpoints.Answer(context, StatusCodes.Status404NotFound, "Not found", "No identity provider is set up here.");
        }

        try
        {
            await context.ChallengeAsync(OpenIdHost.Scheme, new AuthenticationProperties { RedirectUri = SignInEndpoints.Back(context.Request.Query["return"]) });
            return Results.Empty;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or IOException)
        {
            // The discovery document could not be read.
            logs.CreateLogger(typeof(OpenIdEndpoints)).LogWarning(e, "{Authority} does not answer", settings.Authority);
            return ProblemEndpoints.Answer(context, StatusCodes.Status502BadGateway, "No answer", $"{settings.Title} does not answer. A token opens the page all the same.");
        }
    }
}
