using CacheKeeper.Dashboard.Pages;
using CacheKeeper.Storage.Audit;
using Microsoft.AspNetCore.Authentication;

namespace CacheKeeper.Dashboard.Access.OpenId;

/// <summary>Turns a person whom the provider vouched for into a session like any other, or into nobody.</summary>
internal sealed class OpenIdSignInService(SessionStore sessions, OpenIdSettings settings, AccessPolicy policy, AccessAuditService audit, TimeProvider time, ILogger<OpenIdSignInService> log)
{
    /// <summary>The token was checked: signature, issuer, audience, time, nonce. What it opens is said by the settings alone.</summary>
    public Task FinishAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        var person = OpenIdPerson.Of([.. context.Principal?.Claims ?? []], settings);
        var mistake = person switch
        {
            null => $"{settings.Title} did not say who you are.",
            _ when settings.Acr is { } wanted && person.Acr != wanted => $"{settings.Title} let you in another way than is asked for here ({wanted}).",
            { Grants.Count: 0 } => $"{settings.Title} knows you as {person.Name}, and nothing here is open to you. Ask an administrator of the keeper.",
            _ => null,
        };
        return mistake is null ? BeginAsync(context.HttpContext, person!, SignInEndpoints.Back(context.ReturnUri)) : RefuseAsync(context.HttpContext, mistake, person);
    }

    /// <summary>The provider refused, or what it sent cannot be trusted. What exactly is for the log, not for whoever came.</summary>
    public Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        log.LogWarning(context.Failure, "A sign-in through {Authority} did not come through", settings.Authority);
        return RefuseAsync(context.HttpContext, $"The sign-in through {settings.Title} did not come through. Try again.", null);
    }

    private async Task BeginAsync(HttpContext context, OpenIdPerson person, string back)
    {
        var now = time.GetUtcNow();
        var draft = new SessionDraft(person.Id, person.Name, person.Grants, person.ShownAt ?? now, SignInEndpoints.OriginOf(context));
        var cookie = await sessions.BeginAsync(draft, now, policy, context.RequestAborted);
        await audit.NoteAsync(context, new AuditEntryDraft("sign-in", "the page", "done", Actor(context, person), Detail: "Through " + settings.Authority));
        SignInEndpoints.SetCookie(context, cookie);

        // The cookie is not sent along a way that began elsewhere: so a page of our own comes first, and goes on by itself.
        context.Response.Headers["Refresh"] = "0; url=" + back;
        await Answer(SignInPage.Through(person.Name, back), "Signed in", StatusCodes.Status200OK).ExecuteAsync(context);
    }

    private async Task RefuseAsync(HttpContext context, string mistake, OpenIdPerson? person)
    {
        await audit.NoteAsync(context, new AuditEntryDraft("sign-in", "the page", "refused", person is null ? null : Actor(context, person), Detail: mistake));
        var status = person is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        await Answer(SignInPage.Of(setup: false, mistake, "/", settings), "Sign in", status).ExecuteAsync(context);
    }

    private static Actor Actor(HttpContext context, OpenIdPerson person) => new($"{person.Name} ({person.Id})", $"page, {CallerService.Address(context)}");

    private IResult Answer(Html body, string title, int status) =>
        Results.Text(new Frame(title, "", "", [], null, time.GetUtcNow()).Around(body).Markup, "text/html; charset=utf-8", statusCode: status);
}
