using System.ComponentModel.DataAnnotations;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Access.OpenId;

/// <summary>Signing in through an OpenID Connect provider, beside tokens. Who gets what is said by <see cref="Grants"/>; whoever none of them names gets nothing.</summary>
internal sealed record OpenIdSettings : IValidatableObject
{
    /// <summary>The provider's issuer address, exactly as its discovery document names it; https, except on this machine. Null: not offered.</summary>
    public string? Authority { get; init; }

    /// <summary>The keeper's name at the provider.</summary>
    public string? ClientId { get; init; }

    /// <summary>The keeper's secret at the provider, from a variable or a file only; null for a client without one (PKCE is used in any case).</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>What the sign-in page calls the provider.</summary>
    [StringLength(60, MinimumLength = 1)]
    public string Title { get; init; } = "your organisation";

    /// <summary>The address that people open, when a proxy stands before the keeper; the provider sends them back to it at <c>/sign-in/provider/back</c>.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>What is asked for beside <c>openid</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["profile"];

    /// <summary>Claims that may hold a person's name; the first that is there is shown and stands in the audit log.</summary>
    public IReadOnlyList<string> NameClaims { get; init; } = ["preferred_username", "email", "name"];

    /// <summary>Whether claims are also read from the provider's user information endpoint: for providers whose identity token holds no groups.</summary>
    public bool UserInfo { get; init; }

    /// <summary>The way of signing in that is demanded (<c>acr</c>), such as the provider's name for a second factor; null takes any.</summary>
    public string? Acr { get; init; }

    /// <summary>Who may what: a claim with a value gives a role in projects. Several hold together; none is nobody.</summary>
    public IReadOnlyList<OpenIdGrantSettings> Grants { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Authority is null)
        {
            yield break;
        }

        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || (address.Scheme != "https" && !(address.Scheme == "http" && address.IsLoopback)))
        {
            yield return new ValidationResult("it must be an https address (http only on this machine).", [nameof(Authority)]);
        }

        if (string.IsNullOrWhiteSpace(ClientId))
        {
            yield return new ValidationResult("the provider knows the keeper by a name; give it.", [nameof(ClientId)]);
        }

        if (ClientSecret is { Text: not null })
        {
            yield return new ValidationResult("not in the file itself: write {\"env\":\"NAME\"} or {\"file\":\"PATH\"}.", [nameof(ClientSecret)]);
        }

        if (PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var open) && open.Scheme is "https" or "http"))
        {
            yield return new ValidationResult("it must be an address such as https://keeper.example.", [nameof(PublicUrl)]);
        }

        foreach (var (grant, place) in Grants.Select((grant, place) => (grant, place)).Where(pair => !pair.grant.IsWhole))
        {
            yield return new ValidationResult($"grant {place + 1} needs a claim, a value, a role (viewer, operator or admin) and its projects (\"*\" for all).", [nameof(Grants)]);
        }
    }
}

/// <summary>One claim with one value, and what it gives.</summary>
internal sealed record OpenIdGrantSettings
{
    /// <summary>The claim that is looked at.</summary>
    public string Claim { get; init; } = "groups";

    /// <summary>The value it must have, or hold among others; compared letter by letter.</summary>
    public string Value { get; init; } = "";

    /// <summary>The role that it gives.</summary>
    public Role Role { get; init; } = Role.Viewer;

    /// <summary>The projects in which it gives that role; <c>*</c> means all, none means none.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    internal bool IsWhole => Claim.Length > 0 && Value.Length > 0 && Role is Role.Viewer or Role.Operator or Role.Admin && Projects.Count > 0;
}
