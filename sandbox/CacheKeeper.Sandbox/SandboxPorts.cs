using System.Net;
using System.Net.Sockets;

namespace CacheKeeper.Sandbox;

/// <summary>Loopback ports that stay the same from start to start where possible.</summary>
internal static class SandboxPorts
{
    /// <summary>The wanted port when nobody listens on it, else one that the system picks (0 wants none).</summary>
    public static int Take(int wanted)
    {
        if (wanted != 0 && Bound(wanted) is { } same)
        {
            return same;
        }

        return Bound(0) ?? throw new SandboxException("No free port on 127.0.0.1.");
    }

    private static int? Bound(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
