using System.Text.Json;

namespace CacheKeeper.Client.Tiers;

/// <summary>Reads the JSON body of an answer, and turns everything else into one kind of failure.</summary>
internal static class JsonAnswer
{
    private const int LongestComplaint = 200;

    public static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, string who, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            var complaint = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new CacheTierException($"{who} answered {(int)response.StatusCode}: {complaint[..Math.Min(complaint.Length, LongestComplaint)]}");
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonDocument.ParseAsync(body, default, cancellationToken);
        }
        catch (JsonException)
        {
            throw new CacheTierException($"{who} answered with something that is not JSON.");
        }
    }
}
