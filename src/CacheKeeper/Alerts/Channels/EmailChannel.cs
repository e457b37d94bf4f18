using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace CacheKeeper.Alerts.Channels;

/// <summary>Sends mail, text and HTML, over a connection that passes the same guard as every other message.</summary>
internal sealed class EmailChannel(EmailSettings settings, OutboundClient client, TimeProvider time) : IAlertChannel
{
    public string Name => settings.Name;

    public async Task<DeliveryResult> SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            using var mail = Compose(delivery);
            using var smtp = new SmtpClient();
            var socket = await client.ConnectAsync(settings.Host, settings.Port, encrypted: settings.Security != MailSecurity.None, cancellationToken);
            await smtp.ConnectAsync(socket, settings.Host, settings.Port, Options(settings.Security), cancellationToken);
            if (settings.User is { Length: > 0 } user)
            {
                await smtp.AuthenticateAsync(user, SecretStore.Resolve(settings.Password) ?? "", cancellationToken);
            }

            await smtp.SendAsync(mail, cancellationToken);
            await QuitAsync(smtp, cancellationToken);
            return DeliveryResult.Delivered;
        }
        catch (Exception e) when (e is SmtpCommandException or SmtpProtocolException or ServiceNotConnectedException or AuthenticationException or SslHandshakeException
            or NotSupportedException or IOException or System.Net.Sockets.SocketException or KeeperException or ParseException or FormatException)
        {
            return DeliveryResult.Failed(e.Message);
        }
    }

    public void Dispose()
    {
    }

    /// <summary>The mail: its Message-Id is the delivery's id, so that mail readers see a second try as the same mail.</summary>
    internal MimeMessage Compose(Delivery delivery)
    {
        AlertMessage[] messages = [.. delivery.Entries.Select(entry => entry.Message)];
        var mail = new MimeMessage { Subject = AlertText.Subject(messages), Date = time.GetUtcNow(), MessageId = $"{delivery.Id}@cachekeeper.invalid" };
        mail.From.Add(MailboxAddress.Parse(settings.From));
        mail.To.AddRange(settings.To.Select(MailboxAddress.Parse));
        mail.Headers.Add("X-CacheKeeper-State", messages[0].State);
        mail.Headers.Add("X-CacheKeeper-Severity", AlertText.Word(messages.Max(message => message.Severity)));
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.Body = new BodyBuilder { TextBody = AlertText.Body(messages), HtmlBody = AlertHtml.Page(messages) }.ToMessageBody();
        return mail;
    }

    // The server has taken the mail; a connection lost while saying goodbye must not send it again.
    private static async Task QuitAsync(SmtpClient smtp, CancellationToken cancellationToken)
    {
        try
        {
            await smtp.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SmtpProtocolException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
        }
    }

    private static SecureSocketOptions Options(MailSecurity security) => security switch
    {
        MailSecurity.None => SecureSocketOptions.None,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };
}
