using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Live;

namespace CacheKeeper.Dashboard.Api;

/// <summary><c>GET /api/events</c>: server-sent events. <c>live</c> carries the metrics document when something changed; <c>ping</c> says that we are here.</summary>
internal static class EventEndpoints
{
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/events", (VisitHost visit, LiveService live, LivePolicy policy, AccessStore access, SessionStore sessions, AccessPolicy accessPolicy, TimeProvider time, IHostApplicationLifetime lifetime) =>
            TypedResults.ServerSentEvents(StreamAsync(new Listener(visit, live, policy, access, sessions, accessPolicy, time, lifetime), visit.Context.RequestAborted)))
        .RequireAuthorization(Rights.Read).WithSummary("Server-sent events: live, ping");

    private static async IAsyncEnumerable<SseItem<string>> StreamAsync(Listener listener, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, listener.Lifetime.ApplicationStopping);
        var (shown, spokeAt) = ("", DateTimeOffset.MinValue);
        while (!stop.IsCancellationRequested && await MayStayAsync(listener, stop.Token))
        {
            var metrics = LiveMetrics.Of(await listener.Live.ViewAsync(listener.Visit.Keeper, stop.Token));
            var (essence, now) = (JsonSerializer.Serialize(metrics with { AsOf = default }, ApiJson.Answers), listener.Time.GetUtcNow());
            if (essence != shown)
            {
                (shown, spokeAt) = (essence, now);
                yield return new SseItem<string>(JsonSerializer.Serialize(metrics, ApiJson.Answers), "live");
            }
            else if (now - spokeAt >= PingEvery)
            {
                spokeAt = now;
                yield return new SseItem<string>($"{now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}", "ping");
            }

            await Task.Delay(listener.Policy.EventEvery, listener.Time, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    // Whose session or token ended or was revoked hears nothing more; listening does not keep a session alive.
    private static async Task<bool> MayStayAsync(Listener listener, CancellationToken cancellationToken)
    {
        var (request, now) = (listener.Visit.Context.Request, listener.Time.GetUtcNow());
        return CallerService.TokenOf(request) is { } token
            ? await listener.Access.FindTokenAsync(token, now, cancellationToken) is not null
            : request.Cookies[CallerService.CookieName(request)] is { } cookie
                && await listener.Sessions.FindAsync(cookie, uses: false, now, listener.AccessPolicy, cancellationToken) is not null;
    }

    private sealed record Listener(VisitHost Visit, LiveService Live, LivePolicy Policy, AccessStore Access, SessionStore Sessions, AccessPolicy AccessPolicy, TimeProvider Time, IHostApplicationLifetime Lifetime);
}
