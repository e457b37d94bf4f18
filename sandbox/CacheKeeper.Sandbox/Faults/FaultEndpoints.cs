using System.Globalization;

namespace CacheKeeper.Sandbox.Faults;

/// <summary><c>/sandbox/faults</c>: GET shows the faults in force, POST sets one, DELETE ends all.</summary>
internal static class FaultEndpoints
{
    public static void Map(WebApplication application, SandboxFaults faults)
    {
        application.MapGet("/sandbox/faults", () => Results.Json(Describe(faults)));
        application.MapPost("/sandbox/faults", (FaultRequest request, CancellationToken cancellationToken) => SetAsync(faults, request, cancellationToken));
        application.MapDelete("/sandbox/faults", async (CancellationToken cancellationToken) =>
        {
            await faults.ClearAsync(cancellationToken);
            return Results.Json(Describe(faults));
        });
    }

    /// <summary>A duration as people write it: seconds as a number, <c>250ms</c>, <c>2s</c>, <c>5m</c>, <c>4h</c>, <c>7d</c> or <c>hh:mm:ss</c>; null when it is none.</summary>
    public static TimeSpan? Duration(string text)
    {
        (string Unit, double Seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400), ("", 1)];
        foreach (var (unit, seconds) in units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration >= TimeSpan.Zero ? duration : null;
    }

    private static async Task<IResult> SetAsync(SandboxFaults faults, FaultRequest request, CancellationToken cancellationToken)
    {
        var delay = request.Delay is { } given ? Duration(given.ToString()) : null;
        var refusal = request.Delay is not null && delay is null
            ? "delay must be a duration such as 2s, 250ms or 00:00:02"
            : await faults.SetAsync(request.Tier ?? "", request.Fault ?? "", delay, cancellationToken);
        return refusal is null ? Results.Json(Describe(faults)) : Results.Json(new { error = refusal }, statusCode: StatusCodes.Status400BadRequest);
    }

    private static Dictionary<string, string> Describe(SandboxFaults faults) => faults.Active.ToDictionary(pair => pair.Key, pair => pair.Value.Name);
}

/// <summary>The body of a POST; the delay is a text or a number of seconds.</summary>
internal sealed record FaultRequest(string? Tier, string? Fault, System.Text.Json.JsonElement? Delay);
