using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace CacheKeeper.Dashboard.Access.OpenId;

/// <summary>Whom the provider vouched for, as the keeper takes them: a stable id, a name to show, and what the settings give them.</summary>
/// <param name="Id">The same for one subject of one provider for ever; the subject itself is not kept.</param>
/// <param name="Grants">Empty: nothing is open to them.</param>
internal sealed record OpenIdPerson(string Id, string Name, IReadOnlyList<ProjectGrant> Grants)
{
    private const int LongestName = 80;
    private const int IdBytes = 8;

    /// <summary>When they showed the provider who they are; null when it does not tell.</summary>
    public DateTimeOffset? ShownAt { get; init; }

    /// <summary>How they showed it (<c>acr</c>).</summary>
    public string? Acr { get; init; }

    /// <summary>From the claims of a checked identity token; null when it names nobody.</summary>
    public static OpenIdPerson? Of(IReadOnlyCollection<Claim> claims, OpenIdSettings settings)
    {
        if (First(claims, "sub") is not { Length: > 0 } subject)
        {
            return null;
        }

        var id = "openid-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{settings.Authority}\n{subject}")).AsSpan(0, IdBytes));
        var name = settings.NameClaims.Select(claim => First(claims, claim)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) ?? id;
        return new OpenIdPerson(id, Clean(name), [.. settings.Grants.Where(grant => grant.IsWhole && Has(claims, grant)).Select(ToGrant)])
        {
            Acr = First(claims, "acr"),
            ShownAt = long.TryParse(First(claims, "auth_time"), out var seconds) && seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };
    }

    private static bool Has(IEnumerable<Claim> claims, OpenIdGrantSettings grant) => claims.Any(claim => claim.Type == grant.Claim && string.Equals(claim.Value, grant.Value, StringComparison.Ordinal));

    private static ProjectGrant ToGrant(OpenIdGrantSettings grant) => new(grant.Role, grant.Projects.Contains("*") ? null : grant.Projects);

    private static string? First(IEnumerable<Claim> claims, string type) => claims.FirstOrDefault(claim => claim.Type == type)?.Value;

    private static string Clean(string name) => new([.. name.Where(letter => !char.IsControl(letter)).Take(LongestName)]);
}
