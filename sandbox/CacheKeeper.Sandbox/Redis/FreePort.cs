using System.Net;
using System.Net.Sockets;

namespace CacheKeeper.Sandbox.Redis;

/// <summary>Finds a loopback port nobody listens on at this moment.</summary>
internal static class FreePort
{
    /// <summary>The wanted port, or for 0 one the system picks; another program may still take it before its server binds.</summary>
    public static int Take(int wanted)
    {
        if (wanted != 0)
        {
            return wanted;
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
