using System.Net;
using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Verify.Security;

/// <summary>Guesses tokens at the sign-in and at the API; looks at the cookie; ends sessions.</summary>
internal sealed class SessionCheck : ICheck
{
    public string Name => "session";
    public string Goal => "10,000 guessed tokens: at most 10 evaluated; the cookie is held to this host, a new one at each sign-in, ended on the server";
    public (int Smoke, int Default, int Full) Tries => (300, 10_000, 50_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var place = await WebPlace.StartAsync(null, cancellationToken);
        var (_, text) = await place.Access.CreateAsync("someone", Role.Viewer, null, DateTimeOffset.UtcNow, null, setup: false, cancellationToken);
        var (first, second) = (await SignInAsync(place, text, cancellationToken), await SignInAsync(place, text, cancellationToken));
        Look(run, first!, second!);
        var cookie = first!.Split(';')[0];
        run.Expect(await AsAsync(place, cookie, cancellationToken) == HttpStatusCode.OK, "a fresh session does not open the page");
        await place.Sessions.SignOutAsync(cookie.Split('=')[1], cancellationToken);
        run.Expect(await AsAsync(place, cookie, cancellationToken) == HttpStatusCode.Redirect, "a session that was signed out still opens the page");
        run.Expect(await AsAsync(place, "cachekeeper=chosen-by-an-attacker", cancellationToken) == HttpStatusCode.Redirect, "a chosen cookie opens the page");
        await GuessAsync(run, place, text, cancellationToken);
    }

    private static void Look(CheckRun run, string first, string second)
    {
        foreach (var word in new[] { "httponly", "samesite=strict", "path=/" })
        {
            run.Expect(first.Contains(word, StringComparison.OrdinalIgnoreCase), $"the cookie lacks {word}");
        }

        run.Expect(!first.Contains("domain=", StringComparison.OrdinalIgnoreCase), "the cookie names a domain");
        run.Expect(first.Split(';')[0] != second.Split(';')[0], "two sign-ins gave one session");
    }

    private static async Task GuessAsync(CheckRun run, WebPlace place, string right, CancellationToken cancellationToken)
    {
        using var client = place.Anonymous();
        var evaluated = 0;
        for (var guess = 0; guess < run.Tries; guess++)
        {
            using var form = new FormUrlEncodedContent([new("token", "ck_guess" + guess)]);
            using var answer = await client.PostAsync("/sign-in", form, cancellationToken);
            evaluated += answer.StatusCode == HttpStatusCode.TooManyRequests ? 0 : 1;
        }

        run.Expect(evaluated <= 10, $"{evaluated} guesses were evaluated");
        run.Expect(await SignInAsync(place, right, cancellationToken) is null, "the right token is heard while the address is locked");
        run.Fact($"{run.Tries} guesses, {evaluated} evaluated");
    }

    private static async Task<string?> SignInAsync(WebPlace place, string token, CancellationToken cancellationToken)
    {
        using var client = place.Anonymous();
        using var form = new FormUrlEncodedContent([new("token", token)]);
        using var answer = await client.PostAsync("/sign-in", form, cancellationToken);
        return answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.First() : null;
    }

    private static async Task<HttpStatusCode> AsAsync(WebPlace place, string cookie, CancellationToken cancellationToken)
    {
        using var client = place.Anonymous();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        using var answer = await client.GetAsync("/settings", cancellationToken);
        return answer.StatusCode;
    }
}
