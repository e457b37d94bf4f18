using System.Net;
using System.Net.Sockets;
using CacheKeeper.Alerts.Channels;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace CacheKeeper.Cli.Connections;

/// <summary>The way to those whom messages go to, through the guard that every message passes. No message is sent.</summary>
internal sealed class MessageConnectionClient(AllowedAddresses allowed, TimeProvider time, StepService steps)
{
    private const string NothingSent = "no message is sent; ‘health test NAME’ sends one";

    /// <summary>A mail server: sign-in and a greeting, no mail.</summary>
    public Task<ConnectionReport> TryMailAsync(EmailSettings settings, CancellationToken cancellationToken)
    {
        var target = new ConnectionTarget(settings.Name, $"mail ‘{settings.Name}’", settings.Host, settings.Port, $"alerts.channels ‘{settings.Name}’");
        return ReportAsync(target, async () =>
        {
            using var client = Outbound();
            using var smtp = new SmtpClient();
            var socket = await client.ConnectAsync(settings.Host, settings.Port, settings.Security != MailSecurity.None, cancellationToken);
            await steps.TakeAsync(settings.Security == MailSecurity.None ? "greeting" : ConnectionStep.Tls, async stop => await GreetAsync(smtp, socket, settings, stop), cancellationToken);
            await SignInAsync(smtp, settings, cancellationToken);
            await steps.TakeAsync(ConnectionStep.Query, async stop => await NothingAsync(smtp, stop), cancellationToken);
            return new Dictionary<string, string> { ["size of a mail"] = smtp.MaxSize > 0 ? $"{smtp.MaxSize:N0} bytes" : "not told" };
        }, cancellationToken);
    }

    /// <summary>An address that takes messages by POST: as far as TLS.</summary>
    public Task<ConnectionReport> TryAddressAsync(string name, string title, Uri address, string setting, CancellationToken cancellationToken) =>
        ReportAsync(new ConnectionTarget(name, title, address.Host, address.Port, setting), async () =>
        {
            using var client = Outbound();
            var encrypted = address.Scheme == Uri.UriSchemeHttps;
            await using var plain = new NetworkStream(await client.ConnectAsync(address.Host, address.Port, encrypted, cancellationToken), ownsSocket: true);
            if (encrypted)
            {
                await using var stream = await new WireClient(steps).EncryptAsync(plain, address.Host, anyCertificate: false, cancellationToken);
            }

            steps.Leave(ConnectionStep.Query, NothingSent);
            return new Dictionary<string, string>();
        }, cancellationToken);

    private static async Task<bool> GreetAsync(SmtpClient smtp, Socket socket, EmailSettings settings, CancellationToken cancellationToken)
    {
        var security = settings.Security switch { MailSecurity.None => SecureSocketOptions.None, MailSecurity.Tls => SecureSocketOptions.SslOnConnect, _ => SecureSocketOptions.StartTls };
        await smtp.ConnectAsync(socket, settings.Host, settings.Port, security, cancellationToken);
        return smtp.IsSecure;
    }

    private async Task SignInAsync(SmtpClient smtp, EmailSettings settings, CancellationToken cancellationToken)
    {
        if (settings.User is not { Length: > 0 } user)
        {
            steps.Leave(ConnectionStep.Auth, "no user is set");
            return;
        }

        await steps.TakeAsync(ConnectionStep.Auth, async stop =>
        {
            await smtp.AuthenticateAsync(user, SecretStore.Resolve(settings.Password) ?? "", stop);
            return true;
        }, cancellationToken);
    }

    private static async Task<bool> NothingAsync(SmtpClient smtp, CancellationToken cancellationToken)
    {
        await smtp.NoOpAsync(cancellationToken);
        await smtp.DisconnectAsync(quit: true, cancellationToken);
        return true;
    }

    // The guard stands between the name and the address: a forbidden one fails there, before anything is dialled.
    private OutboundClient Outbound() => new(
        allowed,
        time,
        (host, cancellationToken) => steps.TakeAsync(ConnectionStep.Resolve, stop => Dns.GetHostAddressesAsync(host, stop), cancellationToken, addresses => string.Join(", ", addresses.Take(3).Select(address => address.ToString()))),
        (target, cancellationToken) => steps.TakeAsync(ConnectionStep.Tcp, stop => WireClient.DialAsync([target.Address], target.Port, stop), cancellationToken, known => known.RemoteEndPoint?.ToString()));

    private async Task<ConnectionReport> ReportAsync(ConnectionTarget target, Func<Task<Dictionary<string, string>>> way, CancellationToken cancellationToken)
    {
        var limits = await steps.WalkAsync(way, cancellationToken);
        return new ConnectionReport(target, steps.Steps) { Limits = limits ?? [] };
    }
}
