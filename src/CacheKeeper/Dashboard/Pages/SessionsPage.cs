using CacheKeeper.Dashboard.Access;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Where one is signed in, each place with its end.</summary>
internal static class SessionsPage
{
    public static Html Of(IReadOnlyList<SessionRecord> sessions, string current, string query, DateTimeOffset now) => Html.Of($"""
        <h1>Sessions</h1>
        <p class="lead">{Lead(sessions.Count)}</p>
        {Html.When(sessions.Count > 0, () => Table(sessions, current, query, now))}
        {Html.When(sessions.Count > 0, () => Html.Of($"""
            <form method="post" action="/sessions/end{query}" class="row"><button>End all of them</button> <span class="fine">This one too: you are asked to sign in again.</span></form>
            """))}
        """);

    private static string Lead(int count) => count switch
    {
        0 => "You are not signed in anywhere: programs show their token with each request.",
        1 => "You are signed in here and nowhere else.",
        _ => $"You are signed in {count} times. End what you do not know, and have the token revoked.",
    };

    private static Html Table(IReadOnlyList<SessionRecord> sessions, string current, string query, DateTimeOffset now) => Grid.Of("Sessions", ["Begun", "Last seen", "Address", Column.Prose("Browser"), "Ends", "End it"], sessions, session =>
    [
        Text.Ago(session.CreatedAt, now), Text.Ago(session.SeenAt, now), Known(session.Address), Known(session.Agent), Text.Ago(session.EndsAt, now),
        Html.Of($"""<form method="post" action="/sessions/{session.Id}/end{query}"><button aria-label="End the session begun {Text.Clock(session.CreatedAt)}">End</button></form>{Html.When(session.Id == current, () => Html.Of($"<small>this one</small>"))}"""),
    ]);

    private static Html Known(string text) => text.Length > 0 ? Html.Of($"{text}") : Text.Unknown("not told");
}
