namespace CacheKeeper.Cli.Connections;

/// <summary>From the step that failed to the likely cause and what to do about it.</summary>
internal static class ConnectionCauses
{
    /// <summary>In a sentence or two; empty when nothing failed.</summary>
    public static string Of(ConnectionReport report) => report.Failed is not { } step ? "" : step.Fault switch
    {
        ConnectionFault.NameUnknown => $"The name {report.Target.Host} leads nowhere: check its spelling in {report.Target.Setting}, and this machine's name server.",
        ConnectionFault.Refused => $"Nothing listens at {report.Target.Address}: check that the server is up, and the port in {report.Target.Setting}.",
        ConnectionFault.Unreachable => $"There is no way from this machine to {report.Target.Address}: check its network and routes.",
        ConnectionFault.NoAnswer when step.Name == ConnectionStep.Tcp => $"{report.Target.Address} does not answer at all: most likely a firewall drops what is sent.",
        ConnectionFault.NoAnswer => $"{report.Target.Address} takes the connection and then says nothing in time: it is overloaded, or another kind of server.",
        ConnectionFault.Tls => $"The server is reached, and its encryption is not what is asked for: check its certificate, the host name in {report.Target.Setting}, and whether it speaks TLS at this port.",
        ConnectionFault.Credentials => $"The server is there and refuses the credentials: check {report.Target.Setting}.",
        ConnectionFault.RateLimited => "The server is there and asks to be left alone: its rate or quota is used up.",
        ConnectionFault.Forbidden => "The keeper does not send messages there: if that address is meant, list it in alerts.allowedAddresses.",
        _ => $"It fails at the step ‘{step.Name}’; the error tells more.",
    };
}
