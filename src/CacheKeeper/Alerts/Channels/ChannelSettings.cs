using System.Text.Json.Serialization;
using CacheKeeper.Storage;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Where messages go, as the settings say it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(WebhookSettings), WebhookSettings.TypeName)]
[JsonDerivedType(typeof(EmailSettings), EmailSettings.TypeName)]
[JsonDerivedType(typeof(SlackSettings), SlackSettings.TypeName)]
[JsonDerivedType(typeof(LogSettings), LogSettings.TypeName)]
internal abstract record ChannelSettings
{
    public string Name { get; init; } = "";

    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>People are spared single messages about things that belong together; machines are not.</summary>
    [JsonIgnore]
    public abstract bool Gathers { get; }
}

/// <summary>An HTTPS address that takes Standard Webhooks.</summary>
internal sealed record WebhookSettings : ChannelSettings
{
    public const string TypeName = "webhook";

    public string Url { get; init; } = "";

    /// <summary>Signs each message (<c>whsec_…</c>).</summary>
    public Secret? Secret { get; init; }

    /// <summary>Signs as well, while receivers change over to the new secret.</summary>
    public Secret? PreviousSecret { get; init; }

    [JsonIgnore]
    public override string Kind => TypeName;

    [JsonIgnore]
    public override bool Gathers => false;
}

/// <summary>A mail server and who gets the mail.</summary>
internal sealed record EmailSettings : ChannelSettings
{
    public const string TypeName = "email";

    public string Host { get; init; } = "";
    public int Port { get; init; } = 587;
    public MailSecurity Security { get; init; } = MailSecurity.Starttls;
    public string? User { get; init; }
    public Secret? Password { get; init; }
    public string From { get; init; } = "";
    public IReadOnlyList<string> To { get; init; } = [];

    [JsonIgnore]
    public override string Kind => TypeName;

    [JsonIgnore]
    public override bool Gathers => true;
}

/// <summary>How the connection to the mail server is kept private.</summary>
internal enum MailSecurity
{
    None,
    Starttls,
    Tls,
}

/// <summary>A Slack incoming webhook; its address is itself a secret.</summary>
internal sealed record SlackSettings : ChannelSettings
{
    public const string TypeName = "slack";

    public Secret? Url { get; init; }

    [JsonIgnore]
    public override string Kind => TypeName;

    [JsonIgnore]
    public override bool Gathers => true;
}

/// <summary>The keeper's log and a file beside its state; there is always one.</summary>
internal sealed record LogSettings : ChannelSettings
{
    public const string TypeName = "log";

    [JsonIgnore]
    public override string Kind => TypeName;

    [JsonIgnore]
    public override bool Gathers => false;
}
